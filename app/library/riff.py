"""Reads the outermost chunk of AVI files, which tells how long the file should be."""

import struct
from typing import BinaryIO

from app.library.layout import Layout, read_at


def read_riff(file: BinaryIO, size: int) -> Layout | None:
    """None if the file is no AVI. size: of the file, in bytes."""
    head = read_at(file, 0, 12)
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:12] != b"AVI ":
        return None
    announced: int = struct.unpack_from("<I", head, 4)[0]
    # A recorder that dies leaves 0 or all ones; such a file plays to its end.
    return Layout("avi", is_truncated=announced != 0xFFFFFFFF and announced + 8 > size)
