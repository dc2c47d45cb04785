"""The codings that answers are compressed by, and which of them a client takes (RFC 9110, 8.4.1 and 12.5.3)."""
# brotli brings no types.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

import asyncio
import zlib
from enum import StrEnum

import brotli
import zstandard

from app.core.short import remembered_if_short

# What fits into a packet or two gains nothing.
LEAST_BYTES = 2048
# What takes longer than a switch of threads is compressed beside the loop.
IN_THREAD_BYTES = 16_384
GZIP_LEVEL, GZIP_WINDOW = 5, 31
BROTLI_QUALITY = 4
ZSTD_LEVEL = 3


class Coding(StrEnum):
    """Of those that a client likes equally, the first that costs least is taken."""

    ZSTD = "zstd"
    BROTLI = "br"
    GZIP = "gzip"


@remembered_if_short(256)  # clients send the same few headers with every request
def wanted(accept_encoding: str | None) -> Coding | None:
    """What an answer is compressed by; None where the client doesn't ask for it, or would rather have it plain."""
    if not accept_encoding:
        return None
    weights = _weights(accept_encoding)
    best = max(Coding, key=lambda coding: _weight_of(coding, weights))
    weight = _weight_of(best, weights)
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else None


def takes_gzip(accept_encoding: str) -> bool:
    """Whether an `Accept-Encoding` field value allows gzip."""
    return _weight_of(Coding.GZIP, _weights(accept_encoding)) > 0


async def coded(body: bytes, coding: Coding) -> bytes:
    """A body compressed; a large one in a thread."""
    if len(body) < IN_THREAD_BYTES:
        return packed(body, coding)
    return await asyncio.to_thread(packed, body, coding)


def packed(body: bytes, coding: Coding) -> bytes:
    match coding:
        case Coding.ZSTD:
            return zstandard.ZstdCompressor(ZSTD_LEVEL).compress(body)
        case Coding.BROTLI:
            return brotli.compress(body, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY)
        case Coding.GZIP:
            return zlib.compress(body, GZIP_LEVEL, GZIP_WINDOW)


def _weight_of(coding: Coding, weights: dict[str, float]) -> float:
    return weights.get(coding, weights["*"])


def _weights(accept_encoding: str) -> dict[str, float]:
    weights = {"*": 0.0}
    for part in accept_encoding.lower().split(","):
        coding, _, weight = part.partition(";")
        weights[coding.strip()] = _weight(weight)
    return weights


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
