"""GraphQL over HTTP: https://graphql.github.io/graphql-over-http/draft/."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from app.web.codings import LEAST_BYTES, coded
from app.web.graphql.arrival import Arrival
from app.web.graphql.documents import Operation, OperationKind
from app.web.graphql.endpoint import Endpoint, internal_error, plain_error, too_many
from app.web.graphql.errors import (
    ClientGone,
    Forbidden,
    Malformed,
    Refused,
    RequestError,
    TooMany,
    Unauthenticated,
)
from app.web.graphql.executor import Executor, Result
from app.web.graphql.intake import read_request
from app.web.graphql.lifeline import unless_gone
from app.web.graphql.negotiate import Media, preferred
from app.web.graphql.request import encode
from app.web.graphql.sse import event_stream, single_event
from app.web.graphql.validators import KEPT, has_tag, tag_of

_NOSNIFF = (b"x-content-type-options", b"nosniff")
_FIELDS = ((b"cache-control", b"no-store"), (b"vary", b"accept, accept-encoding"), _NOSNIFF)
_CONTENT_TYPES: dict[str, tuple[bytes, bytes]] = {
    media: (b"content-type", f"{media}; charset=utf-8".encode()) for media in Media
}
# What in the address of a request is, or names, its document.
_DOCUMENTS = {"query", "documentId", "extensions"}


def is_browser_navigation(scope: Scope) -> bool:
    """Whether a person opened the endpoint's address in a browser, to whom a page is shown rather than JSON."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    connection = Arrival(scope)
    best = preferred(connection.headers.get("accept"), (*Media, "text/html"))[:1]
    return best == ("text/html",) and connection.query_params.keys().isdisjoint(_DOCUMENTS)


class Http:
    """Answers one HTTP request, whatever happens, unless the client left. name: a field of the head more."""

    def __init__(
        self,
        endpoint: Endpoint,
        scope: Scope,
        receive: Receive,
        send: Send,
        name: tuple[bytes, bytes] | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._connection = Arrival(scope)
        self._receive = receive
        self._raw_send, self._name = send, name
        self._started = False
        self._media = self._connection.bearing.media

    @property
    def _method(self) -> str:
        return self._connection.scope["method"]

    async def answer(self) -> None:
        try:
            await self._answer()
        except ClientGone:
            return
        except Exception as error:
            if self._started:
                raise
            await self._refuse(_refusal(error))

    async def _answer(self) -> None:
        request = await read_request(self._endpoint, self._connection, self._receive)
        if not self._media:
            raise Refused(406, "NOT_ACCEPTABLE", f"GraphQL is served as {', '.join(Media)}.")
        context = await self._endpoint.make_context(self._connection, None)
        try:
            kind, operation, executor = await self._endpoint.begin(request, context)
        except RequestError as error:
            await self._respond(Result.refused(*error.errors), context)
        else:
            await self._execute(kind, operation, executor, context)

    async def _execute(
        self, kind: OperationKind, operation: Operation, executor: Executor, context: Any
    ) -> None:
        if kind is OperationKind.SUBSCRIPTION:
            await self._subscribe(operation, executor, context)
        elif kind is OperationKind.QUERY:
            result = await unless_gone(self._receive, executor.execute(operation, context))
            await self._respond(result, context, is_kept=operation.is_trusted and self._method == "GET")
        elif self._method == "GET":
            raise Refused(405, "METHOD_NOT_ALLOWED", "Mutations are sent by POST.", {"allow": "POST"})
        else:
            # A page that is being left sends its last change and hangs up; the change counts all the same.
            await self._respond(await executor.execute(operation, context), context)

    async def _subscribe(self, operation: Operation, executor: Executor, context: Any) -> None:
        endpoint = self._endpoint
        if Media.EVENTS not in self._media:
            raise Refused(
                406, "NOT_ACCEPTABLE", f"Subscriptions are served as {Media.EVENTS}, or by WebSocket."
            )
        with endpoint.subscriptions.hold(endpoint.viewer_key(context)):
            async with endpoint.stay(context) as until_away:
                results = await unless_gone(self._receive, executor.subscribe(operation, context))
                if isinstance(results, Result):
                    await self._send_whole(200, Media.EVENTS, single_event(endpoint.payload(results)))
                else:
                    await event_stream(endpoint, results, until_away, self._receive, self._send)

    async def _respond(self, result: Result, context: Any, *, is_kept: bool = False) -> None:
        """is_kept: whether the client may keep an answer without errors, and is spared one that it has."""
        media = self._media[0]
        payload = self._endpoint.payload(result)
        headers = self._endpoint.headers_of(context)
        if media == Media.EVENTS:
            await self._send_whole(200, media, single_event(payload), headers)
        elif is_kept and not result.errors:
            await self._send_kept(media, encode(payload), headers)
        else:
            status = 200 if result.executed or media == Media.JSON else 400
            await self._send_whole(status, media, encode(payload), headers)

    async def _send_kept(self, media: str, body: bytes, headers: Sequence[tuple[str, str]]) -> None:
        tag = tag_of(media, body)
        fields = [*KEPT, _NOSNIFF, (b"etag", tag.encode()), *_encoded(headers)]
        if has_tag(self._connection.headers, tag):
            await self._send({"type": "http.response.start", "status": 304, "headers": fields})
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            await self._send_fields(200, media, body, fields)

    async def _refuse(self, refusal: "_Refusal") -> None:
        media = next((media for media in self._media if media != Media.EVENTS), Media.JSON)
        await self._send_whole(
            refusal.status, media, encode({"errors": [refusal.error]}), tuple(refusal.headers.items())
        )

    async def _send_whole(
        self, status: int, media: str, body: bytes, headers: Sequence[tuple[str, str]] = ()
    ) -> None:
        await self._send_fields(status, media, body, [*_FIELDS, *_encoded(headers)] if headers else _FIELDS)

    async def _send_fields(
        self, status: int, media: str, body: bytes, fields: Sequence[tuple[bytes, bytes]]
    ) -> None:
        fields = [*fields, _CONTENT_TYPES[media]]
        if len(body) >= LEAST_BYTES and media != Media.EVENTS:
            coding = self._connection.bearing.coding
            if coding is not None:
                body = await coded(body, coding)
                fields.append((b"content-encoding", coding.encode()))
        fields.append((b"content-length", b"%d" % len(body)))
        await self._send({"type": "http.response.start", "status": status, "headers": fields})
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    async def _send(self, message: Message) -> None:
        if self._name is not None and not self._started:
            message = {**message, "headers": [*message["headers"], self._name]}
        self._started = True
        await self._raw_send(message)


def _encoded(headers: Sequence[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]


@dataclass(frozen=True, slots=True)
class _Refusal:
    status: int
    error: dict[str, Any]
    headers: Mapping[str, str]


def _refusal(error: Exception) -> _Refusal:
    match error:
        case Refused():
            return _Refusal(error.status, plain_error(error.code, str(error)), error.headers)
        case Malformed():
            return _Refusal(400, plain_error("BAD_REQUEST", str(error)), {})
        case Unauthenticated():
            challenge = {"www-authenticate": 'Bearer realm="graphql"'}
            return _Refusal(401, plain_error("UNAUTHENTICATED", str(error)), challenge)
        case Forbidden():
            return _Refusal(403, plain_error("FORBIDDEN", str(error)), {})
        case TooMany():
            return _Refusal(429, too_many(error), {})
        case _:
            return _Refusal(500, internal_error(error), {})
