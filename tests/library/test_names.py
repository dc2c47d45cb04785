"""Names are read in a process of their own where they are many, and here where it is gone or they are few."""

import asyncio
import os
import signal
from collections.abc import Iterator

import pytest

from app.identify.kinds import LibraryKind
from app.identify.parse import read_together
from app.library.name_process import Names
from app.library.names import FEW, NameReader

MANY: list[Names] = [
    (f"Show {number}/Season 1", [f"Show {number} - 1x0{episode}.mkv" for episode in (1, 2)])
    for number in range(FEW)
]


@pytest.fixture
def reader() -> Iterator[NameReader]:
    reader = NameReader()
    yield reader
    reader.close()


def expected(folders: list[Names]) -> list[list[object]]:
    return [list(read_together(folder, names, LibraryKind.EPISODE)) for folder, names in folders]


def processes(reader: NameReader) -> list[int]:
    return list(getattr(reader._pool, "_processes", None) or {})


async def test_few_names_start_no_process(reader: NameReader) -> None:
    found = await reader.read(MANY[:2], LibraryKind.EPISODE)

    assert found == expected(MANY[:2])
    assert processes(reader) == []


async def test_many_names_are_read_elsewhere_to_the_same_effect(reader: NameReader) -> None:
    await reader.warm()
    (process,) = processes(reader)

    assert await reader.read(MANY, LibraryKind.EPISODE) == expected(MANY)
    assert processes(reader) == [process]


async def test_names_are_read_though_the_process_is_killed(reader: NameReader) -> None:
    await reader.warm()
    os.kill(processes(reader)[0], signal.SIGKILL)

    found = [await reader.read(MANY, LibraryKind.EPISODE) for _ in range(2)]

    assert found == [expected(MANY)] * 2


async def test_a_process_that_still_loads_is_not_waited_for(reader: NameReader) -> None:
    reading = asyncio.create_task(reader.read(MANY, LibraryKind.EPISODE))
    await asyncio.sleep(0)
    (process,) = reader._pool._processes.values()
    os.kill(process.pid, signal.SIGSTOP)

    reader.close()

    assert await reading == expected(MANY)
    await asyncio.to_thread(process.join)
    assert process.exitcode == -signal.SIGKILL
