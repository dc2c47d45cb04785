"""Spanish."""

from app.mail.letters import Factor, Template
from app.mail.texts.wording import Text, Wording

NOT_ME = (
    "Si no ha sido usted, cambie su contraseña ahora mismo, cierre todas las demás sesiones en la página de su cuenta y"
    " avise a quien administra el servidor."
)
GOOD_FOR = (
    "El enlace solo sirve una vez{% if hours %}"
    ", durante {{ hours }} hora{% if hours != '1' %}s{% endif %}{% endif %}."
)
NOTHING_TO_DO = "Si ha sido usted, no tiene que hacer nada."
WORDING = Wording(
    greeting="Hola:",
    greeting_by_name="Hola, {{ name }}:",
    or_copy="Si el botón no funciona, copie esta dirección en su navegador:",
    at="Cuándo",
    device="Dispositivo",
    address="Desde la dirección",
    browser_on_os="{{ browser }} en {{ os }}",
    footer="{{ server }} ha enviado este mensaje automáticamente. Las respuestas no se leen.",
    factors={
        Factor.TOTP: "una aplicación de autenticación",
        Factor.PASSKEY: "una llave de acceso",
        Factor.BACKUP_CODES: "nuevos códigos de respaldo (los anteriores ya no sirven)",
        Factor.BACKUP_CODE: "un código de respaldo, que se acaba de usar",
        Factor.ALL: "todos los segundos factores",
    },
    texts={
        Template.VERIFY_ADDRESS: Text(
            "Confirme su dirección de correo para {{ server }}",
            (
                "Se ha creado una cuenta en {{ server }} con esta dirección de correo."
                " Por favor, confirme que es suya.",
            ),
            "Confirmar la dirección",
            (
                GOOD_FOR,
                "Si no ha creado la cuenta, no haga caso de este mensaje: la cuenta se eliminará.",
            ),
        ),
        Template.RESET_PASSWORD: Text(
            "Nueva contraseña para {{ server }}",
            ("Alguien ha pedido establecer una nueva contraseña para su cuenta en {{ server }}.",),
            "Establecer una nueva contraseña",
            (
                GOOD_FOR,
                "Si no ha sido usted, no haga caso de este mensaje: su contraseña sigue siendo la misma.",
            ),
        ),
        Template.INVITATION: Text(
            "Invitación a {{ server }}",
            (
                "{% if inviter %}{{ inviter }} le invita a {{ server }}."
                "{% else %}Tiene una invitación a {{ server }}.{% endif %}",
            ),
            "Aceptar la invitación",
            (
                "{% if days %}La invitación es válida durante {{ days }} día{% if days != '1' %}s{% endif %}. "
                "{% endif %}"
                "Si no sabe de qué se trata, no haga caso de este mensaje.",
            ),
        ),
        Template.ADDRESS_CHANGED: Text(
            "Se ha cambiado su dirección de correo en {{ server }}",
            (
                "Su cuenta en {{ server }} tiene ahora otra dirección de correo"
                "{% if new_address %}: {{ new_address }}{% endif %}. A esta no se enviarán más mensajes.",
            ),
            after=(NOT_ME,),
        ),
        Template.CONFIRM_NEW_ADDRESS: Text(
            "Confirme su nueva dirección de correo para {{ server }}",
            (
                "Esta va a ser la dirección de correo de su cuenta en {{ server }}."
                " Por favor, confirme que es suya.",
            ),
            "Confirmar la dirección",
            (GOOD_FOR, "Si no lo ha pedido, no haga caso de este mensaje: no cambiará nada."),
        ),
        Template.NEW_DEVICE: Text(
            "Nuevo inicio de sesión en {{ server }}",
            (
                "Alguien ha iniciado sesión en su cuenta de {{ server }} desde un dispositivo hasta ahora desconocido.",
            ),
            after=(NOTHING_TO_DO, NOT_ME),
        ),
        Template.PASSWORD_CHANGED: Text(
            "Se ha cambiado su contraseña en {{ server }}",
            ("Se ha cambiado la contraseña de su cuenta en {{ server }}.",),
            after=(NOTHING_TO_DO, NOT_ME),
        ),
        Template.FACTOR_ADDED: Text(
            "Se ha añadido un segundo factor en {{ server }}",
            ("Se ha añadido a su cuenta en {{ server }}: {{ factor }}.",),
            after=(NOTHING_TO_DO, NOT_ME),
        ),
        Template.FACTOR_REMOVED: Text(
            "Se ha quitado un segundo factor en {{ server }}",
            (
                "Se ha quitado de su cuenta en {{ server }}: {{ factor }}."
                "{% if left %} Códigos de respaldo que quedan: {{ left }}.{% endif %}",
            ),
            after=(NOTHING_TO_DO, NOT_ME),
        ),
        Template.ACCOUNT_LOCKED: Text(
            "Su cuenta en {{ server }} está bloqueada",
            (
                "Tras demasiados intentos fallidos de iniciar sesión, su cuenta en {{ server }} está bloqueada."
                " Un administrador del servidor puede desbloquearla.",
            ),
            after=(
                "Si no ha intentado iniciar sesión, puede que alguien esté tratando de adivinar su contraseña:"
                " elija una larga.",
            ),
        ),
        Template.REGISTERED_ALREADY: Text(
            "Ya tiene una cuenta en {{ server }}",
            (
                "Alguien ha intentado registrarse en {{ server }} con esta dirección de correo, que ya tiene"
                " una cuenta. Si ha sido usted, inicie sesión o pida una nueva contraseña.",
            ),
            "Ir a {{ server }}",
            ("Si no ha sido usted, no tiene que hacer nada: no se ha cambiado nada.",),
        ),
        Template.TEST: Text(
            "Mensaje de prueba de {{ server }}",
            ("Este mensaje se ha enviado para comprobar que {{ server }} puede enviar correo. Puede.",),
        ),
    },
)
