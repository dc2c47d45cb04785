import asyncio
import gc
from collections.abc import Sequence
from typing import Any
from weakref import ref

import pytest

from app.access.viewer import Viewer
from app.api.context import Context
from app.core.app import App
from app.core.db import Db


async def squares(_db: Db, _viewer: Viewer, keys: Sequence[int]) -> dict[int, int]:
    return {key: key * key for key in keys}


@pytest.fixture
def _no_collector():
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_no_collector")
async def test_what_an_operation_loaded_leaves_memory_with_it(app: App):
    context = Context(app, Viewer(), "r")
    loaded: list[Any] = [await context.load_all(squares, [1, 2]), await context.load(squares, 3)]
    context_is, levels_are = ref(context), [ref(each) for each in context._levels.values()]

    del context

    assert loaded == [{1: 1, 2: 4}, 9]
    assert context_is() is None
    assert [each() for each in levels_are] == [None]


async def test_who_is_cancelled_takes_nothing_from_others_who_wait_for_the_same(app: App):
    context = Context(app, Viewer(), "r")
    first, second = [asyncio.ensure_future(context.load(squares, 3)) for _ in range(2)]

    first.cancel()

    assert await second == 9
    assert first.cancelled()
