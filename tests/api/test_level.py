"""Keys that several ask for in one go, some of whom go away."""

import asyncio

import pytest

from app.api.level import Level
from app.core.projection import Columns
from tests.patience import PATIENCE_S


class Squares:
    """What was asked, and a read that waits where it is told to."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.begun, self.may_go_on = asyncio.Event(), asyncio.Event()
        self.may_go_on.set()

    async def __call__(self, keys: list[int], columns: Columns) -> dict[int, int]:
        self.asked.append(keys)
        self.begun.set()
        await self.may_go_on.wait()
        return {key: key * key for key in keys}


async def left_before_its_read(level: Level) -> asyncio.Task:
    """Somebody who asked for 1 and is told to go before it was read."""
    gone = asyncio.create_task(level.load([1]))
    await asyncio.sleep(0)
    gone.cancel()
    return gone


async def test_what_is_asked_in_one_go_is_read_at_once():
    squares = Squares()
    level = Level(squares)

    await asyncio.gather(level.load([1, 2]), level.load([2, 3]))

    assert squares.asked == [[1, 2, 3]]


@pytest.mark.parametrize("are_gone", [True, False])
@pytest.mark.parametrize("is_alone", [True, False])
async def test_others_are_read_for_after_somebody_left_before_their_read(are_gone, is_alone):
    squares = Squares()
    level = Level(squares)
    gone = await left_before_its_read(level)
    if are_gone:
        await asyncio.wait([gone])

    async with asyncio.timeout(PATIENCE_S):
        found = await level.load([2], is_alone=is_alone)
        await asyncio.wait([gone])

    assert found == {2: 4}
    assert squares.asked == [[2]]
    assert gone.cancelled()


async def test_what_was_being_read_for_somebody_who_left_is_read_again():
    squares = Squares()
    squares.may_go_on.clear()
    level = Level(squares)
    gone = asyncio.create_task(level.load([1]))
    await squares.begun.wait()

    gone.cancel()
    squares.may_go_on.set()
    async with asyncio.timeout(PATIENCE_S):
        found = await level.load([1])
        await asyncio.wait([gone])

    assert found == {1: 1}
    assert squares.asked == [[1], [1]]
    assert gone.cancelled()
