"""What only a client that holds the socket itself can see."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.patience import PATIENCE_S
from tests.web.graphql.graph import make_app
from tests.web.graphql.serving import Served, serving

HEAD = "POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
HELLO = b'{"query": "{ hello }"}'
SMALL = HEAD.encode() + b"content-length: %d\r\n\r\n" % len(HELLO) + HELLO


class Wire:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        status, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines if line)
        body = await self.reader.readexactly(int(headers["content-length"]))
        return int(status.split()[1]), headers, body


@asynccontextmanager
async def wire_to(served) -> AsyncIterator[Wire]:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    try:
        async with asyncio.timeout(PATIENCE_S):
            yield Wire(reader, writer)
    finally:
        writer.close()


def assert_too_large(answer) -> None:
    status, headers, body = answer
    assert status == 413
    assert headers.get("connection") != "close"
    assert json.loads(body)["errors"][0]["extensions"]["code"] == "PAYLOAD_TOO_LARGE"


async def assert_still_of_use(wire: Wire) -> None:
    await wire.send(SMALL)
    status, _, body = await wire.answer()
    assert status == 200
    assert json.loads(body) == {"data": {"hello": "Hello, world!"}}


@pytest.mark.parametrize("size", [262_145, 300_000, 50_000_000])
async def test_a_large_body_is_413_and_the_connection_lives_on(served, size):
    async with wire_to(served) as wire:
        await wire.send(HEAD.encode() + b"content-length: %d\r\n\r\n" % size)
        for start in range(0, size, 1_000_000):
            await wire.send(b" " * min(1_000_000, size - start))

        assert_too_large(await wire.answer())
        await assert_still_of_use(wire)


@pytest.mark.parametrize("chunks", [6, 1000])
async def test_a_large_chunked_body_is_413_and_the_connection_lives_on(served, chunks):
    async with wire_to(served) as wire:
        await wire.send(HEAD.encode() + b"transfer-encoding: chunked\r\n\r\n")
        for _ in range(chunks):
            await wire.send(b"c350\r\n" + b" " * 50_000 + b"\r\n")
        await wire.send(b"0\r\n\r\n")

        assert_too_large(await wire.answer())
        await assert_still_of_use(wire)


async def test_a_large_body_is_refused_before_it_is_sent(served):
    async with wire_to(served) as declared, wire_to(served) as chunked:
        await declared.send(HEAD.encode() + b"content-length: 50000000\r\nexpect: 100-continue\r\n\r\n")
        await chunked.send(HEAD.encode() + b"transfer-encoding: chunked\r\n\r\n")
        await chunked.send(b"f4240\r\n" + b" " * 1_000_000)

        assert_too_large(await declared.answer())
        assert_too_large(await chunked.answer())


async def test_a_body_of_just_the_limit_is_read(served):
    body = HELLO + b" " * (262_144 - len(HELLO))
    async with wire_to(served) as wire:
        await wire.send(HEAD.encode() + b"content-length: %d\r\n\r\n" % len(body) + body)

        status, _, _ = await wire.answer()

    assert status == 200


async def test_a_body_that_never_ends_is_408(impatient):
    async with wire_to(impatient) as wire:
        await wire.send(HEAD.encode() + b"content-length: 100\r\n\r\n{")

        status, _, _ = await wire.answer()

        assert status == 408
        assert await wire.reader.read() == b""


async def test_an_endless_url_is_refused(served):
    async with wire_to(served) as wire:
        await wire.send(b"GET /graphql?query=%7Bhello%7D&x=" + b"x" * 300_000 + b" HTTP/1.1\r\n\r\n")

        status, _, _ = await wire.answer()

    assert status == 431


def connection_from(served: Served, port: int) -> Any:
    """The server's end of a client's connection, or None before it is there."""
    ends = list(served.server.server_state.connections)
    return next((each for each in ends if each.client and each.client[1] == port), None)


def query(text: str) -> bytes:
    body = json.dumps({"query": text}).encode()
    return HEAD.encode() + b"content-length: %d\r\n\r\n" % len(body) + body


async def test_a_query_ends_with_its_client(served, happenings):
    async with wire_to(served) as wire:
        await wire.send(query('{ forever(name: "abandoned") }'))
        await happenings.until("abandoned started")

    await happenings.until("abandoned cancelled")


async def test_a_mutation_outlives_its_client(served, happenings):
    async with wire_to(served) as wire:
        await wire.send(query('mutation { save(name: "last words", after: "client left") }'))
        await happenings.until("last words started")

    happenings.note("client left")
    await happenings.until("last words saved")


async def test_a_stream_nobody_reads_is_dropped(tight, happenings):
    subscription = query('subscription { flood(name: "unread", size: 100000) }')
    async with wire_to(tight) as wire:
        await wire.send(subscription.replace(b"host:", b"accept: text/event-stream\r\nhost:"))

        await happenings.until("unread closed")

    assert happenings.count("unread yielded") * 100_000 < 20_000_000


async def test_answers_wait_for_a_client_that_does_not_read(served, happenings):
    answers, size = 100, 200_000
    fields = " ".join(f"f{number}: hello(name: $name)" for number in range(100))
    asked = {"query": f"query ($name: String!) {{ {fields} }}", "variables": {"name": "x" * (size // 100)}}
    body = json.dumps(asked).encode()
    head = HEAD.encode() + b"authorization: Bearer unread\r\ncontent-length: %d\r\n\r\n" % len(body)

    async with wire_to(served) as wire:
        wire.writer.write((head + body) * answers)
        port = wire.writer.get_extra_info("sockname")[1]
        while not (held := connection_from(served, port)) or not held.flow.write_paused:
            assert happenings.count("unread asked a query") < answers
            await asyncio.sleep(0.01)
        async with wire_to(served) as other:
            await assert_still_of_use(other)
        # What fills the buffer, the answer after it, and one that waits to be sent.
        assert held.transport.get_write_buffer_size() < 3 * size
        assert happenings.count("unread asked a query") < answers

        for _ in range(answers):
            status, _, _ = await wire.answer()
            assert status == 200


async def test_a_stream_ends_with_the_server_but_is_not_complete(happenings):
    with serving(make_app()) as served:
        async with wire_to(served) as wire:
            subscription = query('subscription { endless(name: "streamed until shutdown") }')
            await wire.send(subscription.replace(b"host:", b"accept: text/event-stream\r\nhost:"))
            await wire.reader.readuntil(b"event: next")
            served.server.should_exit = True

            rest = await wire.reader.read()

    assert b"complete" not in rest
    assert rest.endswith(b"0\r\n\r\n")
    await happenings.until("streamed until shutdown closed")


async def test_a_client_may_leave_in_the_middle_of_its_body(served, http, caplog):
    async with wire_to(served) as wire:
        await wire.send(HEAD.encode() + b"content-length: 100\r\n\r\n{")

    response = await http.post("", json={"query": "{ hello }"})

    assert response.status_code == 200
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_requests_that_don_t_wait_for_each_other_are_answered_in_their_order(served):
    names = ["Ripley", "Ash", "Dallas", "Kane"]

    async with wire_to(served) as wire:
        await wire.send(b"".join(query(f'{{ hello(name: "{name}") }}') for name in names))
        answers = [json.loads((await wire.answer())[2]) for _ in names]

    assert answers == [{"data": {"hello": f"Hello, {name}!"}} for name in names]


async def test_an_answer_without_a_body_leaves_the_connection_of_use(served):
    async with wire_to(served) as wire:
        await wire.send(b"HEAD /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
        head = (await wire.reader.readuntil(b"\r\n\r\n")).decode().lower()
        await assert_still_of_use(wire)

    assert " 405 " in head
    assert "allow: get, post" in head
