"""What the system tells of a folder and all below it, gathered by a thread of its own."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from watchfiles import watch

from app.library.polling import Notice, poll

# None: the folder is no longer the one that was watched.
Batch = set[Notice] | Exception | None
Tell = Callable[[Batch], None]

# How often a quiet folder says that it is still watched, and how long events have to pause to be told of together.
IDLE_S = 1.0
STEP_S = 0.05
FAREWELL_S = 5.0


class CanNotWatch(Exception):
    """The system refuses to tell of changes; the message says why."""


@dataclass(frozen=True, slots=True)
class How:
    """poll_s: how often the folder is looked through where the system tells nothing; None where it does."""

    debounce_s: float
    poll_s: float | None = None


@asynccontextmanager
async def notices(folder: str, how: How) -> AsyncGenerator[AsyncGenerator[set[Notice]]]:
    """Batches of what happened below a folder, also an empty one every second; the first comes when it is watched.

    Absolute paths. A renamed or moved file is one that went and one that came. Ends when the folder is gone, or another
    one is in its place. A disk that hangs stops the thread and nothing else. Raises CanNotWatch.
    """
    loop = asyncio.get_running_loop()
    batches: asyncio.Queue[Batch] = asyncio.Queue()
    stop = threading.Event()

    def tell(batch: Batch) -> None:
        # The loop may be closed already.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(batches.put_nowait, batch)

    thread = threading.Thread(target=_gather, args=(folder, how, stop, tell), name="watch", daemon=True)
    thread.start()
    try:
        yield _told(batches)
    finally:
        stop.set()
        await asyncio.to_thread(thread.join, FAREWELL_S)


async def _told(batches: asyncio.Queue[Batch]) -> AsyncGenerator[set[Notice]]:
    while (batch := await batches.get()) is not None:
        if isinstance(batch, Exception):
            raise CanNotWatch(_why(batch)) from batch
        yield batch


def identity(folder: str) -> tuple[int, int] | None:
    """What tells a folder from another one in its place; None where there is none."""
    try:
        status = Path(folder).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def check_room(folder: str) -> None:
    """See whether the system would watch one more folder: of new ones that it doesn't, nobody tells.

    Raises CanNotWatch. Starts and ends a watch: call it in a thread.
    """
    try:
        next(watch(folder, recursive=False, force_polling=False, rust_timeout=1, yield_on_timeout=True), None)
    except FileNotFoundError:
        return
    except (OSError, RuntimeError) as error:
        raise CanNotWatch(_why(error)) from error


def _why(error: Exception) -> str:
    text = str(error)
    if "MaxFilesWatch" in text or "limit reached" in text:
        return (
            "The system watches no more folders: raise the kernel setting fs.inotify.max_user_watches"
            " to more than there are folders"
        )
    if "Too many open files" in text:
        return "The system watches no more libraries: raise the kernel setting fs.inotify.max_user_instances"
    return text.partition(" (")[0].strip().rstrip(".") or type(error).__name__


def _gather(folder: str, how: How, stop: threading.Event, tell: Tell) -> None:
    before = identity(folder)
    try:
        for batch in _batches(folder, how, stop):
            tell(batch)
            if identity(folder) != before or before is None:
                break
        tell(None)
    except Exception as error:  # noqa: BLE001
        tell(error)


def _batches(folder: str, how: How, stop: threading.Event) -> Iterator[set[Notice]]:
    if how.poll_s is not None:
        return poll(folder, how.poll_s, IDLE_S, stop)
    return watch(
        Path(folder),
        watch_filter=None,
        debounce=max(1, round(how.debounce_s * 1000)),
        step=round(STEP_S * 1000),
        stop_event=stop,
        rust_timeout=round(IDLE_S * 1000),
        yield_on_timeout=True,
        raise_interrupt=False,
        force_polling=False,
        ignore_permission_denied=True,
    )
