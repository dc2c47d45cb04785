"""What the transports of one graph share."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import HTTPConnection

from app.web.graphql.documents import Documents
from app.web.graphql.errors import TooMany
from app.web.graphql.executor import Executor, Result
from app.web.graphql.limits import Subscriptions, TransportLimits
from app.web.graphql.request_id import current_request_id
from graphql import GraphQLError

logger = logging.getLogger(__name__)

MakeContext = Callable[[HTTPConnection, Mapping[str, Any] | None], Awaitable[Any]]
FormatError = Callable[[GraphQLError], Mapping[str, Any]]

INTERNAL_ERROR = "INTERNAL_SERVER_ERROR"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A graph and the rules for serving it.

    make_context: authenticates and makes the context of one operation. It gets the payload of connection_init
    on a socket, where it is called once for that message and again for every operation, so that a session
    that ended in between starts nothing more. Raises Unauthenticated or Forbidden.
    viewer_key: whose subscriptions are counted together.
    format_error: what a client may see of an error.
    closing: set when the server shuts down; streams end themselves then.
    """

    documents: Documents
    executor: Executor
    make_context: MakeContext
    viewer_key: Callable[[Any], str]
    format_error: FormatError
    limits: TransportLimits
    allowed_origins: frozenset[str]
    subscriptions: Subscriptions
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    def payload(self, result: Result) -> dict[str, Any]:
        """The result as the JSON object that a client gets; errors come first, as the specification advises."""
        payload: dict[str, Any] = {}
        if result.errors:
            payload["errors"] = [dict(self.format_error(error)) for error in result.errors]
        if result.executed:
            payload["data"] = result.data
        if result.extensions:
            payload["extensions"] = result.extensions
        return payload


def plain_error(code: str, message: str) -> dict[str, Any]:
    """An error of the transport itself, as a member of `errors`."""
    return {"message": message, "extensions": {"code": code, "requestId": current_request_id()}}


def too_many(error: TooMany) -> dict[str, Any]:
    return plain_error("TOO_MANY_SUBSCRIPTIONS", str(error))


def internal_error(error: BaseException) -> dict[str, Any]:
    """Log a bug in full and tell nothing of it."""
    logger.error("Request %s failed in the transport", current_request_id(), exc_info=error)
    return plain_error(INTERNAL_ERROR, "Internal server error.")
