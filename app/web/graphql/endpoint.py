"""What the transports of one graph share."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import HTTPConnection

from app.web.graphql.documents import Documents, Operation, OperationKind
from app.web.graphql.errors import RequestError, TooMany, Unauthenticated
from app.web.graphql.executor import Executor, Result
from app.web.graphql.known import KnownDocuments
from app.web.graphql.limits import Subscriptions, TransportLimits
from app.web.graphql.request import Request
from app.web.graphql.request_id import current_request_id
from graphql import GraphQLError

logger = logging.getLogger(__name__)

MakeContext = Callable[[HTTPConnection, Mapping[str, Any] | None], Awaitable[Any]]
FormatError = Callable[[GraphQLError], Mapping[str, Any]]

INTERNAL_ERROR = "INTERNAL_SERVER_ERROR"
SIGN_IN = "Sign in first."


@dataclass(frozen=True, slots=True)
class Graph:
    """A schema, and what executes it."""

    documents: Documents
    executor: Executor


@dataclass(frozen=True, slots=True)
class Departure:
    """Why somebody who is connected has to go. code, reason: of the socket's end."""

    code: int
    reason: str


# Waits until somebody who is connected has to go.
UntilAway = Callable[[], Awaitable[Departure]]
Stay = Callable[[Any], AbstractAsyncContextManager[UntilAway]]
Admit = Callable[[OperationKind, Any], Awaitable[None]]


async def admit_all(_kind: OperationKind, _context: Any) -> None:
    """For graphs that count nobody's operations."""


@asynccontextmanager
async def endless_stay(_context: Any) -> AsyncGenerator[UntilAway]:
    """For graphs that show nobody out."""
    never: asyncio.Future[Departure] = asyncio.get_running_loop().create_future()

    async def until_away() -> Departure:
        return await never

    yield until_away


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A graph and the rules for serving it.

    strangers: the graph of those who bring no credentials, who are told of nothing else; None where all get the same.
    is_stranger: whether a context is of such a one.
    stay: entered while somebody is connected, by a socket or a stream; tells when they have to go.
    admit: counts an operation before it is executed; raises Refused for one too many.
    headers_of: header fields that a context has for its HTTP response, like cookies.
    known: the documents that requests may name. may_ask_anything: whose documents need not be trusted ones.
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
    strangers: Graph | None = None
    is_stranger: Callable[[Any], bool] = lambda _context: False
    stay: Stay = endless_stay
    admit: Admit = admit_all
    headers_of: Callable[[Any], Sequence[tuple[str, str]]] = lambda _context: ()
    known: KnownDocuments = field(default_factory=KnownDocuments)
    may_ask_anything: Callable[[Any], bool] = lambda _context: False
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def begin(self, request: Request, context: Any) -> tuple[OperationKind, Operation, Executor]:
        """What `prepare` makes of the request with its document, counted; what is refused counts, too.

        Raises the same as `prepare`, and Refused for one too many.
        """
        try:
            if request.reference is not None:
                request = await self.known.found(request)
            operation, executor = self.prepare(request, context)
        except (RequestError, Unauthenticated):
            await self.admit(OperationKind.QUERY, context)
            raise
        kind = operation.kind
        await self.admit(kind, context)
        if request.reference is not None:
            await self.known.keep(request, None if self.is_stranger(context) else self.viewer_key(context))
        return kind, operation, executor

    def prepare(self, request: Request, context: Any) -> tuple[Operation, Executor]:
        """The operation, and what executes it. Raises RequestError; Unauthenticated where a stranger asks for more."""
        known = self.known
        if not known.doubts(request.query) or self.may_ask_anything(context):
            return self._prepared(request, context)
        known.refuse_untrusted()
        operation, executor = self._prepared(request, context)
        known.count_untrusted(request.query, operation.name)
        return operation, executor

    def _prepared(self, request: Request, context: Any) -> tuple[Operation, Executor]:
        if self.strangers is None or not self.is_stranger(context):
            return self.documents.prepare(request), self.executor
        try:
            return self.strangers.documents.prepare(request), self.strangers.executor
        except RequestError as error:
            raise Unauthenticated(SIGN_IN) from error

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
