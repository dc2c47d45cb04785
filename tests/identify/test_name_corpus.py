"""Names as people and release groups write them, each with what it should be read as."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from app.identify.kinds import LibraryKind
from app.identify.parse import read, read_together
from app.identify.reading import SURE, Reading

ROWS = list(
    csv.DictReader(
        Path(__file__).with_name("corpus.tsv").read_text(encoding="utf-8").splitlines(),
        delimiter="\t",
        restval="",
    )
)
CLASSES = sorted({(row["kind"], row["class"]) for row in ROWS})


def expected(row: dict[str, str]) -> dict[str, object]:
    return {
        "title": row["title"] or None,
        "year": int(row["year"]) if row["year"] else None,
        "season": int(row["season"]) if row["season"] else None,
        "episodes": tuple(int(number) for number in row["episodes"].split(",") if number),
        "absolutes": tuple(int(number) for number in row["absolute"].split(",") if number),
        "air_date": row["air_date"] or None,
        "edition": row["edition"] or None,
        "part": int(row["part"]) if row["part"] else None,
    }


def read_row(row: dict[str, str]) -> Reading:
    """siblings: names of other files in the folder, with bars between; without any, the path is read alone."""
    kind, siblings = LibraryKind(row["kind"]), row["siblings"].split("|")
    if not row["siblings"]:
        return read(row["path"], kind)
    folder, _, name = row["path"].rpartition("/")
    return read_together(folder, [name, *siblings], kind)[0]


def fields(reading: Reading) -> dict[str, object]:
    return {
        "title": reading.title,
        "year": reading.year,
        "season": reading.season,
        "episodes": reading.episodes,
        "absolutes": reading.absolutes,
        "air_date": reading.air_date.isoformat() if reading.air_date else None,
        "edition": reading.edition,
        "part": reading.part,
    }


@pytest.mark.parametrize(("kind", "name_class"), CLASSES)
def test_every_name_of_the_class_is_read_right(kind: str, name_class: str):
    rows = [row for row in ROWS if (row["kind"], row["class"]) == (kind, name_class)]

    wrong = {
        row["path"]: {
            name: (got, want) for name, want in expected(row).items() if (got := read_fields[name]) != want
        }
        for row in rows
        if (read_fields := fields(read_row(row))) != expected(row)
    }

    assert not wrong, f"{len(wrong)} of {len(rows)} wrong (got, expected): {wrong}"


def test_the_corpus_covers_every_class_of_name():
    sizes: dict[tuple[str, str], int] = defaultdict(int)
    for row in ROWS:
        sizes[row["kind"], row["class"]] += 1

    assert len(ROWS) >= 1_000
    assert len({row["path"] for row in ROWS}) == len(ROWS)
    assert all(size >= 3 for size in sizes.values()), sizes


def test_nearly_all_that_is_read_right_is_known_to_be():
    unsure = [row["path"] for row in ROWS if read_row(row).confidence < SURE]

    assert len(unsure) < 0.1 * len(ROWS), unsure


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("episode", "Night Shift.mkv"),
        ("episode", "qhx8f3.mkv"),
        ("episode", "05.mkv"),
        ("episode", "S01E05.mkv"),
        ("episode", "Night.Shift.04.03.2012.mkv"),
        ("episode", "Night Shift - 366.mkv"),
        ("episode", "Night Shift Behind 12 Doors.mkv"),
        ("episode", "Night Shift/Season 2/Christmas.mkv"),
        ("movie", "qhx8f3.mkv"),
        ("movie", "4f3a2b1c9d.1080p.mkv"),
        ("movie", "harbour.mkv"),
        ("movie", "The Harbour S01E02 (2004).mkv"),
        ("movie", "www harbour com 1080p 2004.mkv"),
    ],
)
def test_what_can_only_be_guessed_is_known_to_be_a_guess(kind: str, path: str):
    assert read(path, LibraryKind(kind)).confidence < SURE
