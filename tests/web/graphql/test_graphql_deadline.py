"""Time is up: who is cancelled by it, and who by others."""

import asyncio

import pytest

from app.web.graphql.deadline import within
from graphql import GraphQLError
from tests.patience import PATIENCE_S


def told(error: GraphQLError) -> str:
    return f"{error.extensions} {error.message}"


async def endless() -> str:
    await asyncio.Event().wait()
    return "never"


async def stubborn() -> str:
    """Does what it must do before it goes, and forgets that it was told to."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        await asyncio.sleep(0)
    return "done all the same"


async def test_work_in_time_has_its_outcome():
    async def work() -> str:
        return "done"

    assert await within(PATIENCE_S, work(), told) == "done"
    assert await within(None, work(), told) == "done"


async def test_work_that_takes_longer_is_cancelled_and_said_to_be_late():
    assert (
        await within(0.01, endless(), told)
        == "{'code': 'TIMEOUT'} The operation took longer than 0.01 seconds."
    )


async def test_the_task_goes_on_as_one_that_nobody_cancelled():
    async def twice() -> list[str]:
        found = [await within(0.01, stubborn(), told), await within(0.01, endless(), told)]
        task = asyncio.current_task()
        assert task is not None
        assert task.cancelling() == 0
        return found

    first, second = await asyncio.create_task(twice())

    assert first == "done all the same"
    assert "TIMEOUT" in second


async def test_an_error_of_the_work_is_its_own():
    async def work() -> str:
        raise TimeoutError("of the work")

    with pytest.raises(TimeoutError, match="of the work"):
        await within(PATIENCE_S, work(), told)


async def test_a_task_that_others_cancel_is_cancelled():
    started = asyncio.Event()

    async def work() -> str:
        started.set()
        return await endless()

    task = asyncio.create_task(within(PATIENCE_S, work(), told))
    await started.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_task_that_others_cancel_when_its_time_is_up_is_cancelled():
    async def work() -> str:
        task = asyncio.current_task()
        assert task is not None
        try:
            return await endless()
        finally:
            task.cancel()

    went_on: list[str] = []

    async def whole() -> None:
        went_on.append(await within(0.01, work(), told))

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(whole())

    assert went_on == []


async def test_an_alarm_inside_of_another_rings_for_its_own_work():
    async def work() -> str:
        return f"inner: {await within(0.01, endless(), lambda _error: 'late')}"

    assert await within(PATIENCE_S, work(), told) == "inner: late"
    assert "TIMEOUT" in await within(0.01, within(PATIENCE_S, endless(), lambda _error: "inner"), told)
