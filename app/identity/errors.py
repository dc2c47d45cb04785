"""Why somebody is not let in, or not believed."""

from app.core.errors import AppError


class WrongCredentials(AppError):
    """The name or the password is wrong; never which."""

    code = "INVALID_CREDENTIALS"

    def __init__(self) -> None:
        super().__init__("The name or the password is wrong.")


class LinkInvalid(AppError):
    code = "LINK_INVALID"

    def __init__(self) -> None:
        super().__init__("This link is good no more: it was used, is too old, or was taken back.")


class EmailUnverified(AppError):
    """The name and the password are right, and the account waits for its address to be verified."""

    code = "EMAIL_UNVERIFIED"

    def __init__(self) -> None:
        super().__init__("Open the link in the letter that was sent to your e-mail address first.")


class RegistrationClosed(AppError):
    code = "REGISTRATION_CLOSED"

    def __init__(self) -> None:
        super().__init__("Accounts are made by invitation, or by an administrator.")
