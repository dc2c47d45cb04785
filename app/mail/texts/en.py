"""English."""

from app.mail.letters import Factor, Template
from app.mail.texts.wording import Text, Wording

NOT_ME = (
    "If that was not you, change your password now, end all other sessions on your account page, and tell whoever runs"
    " the server."
)
GOOD_FOR = (
    "The link can be used once{% if hours %}"
    ", within {{ hours }} hour{% if hours != '1' %}s{% endif %}{% endif %}."
)
WORDING = Wording(
    greeting="Hello,",
    greeting_by_name="Hello {{ name }},",
    or_copy="If the button does not work, copy this address into your browser:",
    at="When",
    device="Device",
    address="From the address",
    browser_on_os="{{ browser }} on {{ os }}",
    footer="{{ server }} sent this letter by itself. Replies are not read.",
    factors={
        Factor.TOTP: "an authenticator app",
        Factor.PASSKEY: "a passkey",
        Factor.BACKUP_CODES: "new backup codes (earlier ones no longer work)",
        Factor.BACKUP_CODE: "a backup code, which was just used",
        Factor.ALL: "all second factors",
    },
    texts={
        Template.VERIFY_ADDRESS: Text(
            "Confirm your e-mail address for {{ server }}",
            (
                "An account at {{ server }} was made with this e-mail address. Please confirm that it is yours.",
            ),
            "Confirm address",
            (GOOD_FOR, "If you did not make the account, ignore this letter: the account will be deleted."),
        ),
        Template.RESET_PASSWORD: Text(
            "Set a new password for {{ server }}",
            ("Somebody asked to set a new password for your account at {{ server }}.",),
            "Set a new password",
            (GOOD_FOR, "If that was not you, ignore this letter: your password stays as it is."),
        ),
        Template.INVITATION: Text(
            "You are invited to {{ server }}",
            (
                "{% if inviter %}{{ inviter }} invites you to {{ server }}."
                "{% else %}You are invited to {{ server }}.{% endif %}",
            ),
            "Accept the invitation",
            (
                "{% if days %}The invitation is good for {{ days }} day{% if days != '1' %}s{% endif %}. {% endif %}"
                "If you do not know what this is about, ignore this letter.",
            ),
        ),
        Template.ADDRESS_CHANGED: Text(
            "Your e-mail address at {{ server }} was changed",
            (
                "Your account at {{ server }} now has another e-mail address"
                "{% if new_address %}, {{ new_address }}{% endif %}. This is the last letter to this one.",
            ),
            after=(NOT_ME,),
        ),
        Template.CONFIRM_NEW_ADDRESS: Text(
            "Confirm your new e-mail address for {{ server }}",
            (
                "This is to become the address of your account at {{ server }}. Please confirm that it is yours.",
            ),
            "Confirm address",
            (GOOD_FOR, "If you did not ask for this, ignore this letter: nothing will be changed."),
        ),
        Template.NEW_DEVICE: Text(
            "New sign-in at {{ server }}",
            ("Somebody signed in to your account at {{ server }} from a device that was not known before.",),
            after=("If that was you, there is nothing to do.", NOT_ME),
        ),
        Template.PASSWORD_CHANGED: Text(
            "Your password at {{ server }} was changed",
            ("The password of your account at {{ server }} was changed.",),
            after=("If that was you, there is nothing to do.", NOT_ME),
        ),
        Template.FACTOR_ADDED: Text(
            "A second factor was added at {{ server }}",
            ("Added to your account at {{ server }}: {{ factor }}.",),
            after=("If that was you, there is nothing to do.", NOT_ME),
        ),
        Template.FACTOR_REMOVED: Text(
            "A second factor was removed at {{ server }}",
            (
                "Removed from your account at {{ server }}: {{ factor }}."
                "{% if left %} Backup codes left: {{ left }}.{% endif %}",
            ),
            after=("If that was you, there is nothing to do.", NOT_ME),
        ),
        Template.ACCOUNT_LOCKED: Text(
            "Your account at {{ server }} is locked",
            (
                "There were too many failed attempts to sign in to your account at {{ server }}, so it is locked."
                " An administrator of the server can unlock it.",
            ),
            after=(
                "If you did not try to sign in, somebody may be guessing your password: choose a long one.",
            ),
        ),
        Template.REGISTERED_ALREADY: Text(
            "You already have an account at {{ server }}",
            (
                "Somebody tried to register at {{ server }} with this e-mail address, which already has an account."
                " If that was you, sign in, or have a new password set.",
            ),
            "Go to {{ server }}",
            ("If that was not you, there is nothing to do: nothing was changed.",),
        ),
        Template.TEST: Text(
            "Test letter from {{ server }}",
            ("This letter was sent to see whether {{ server }} can send mail. It can.",),
        ),
    },
)
