"""Lists of all works: read line by line, in bounds, and not at all where anything is wrong with them."""

import gzip
import io
import json

import pytest

from app.metadata import exported
from app.metadata.exported import Entry, Keys, Unusable, entries
from app.metadata.facts import Kind
from app.metadata.tmdb_export import listed

LINES = [
    {"adult": False, "id": 1, "original_title": "The Long Winter", "popularity": 12.5, "video": False},
    {"adult": False, "id": 2, "original_title": "The Short Summer", "popularity": 3.0, "video": False},
    {"adult": False, "id": 3, "original_title": "The Long, Winter!", "popularity": 0.6, "video": False},
    {"adult": True, "id": 4, "original_title": "The Long Winter", "popularity": 900.0, "video": False},
]
WANTED = Keys(["thelongwinter"])


def plain(*lines):
    return b"".join(json.dumps(each).encode() + b"\n" for each in lines or LINES)


def read(content, wanted=WANTED):
    batches = entries(io.BytesIO(content), lambda line: listed(Kind.MOVIE, line), wanted)
    return [each for batch in batches for each in batch]


@pytest.mark.parametrize("pack", [gzip.compress, lambda content: content])
def test_what_is_called_as_is_wanted_is_kept_and_nothing_else(pack):
    assert read(pack(plain())) == [Entry("thelongwinter", "1", 12.5), Entry("thelongwinter", "3", 0.6)]


def test_series_have_names():
    line = json.dumps({"id": 5, "original_name": "Ebbe", "popularity": 2}).encode()

    assert (found := listed(Kind.TV, line)) is not None
    assert (found.id, found.title, found.popularity) == ("5", "Ebbe", 2.0)
    assert listed(Kind.MOVIE, line) is None


def test_many_lines_come_some_at_a_time(monkeypatch):
    monkeypatch.setattr(exported, "LINES", 2)

    batches = list(entries(io.BytesIO(plain()), lambda line: listed(Kind.MOVIE, line), WANTED))

    assert [len(each) for each in batches] == [1, 1, 0]


def test_lines_that_say_nothing_are_left_out_and_some_that_are_none():
    odd = b'{"id": null}\n[1]\n\n{"id": 9, "original_title": 7, "popularity": "many"}\n'

    assert [each.id for each in read(plain() + odd)] == ["1", "3"]


def test_hostile_titles_and_popularities_are_harmless():
    lines = [
        {"id": 1, "original_title": "The Long Winter", "popularity": odd} for odd in (-5, True, None, "x")
    ]

    assert {each.popularity for each in read(plain(*lines))} == {0.0}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>Sign in to the hotel's network</body></html>\n",
        gzip.compress(b"<html>\n", mtime=0),
        gzip.compress(plain(), mtime=0)[:-20],
        gzip.compress(plain() * 500, mtime=0)[:300],
        gzip.compress(plain(), mtime=0)[:20] + b"\xff" * 40,
        b"\x1f\x8bnot packed at all",
        plain(*[{"status_message": "none"}]),
    ],
)
def test_nothing_is_taken_of_what_is_no_list_or_not_whole(content):
    with pytest.raises(Unusable):
        read(content)


def test_what_unpacks_to_more_than_any_list_ends_there(monkeypatch):
    monkeypatch.setattr(exported, "MOST_BYTES", 10_000)

    with pytest.raises(Unusable):
        read(gzip.compress(plain() * 1000))
    with pytest.raises(Unusable):
        read(gzip.compress(b" " * 1_000_000))


def test_a_title_that_is_not_wanted_is_none_of_the_keys():
    keys = Keys(f"title{number}" for number in range(1000))

    keys.add(["another"])

    assert len(keys) == 1001
    assert "title7" in keys
    assert "another" in keys
    assert "title1000" not in keys
    assert "x" not in Keys()


def test_keys_are_the_same_once_saved_and_loaded(tmp_path):
    with (tmp_path / "keys").open("w+b") as file:
        WANTED.save(file)
        file.flush()
        file.seek(0)
        keys = Keys.load(file)

    assert len(keys) == 1
    assert read(plain(), keys) == read(plain())
