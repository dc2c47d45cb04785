"""Work that ends when nobody waits for it any more."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.types import Receive

from app.web.graphql.errors import ClientGone

T = TypeVar("T")


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
    """The work's result; raises ClientGone, with the work cancelled, when the client hangs up before."""
    task = asyncio.create_task(work)
    gone = asyncio.create_task(client_gone(receive))
    try:
        done, _ = await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
    finally:
        await cancel(task, gone)
    if task in done:
        return task.result()
    raise ClientGone


async def client_gone(receive: Receive) -> None:
    """Return when the client of an HTTP request, whose body was read, hangs up."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def cancel(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and wait until they have cleaned up; what they raise is theirs."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
