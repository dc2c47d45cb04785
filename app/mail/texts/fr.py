"""French."""

from app.mail.letters import Factor, Template
from app.mail.texts.wording import Text, Wording

NOT_ME = (
    "Si ce n’était pas vous, changez votre mot de passe sans attendre, fermez toutes les autres sessions sur la page de"
    " votre compte et prévenez la personne qui gère le serveur."
)
GOOD_FOR = (
    "Le lien ne sert qu’une fois{% if hours %}"
    ", pendant {{ hours }} heure{% if hours != '1' %}s{% endif %}{% endif %}."
)
NOTHING_TO_DO = "Si c’était vous, vous n’avez rien à faire."
WORDING = Wording(
    greeting="Bonjour,",
    greeting_by_name="Bonjour {{ name }},",
    or_copy="Si le bouton ne fonctionne pas, copiez cette adresse dans votre navigateur :",
    at="Quand",
    device="Appareil",
    address="Depuis l’adresse",
    browser_on_os="{{ browser }} sous {{ os }}",
    footer="{{ server }} a envoyé ce message automatiquement. Les réponses ne sont pas lues.",
    factors={
        Factor.TOTP: "une application d’authentification",
        Factor.PASSKEY: "une clé d’accès",
        Factor.BACKUP_CODES: "de nouveaux codes de secours (les précédents ne sont plus valables)",
        Factor.BACKUP_CODE: "un code de secours, qui vient d’être utilisé",
        Factor.ALL: "tous les seconds facteurs",
    },
    texts={
        Template.VERIFY_ADDRESS: Text(
            "Confirmez votre adresse e-mail pour {{ server }}",
            (
                "Un compte a été créé sur {{ server }} avec cette adresse e-mail."
                " Veuillez confirmer qu’elle est bien la vôtre.",
            ),
            "Confirmer l’adresse",
            (
                GOOD_FOR,
                "Si vous n’avez pas créé ce compte, ne tenez pas compte de ce message : le compte sera supprimé.",
            ),
        ),
        Template.RESET_PASSWORD: Text(
            "Nouveau mot de passe pour {{ server }}",
            ("Quelqu’un a demandé un nouveau mot de passe pour votre compte sur {{ server }}.",),
            "Choisir un nouveau mot de passe",
            (
                GOOD_FOR,
                "Si ce n’était pas vous, ne tenez pas compte de ce message : votre mot de passe ne change pas.",
            ),
        ),
        Template.INVITATION: Text(
            "Invitation à {{ server }}",
            (
                "{% if inviter %}{{ inviter }} vous invite sur {{ server }}."
                "{% else %}Vous êtes invité(e) sur {{ server }}.{% endif %}",
            ),
            "Accepter l’invitation",
            (
                "{% if days %}L’invitation est valable {{ days }} jour{% if days != '1' %}s{% endif %}. {% endif %}"
                "Si vous ne savez pas de quoi il s’agit, ne tenez pas compte de ce message.",
            ),
        ),
        Template.ADDRESS_CHANGED: Text(
            "Votre adresse e-mail sur {{ server }} a été modifiée",
            (
                "Votre compte sur {{ server }} a maintenant une autre adresse e-mail"
                "{% if new_address %} : {{ new_address }}{% endif %}."
                " Aucun autre message ne sera envoyé à celle-ci.",
            ),
            after=(NOT_ME,),
        ),
        Template.CONFIRM_NEW_ADDRESS: Text(
            "Confirmez votre nouvelle adresse e-mail pour {{ server }}",
            (
                "Cette adresse e-mail va devenir celle de votre compte sur {{ server }}."
                " Veuillez confirmer qu’elle est bien la vôtre.",
            ),
            "Confirmer l’adresse",
            (
                GOOD_FOR,
                "Si vous n’avez rien demandé, ne tenez pas compte de ce message : rien ne changera.",
            ),
        ),
        Template.NEW_DEVICE: Text(
            "Nouvelle connexion sur {{ server }}",
            ("Quelqu’un s’est connecté à votre compte sur {{ server }} depuis un appareil encore inconnu.",),
            after=(NOTHING_TO_DO, NOT_ME),
        ),
        Template.PASSWORD_CHANGED: Text(
            "Votre mot de passe sur {{ server }} a été modifié",
            ("Le mot de passe de votre compte sur {{ server }} a été modifié.",),
            after=(NOTHING_TO_DO, NOT_ME),
        ),
        Template.FACTOR_ADDED: Text(
            "Un second facteur a été ajouté sur {{ server }}",
            ("Ajouté à votre compte sur {{ server }} : {{ factor }}.",),
            after=(NOTHING_TO_DO, NOT_ME),
        ),
        Template.FACTOR_REMOVED: Text(
            "Un second facteur a été retiré sur {{ server }}",
            (
                "Retiré de votre compte sur {{ server }} : {{ factor }}."
                "{% if left %} Codes de secours restants : {{ left }}.{% endif %}",
            ),
            after=(NOTHING_TO_DO, NOT_ME),
        ),
        Template.ACCOUNT_LOCKED: Text(
            "Votre compte sur {{ server }} est verrouillé",
            (
                "Après trop de tentatives de connexion infructueuses, votre compte sur {{ server }} est verrouillé."
                " Un administrateur du serveur peut le déverrouiller.",
            ),
            after=(
                "Si vous n’avez pas essayé de vous connecter, quelqu’un cherche peut-être à deviner votre mot de"
                " passe : choisissez-en un long.",
            ),
        ),
        Template.REGISTERED_ALREADY: Text(
            "Vous avez déjà un compte sur {{ server }}",
            (
                "Quelqu’un a voulu s’inscrire sur {{ server }} avec cette adresse e-mail, qui y a déjà un compte."
                " Si c’était vous, connectez-vous, ou demandez un nouveau mot de passe.",
            ),
            "Aller sur {{ server }}",
            ("Si ce n’était pas vous, vous n’avez rien à faire : rien n’a été modifié.",),
        ),
        Template.TEST: Text(
            "Message d’essai de {{ server }}",
            (
                "Ce message a été envoyé pour vérifier que {{ server }} peut envoyer des e-mails. C’est le cas.",
            ),
        ),
    },
)
