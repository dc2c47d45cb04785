"""Of arguments little is remembered: small ones, and of all places together not many."""

from typing import Any

import pytest

from app.engine.memory import LONGEST, MOST_VALUES, Memory, is_small


class Place:
    def __init__(self, memory: Memory) -> None:
        self._memory, self.kept = memory, list[int]()

    def remember(self, number: int) -> None:
        self._memory.add(self)
        self.kept.append(number)

    def forget(self) -> None:
        self.kept.clear()


def test_where_it_is_too_much_all_is_forgotten() -> None:
    memory = Memory(most=5)
    places = [Place(memory) for _ in range(3)]
    most = 0

    for number in range(50):
        places[number % 3].remember(number)
        most = max(most, sum(len(each.kept) for each in places))

    assert most == 5
    assert memory.kept == sum(len(each.kept) for each in places)


def test_places_that_are_gone_are_not_held_on_to() -> None:
    memory = Memory(most=2)
    gone = Place(memory)
    gone.remember(1)
    del gone
    left = Place(memory)

    for number in range(3):
        left.remember(number)

    assert left.kept == [1, 2]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"first": 20, "filter": {"title": {"contains": "x" * LONGEST}, "years": [1999, 2000]}}, True),
        ({}, True),
        ({"text": "x" * (LONGEST + 1)}, False),
        ({"filter": {"any": [{"text": "x" * (LONGEST + 1)}]}}, False),
        ({"ids": list(range(MOST_VALUES - 2))}, True),
        ({"ids": list(range(MOST_VALUES))}, False),
        ({"ids": [[] for _ in range(1000)]}, False),
        ({f"a{number}": {"b": {"c": number}} for number in range(MOST_VALUES)}, False),
    ],
)
def test_few_and_short_arguments_are_small(arguments: Any, expected: bool) -> None:
    assert is_small(arguments) is expected
