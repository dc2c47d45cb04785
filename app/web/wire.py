"""HTTP connections that write the head of an answer and its body in one go."""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# Of the address and all fields of a request. Browsers and proxies send a tenth of it.
MOST_HEAD_BYTES = 32 * 1024
_SAID = b"The head of the request is larger than 32 KiB."
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: %d\r\nconnection: close\r\n\r\n%s" % (len(_SAID), _SAID)
)


class Gathered:
    """A transport whose writes of one round of the event loop are one: each is a system call, of some 20 µs.

    All but writing and closing is the transport's own.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._held: list[bytes] = []
        self._loop = asyncio.get_running_loop()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if not self._held:
            self._loop.call_soon(self.flush)
        self._held.append(data)

    def close(self) -> None:
        self.flush()
        self._transport.close()

    def flush(self) -> None:
        held, self._held = self._held, []
        if held and not self._transport.is_closing():
            # Not by writelines: that of asyncio in some versions of Python doesn't say when its buffer is full.
            self._transport.write(b"".join(held))


class HttpConnection(HttpToolsProtocol):
    """Uvicorn's, for requests with heads of a bounded size; a socket gets the transport as it is.

    The parser gathers a field until its end, so that bytes are counted as they come, too.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        super().connection_made(transport)
        self._own = transport
        self.transport = cast("asyncio.Transport", Gathered(transport))
        self._head_bytes = self._arrived_bytes = 0
        # Whether what comes next belongs to a head or a trailer, and whether all that came last did.
        self._is_in_head = self._is_all_head = True

    def data_received(self, data: bytes) -> None:
        self._is_all_head = self._is_in_head
        super().data_received(data)
        if self._is_all_head and not self.transport.is_closing():
            self._arrived_bytes += len(data)
            if self._arrived_bytes > MOST_HEAD_BYTES:
                self._refuse()

    def handle_websocket_upgrade(self) -> None:
        self.transport = self._own
        super().handle_websocket_upgrade()

    def on_message_begin(self) -> None:
        self._head_bytes = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value) + len(": \r\n"))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._pass(is_in_head=False)
        super().on_headers_complete()

    def on_chunk_header(self) -> None:
        """What follows the last one are fields."""
        self._pass(is_in_head=True)

    def on_body(self, body: bytes) -> None:
        self._pass(is_in_head=False)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._pass(is_in_head=True)
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        if self._head_bytes > MOST_HEAD_BYTES:
            self._refuse()
        else:
            super().send_400_response(msg)

    def _pass(self, *, is_in_head: bool) -> None:
        self._is_in_head, self._is_all_head, self._arrived_bytes = is_in_head, False, 0

    def _count(self, size_bytes: int) -> None:
        self._head_bytes += size_bytes
        if self._head_bytes > MOST_HEAD_BYTES:
            raise ValueError  # which the parser makes an error of its own

    def _refuse(self) -> None:
        self.transport.write(_TOO_LARGE)
        self.transport.close()
