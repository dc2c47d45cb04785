"""HTTP connections: heads of requests of a bounded size, and little done for each of them."""

import asyncio
from math import inf
from typing import Any, cast
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.web.exchange import Exchange

# Of the address and all fields of a request. Browsers and proxies send a tenth of it.
MOST_HEAD_BYTES = 32 * 1024
_SAID = b"The head of the request is larger than 32 KiB."
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: %d\r\nconnection: close\r\n\r\n%s" % (len(_SAID), _SAID)
)
_COLON_AND_END = 4


class HttpConnection(HttpToolsProtocol):
    """Uvicorn's, for requests with heads of a bounded size.

    The parser gathers a field until its end, so that bytes are counted as they come, too.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        super().connection_made(transport)
        self._head_bytes = self._arrived_bytes = 0
        # Whether what comes next belongs to a head or a trailer, and whether all that came last did.
        self._is_in_head = self._is_all_head = True
        self._has_head = False
        self._idle_since = inf

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()

    def data_received(self, data: bytes) -> None:
        self._is_all_head = self._is_in_head
        super().data_received(data)
        if self._is_all_head and not self.transport.is_closing():
            self._arrived_bytes += len(data)
            if self._arrived_bytes > MOST_HEAD_BYTES:
                self._refuse()

    def on_message_begin(self) -> None:
        self._head_bytes, self._has_head = 0, False
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value) + _COLON_AND_END)
        # What comes behind the body are trailers. Nobody asks for these, and they are not what proxies vouch for.
        if self._has_head:
            return
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        self._pass(is_in_head=False)
        self._has_head = True
        parser: Any = self.parser
        if self.limit_concurrency is not None or parser.should_upgrade():
            super().on_headers_complete()
            return
        version: str = parser.get_http_version()
        self._describe(parser, version)
        before, app = self.cycle, cast("Any", self.app)
        exchange = self.cycle = Exchange(
            self.scope,
            self.transport,
            self.flow,
            self.server_state.default_headers,
            self.on_response_complete,
            keep_alive=version != "1.0" and parser.should_keep_alive(),
            expects_100=self.expect_100_continue,
        )
        if before is None or before.response_complete:  # pyright: ignore[reportUnnecessaryComparison]
            self._start_asgi_task(exchange, app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((exchange, app))

    def on_chunk_header(self) -> None:
        """What follows the last one are fields."""
        self._pass(is_in_head=True)

    def on_body(self, body: bytes) -> None:
        self._pass(is_in_head=False)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._pass(is_in_head=True)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """A connection has one timer, and not one for each answer: then it is looked how long it has been idle."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._look_in(self.timeout_keep_alive)

    def send_400_response(self, msg: str) -> None:
        if self._head_bytes > MOST_HEAD_BYTES:
            self._refuse()
        else:
            super().send_400_response(msg)

    def _unset_keepalive_if_required(self) -> None:
        self._idle_since = inf

    def _look_in(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self._look)

    def _look(self) -> None:
        self.timeout_keep_alive_task = None
        left_s = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left_s <= 0:
            self.timeout_keep_alive_handler()
        elif left_s < inf:
            self._look_in(left_s)

    def _describe(self, parser: Any, version: str) -> None:
        """What the scope has of the first line, as uvicorn tells it."""
        scope: Any = self.scope
        scope["method"] = parser.get_method().decode("ascii")
        if version != "1.1":
            scope["http_version"] = version
        url = httptools.parse_url(self.url)
        path = url.path.decode("ascii")
        scope["path"] = self.root_path + (unquote(path) if "%" in path else path)
        scope["raw_path"] = self.root_path.encode("ascii") + url.path
        scope["query_string"] = url.query or b""

    def _pass(self, *, is_in_head: bool) -> None:
        self._is_in_head, self._is_all_head, self._arrived_bytes = is_in_head, False, 0

    def _count(self, size_bytes: int) -> None:
        self._head_bytes += size_bytes
        if self._head_bytes > MOST_HEAD_BYTES:
            raise ValueError  # which the parser makes an error of its own

    def _refuse(self) -> None:
        self.transport.write(_TOO_LARGE)
        self.transport.close()
