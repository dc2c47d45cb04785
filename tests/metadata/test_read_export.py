"""Long lists are read in a process of their own, which finds what would be found here, and may die."""

import asyncio
import gzip
import json
from contextlib import closing
from tempfile import TemporaryFile

import psutil
import pytest

from app.metadata import read_export
from app.metadata.exported import Entry, Keys, Unusable
from app.metadata.facts import Kind
from app.metadata.read_export import read_export as read
from app.metadata.tmdb import TMDB
from tests.patience import PATIENCE_S

WANTED = Keys(["thelongwinter", "ebb"])
LINES = [
    {"adult": False, "id": 1, "original_title": "The Long Winter", "popularity": 12.5},
    {"adult": False, "id": 2, "original_title": "The Short Summer", "popularity": 3.0},
    {"adult": False, "id": 3, "original_title": "Ebb", "popularity": 0.6},
]
FOUND = [Entry("thelongwinter", "1", 12.5), Entry("ebb", "3", 0.6)]


@pytest.fixture(autouse=True)
def long(monkeypatch):
    """Every list is."""
    monkeypatch.setattr(read_export, "SHORT_BYTES", -1)


@pytest.fixture
def file():
    with closing(TemporaryFile()) as opened:
        yield opened


def packed():
    return gzip.compress(b"".join(json.dumps(each).encode() + b"\n" for each in LINES))


def readers():
    return [each for each in psutil.Process().children() if read_export.START in " ".join(each.cmdline())]


async def taken(app, file):
    return [list(batch) async for batch in read(app, TMDB, Kind.MOVIE, file, WANTED)]


async def begun(task):
    async with asyncio.timeout(PATIENCE_S):
        while not (found := readers()):
            assert not task.done()
            await asyncio.sleep(0.01)
    return found[0]


@pytest.mark.parametrize("batch", [1, 1000])
async def test_a_long_list_tells_what_a_short_one_does_some_at_a_time(app, file, monkeypatch, batch):
    monkeypatch.setattr(read_export, "BATCH", batch)
    file.write(packed())

    found = await taken(app, file)

    assert found == ([FOUND] if batch > 1 else [[each] for each in FOUND])


async def test_a_short_list_needs_no_process(app, file, monkeypatch):
    monkeypatch.setattr(read_export, "SHORT_BYTES", 1 << 20)
    monkeypatch.setattr(read_export, "START", "raise SystemExit(1)")
    file.write(packed())
    file.flush()

    assert await taken(app, file) == [FOUND]


async def test_a_long_list_that_breaks_off_tells_nothing(app, file):
    file.write(packed()[:-9])

    with pytest.raises(Unusable, match="it breaks off, or is damaged"):
        await taken(app, file)


async def test_a_list_whose_reader_is_killed_tells_nothing(app, file):
    file.write(packed())
    task = asyncio.create_task(taken(app, file))

    (await begun(task)).kill()

    with pytest.raises(Unusable, match="ended with status -9"):
        await task


async def test_who_reads_ends_with_the_job(app, file):
    file.write(packed())
    task = asyncio.create_task(taken(app, file))
    reader = await begun(task)

    task.cancel()
    await asyncio.wait({task})

    assert task.cancelled()
    assert not reader.is_running()
