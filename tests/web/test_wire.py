import asyncio
import socket
from typing import Any, cast

import pytest
from uvicorn.protocols.http.flow_control import FlowControl

from app.web.exchange import Exchange
from app.web.wire import MOST_HEAD_BYTES
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


def exchange(**scope: str) -> tuple[Exchange, Transport]:
    transport: Any = Transport()
    made = Exchange(
        {"method": "GET"} | scope,
        transport,
        FlowControl(transport),
        [(b"date", b"today")],
        lambda: None,
        keep_alive=True,
        expects_100=False,
    )
    return made, transport


def start(*fields: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"type": "http.response.start", "status": 200, "headers": list(fields)}


def body(text: bytes, *, more_body: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": text, "more_body": more_body}


async def test_a_head_and_its_body_are_one_write():
    answer, transport = exchange()

    await answer.send(start((b"content-length", b"9"), (b"Vary", b"accept")))
    assert transport.sent == []
    await answer.send(body(b"body", more_body=True))
    await answer.send(body(b" more"))

    head = b"HTTP/1.1 200 OK\r\ndate: today\r\ncontent-length: 9\r\nvary: accept\r\n\r\n"
    assert transport.sent == [head + b"body", b" more"]
    assert answer.response_complete
    assert not transport.is_closed


async def test_the_head_of_an_answer_of_any_length_leaves_at_once():
    answer, transport = exchange()

    await answer.send(start())

    assert transport.sent == [b"HTTP/1.1 200 OK\r\ndate: today\r\ntransfer-encoding: chunked\r\n\r\n"]


async def test_the_answer_to_head_has_no_body():
    answer, transport = exchange(method="HEAD")

    await answer.send(start((b"content-length", b"4")))
    await answer.send(body(b""))

    assert b"".join(transport.sent).endswith(b"content-length: 4\r\n\r\n")
    assert answer.response_complete


@pytest.mark.parametrize("field", [(b"x", b"a\r\nb: c"), (b"x\r\nb", b"c"), (b"vary", b"a\n")])
async def test_a_field_can_not_make_another(field):
    answer, transport = exchange()

    with pytest.raises(RuntimeError, match="can't be sent"):
        await answer.send(start(field, (b"content-length", b"4")))

    assert transport.sent == []


async def test_an_answer_without_a_body_may_say_how_long_that_would_be():
    answer, transport = exchange()

    await answer.send(start((b"content-length", b"4")) | {"status": 304})

    assert b"".join(transport.sent).endswith(b"content-length: 4\r\n\r\n")


@pytest.mark.parametrize("text", [b"too long", b"few"])
async def test_a_body_is_as_long_as_its_head_says_or_nothing_of_it_is_sent(text):
    answer, transport = exchange()
    await answer.send(start((b"content-length", b"4")))

    with pytest.raises(RuntimeError, match="not as long"):
        await answer.send(body(text))

    assert transport.sent == []


async def test_nothing_is_written_to_a_connection_that_has_ended():
    answer, transport = exchange()
    await answer.send(start((b"content-length", b"4")))

    transport.close()
    await answer.send(body(b"late"))

    assert transport.sent == []


async def test_whoever_fails_between_head_and_body_is_answered_all_the_same(caplog):
    async def failing(scope, receive, send):
        await send(start((b"content-length", b"4")))
        raise ValueError("in between")

    answer, transport = exchange()

    await answer.run_asgi(cast("Any", failing))

    assert b"".join(transport.sent).startswith(b"HTTP/1.1 500 Internal Server Error\r\n")
    assert "in between" in caplog.text


async def test_whoever_waits_for_the_rest_of_a_body_gets_it():
    request, _ = exchange()
    request.body += b"first "
    request.message_event.set()

    assert await request.receive() == {"type": "http.request", "body": b"first ", "more_body": True}
    waiting = asyncio.create_task(request.receive())
    await asyncio.sleep(0)
    request.body += b"last"
    request.more_body = False
    request.message_event.set()

    assert await waiting == {"type": "http.request", "body": b"last", "more_body": False}


async def test_whoever_waits_after_the_body_is_told_that_the_client_left():
    request, _ = exchange()
    waiting = asyncio.create_task(request.receive())
    await asyncio.sleep(0)

    request.disconnected = True
    request.message_event.set()

    assert await waiting == {"type": "http.disconnect"}


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


@pytest.mark.parametrize("is_at_once", [True, False])
def test_what_comes_behind_a_body_is_no_field_of_the_request(monkeypatch, is_at_once):
    seen = []

    async def telling(scope, receive, send):
        if not is_at_once:
            await send(start((b"content-length", b"1")))
            await send(body(b"", more_body=True))
        while (await receive())["more_body"]:
            pass
        seen.extend(scope["headers"])
        if is_at_once:
            await send(start((b"content-length", b"1")))
        await send(body(b"1"))

    monkeypatch.setattr(telling, "close", lambda: None, raising=False)
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    trailer = b"2\r\nhi\r\n0\r\nX-Forwarded-For: 192.168.1.5\r\nAuthorization: Bearer trailed\r\n\r\n"
    with serving(cast("Any", telling)) as served:
        if is_at_once:
            answer = said(served.port, head + trailer)
        else:
            with socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE_S) as client:
                client.sendall(head)
                answer = client.recv(65_536)
                client.sendall(trailer)
                while part := client.recv(65_536):
                    answer += part

    assert answer.endswith(b"1")
    assert [name for name, _ in seen] == [b"host", b"connection", b"transfer-encoding"]


def said(port, *parts):
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as client:
        for each in parts:
            client.sendall(each)
        answer = b""
        while part := client.recv(65_536):
            answer += part
    return answer


def test_a_connection_ends_that_is_of_no_more_use(monkeypatch):
    monkeypatch.setattr(site, "close", lambda: None, raising=False)
    with (
        serving(cast("Any", site), keep_alive_s=1) as served,
        socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE_S) as client,
    ):
        client.sendall(REQUEST + b"\r\n")

        assert client.recv(65_536).startswith(b"HTTP/1.1 204")
        assert client.recv(1) == b""
