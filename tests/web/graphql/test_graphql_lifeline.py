import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from app.web.graphql.errors import ClientGone
from app.web.graphql.lifeline import unless_gone, within
from tests.patience import PATIENCE_S

Receive = Callable[[], Awaitable[dict[str, Any]]]


def client(*, leaves: bool) -> Receive:
    async def receive() -> dict[str, Any]:
        if not leaves:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    return receive


async def forever(ended: list[str]) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(0)
        ended.append("work")


async def test_quick_work_is_answered_though_the_client_has_left():
    async def quick() -> str:
        return "done"

    assert await unless_gone(client(leaves=True), quick()) == "done"


async def test_work_whose_client_leaves_is_cancelled_and_has_ended():
    ended: list[str] = []

    with pytest.raises(ClientGone):
        await unless_gone(client(leaves=True), forever(ended))

    assert ended == ["work"]
    task = asyncio.current_task()
    assert task
    assert task.cancelling() == 0


async def test_a_connection_that_breaks_is_a_client_that_left():
    async def broken() -> dict[str, Any]:
        raise OSError("broken")

    with pytest.raises(ClientGone):
        await unless_gone(broken, forever([]))


async def test_what_the_work_raises_is_raised():
    async def fails() -> None:
        raise ValueError("bad")

    with pytest.raises(ValueError, match="bad"):
        await unless_gone(client(leaves=False), fails())


async def test_work_that_would_not_end_is_not_answered():
    async def stubborn() -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return "too late"
        return "never"

    with pytest.raises(ClientGone):
        await unless_gone(client(leaves=True), stubborn())


async def test_a_cancellation_from_outside_stays_one():
    ended: list[str] = []
    task = asyncio.create_task(unless_gone(client(leaves=False), forever(ended)))
    await asyncio.sleep(0)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert ended == ["work"]


async def test_work_within_its_time_is_answered_whether_it_waits_or_not():
    async def work(steps: int) -> int:
        for _ in range(steps):
            await asyncio.sleep(0)
        future = asyncio.get_running_loop().create_future()
        if steps:
            asyncio.get_running_loop().call_soon(future.set_result, None)
            await future
        return steps

    assert await within(PATIENCE_S, work(0)) == 0
    assert await within(PATIENCE_S, work(3)) == 3


async def test_work_that_takes_longer_is_ended():
    ended: list[str] = []

    with pytest.raises(TimeoutError):
        await within(0.01, forever(ended))

    assert ended == ["work"]


@pytest.mark.parametrize("waits", [False, True])
async def test_what_work_within_its_time_raises_is_raised(waits: bool):
    async def fails() -> None:
        if waits:
            await asyncio.sleep(0)
        raise ValueError("bad")

    with pytest.raises(ValueError, match="bad"):
        await within(PATIENCE_S, fails())


async def test_work_within_its_time_is_cancelled_with_whoever_waits():
    ended: list[str] = []
    task = asyncio.create_task(within(PATIENCE_S, forever(ended)))
    await asyncio.sleep(0)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert ended == ["work"]
