import asyncio
import socket
from typing import Any, cast

import pytest

from app.web.wire import MOST_HEAD_BYTES, Gathered
from tests.patience import PATIENCE_S
from tests.web.graphql.serving import serving


class Transport:
    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def is_closing(self) -> bool:
        return self.is_closed

    def close(self) -> None:
        self.is_closed = True

    def get_extra_info(self, name: str) -> str:
        return f"the {name}"


def gathered() -> tuple[Gathered, Transport]:
    transport = Transport()
    return Gathered(cast("Any", transport)), transport


async def test_what_is_written_in_one_round_goes_out_at_once_and_in_order():
    writer, transport = gathered()

    writer.write(b"head ")
    writer.write(b"body")
    await asyncio.sleep(0)
    writer.write(b"more")
    await asyncio.sleep(0)

    assert transport.sent == [b"head body", b"more"]


async def test_what_was_written_goes_out_before_the_end():
    writer, transport = gathered()

    writer.write(b"last words")
    writer.close()
    await asyncio.sleep(0)

    assert transport.sent == [b"last words"]
    assert transport.is_closed


async def test_nothing_is_written_to_a_connection_that_has_ended():
    writer, transport = gathered()

    writer.write(b"too late")
    transport.close()
    await asyncio.sleep(0)

    assert transport.sent == []
    assert writer.get_extra_info("peername") == "the peername"


REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
LONG = b"x" * MOST_HEAD_BYTES


async def site(scope, receive, send):
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def port(monkeypatch):
    monkeypatch.setattr(site, "close", lambda: None, raising=False)
    with serving(cast("Any", site)) as served:
        yield served.port


@pytest.mark.parametrize(
    "head",
    [
        REQUEST + b"Cookie: " + LONG,
        REQUEST + b"Cookie: " + LONG + b"\r\n\r\n",
        REQUEST + b"a: b\r\n" * (MOST_HEAD_BYTES // 6) + b"\r\n",
        b"GET /" + LONG + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        REQUEST + b"Connection: Upgrade\r\nUpgrade: websocket\r\nCookie: " + LONG + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nCookie: "
        + LONG
        + b"\r\n\r\n",
    ],
    ids=["a field without end", "a field", "many fields", "an address", "a socket", "a trailer"],
)
def test_a_head_that_is_too_large_is_refused_and_the_connection_ends(port, head):
    answer = said(port, head)

    assert b"HTTP/1.1 431 " in answer
    assert answer.endswith(b"larger than 32 KiB.")


def test_requests_one_after_the_other_are_counted_each_by_itself(port):
    one = REQUEST + b"Cookie: " + LONG[:20_000] + b"\r\n\r\n"
    last = REQUEST + b"Connection: close\r\n\r\n"

    assert said(port, one + one, last).count(b"HTTP/1.1 204") == 3


def said(port, *parts):
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as client:
        for each in parts:
            client.sendall(each)
        answer = b""
        while part := client.recv(65_536):
            answer += part
    return answer
