"""The time for which an operation is worked on."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from graphql import GraphQLError

TIMEOUT = "TIMEOUT"
T = TypeVar("T")


async def within(seconds: float | None, work: Awaitable[T], otherwise: Callable[[GraphQLError], T]) -> T:
    """The work's outcome; where it takes longer it is cancelled, and `otherwise` makes one of an error that says so."""
    deadline = asyncio.timeout(seconds)
    try:
        async with deadline:
            return await work
    except TimeoutError:
        if not deadline.expired():
            raise
    said = f"The operation took longer than {seconds:g} seconds."
    return otherwise(GraphQLError(said, extensions={"code": TIMEOUT}))
