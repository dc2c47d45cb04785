"""Work that ends when nobody waits for it any more."""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from functools import partial
from types import coroutine
from typing import Any, TypeVar

from starlette.types import Receive

from app.web.graphql.errors import ClientGone

T = TypeVar("T")

# Most requests are answered before anybody could look whether their clients are still there.
LOOK_AFTER_S = 0.02


async def until_first(*work: Coroutine[Any, Any, None]) -> None:
    """Run side by side until one ends, then cancel and await the others; raises what a finished one raised."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await cancel(*tasks)
    for task in done:
        task.result()


async def unless_gone(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """The work's result; raises ClientGone, with the work cancelled, when the client hangs up before.

    The work is done in the caller's own task, and nobody looks for the client before it takes a while.
    """
    watch = _Watch(receive)
    try:
        result = await work
    except asyncio.CancelledError as error:
        if watch.was_meant():
            raise ClientGone from error
        raise
    finally:
        await watch.end()
    if watch.was_meant():
        raise ClientGone
    return result


async def within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """The work's result; raises TimeoutError when it takes longer. A clock is set for what has to wait at all."""
    try:
        waits_for = work.send(None)
    except StopIteration as end:
        return end.value
    async with asyncio.timeout(seconds):
        return await _rest(work, waits_for)


@coroutine
def _rest(work: Coroutine[Any, Any, T], waits_for: Any) -> Generator[Any, Any, T]:
    """Go on with work that waits for something, as `await` would."""
    step: Callable[[], Any]
    while True:
        try:
            step = partial(work.send, (yield waits_for))
        except BaseException as error:  # noqa: BLE001  # a cancellation is the work's as well
            step = partial(work.throw, error)
        try:
            waits_for = step()
        except StopIteration as end:
            return end.value


class _Watch:
    """Cancels the task that it was made in when a client hangs up."""

    def __init__(self, receive: Receive) -> None:
        task = asyncio.current_task()
        assert task
        self._task, self._receive = task, receive
        self._others = task.cancelling()
        self._looking: asyncio.Task[None] | None = None
        self._is_gone = self._has_ended = False
        self._timer = asyncio.get_running_loop().call_later(LOOK_AFTER_S, self._look)

    def was_meant(self) -> bool:
        """Whether the cancellation that came was this one's alone."""
        return self._is_gone and self._task.uncancel() <= self._others

    async def end(self) -> None:
        self._has_ended = True
        self._timer.cancel()
        if self._looking is not None:
            await cancel(self._looking)

    def _look(self) -> None:
        self._looking = asyncio.create_task(client_gone(self._receive))
        self._looking.add_done_callback(self._looked)

    def _looked(self, looking: asyncio.Task[None]) -> None:
        if not self._has_ended and not looking.cancelled():
            self._is_gone = True
            self._task.cancel()


async def client_gone(receive: Receive) -> None:
    """Return when the client of an HTTP request, whose body was read, hangs up."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def cancel(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and wait until they have cleaned up; what they raise is theirs."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
