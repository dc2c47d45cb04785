"""The body of an answer: read in bounds, unpacked in bounds, and JSON or refused."""

import zlib
from typing import Any, BinaryIO

import httpx
import orjson

from app.core.http_errors import ProviderBroken, ProviderUnreachable
from app.core.http_messages import Service

# zlib's sign for gzip's head, or its own.
_EITHER = 32 + zlib.MAX_WBITS


async def read(service: Service, response: httpx.Response) -> bytes:
    """Raises ProviderBroken for what is too long or packed as we didn't ask, ProviderUnreachable for what is cut off.

    What a few bytes unpack to is counted before it takes memory.
    """
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", "gzip", "x-gzip", "deflate", ""):
        raise ProviderBroken(service.name, f"its answer is packed as {coding[:20]!r}", response.status_code)
    unpack = None if coding in ("identity", "") else zlib.decompressobj(_EITHER)
    body = bytearray()
    async for chunk in response.aiter_raw():
        try:
            body += chunk if unpack is None else unpack.decompress(chunk, service.most_bytes - len(body) + 1)
        except zlib.error:
            raise ProviderBroken(service.name, "its answer can't be unpacked", response.status_code) from None
        if len(body) > service.most_bytes:
            raise _too_long(service, response)
    if unpack is not None and not unpack.eof:
        raise ProviderUnreachable(service.name, "its answer breaks off", response.status_code)
    return bytes(body)


async def save(service: Service, response: httpx.Response, into: BinaryIO) -> bytes:
    """Write it as it comes, packed where it is, from the file's beginning on. Raises ProviderBroken.

    What comes back is empty.
    """
    length = 0
    into.seek(0)
    into.truncate()
    async for chunk in response.aiter_raw():
        length += len(chunk)
        if length > service.most_bytes:
            raise _too_long(service, response)
        into.write(chunk)
    return b""


def _too_long(service: Service, response: httpx.Response) -> ProviderBroken:
    why = f"its answer is longer than {service.most_bytes} bytes"
    return ProviderBroken(service.name, why, response.status_code)


def media_type(header: str) -> str:
    """In lower case, without parameters."""
    return header.partition(";")[0].strip().lower()


def parsed(service: Service, status: int, content_type: str, body: bytes) -> Any:
    """The JSON. Raises ProviderBroken, which says what it looks like instead."""
    try:
        return orjson.loads(body)
    except ValueError:
        kind = media_type(content_type)
        looks = "HTML" if "html" in kind or body.lstrip()[:1] == b"<" else kind[:50] or "nothing known"
        raise ProviderBroken(service.name, f"it answers {looks} and no JSON", status) from None
