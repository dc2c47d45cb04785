"""What gathers while nobody asks is taken at once."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from app.api.coalesce import coalesced


async def test_what_came_meanwhile_is_taken_together_and_once() -> None:
    given: asyncio.Queue[str] = asyncio.Queue()

    async def source() -> AsyncGenerator[str, None]:
        while (item := await given.get()) != "end":
            yield item
            given.task_done()

    bunches = coalesced(source())
    given.put_nowait("a")
    first = await anext(bunches)
    for item in ("b", "c", "b", "b"):
        given.put_nowait(item)
    await given.join()
    second = await anext(bunches)
    given.put_nowait("end")
    rest = [bunch async for bunch in bunches]

    assert first == ["a"]
    assert second == ["b", "c"]
    assert rest == []


async def test_the_last_things_come_before_the_end() -> None:
    async def source() -> AsyncGenerator[int, None]:
        yield 1
        yield 2

    assert [item async for bunch in coalesced(source()) for item in bunch] == [1, 2]


async def test_a_failing_source_fails_after_what_it_gave() -> None:
    async def source() -> AsyncGenerator[int, None]:
        yield 1
        raise ValueError("broken")

    bunches = coalesced(source())

    assert await anext(bunches) == [1]
    with pytest.raises(ValueError, match="broken"):
        await anext(bunches)


async def test_leaving_closes_the_source() -> None:
    closed = asyncio.Event()

    async def source() -> AsyncGenerator[int, None]:
        try:
            yield 1
            await asyncio.Event().wait()
        finally:
            closed.set()

    bunches = coalesced(source())
    await anext(bunches)
    await bunches.aclose()

    assert closed.is_set()
