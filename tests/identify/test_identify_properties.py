"""Whatever a name holds, reading it ends, raises nothing and gives the same answer twice."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.identify.kinds import LibraryKind
from app.identify.parse import read
from app.identify.text import LONGEST
from tests.identify.hostile import UNITS

PIECE_WORDS = (
    "S01E02 s1 e5 1x05 105 1080p x264 2009 (2009) [2010] - . _ [ ] ( ) { } {tmdb-1} part 2 of 4 cd1 E01a 12v2 "
    "OVA Season Folge 第 話 第一季 сезон 5 2012-03-04 DTS-HD.MA The a A.B.C. AKA www.x.com -GRP [ABCD1234] / "
    "99999999 S0 × ١٢ ² İ ß"
)
PIECES = st.sampled_from(PIECE_WORDS.split())
NAMES = st.lists(PIECES | st.text(max_size=6), max_size=14).map("".join) | st.lists(PIECES, max_size=20).map(
    ".".join
)


@settings(max_examples=300, deadline=None)
@given(path=st.text(max_size=300) | NAMES, kind=st.sampled_from(LibraryKind))
def test_any_text_is_read_without_an_error_and_alike_each_time(path: str, kind: LibraryKind):
    first = read(path, kind)

    second = read(path, kind)

    assert first == second
    assert first.kind is kind
    assert 0.0 <= first.confidence <= 1.0
    assert list(first.episodes) == sorted(set(first.episodes))
    assert first.title is None or first.title.strip()


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("kind", LibraryKind)
@pytest.mark.timeout(20)
def test_endless_repetition_ends(unit: str, kind: LibraryKind):
    reading = read(unit * 20_000, kind)

    assert reading.kind is kind


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("kind", LibraryKind)
def test_a_name_is_read_no_further_than_its_bound(unit: str, kind: LibraryKind):
    name = (unit * LONGEST)[:LONGEST].replace("/", " ")

    once, four_times = read(f"{name}.mkv", kind), read(f"{name}{name * 3}.mkv", kind)

    assert once == four_times


@settings(max_examples=60, deadline=None)
@given(
    units=st.lists(st.sampled_from(UNITS) | PIECES, min_size=1, max_size=4),
    times=st.integers(1, 200),
    kind=st.sampled_from(LibraryKind),
)
@pytest.mark.timeout(60)
def test_any_mix_of_hostile_pieces_is_read(units: list[str], times: int, kind: LibraryKind):
    name = "".join(units) * times

    reading = read(f"{name}/{name}.mkv", kind)

    assert reading.kind is kind
    assert 0.0 <= reading.confidence <= 1.0
