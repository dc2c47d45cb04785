"""Why somebody could not sign in by single sign-on."""

from enum import StrEnum

from app.core.errors import AppError


class Problem(StrEnum):
    """As the address of the sign-in page names it."""

    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    MIXED_UP = "mixed_up"
    PROVIDER_ERROR = "provider_error"
    BAD_TOKEN = "bad_token"  # noqa: S105
    NO_ACCOUNT = "no_account"
    ACCOUNT_EXISTS = "account_exists"
    DISABLED = "disabled"
    LINKED_ELSEWHERE = "linked_elsewhere"
    SIGNED_OUT = "signed_out"


MESSAGES = {
    Problem.UNREACHABLE: "The identity provider can't be reached just now. Try again later.",
    Problem.CANCELLED: "The sign-in was cancelled.",
    Problem.EXPIRED: "That took too long, or was answered already. Try again.",
    Problem.MIXED_UP: "The answer came from another provider than the one that was asked.",
    Problem.PROVIDER_ERROR: "The identity provider doesn't let you in.",
    Problem.BAD_TOKEN: "What the identity provider says can't be trusted.",
    Problem.NO_ACCOUNT: "There is no account for you here. Ask an administrator.",
    Problem.ACCOUNT_EXISTS: "There is an account with your address already. Sign in to it, then link the provider.",
    Problem.DISABLED: "Your account is disabled.",
    Problem.LINKED_ELSEWHERE: "That identity, or your account, is linked already.",
    Problem.SIGNED_OUT: "You were signed out meanwhile. Sign in, then try again.",
}


class Refused(AppError):
    """why: the reason, of which MESSAGES tells people. The error's own text is for the log."""

    code = "SINGLE_SIGN_ON_REFUSED"

    def __init__(self, why: Problem, detail: str) -> None:
        super().__init__(detail)
        self.why = why
