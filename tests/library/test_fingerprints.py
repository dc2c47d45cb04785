"""What films look like, and which of them are told to be the same."""

import os
from itertools import combinations
from pathlib import Path

import pytest

from app.library.fingerprints import FEWEST_FRAMES, MOST_DISTANT, bands, shows_enough
from app.library.frames import frame_hash, frame_hashes
from app.library.questions import HASH_BITS
from tests.library.films import Encoding, encode_film

COUNT = 16
ENCODINGS = {
    "first": Encoding(),
    "coarse": Encoding(quality="40", gop=120),
    "small MPEG-4 in MP4": Encoding(".mp4", "mpeg4", 160, 90, quality="8"),
    "large HEVC": Encoding(codec="libx265", width=640, height=360, quality="30"),
    "VP9 in WebM at another rate": Encoding(".webm", "libvpx-vp9", 256, 144, rate=5, quality="45"),
    "another shape in MPEG-TS": Encoding(".ts", width=320, height=240, gop=15),
    "a second less": Encoding(start_s=1),
}
SEEDS = ("a", "b", "c", "d", "e", "f")
Hashes = tuple[int | None, ...]


@pytest.fixture(scope="module")
def hashes(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Hashes]:
    """One film in every encoding, and others in some, by film and encoding."""
    folder = tmp_path_factory.mktemp("films")
    wanted = [("a", name) for name in ENCODINGS]
    wanted += [(seed, name) for seed in SEEDS[1:] for name in ("first", "small MPEG-4 in MP4")]
    return {
        (seed, name): frame_hashes(
            encode_film(folder / f"{seed} {name}{ENCODINGS[name].suffix}", seed, ENCODINGS[name]), COUNT, 30
        )
        for seed, name in wanted
    }


def distance(one: Hashes, other: Hashes) -> float:
    """The mean of differing bits over frames that both have."""
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    assert len(pairs) >= FEWEST_FRAMES
    return sum(((a ^ b) % 2**HASH_BITS).bit_count() for a, b in pairs) / len(pairs)


@pytest.mark.parametrize("name", [name for name in ENCODINGS if name != "first"])
def test_a_film_encoded_again_looks_like_itself(hashes: dict[tuple[str, str], Hashes], name: str) -> None:
    assert distance(hashes["a", "first"], hashes["a", name]) <= MOST_DISTANT * 0.7


def test_different_films_look_different(hashes: dict[tuple[str, str], Hashes]) -> None:
    apart = [
        distance(one, other)
        for (this, one), (that, other) in combinations(hashes.items(), 2)
        if this[0] != that[0]
    ]

    assert min(apart) >= MOST_DISTANT * 2


def test_films_that_look_alike_share_bands(hashes: dict[tuple[str, str], Hashes]) -> None:
    of = {key: set(bands(found)) for key, found in hashes.items()}

    assert all(of["a", "first"] & of["a", name] for name in ENCODINGS)


def test_bands_are_small_numbers_that_name_their_place() -> None:
    found = bands((-1, None, 0x1234_5678))

    assert found == [0xFFFF, 0x1FFFF, (4 << 16) | 0x5678, (5 << 16) | 0x1234]
    assert max(bands([-1] * 64)) < 2**31


def test_several_pictures_have_to_be_shown(hashes: dict[tuple[str, str], Hashes]) -> None:
    film = hashes["a", "first"]
    one, another, *_ = [number for number in film if number is not None]

    assert all(shows_enough(found) for found in hashes.values())
    assert not shows_enough(film[:1] * COUNT)
    assert not shows_enough((one ^ 0b1011, one) * COUNT)
    assert not shows_enough((None,) * COUNT)
    assert shows_enough((one, another) * COUNT)
    assert shows_enough((one,))


@pytest.mark.parametrize("grey", [bytes(1024), b"\xff" * 1024, bytes([100, 104] * 512)])
def test_nothing_is_told_of_a_picture_without_anything_to_see(grey: bytes) -> None:
    assert frame_hash(grey) is None


def test_brightness_and_contrast_change_nothing() -> None:
    grey = bytes((x * 3 + y * y // 5) % 200 for y in range(32) for x in range(32))
    paler = bytes(40 + value * 3 // 4 for value in grey)

    one, other = frame_hash(grey), frame_hash(paler)

    assert one is not None
    assert other is not None
    assert ((one ^ other) % 2**64).bit_count() <= 3


def test_what_has_no_pictures_has_no_hashes(tmp_path: Path) -> None:
    (tmp_path / "text.mkv").write_bytes(b"no film" * 100)
    (tmp_path / "empty.mkv").touch()

    assert frame_hashes(tmp_path / "text.mkv", COUNT, 5) == ()
    assert frame_hashes(tmp_path / "empty.mkv", COUNT, 5) == ()
    assert frame_hashes(tmp_path / "missing.mkv", COUNT, 5) == ()


def test_a_film_that_ends_too_early_has_hashes_of_what_is_there(tmp_path: Path) -> None:
    path = encode_film(tmp_path / "film.mkv", "a")
    whole = frame_hashes(path, COUNT, 30)
    os.truncate(path, path.stat().st_size // 2)

    half = frame_hashes(path, COUNT, 30)

    assert half[:4] == whole[:4]
    assert half[-1] is None


def test_what_is_not_reached_in_time_is_left_out(tmp_path: Path) -> None:
    path = encode_film(tmp_path / "film.mkv", "a", duration_s=8)

    assert set(frame_hashes(path, COUNT, -1)) <= {None}
