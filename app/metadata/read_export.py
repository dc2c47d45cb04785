"""Reading a long list in a process of its own: a thread would have the worker wait for the interpreter again and again.

The process gets the list and the keys of wanted titles as open files, and writes what it finds to another.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from itertools import islice
from tempfile import TemporaryFile
from typing import BinaryIO, cast

import orjson

from app.core import own_python
from app.core.app import App
from app.core.confine import die_with
from app.metadata import registry
from app.metadata.exported import Entry, Keys, Unusable, entries
from app.metadata.facts import Kind
from app.metadata.provider import HasExports

# As it comes, packed or not. What is shorter is read before a process has begun.
SHORT_BYTES = 256 << 10
# Stored at once.
BATCH = 1_000
NICENESS = 10
UNUSABLE = 3
START = "import sys; from app.metadata.read_export import main; sys.exit(main(*sys.argv[1:]))"


async def read_export(
    app: App, provider: HasExports, kind: Kind, file: BinaryIO, wanted: Keys
) -> AsyncGenerator[Sequence[Entry]]:
    """Some at a time, those that are called as is wanted. Raises Unusable at the end or before, OSError."""
    if os.fstat(file.fileno()).st_size <= SHORT_BYTES:
        found = entries(file, partial(provider.listed, kind), wanted)
        while (batch := await app.in_thread(next, found, None)) is not None:
            if batch:
                yield batch
        return
    with ExitStack() as stack:
        keys, lines = [cast("BinaryIO", stack.enter_context(TemporaryFile())) for _ in range(2)]
        await app.in_thread(wanted.save, keys)
        await _run(provider.about.id, kind, file, keys, lines)
        lines.seek(0)
        stored = map(_entry, lines)
        while batch := await app.in_thread(_next, stored):
            yield batch


async def _run(name: str, kind: Kind, file: BinaryIO, keys: BinaryIO, lines: BinaryIO) -> None:
    """Raises Unusable, OSError."""
    for each in (file, keys):
        each.flush()
        os.lseek(each.fileno(), 0, os.SEEK_SET)
    process = await asyncio.create_subprocess_exec(
        *own_python.command(START, name, kind.value, str(keys.fileno()), str(os.getpid())),
        stdin=file,
        stdout=lines,
        stderr=asyncio.subprocess.PIPE,
        pass_fds=(keys.fileno(),),
    )
    try:
        _, said = await process.communicate()
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    last = said.decode(errors="replace").strip().rpartition("\n")[2]
    if process.returncode == UNUSABLE:
        raise Unusable(last)
    if process.returncode:
        raise Unusable(f"the process that reads it ended with status {process.returncode} ({last[:200]})")


def main(name: str, kind: str, keys: str, parent: str) -> int:
    """The process. Its exit status is UNUSABLE where the list is, and its last line of errors says why."""
    # Ctrl-C is the parent's to deal with.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with(int(parent))
    # In the session of its parent, since among several each gets as much, however nice it is.
    os.nice(NICENESS)
    [provider] = registry.named([name])
    assert isinstance(provider, HasExports)
    with open(int(keys), "rb") as file:  # noqa: PTH123
        wanted = Keys.load(file)
    with open(0, "rb", closefd=False) as file:
        try:
            for batch in entries(file, partial(provider.listed, Kind(kind)), wanted):
                sys.stdout.buffer.writelines(map(_line, batch))
        except Unusable as error:
            sys.stderr.write(f"{error}\n")
            return UNUSABLE
    return 0


def _line(entry: Entry) -> bytes:
    return orjson.dumps([entry.key, entry.id, entry.popularity], option=orjson.OPT_APPEND_NEWLINE)


def _entry(line: bytes) -> Entry:
    return Entry(*orjson.loads(line))


def _next(stored: Iterator[Entry]) -> list[Entry]:
    return list(islice(stored, BATCH))
