"""German."""

from app.mail.letters import Factor, Template
from app.mail.texts.wording import Text, Wording

NOT_ME = (
    "Wenn Sie das nicht waren, ändern Sie sofort Ihr Passwort, beenden Sie auf Ihrer Kontoseite alle anderen Sitzungen"
    " und geben Sie denen Bescheid, die den Server betreiben."
)
GOOD_FOR = "Der Link gilt einmal{% if hours %} und {{ hours }} Stunde{% if hours != '1' %}n{% endif %} lang{% endif %}."
NOTHING_TO_DO = "Wenn Sie das waren, müssen Sie nichts tun."
WORDING = Wording(
    greeting="Guten Tag,",
    greeting_by_name="Guten Tag {{ name }},",
    or_copy="Wenn die Schaltfläche nicht funktioniert, kopieren Sie diese Adresse in Ihren Browser:",
    at="Wann",
    device="Gerät",
    address="Von der Adresse",
    browser_on_os="{{ browser }} unter {{ os }}",
    footer="{{ server }} hat diese E-Mail automatisch verschickt. Antworten werden nicht gelesen.",
    factors={
        Factor.TOTP: "Authenticator-App",
        Factor.PASSKEY: "Passkey",
        Factor.BACKUP_CODES: "neue Ersatzcodes (frühere gelten nicht mehr)",
        Factor.BACKUP_CODE: "ein Ersatzcode, der gerade benutzt wurde",
        Factor.ALL: "alle zweiten Faktoren",
    },
    texts={
        Template.VERIFY_ADDRESS: Text(
            "Bestätigen Sie Ihre E-Mail-Adresse für {{ server }}",
            (
                "Mit dieser E-Mail-Adresse wurde ein Konto auf {{ server }} angelegt."
                " Bitte bestätigen Sie, dass sie Ihnen gehört.",
            ),
            "Adresse bestätigen",
            (
                GOOD_FOR,
                "Wenn Sie das Konto nicht angelegt haben, beachten Sie diese E-Mail nicht: Das Konto wird gelöscht.",
            ),
        ),
        Template.RESET_PASSWORD: Text(
            "Neues Passwort für {{ server }}",
            ("Jemand hat darum gebeten, für Ihr Konto auf {{ server }} ein neues Passwort zu setzen.",),
            "Neues Passwort setzen",
            (
                GOOD_FOR,
                "Wenn Sie das nicht waren, beachten Sie diese E-Mail nicht: Ihr Passwort bleibt, wie es ist.",
            ),
        ),
        Template.INVITATION: Text(
            "Einladung zu {{ server }}",
            (
                "{% if inviter %}{{ inviter }} lädt Sie zu {{ server }} ein."
                "{% else %}Sie sind zu {{ server }} eingeladen.{% endif %}",
            ),
            "Einladung annehmen",
            (
                "{% if days %}Die Einladung gilt {{ days }} Tag{% if days != '1' %}e{% endif %}. {% endif %}"
                "Wenn Sie nicht wissen, worum es geht, beachten Sie diese E-Mail nicht.",
            ),
        ),
        Template.ADDRESS_CHANGED: Text(
            "Ihre E-Mail-Adresse auf {{ server }} wurde geändert",
            (
                "Ihr Konto auf {{ server }} hat jetzt eine andere E-Mail-Adresse"
                "{% if new_address %}: {{ new_address }}{% endif %}. An diese hier geht keine weitere E-Mail.",
            ),
            after=(NOT_ME,),
        ),
        Template.CONFIRM_NEW_ADDRESS: Text(
            "Bestätigen Sie Ihre neue E-Mail-Adresse für {{ server }}",
            (
                "Dies soll die E-Mail-Adresse Ihres Kontos auf {{ server }} werden."
                " Bitte bestätigen Sie, dass sie Ihnen gehört.",
            ),
            "Adresse bestätigen",
            (
                GOOD_FOR,
                "Wenn Sie nicht darum gebeten haben, beachten Sie diese E-Mail nicht: Es ändert sich nichts.",
            ),
        ),
        Template.NEW_DEVICE: Text(
            "Neue Anmeldung auf {{ server }}",
            (
                "Bei Ihrem Konto auf {{ server }} hat sich jemand von einem bisher unbekannten Gerät aus angemeldet.",
            ),
            after=(NOTHING_TO_DO, NOT_ME),
        ),
        Template.PASSWORD_CHANGED: Text(
            "Ihr Passwort auf {{ server }} wurde geändert",
            ("Das Passwort Ihres Kontos auf {{ server }} wurde geändert.",),
            after=(NOTHING_TO_DO, NOT_ME),
        ),
        Template.FACTOR_ADDED: Text(
            "Auf {{ server }} kam ein zweiter Faktor hinzu",
            ("Zu Ihrem Konto auf {{ server }} kam hinzu: {{ factor }}.",),
            after=(NOTHING_TO_DO, NOT_ME),
        ),
        Template.FACTOR_REMOVED: Text(
            "Auf {{ server }} fiel ein zweiter Faktor weg",
            (
                "Bei Ihrem Konto auf {{ server }} fiel weg: {{ factor }}."
                "{% if left %} Verbleibende Ersatzcodes: {{ left }}.{% endif %}",
            ),
            after=(NOTHING_TO_DO, NOT_ME),
        ),
        Template.ACCOUNT_LOCKED: Text(
            "Ihr Konto auf {{ server }} ist gesperrt",
            (
                "Nach zu vielen Fehlversuchen, sich anzumelden, ist Ihr Konto auf {{ server }} gesperrt."
                " Wer den Server verwaltet, kann es entsperren.",
            ),
            after=(
                "Wenn Sie nicht versucht haben, sich anzumelden, rät womöglich jemand Ihr Passwort:"
                " Wählen Sie ein langes.",
            ),
        ),
        Template.REGISTERED_ALREADY: Text(
            "Sie haben schon ein Konto auf {{ server }}",
            (
                "Jemand wollte sich auf {{ server }} mit dieser E-Mail-Adresse registrieren; sie hat dort schon ein"
                " Konto. Wenn Sie das waren, melden Sie sich an, oder lassen Sie sich ein neues Passwort setzen.",
            ),
            "Zu {{ server }}",
            ("Wenn Sie das nicht waren, müssen Sie nichts tun: Es hat sich nichts geändert.",),
        ),
        Template.TEST: Text(
            "Probe-E-Mail von {{ server }}",
            ("Diese E-Mail wurde verschickt, um zu sehen, ob {{ server }} E-Mails senden kann. Es geht.",),
        ),
    },
)
