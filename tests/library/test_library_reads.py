"""Reads of libraries and files answer every key, whatever is there, with one statement for all of them."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from app.access.viewer import marquee
from app.core.app import App
from app.core.ids import new_id
from app.core.paging import Page
from app.library import extra_reads, file_reads, part_reads, reads
from app.library.reads import Scan, joined
from tests import given

VIEWER = marquee()
PAGE = {"page": Page(first=2)}
PLAIN = [
    reads.libraries,
    reads.libraries_of_movies,
    reads.libraries_of_series,
    reads.roots,
    reads.roots_of_libraries,
    reads.scans,
    reads.latest_scans,
    reads.problems,
    reads.problems_of_files,
    reads.file_counts,
    reads.problem_counts,
    reads.movie_counts,
    reads.series_counts,
    reads.sizes,
    file_reads.files,
    file_reads.streams_of_files,
    file_reads.streams_from_sidecars,
    file_reads.chapters_of_files,
    part_reads.movie_parts_of_files,
    part_reads.parts_of_versions,
    part_reads.episode_parts_of_files,
    part_reads.parts_of_episodes,
    extra_reads.extras_of_files,
    extra_reads.extras_of_movies,
    extra_reads.extras_of_series,
    extra_reads.artwork_of_files,
    extra_reads.artwork_of_movies,
    extra_reads.artwork_of_series,
    extra_reads.artwork_of_seasons,
    extra_reads.artwork_of_episodes,
]
PAGES = [
    reads.scans_of_libraries,
    reads.problems_of_libraries,
    reads.movies_of_libraries,
    reads.series_of_libraries,
    file_reads.files_of_libraries,
    file_reads.files_of_movies,
]
READS = [*((read, {}) for read in PLAIN), *((read, PAGE) for read in PAGES)]


@pytest.mark.parametrize(("read", "arguments"), READS, ids=lambda each: getattr(each, "__name__", ""))
async def test_unknown_keys_are_answered_by_one_statement(
    app: App, statements: list[str], read: Callable[..., Awaitable[Any]], arguments: dict[str, Any]
) -> None:
    ids = [new_id(), new_id()]

    found = await read(app.db, VIEWER, ids, **arguments)

    assert list(found) == ids
    assert not any(getattr(value, "items", value) for value in found.values())
    assert len(statements) == 1


async def test_the_last_scan_of_each_library_is_read_at_once(app: App, statements: list[str]) -> None:
    first, second, none = [await given.library(app) for _ in range(3)]
    for library_id in (first, second):
        await given.scan(app, library_id)
    newest = {library_id: await given.scan(app, library_id) for library_id in (first, second)}
    statements.clear()

    found = await reads.latest_scans(app.db, VIEWER, [first, second, none])

    assert {key: scan and scan.id for key, scan in found.items()} == newest | {none: None}
    assert len(statements) == 1


@pytest.mark.parametrize(
    ("root", "names", "path"),
    [
        ("/media", ("Films/Lantern", "film.mkv"), "/media/Films/Lantern/film.mkv"),
        ("/media", ("", "film.mkv"), "/media/film.mkv"),
        ("/", ("", "film.mkv"), "/film.mkv"),
        ("/media", ("",), "/media"),
        ("/", ("",), "/"),
    ],
)
def test_a_path_is_the_roots_and_what_is_below_it(root: str, names: tuple[str, ...], path: str) -> None:
    assert joined(root, *names) == path


@pytest.mark.parametrize(
    ("elapsed_s", "is_over", "pace", "eta_s"),
    [
        (None, False, None, None),
        (0.0, False, None, None),
        (5.0, False, 2.0, 15.0),
        (5.0, True, 2.0, None),
    ],
)
def test_the_pace_of_a_scan(
    elapsed_s: float | None, is_over: bool, pace: float | None, eta_s: float | None
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    ended, status = (now, "completed") if is_over else (None, "running")

    scan = Scan(
        new_id(), new_id(), None, status, 40, 10, 0, 0, 0, 0, 0, None, now, now, None, ended, elapsed_s
    )

    assert (scan.files_per_second, scan.eta_s) == (pace, eta_s)


def test_a_scan_that_found_more_than_it_counted_is_nearly_done() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)

    scan = Scan(new_id(), new_id(), None, "running", 5, 10, 0, 0, 0, 0, 0, None, now, now, None, None, 5.0)

    assert scan.eta_s == 0
