"""`marquee parse`: what names are read as, line by line."""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from app.identify.kinds import LibraryKind
from app.identify.parse import read


def run(lines: Iterable[bytes] | None = None, out: BinaryIO | None = None) -> None:
    """Answer each line at once, so that a program can talk with us; a line that can't be read gets an error.

    UTF-8 in and out whatever the locale; standard input and output unless others are given.
    """
    target = sys.stdout.buffer if out is None else out
    for answer in answers(sys.stdin.buffer if lines is None else lines):
        target.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
        target.flush()


def answers(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """One JSON object for each line, in order."""
    for number, line in enumerate(lines, 1):
        yield _answer(number, line.rstrip(b"\r\n"))


def _answer(number: int, line: bytes) -> dict[str, Any]:
    try:
        kind, tab, name = line.decode().partition("\t")
    except UnicodeDecodeError:
        return {"error": f"Line {number} is not UTF-8."}
    if not tab or kind not in set(LibraryKind):
        return {"error": f"Line {number} must begin with movie or episode and a tab."}
    if not name.strip():
        return {"error": f"Line {number} names no file."}
    return read(name, LibraryKind(kind)).as_json()
