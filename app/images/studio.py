"""Opening and making images in disposable processes, so that an image that crashes its reader disturbs nothing else.

Each thread of a small pool has one process, which it asks, waits for, kills when it takes too long, and replaces. They
are not those that probe media: these are asked for bytes, one image at a time, and by servers as well.
"""

import asyncio
import base64
import logging
import os
import re
import signal
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from weakref import WeakKeyDictionary

from app.core.app import App
from app.images.decode import MOST_SIDE
from app.images.easel import Garbled, Message, command, receive, send
from app.images.formats import ImageFormat
from app.images.refusal import Reason, Refused
from app.images.render import Rendered

log = logging.getLogger(__name__)

# A process leaves after so many images, since libraries leak.
IMAGES_PER_PROCESS = 500
# How often an image is tried anew when somebody killed its process: the system perhaps, for want of memory.
MOST_LOSSES = 2
START_S = 60.0
END_S = 5.0
_COLOR = re.compile(r"#[0-9a-f]{6}")
_MOST_HASH_BYTES = 40
_REASONS = {reason.value: reason for reason in Reason}


class StudioFailed(Exception):
    """The processes can't be started, or were ended by others; the image is not to blame."""


class _Lost(Exception):
    """A process was killed, and not by us."""


class _Easel:
    """One process, as the thread sees it that asks."""

    def __init__(self, memory_mb: int) -> None:
        ours, theirs = socket.socketpair()
        self.connection = ours
        with theirs:
            try:
                # In a session of its own, since Ctrl-C is for us to act upon.
                self.process = subprocess.Popen(  # noqa: S603
                    command(theirs.fileno(), memory_mb),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    pass_fds=(theirs.fileno(),),
                    start_new_session=True,
                )
            except OSError as error:
                ours.close()
                raise StudioFailed(f"No process can be made to open images: {error}") from error
        self.images = 0
        self.is_spent = False

    def ask(self, question: Message, limit_s: float) -> Message:
        """Raises Refused, StudioFailed, _Lost."""
        # The first answer waits for the process to have begun.
        limit_s += 0 if self.images else START_S
        self.images += 1
        watch = threading.Timer(limit_s, self.process.kill)
        watch.daemon = True
        begun = time.monotonic()
        watch.start()
        try:
            send(self.connection, *question)
            answer = receive(self.connection)
            if answer is None:
                raise Garbled("no answer")
        except (OSError, Garbled):
            self.end()
            if time.monotonic() - begun >= limit_s:
                raise Refused(Reason.TIMED_OUT) from None
            if self.process.returncode == -signal.SIGKILL:
                raise _Lost from None
            if (self.process.returncode or 0) > 0:
                # Images end it by signals; it could not begin, or has a fault.
                raise StudioFailed("The process that opens images ended, and has told why.") from None
            raise Refused(Reason.CRASHED_READER) from None
        finally:
            watch.cancel()
        ran_out = answer[0].get("refused") == Reason.OUT_OF_MEMORY
        self.is_spent = ran_out or self.images >= IMAGES_PER_PROCESS
        return answer

    def end(self) -> None:
        """At once if it has not ended by itself."""
        self.connection.close()
        try:
            self.process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Studio:
    """A few processes, begun when first needed. timeout_s: for one image. memory_mb: what one process may use."""

    def __init__(self, processes: int, timeout_s: float, *, memory_mb: int) -> None:
        self._timeout_s = timeout_s
        self._memory_mb = memory_mb
        self._threads = ThreadPoolExecutor(processes or os.cpu_count() or 1, "images")
        self._own = threading.local()
        self._easels: set[_Easel] = set()
        self._lock = threading.Lock()
        self._is_closed = False

    async def render(self, content: bytes) -> Rendered:
        """Raises Refused, StudioFailed."""
        head, master = await self._ask({"work": "render"}, content)
        try:
            return _rendered(head, master)
        except (KeyError, TypeError, ValueError):
            # Whoever took the process over may say anything.
            raise Refused(Reason.CRASHED_READER) from None

    async def variant(self, master: bytes, width: int, form: ImageFormat) -> bytes:
        """Raises Refused, StudioFailed."""
        head = {"work": "variant", "width": width, "form": form}
        return (await self._ask(head, master))[1]

    def close(self) -> None:
        """Kill all processes; who still waits gets StudioFailed."""
        with self._lock:
            self._is_closed = True
            for each in self._easels:
                each.process.kill()
        self._threads.shutdown()
        for each in self._easels:
            each.end()

    async def _ask(self, head: dict[str, Any], body: bytes) -> Message:
        if self._is_closed:
            raise StudioFailed("It is closed.")
        asked = asyncio.get_running_loop().run_in_executor(self._threads, self._asked, (head, body))
        answer, made = await asked
        if "refused" in answer:
            raise Refused(_REASONS.get(str(answer["refused"]), Reason.CRASHED_READER))
        return answer, made

    def _asked(self, question: Message) -> Message:
        for _ in range(MOST_LOSSES):
            easel = self._easel()
            try:
                return easel.ask(question, self._timeout_s)
            except _Lost:
                log.warning("A process that opens images was killed.")
            finally:
                if easel.process.returncode is not None or easel.is_spent:
                    self._part_with(easel)
        if self._is_closed:
            raise StudioFailed("It is closed.")
        raise Refused(Reason.CRASHED_READER)

    def _easel(self) -> _Easel:
        """This thread's."""
        easel: _Easel | None = getattr(self._own, "easel", None)
        if easel is not None and easel.process.poll() is not None:
            self._part_with(easel)
            easel = None
        if easel is None:
            with self._lock:
                if self._is_closed:
                    raise StudioFailed("It is closed.")
                easel = self._own.easel = _Easel(self._memory_mb)
                self._easels.add(easel)
        return easel

    def _part_with(self, easel: _Easel) -> None:
        easel.end()
        self._own.easel = None
        with self._lock:
            self._easels.discard(easel)


def _rendered(head: dict[str, Any], master: bytes) -> Rendered:
    """Raises KeyError, TypeError, ValueError for what no process of ours says."""
    thumbhash = base64.b64decode(head["thumbhash"], validate=True)
    width, height = int(head["width"]), int(head["height"])
    if not (0 < width <= MOST_SIDE and 0 < height <= MOST_SIDE and 0 < len(thumbhash) <= _MOST_HASH_BYTES):
        raise ValueError("impossible sizes")
    if not _COLOR.fullmatch(head["color"]):
        raise ValueError("no color")
    return Rendered(master, width, height, thumbhash, head["color"])


_studios: WeakKeyDictionary[App, Studio] = WeakKeyDictionary()


def studio(app: App) -> Studio:
    """The application's one studio, made when first needed and closed with it."""
    if app not in _studios:
        config = app.config
        made = Studio(config.images_processes, config.images_timeout_s, memory_mb=config.images_memory_mb)
        _studios[app] = made
        app.on_close(made.close)
    return _studios[app]
