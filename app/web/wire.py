"""HTTP connections that write the head of an answer and its body in one go."""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


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
    """Uvicorn's, for requests; a socket gets the transport as it is."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        super().connection_made(transport)
        self._own = transport
        self.transport = cast("asyncio.Transport", Gathered(transport))

    def handle_websocket_upgrade(self) -> None:
        self.transport = self._own
        super().handle_websocket_upgrade()
