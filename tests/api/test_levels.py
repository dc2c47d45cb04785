"""Which arguments a place of a plan remembers."""

from typing import Any

import pytest

from app.api import levels
from app.api.levels import LONGEST_LIST, key_of
from app.core.app import App
from app.engine.memory import LONGEST, MOST_VALUES, Memory
from tests.api.conftest import Ask


def test_equal_arguments_have_one_key_and_others_another():
    keys = {key_of({"first": first, "ids": ids}) for first in (1, 1.0, True) for ids in ([], [1], [1, 2])}

    assert len(keys) == 9
    assert key_of({"ids": ["a"] * LONGEST_LIST}) == key_of({"ids": ["a"] * LONGEST_LIST})


@pytest.mark.parametrize(
    "arguments",
    [
        {"ids": ["a"] * (LONGEST_LIST + 1)},
        {"where": {"some": {"ids": ["a"] * (LONGEST_LIST + 1)}}},
        {"where": [{"ids": ["a"] * LONGEST_LIST} for _ in range(3)]},
        {"where": [[[] for _ in range(LONGEST_LIST)] for _ in range(3)]},
        {f"a{number}": number for number in range(MOST_VALUES)},
        {"title": "a" * (LONGEST + 1)},
        {"value": bytearray()},
    ],
)
def test_arguments_that_are_long_have_none(arguments: dict[str, Any]):
    with pytest.raises(TypeError):
        key_of(arguments)


async def test_of_what_edges_were_asked_with_few_are_remembered_in_all(
    app: App, ask: Ask, monkeypatch: pytest.MonkeyPatch
):
    memory = Memory(most=4)
    monkeypatch.setattr(levels, "MEMORY", memory)

    for first in range(1, 8):
        assert not (await ask("query ($n: Int) { movies(first: $n) { nodes { id } } }", n=first)).errors

    assert 0 < memory.kept <= 4
