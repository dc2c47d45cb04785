"""A graph as an ASGI application: HTTP, server-sent events and WebSocket at one address."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from starlette.types import Receive, Scope, Send

from app.web.graphql.documents import Documents
from app.web.graphql.endpoint import (
    Admit,
    Endpoint,
    FormatError,
    Graph,
    MakeContext,
    Stay,
    admit_all,
    endless_stay,
)
from app.web.graphql.executor import Executor
from app.web.graphql.http import Http
from app.web.graphql.known import KnownDocuments
from app.web.graphql.limits import Subscriptions, TransportLimits
from app.web.graphql.request_id import RequestIds, begin_request, end_request, is_named, name_of
from app.web.graphql.websocket import Session


class GraphQL:
    """Serves whatever path it is put at; see Endpoint for what it is made of.

    allowed_origins: pages other than our own that may use it, like `https://films.example`.

    Uvicorn must run it with http=HttpConnection, ws="websockets-sansio" and ws_max_size a little above
    limits.message_bytes; its server has to call `close` before it waits for connections to end.
    """

    def __init__(
        self,
        documents: Documents,
        executor: Executor,
        *,
        make_context: MakeContext,
        viewer_key: Callable[[Any], str],
        format_error: FormatError,
        limits: TransportLimits | None = None,
        allowed_origins: Collection[str] = (),
        strangers: Graph | None = None,
        is_stranger: Callable[[Any], bool] = lambda _context: False,
        stay: Stay = endless_stay,
        admit: Admit = admit_all,
        headers_of: Callable[[Any], Sequence[tuple[str, str]]] = lambda _context: (),
        known: KnownDocuments | None = None,
        may_ask_anything: Callable[[Any], bool] = lambda _context: False,
    ) -> None:
        limits = limits or TransportLimits()
        self._endpoint = Endpoint(
            documents=documents,
            executor=executor,
            strangers=strangers,
            is_stranger=is_stranger,
            stay=stay,
            admit=admit,
            headers_of=headers_of,
            known=known or KnownDocuments(),
            may_ask_anything=may_ask_anything,
            make_context=make_context,
            viewer_key=viewer_key,
            format_error=format_error,
            limits=limits,
            allowed_origins=frozenset(origin.lower().rstrip("/") for origin in allowed_origins),
            subscriptions=Subscriptions(limits.subscriptions_per_viewer),
        )
        self._sockets = RequestIds(self._socket)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._sockets(scope, receive, send)
        elif is_named(scope):
            await Http(self._endpoint, scope, receive, send).answer()
        else:
            token = begin_request(scope)
            try:
                await Http(self._endpoint, scope, receive, send, name_of(scope)).answer()
            finally:
                end_request(token)

    def close(self) -> None:
        """End every open stream and socket, for good: the server shuts down. Call it on the event loop."""
        self._endpoint.closing.set()

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        await Session(self._endpoint, scope, receive, send).run()
