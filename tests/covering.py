"""Which statements each test has the application send to the servers, and few tests that send all of them.

A statement counts once for each way that it ends in: with rows, without any, or with an error of PostgreSQL. What tests
send for themselves counts if it calls a function of ours or is refused; who looks into the server by it is told apart.
"""

import functools
import heapq
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import asyncpg.pool
from asyncpg.connection import Connection
from redis.asyncio.connection import AbstractConnection

from app.core import bulk, connections, db

CALLS = ("fetch", "fetchrow", "fetchval", "execute", "executemany")
# Whoever calls these is the one who sends.
BETWEEN = {module.__file__ for module in (asyncpg.pool, bulk, connections, db)} | {__file__}
TESTS = str(Path(__file__).parent)
# Plans, locks and what else differs from one server to the next by more than its language.
LOOKS_INSIDE = re.compile(r"\b(explain|pg_\w+|for update|lock table|server_version\w*)\b", re.IGNORECASE)
CALLS_OURS = re.compile(r"\b[a-z]+\.\w+\(")
ANSWERED = ("rows", "none")
CHANGING = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+")
# What starting and emptying cost, in statements.
AROUND = 20


@dataclass(frozen=True, slots=True)
class Noted:
    """sends: statements with how they ended, and the test's file. cost: how many were sent in all."""

    sends: frozenset[str]
    cost: int
    looks_inside: bool


class Notes:
    """What is sent while tests run, by the test that runs."""

    def __init__(self) -> None:
        self._sent: dict[str, Counter[tuple[str, str]]] = {}
        self._looking_inside: set[str] = set()
        self._test: str | None = None

    def begin(self, test: str) -> None:
        self._test = test
        self._sent[test] = Counter()

    def end(self) -> None:
        self._test = None

    def sent(self, statement: str, ended: str, *, by_test: bool) -> None:
        if self._test is None:
            return
        if not by_test or ended not in ANSWERED or CALLS_OURS.search(statement):
            self._sent[self._test][ended, statement] += 1
        if by_test and LOOKS_INSIDE.search(statement):
            self._looking_inside.add(self._test)

    def write(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        numbers: dict[str, int] = {}
        tests = {
            test: {
                "sends": sorted({numbers.setdefault(_known_as(*each), len(numbers)) for each in sent}),
                "cost": sent.total(),
                "looks_inside": test in self._looking_inside,
            }
            for test, sent in self._sent.items()
        }
        file.write_text(json.dumps({"statements": list(numbers), "tests": tests}))


def _known_as(ended: str, statement: str) -> str:
    return f"{ended} {CHANGING.sub('?', statement)}"


def read(folder: Path) -> dict[str, Noted]:
    """What all processes of a run have noted, by test."""
    tests: dict[str, Noted] = {}
    for file in sorted(folder.glob("*.json")):
        noted = json.loads(file.read_text())
        statements = noted["statements"]
        for test, of_test in noted["tests"].items():
            # Each file of tests is there, since what it is about may be more than statements.
            sends = frozenset([test.partition("::")[0], *(statements[number] for number in of_test["sends"])])
            tests[test] = Noted(sends, of_test["cost"], of_test["looks_inside"])
    return tests


def cover(tests: Mapping[str, Noted]) -> set[str]:
    """Few tests that send all that is sent, and all that look inside.

    The same for the same notes: the next one is always that which sends most of what is missing for what it costs.
    """
    chosen = {test for test, noted in tests.items() if noted.looks_inside}
    missing = _sent_by(tests.values()) - _sent_by(tests[test] for test in chosen)

    def ranked(test: str) -> tuple[float, str]:
        return -len(missing & tests[test].sends) / (AROUND + tests[test].cost), test

    waiting = [ranked(test) for test in tests]
    heapq.heapify(waiting)
    while missing:
        _, test = heapq.heappop(waiting)
        # It was ranked before others were chosen, and can only have become worth less.
        if waiting and (now := ranked(test)) > waiting[0]:
            heapq.heappush(waiting, now)
        else:
            chosen.add(test)
            missing -= tests[test].sends
    return chosen


def _sent_by(tests: Iterable[Noted]) -> set[str]:
    return set[str]().union(*(noted.sends for noted in tests))


def note(notes: Notes) -> None:
    """Have every connection of this process, to either server, tell what is sent by it; until the process ends."""
    for name in CALLS:
        setattr(Connection, name, _telling(notes, getattr(Connection, name)))
    pack = AbstractConnection.pack_command

    def telling(connection: Any, *command: Any) -> Any:
        notes.sent(_command(command), "redis", by_test=False)
        return pack(connection, *command)

    AbstractConnection.pack_command = telling  # type: ignore[method-assign]


def _telling(notes: Notes, call: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(call)
    async def telling(connection: Any, query: str, *args: Any, **kwargs: Any) -> Any:
        by_test = _is_of_a_test()
        try:
            result = await call(connection, query, *args, **kwargs)
        except asyncpg.PostgresError as error:
            notes.sent(query, error.sqlstate or "error", by_test=by_test)
            raise
        touched = not result.endswith(" 0") if isinstance(result, str) else bool(result)
        notes.sent(query, "rows" if touched else "none", by_test=by_test)
        return result

    return telling


def _is_of_a_test() -> bool:
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_code.co_filename in BETWEEN:
        frame = frame.f_back
    return frame.f_code.co_filename.startswith(TESTS)


def _command(command: tuple[Any, ...]) -> str:
    """Its name and options, or its script; keys and values are anything."""
    name = str(command[0]).upper()
    if name.startswith("EVAL"):
        return f"{name} {command[1]}"
    return " ".join(
        [name, *(each for each in command[1:] if isinstance(each, str) and each.isalpha() and each.isupper())]
    )
