"""A worker for the enriching benchmark. Arguments: its folder, the database's URL, Redis's URL.

Files run as many minutes as they have bytes. Pictures are noted and not fetched.
"""

import asyncio
import gc
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import uvloop

from app.core.app import App, open_app
from app.core.config import Config
from app.core.ending import end
from app.core.jobs import JOBS
from app.core.lifeline import hang_on
from app.core.work import work
from app.library import jobs, names, scan
from app.library.media import MediaInfo
from app.library.questions import Answer, Question
from app.metadata import enrich, fetch_pictures
from app.metadata.rounds import keep_fresh
from bench.worker import MEDIA

# Registers what the worker runs.
assert jobs.scan
assert enrich.enrich


class Remembering:
    """Answers at once."""

    async def ask(self, questions: Sequence[Question]) -> list[Answer]:
        return [Answer(media=_media(each), problem=None) for each in questions]


def _media(question: Question) -> MediaInfo:
    minutes = (Path(question.root) / question.path).stat().st_size
    return replace(MEDIA, duration_ms=minutes * 60_000)


def _remembering(_: App) -> Remembering:
    return Remembering()


async def _nothing(*_: object) -> None:
    """Pictures have a rate and a benchmark of their own."""


def config(folder: str, database_url: str, redis_url: str) -> Config:
    return replace(
        Config(), data_dir=Path(folder), database_url=database_url, redis_url=redis_url, fingerprint_frames=0
    )


async def main(folder: str, database_url: str, redis_url: str) -> None:
    name = fetch_pictures.fetch_pictures.name
    JOBS[name] = replace(JOBS[name], run=_nothing)
    async with open_app(config(folder, database_url, redis_url)) as app:
        scan.prober = _remembering
        await names.name_reader(app).warm()
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        working, refreshing = asyncio.create_task(work(app)), asyncio.create_task(keep_fresh(app))
        print("ready", flush=True)
        try:
            await stop.wait()
        finally:
            await end(working, refreshing)


if __name__ == "__main__":
    hang_on()
    gc.freeze()
    uvloop.run(main(*sys.argv[1:]))
