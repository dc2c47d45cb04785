"""Errors as clients see them: members of a mutation's result, or entries of `errors` with a code."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import strawberry

from app.core import errors as core
from app.mail import errors as mail
from graphql import GraphQLError

log = logging.getLogger(__name__)

INTERNAL = "INTERNAL"


@strawberry.interface(description="Why something asked for was not done.")
class Error:
    message: str = strawberry.field(description="What went wrong, in a sentence for people.")


@strawberry.type(description="What was asked about does not exist, or not for the viewer.")
class NotFound(Error):
    pass


@strawberry.type(
    description="It can't be done as things are: something already exists or is already running."
)
class Conflict(Error):
    pass


@strawberry.type(description="A value can't be taken.")
class InvalidInput(Error):
    field: str = strawberry.field(description="Path of the offending field within the input.")


@strawberry.type(description="The viewer lacks a permission.")
class PermissionDenied(Error):
    pass


@strawberry.type(
    description="It needs the viewer to show once more who they are: `proveIdentity` does, then ask again. API tokens"
    " can't."
)
class StepUpRequired(Error):
    pass


@strawberry.type(description="Asked too often.")
class RateLimited(Error):
    retry_after_seconds: float = strawberry.field(description="When to try again, in seconds from now.")


@strawberry.type(description="This server is not set up to send mail, which this needs.")
class MailNotConfigured(Error):
    pass


def as_result(error: core.AppError) -> Error:
    """The error as a member of a mutation's union. Raises it anew where there is no type for it."""
    message = str(error)
    match error:
        case core.NotFound():
            return NotFound(message=message)
        case core.Conflict():
            return Conflict(message=message)
        case core.Invalid():
            return InvalidInput(message=message, field=error.field)
        case core.Denied():
            return PermissionDenied(message=message)
        case core.StepUpRequired():
            return StepUpRequired(message=message)
        case core.RateLimited():
            return RateLimited(message=message, retry_after_seconds=error.retry_after_s)
        case mail.MailNotConfigured():
            return MailNotConfigured(message=message)
        case _:
            raise error


async def result(work: Awaitable[Any]) -> Any:
    """A mutation's payload, or the error that is a member of its union."""
    try:
        return await work
    except core.AppError as error:
        return as_result(error)


FormatError = Callable[[GraphQLError], Mapping[str, Any]]


def error_formatter(current_request_id: Callable[[], str]) -> FormatError:
    """Writes an entry of `errors`: users' errors with their code, bugs masked and logged with their traceback."""

    def format_error(error: GraphQLError) -> Mapping[str, Any]:
        request_id = current_request_id()
        cause = _cause(error)
        formatted: dict[str, Any] = dict(error.formatted)
        if cause is None:
            extensions = dict(error.extensions or {})
        elif isinstance(cause, core.AppError):
            extensions = {"code": cause.code} | _details(cause)
        else:
            log.error("Request %s failed at %s", request_id, _path(error), exc_info=cause)
            formatted["message"], extensions = "Internal error", {"code": INTERNAL}
        return formatted | {"extensions": extensions | {"requestId": request_id}}

    return format_error


def _cause(error: GraphQLError) -> BaseException | None:
    """What a resolver raised; None for what GraphQL itself has to say."""
    cause: BaseException | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def _details(error: core.AppError) -> dict[str, Any]:
    if isinstance(error, core.Invalid):
        return {"field": error.field}
    return {"retryAfterSeconds": error.retry_after_s} if isinstance(error, core.RateLimited) else {}


def _path(error: GraphQLError) -> str:
    return ".".join(map(str, error.path or ())) or "the operation"
