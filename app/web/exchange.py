"""One request and its answer on a connection of uvicorn's, with little of what that does for each of them."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    RequestResponseCycle,
)

Fields = list[tuple[bytes, bytes]]
Message = Any

# What says how an answer ends is uvicorn's to read.
_OF_FRAMING = frozenset({b"connection", b"transfer-encoding"})
# Fields that come again and again with the same values; a date is that of a second.
_REPEATED = frozenset(
    {
        b"cache-control",
        b"content-encoding",
        b"content-type",
        b"date",
        b"ratelimit-policy",
        b"vary",
        b"x-content-type-options",
    }
)
_WITHOUT_BODY = frozenset({204, 304})
_MOST_LINES = 256
_lines: dict[tuple[bytes, bytes], bytes] = {}


class Signal:
    """An asyncio.Event that is made when somebody has to wait."""

    __slots__ = ("_event", "is_set")

    def __init__(self) -> None:
        self.is_set = False
        self._event: asyncio.Event | None = None

    def set(self) -> None:
        self.is_set = True
        if self._event is not None:
            self._event.set()

    def clear(self) -> None:
        self.is_set = False
        if self._event is not None:
            self._event.clear()

    async def wait(self) -> None:
        if not self.is_set:
            self._event = self._event or asyncio.Event()
            await self._event.wait()


class Exchange(RequestResponseCycle):
    """Uvicorn's, where all is as usual: a body that is there, and an answer whose length is known beforehand.

    The head of such an answer waits for the first of its body, so that both are one write: each is a system call, of
    some 20 µs. Whoever fails in between is answered with status 500. Heads of other answers leave at once. There is no
    access log.
    """

    access_log = disconnected = response_started = response_complete = False
    more_body = True
    chunked_encoding: bool | None = None
    expected_content_length = 0
    logger = logging.getLogger("uvicorn.error")

    def __init__(  # pyright: ignore[reportMissingSuperCall]
        self,
        scope: Any,
        transport: asyncio.Transport,
        flow: FlowControl,
        default_fields: Fields,
        on_response: Callable[[], None],
        *,
        keep_alive: bool,
        expects_100: bool,
    ) -> None:
        self.scope, self.transport, self.flow = scope, transport, flow
        self.default_headers, self.on_response, self.keep_alive = default_fields, on_response, keep_alive
        self.waiting_for_100_continue = expects_100
        self.body = bytearray()
        self._signal = Signal()
        self.message_event: Any = self._signal
        self._head: list[bytes] | None = None

    async def receive(self) -> Message:
        if (
            not self._signal.is_set
            or self.disconnected
            or self.response_complete
            or self.waiting_for_100_continue
        ):
            return await super().receive()
        self.flow.resume_reading()
        self._signal.clear()
        body, self.body = bytes(self.body), bytearray()
        return {"type": "http.request", "body": body, "more_body": self.more_body}

    async def send(self, message: Message) -> None:
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        if self._head is not None:
            self._begin(self._head, message)
        elif self.response_started or (head := self._waiting_head(message)) is None:
            await super().send(message)
        else:
            self._head = head

    async def send_500_response(self) -> None:
        self._head = self.chunked_encoding = None
        await super().send_500_response()

    def _waiting_head(self, message: Message) -> list[bytes] | None:
        """The lines of a head that may wait for the body. None: it is uvicorn's to send. Raises RuntimeError."""
        if message["type"] != "http.response.start" or self.scope["method"] == "HEAD":
            return None
        if message["status"] in _WITHOUT_BODY:
            return None
        lines, length = [STATUS_LINE[message["status"]]], None
        for field in (*self.default_headers, *message.get("headers", ())):
            line = _lines.get(field)
            if line is None:
                name = field[0].lower()
                if name in _OF_FRAMING:
                    return None
                if name == b"content-length":
                    length = int(field[1])
                line = _line(name, field[1])
            lines.append(line)
        if length is None:
            return None
        self.expected_content_length, self.chunked_encoding = length, False
        lines.append(b"\r\n" if self.keep_alive else b"connection: close\r\n\r\n")
        return lines

    def _begin(self, head: list[bytes], message: Message) -> None:
        """Send the head and the first of the body. Raises RuntimeError."""
        if message["type"] != "http.response.body":
            raise RuntimeError(f"The body of an answer follows its head, and not {message['type']}.")
        body, is_all = message.get("body", b""), not message.get("more_body", False)
        left = self.expected_content_length - len(body)
        if left < 0 or (left and is_all):
            raise RuntimeError("The body of an answer is not as long as its head says.")
        self._head, self.response_started, self.expected_content_length = None, True, left
        self.waiting_for_100_continue = False
        if not self.transport.is_closing():
            head.append(body)
            self.transport.write(b"".join(head))
        if is_all:
            self.response_complete = True
            self._signal.set()
            if not self.keep_alive:
                self.transport.close()
            self.on_response()


def _line(name: bytes, value: bytes) -> bytes:
    """A field of a head. Raises RuntimeError for what would be more than one."""
    if HEADER_RE.search(name) or HEADER_VALUE_RE.search(value):
        raise RuntimeError("An answer has a field that can't be sent.")
    line = b"%b: %b\r\n" % (name, value)
    if name in _REPEATED and len(value) <= 100:
        if len(_lines) >= _MOST_LINES:
            _lines.clear()
        _lines[name, value] = line
    return line
