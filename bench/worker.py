"""A worker for the scan's benchmark. Arguments: the database's URL, Redis's URL, and whether media is really opened."""

import asyncio
import gc
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace

import uvloop

import app.worker as _jobs
from app.core.app import App, open_app
from app.core.config import Config
from app.core.ending import end
from app.core.lifeline import hang_on
from app.core.work import work
from app.library import names, prober, scan
from app.library.media import Chapter, MediaInfo, Stream, StreamKind
from app.library.questions import Answer, Question

assert _jobs  # registers what the worker runs
MEDIA = MediaInfo(
    container="mkv",
    size_bytes=8 << 30,
    duration_ms=6_000_000,
    bit_rate=10_000_000,
    tags={"encoder": "libebml"},
    streams=(
        Stream(0, StreamKind.VIDEO, codec="h264", profile="High", width=1920, height=1080, frame_rate=23.976),
        Stream(1, StreamKind.AUDIO, codec="ac3", language="eng", channels=6, channel_layout="5.1"),
        Stream(2, StreamKind.AUDIO, codec="aac", language="deu", channels=2, channel_layout="stereo"),
        Stream(3, StreamKind.SUBTITLE, codec="subrip", language="eng"),
    ),
    chapters=tuple(Chapter(at, at * 600_000, (at + 1) * 600_000, f"Chapter {at + 1}") for at in range(4)),
)


class Remembering:
    """Answers at once, the same for every file."""

    async def ask(self, questions: Sequence[Question]) -> list[Answer]:
        return [Answer(media=MEDIA, problem=None) for _ in questions]


def remember(app: App) -> None:
    scan.prober = lambda app: Remembering()


async def main(database_url: str, redis_url: str, is_probing: str) -> None:
    async with open_app(
        replace(Config(), database_url=database_url, redis_url=redis_url, fingerprint_frames=0)
    ) as app:
        if is_probing == "probing":
            await prober.prober(app).warm()
        else:
            remember(app)
        await names.name_reader(app).warm()
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        working = asyncio.create_task(work(app))
        print("ready", flush=True)
        try:
            await stop.wait()
        finally:
            await end(working)


if __name__ == "__main__":
    hang_on()
    gc.freeze()
    uvloop.run(main(*sys.argv[1:]))
