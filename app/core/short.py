"""Answers remembered by what strangers send, of which they can send much."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar, cast

MOST_CHARS = 1000

P = ParamSpec("P")
T = TypeVar("T")


def remembered_if_short(most: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """As lru_cache, which would hold on to long texts; those are for a function to look at each time."""

    def remember(function: Callable[P, T]) -> Callable[P, T]:
        known = cast("Callable[P, T]", lru_cache(maxsize=most)(function))

        @wraps(function)
        def answer(*args: P.args, **kwargs: P.kwargs) -> T:
            for each in cast("tuple[Any, ...]", args):
                if isinstance(each, str) and len(each) > MOST_CHARS:
                    return function(*args, **kwargs)
            return known(*args, **kwargs)

        return answer

    return remember
