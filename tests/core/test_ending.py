import asyncio

from app.core.ending import end


async def test_a_task_that_loses_a_cancellation_is_cancelled_again():
    lost: list[str] = []

    async def forgetful() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            lost.append("the first one")
        await asyncio.Event().wait()

    task = asyncio.create_task(forgetful())
    await asyncio.sleep(0)

    await end(task, patience_s=0.01)

    assert lost == ["the first one"]
    assert task.cancelled()


async def test_what_a_task_raises_at_its_end_is_its_own():
    async def bad() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError

    task = asyncio.create_task(bad())
    await asyncio.sleep(0)

    await end(task)

    assert isinstance(task.exception(), ValueError)
