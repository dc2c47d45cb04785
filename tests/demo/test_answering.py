"""The small server that stands in for outside services ends as quietly as it serves."""

import asyncio
import logging

from app.demo.answering import Asked, answering


async def test_its_end_is_no_error_of_those_that_are_still_connected(caplog):
    begun = asyncio.Event()

    async def never(_: Asked) -> bytes:
        begun.set()
        await asyncio.Event().wait()
        return b""

    with caplog.at_level(logging.DEBUG, "app.demo.answering"):
        async with answering(never) as url:
            reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            await begun.wait()
        rest = await reader.read()
        writer.close()
        await writer.wait_closed()

    assert rest == b""
    assert [each.levelname for each in caplog.records] == ["DEBUG"]
