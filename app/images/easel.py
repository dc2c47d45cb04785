"""The process that opens images. What it is handed may crash it, or take it over: it answers bytes, and knows nothing.

A message is the lengths of its head and its body, the head as JSON, and the body. Each question is answered at once.
"""

import base64
import logging
import os
import signal
import socket
import struct
from typing import Any

import orjson

from app.core import own_python
from app.core.confine import die_with, limit_memory
from app.images.formats import ImageFormat
from app.images.refusal import Reason, Refused
from app.images.render import render, variant

log = logging.getLogger(__name__)

LENGTHS = struct.Struct("<II")
MOST_HEAD_BYTES = 1 << 16
MOST_BODY_BYTES = 256 << 20

Message = tuple[dict[str, Any], bytes]


class Garbled(Exception):
    """What arrived is no message, or only the beginning of one."""


def command(descriptor: int, memory_mb: int) -> list[str]:
    """The command line that starts the process, with the modules of the process that calls."""
    start = "import sys; from app.images.easel import main; main(*map(int, sys.argv[1:]))"
    return own_python.command(start, str(descriptor), str(memory_mb), str(os.getpid()))


def main(descriptor: int, memory_mb: int, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with(parent)
    limit_memory(memory_mb << 20)
    with socket.socket(fileno=descriptor) as connection:
        while (question := receive(connection)) is not None:
            head, body = _answer(*question)
            send(connection, head, body)
            if head.get("refused") == Reason.OUT_OF_MEMORY:
                return


def send(connection: socket.socket, head: dict[str, Any], body: bytes) -> None:
    said = orjson.dumps(head)
    connection.sendall(LENGTHS.pack(len(said), len(body)) + said)
    connection.sendall(body)


def receive(connection: socket.socket) -> Message | None:
    """None where the other side has ended. Raises Garbled, OSError."""
    lengths = _exactly(connection, LENGTHS.size, may_end=True)
    if not lengths:
        return None
    head_bytes, body_bytes = LENGTHS.unpack(lengths)
    if head_bytes > MOST_HEAD_BYTES or body_bytes > MOST_BODY_BYTES:
        raise Garbled("a message that is too long")
    try:
        head = orjson.loads(_exactly(connection, head_bytes))
    except ValueError as error:
        raise Garbled("a head that is no JSON") from error
    if not isinstance(head, dict):
        raise Garbled("a head that is no object")
    return head, _exactly(connection, body_bytes)  # pyright: ignore[reportUnknownVariableType]


def _answer(head: dict[str, Any], body: bytes) -> Message:
    try:
        if head["work"] == "variant":
            return {}, variant(body, head["width"], ImageFormat(head["form"]))
        made = render(body)
    except Refused as refused:
        return {"refused": refused.reason}, b""
    except MemoryError:
        return {"refused": Reason.OUT_OF_MEMORY}, b""
    except Exception:
        log.exception("An image could not be made.")
        return {"refused": Reason.CRASHED_READER}, b""
    told = {"width": made.width, "height": made.height, "color": made.color}
    return told | {"thumbhash": base64.b64encode(made.thumbhash).decode()}, made.master


def _exactly(connection: socket.socket, size: int, *, may_end: bool = False) -> bytes:
    buffer = bytearray(size)
    view, filled = memoryview(buffer), 0
    while filled < size:
        got = connection.recv_into(view[filled:])
        if not got and may_end and not filled:
            return b""
        if not got:
            raise Garbled("a message that breaks off")
        filled += got
    return bytes(buffer)
