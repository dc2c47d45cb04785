"""The time for which an operation is worked on."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from graphql import GraphQLError

TIMEOUT = "TIMEOUT"
T = TypeVar("T")


async def within(seconds: float | None, work: Awaitable[T], otherwise: Callable[[GraphQLError], T]) -> T:
    """The work's outcome; where it takes longer it is cancelled, and `otherwise` makes one of an error that says so."""
    if seconds is None:
        return await work
    alarm = _Alarm(seconds)
    try:
        return await work
    except asyncio.CancelledError:
        if not alarm.alone_cancelled():
            raise
    finally:
        alarm.off()
    said = f"The operation took longer than {seconds:g} seconds."
    return otherwise(GraphQLError(said, extensions={"code": TIMEOUT}))


class _Alarm:
    """Cancels the task that set it, as asyncio.timeout does; every operation has one, and this costs a third."""

    __slots__ = ("_before", "_handle", "_rang", "_task")

    def __init__(self, seconds: float) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._task, self._before, self._rang = task, task.cancelling(), False
        self._handle = task.get_loop().call_later(seconds, self._ring)

    def alone_cancelled(self) -> bool:
        """Whether nobody else has cancelled the task as well."""
        return self._rang and self._task.cancelling() == self._before + 1

    def off(self) -> None:
        self._handle.cancel()
        if self._rang:
            self._task.uncancel()

    def _ring(self) -> None:
        self._rang = True
        self._task.cancel()
