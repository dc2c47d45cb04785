"""What can go wrong by a caller's doing; anything else is a bug.

AppError
├── NotFound        nothing there, or nothing the viewer may know of
├── Conflict        true at another time, or for another value: already exists, already running
├── Invalid         a value that can't be taken; names the field
├── Denied          the viewer lacks a permission
├── StepUpRequired  the viewer has to show once more who they are
├── RateLimited     too often; says when to come back
└── Unreadable      a stored secret whose key is lost, or that is damaged
"""

# Names, ids and values that a client sent stand in messages.
MOST_CHARS = 1000


class AppError(Exception):
    """Base of every error that a user may read, which is told `short`."""

    code: str = "ERROR"

    def __str__(self) -> str:
        return short(super().__str__())


class NotFound(AppError):
    code = "NOT_FOUND"

    def __init__(self, kind: str, key: object) -> None:
        super().__init__(f"There is no {kind} {key}.")
        self.kind = kind
        self.key = str(key)


class Conflict(AppError):
    code = "CONFLICT"


class Invalid(AppError):
    code = "INVALID_INPUT"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Denied(AppError):
    code = "PERMISSION_DENIED"


class StepUpRequired(AppError):
    code = "STEP_UP_REQUIRED"


class RateLimited(AppError):
    code = "RATE_LIMITED"

    def __init__(self, message: str, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Unreadable(AppError):
    code = "SECRET_UNREADABLE"


def short(message: str) -> str:
    """As much of it as people read."""
    return message if len(message) <= MOST_CHARS else f"{message[:MOST_CHARS]}…"
