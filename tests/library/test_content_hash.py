"""The hash by which a file is known again."""

import asyncio
import io
import os
import random
import struct
from pathlib import Path

import pytest

from app.core.app import App
from app.library.answers import answer
from app.library.content_hash import as_text, content_hash
from app.library.problems import Reason
from app.library.questions import Question
from tests.library.scanning import library, put, scan, value, write

KIB = 1024


def by_the_book(content: bytes) -> str:
    """The OpenSubtitles hash, word by word, as its description has it."""
    words = struct.unpack("<16384Q", content[: 64 * KIB] + content[-64 * KIB :])
    return f"{(len(content) + sum(words)) % 2**64:016x}"


def hash_of(content: bytes) -> str | None:
    found = content_hash(io.BytesIO(content), len(content))
    return None if found is None else as_text(found)


@pytest.mark.parametrize("size", [128 * KIB, 128 * KIB + 1, 200 * KIB, 1024 * KIB + 7])
def test_a_film_has_the_hash_that_subtitle_sites_know_it_by(size: int) -> None:
    content = random.Random(size).randbytes(size)

    assert hash_of(content) == by_the_book(content)


@pytest.mark.parametrize("byte", [b"\0", b"\xff", b"\x80"])
def test_sums_that_overflow_wrap_around(byte: bytes) -> None:
    content = byte * (130 * KIB)

    assert hash_of(content) == by_the_book(content)


def test_only_head_tail_and_size_count_in_a_film() -> None:
    content = bytearray(random.Random(1).randbytes(300 * KIB))
    before = hash_of(content)

    content[100 * KIB] ^= 1
    middle = hash_of(content)
    content[300 * KIB - 1] ^= 1

    assert middle == before
    assert hash_of(content) != before
    assert hash_of(bytes(content) + b"\0" * 8) != hash_of(content)


def test_every_byte_counts_in_a_small_file() -> None:
    content = bytearray(random.Random(1).randbytes(128 * KIB - 1))
    before = hash_of(content)

    content[70 * KIB], content[70 * KIB + 8] = content[70 * KIB + 8], content[70 * KIB]

    assert before is not None
    assert hash_of(content) != before
    assert hash_of(b"x") != hash_of(b"x\0")


def test_an_empty_file_has_none() -> None:
    assert hash_of(b"") is None


@pytest.mark.parametrize("size", [1, 100 * KIB, 300 * KIB])
def test_a_file_that_shrinks_while_it_is_read_has_none(size: int) -> None:
    assert content_hash(io.BytesIO(bytes(size // 2)), size) is None


def test_hashes_are_numbers_that_postgresql_takes() -> None:
    found = [content_hash(io.BytesIO(os.urandom(200)), 200) for _ in range(64)]

    assert all(number is not None and -(2**63) <= number < 2**63 for number in found)
    assert any(number is not None and number < 0 for number in found)


async def test_what_is_no_film_has_one_too(tmp_path: Path) -> None:
    write(tmp_path, "text.mkv", b"This is no film.\n" * 50)

    found = answer(Question(str(tmp_path), "text.mkv"), 10)

    assert found.problem is not None
    assert found.problem.reason is Reason.NOT_MEDIA
    assert found.content_hash is not None


async def test_a_scan_stores_it_and_renews_it_with_the_file(app: App, clip: Path, tmp_path: Path) -> None:
    before = await asyncio.to_thread(clip.read_bytes)
    put(clip, tmp_path, "Film (2001)/Film (2001).mkv")
    key = await library(app, tmp_path)
    stored = "SELECT content_hash FROM library.files"

    await scan(app, key)
    first = await value(app, stored)
    content = before + bytes(9)
    write(tmp_path, "Film (2001)/Film (2001).mkv", content)
    await scan(app, key)

    assert as_text(first) == hash_of(before)
    assert as_text(await value(app, stored)) == hash_of(content)
