import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from app.web.codings import IN_THREAD_BYTES, Coding, coded, wanted

UNPACK: dict[Coding, Callable[[bytes], bytes]] = {
    Coding.ZSTD: lambda body: zstandard.ZstdDecompressor().decompress(body),
    Coding.BROTLI: brotli.decompress,
    Coding.GZIP: lambda body: zlib.decompress(body, 31),
}


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [
        (None, None),
        ("", None),
        ("identity", None),
        ("deflate", None),
        ("gzip", Coding.GZIP),
        ("GZIP", Coding.GZIP),
        ("gzip, deflate, br", Coding.BROTLI),
        ("gzip, deflate, br, zstd", Coding.ZSTD),
        ("*", Coding.ZSTD),
        ("*;q=0.1, gzip", Coding.GZIP),
        ("gzip;q=0.8, br;q=0.9", Coding.BROTLI),
        ("gzip;q=0, *;q=0.5, zstd;q=0", Coding.BROTLI),
        ("gzip;q=0", None),
        ("*;q=0", None),
        ("gzip;q=bad", None),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip;q=0.5", Coding.GZIP),
        ("identity;q=0, br;q=0.1", Coding.BROTLI),
    ],
)
def test_the_client_says_what_it_takes(accept_encoding: str | None, coding: Coding | None):
    assert wanted(accept_encoding) is coding


@pytest.mark.parametrize("coding", Coding)
@pytest.mark.parametrize("size", [3000, IN_THREAD_BYTES + 1])
async def test_what_is_compressed_is_smaller_and_the_same(coding: Coding, size: int):
    body = b"film " * (size // 5)

    found = await coded(body, coding)

    assert len(found) < len(body) / 4
    assert UNPACK[coding](found) == body
