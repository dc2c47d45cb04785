"""What can go wrong with mail by a caller's doing."""

from app.core.errors import AppError


class MailNotConfigured(AppError):
    """Marquee can send no mail, or make no links for it."""

    code = "MAIL_NOT_CONFIGURED"

    def __init__(self) -> None:
        super().__init__("This server is not set up to send mail.")


class MailRefused(AppError):
    """The mail server did not take a letter; the message is what it said."""

    code = "MAIL_REFUSED"
