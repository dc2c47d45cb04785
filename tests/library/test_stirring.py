"""From what the system tells to the fewest scans."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from watchfiles import Change

from app.library import stirring
from app.library.read_folders import Root
from app.library.stirred import Stirred
from app.library.stirring import Planned, plan, stirred_by

NOTED = datetime(2026, 5, 1, tzinfo=UTC)
FILMS, MORE = Root(UUID(int=1), "/films"), Root(UUID(int=2), "/more")


def by(root: Path, *notices: tuple[Change, str]) -> dict[str, set[str]]:
    return stirred_by(str(root), [(change, f"{root}/{path}") for change, path in notices])


def stirred(*folders: str, root: Root = FILMS) -> list[Stirred]:
    return [Stirred(root.id, folder, NOTED) for folder in folders]


def planned(due: list[Stirred], *roots: Root, there: tuple[str, ...] = ()) -> Planned:
    return plan(
        due, {root.id: root for root in roots or (FILMS,)}, {(FILMS.id, each): True for each in there}
    )


@pytest.mark.parametrize(
    ("change", "path", "found"),
    [
        (Change.added, "Alpha/Alpha.mkv", {"Alpha": {"Alpha/Alpha.mkv"}}),
        (Change.modified, "Alpha/movie.nfo", {"Alpha": {"Alpha/movie.nfo"}}),
        (Change.deleted, "Alpha.mkv", {"": {"Alpha.mkv"}}),
        (Change.deleted, "Alpha", {"Alpha": {"Alpha"}}),
        (Change.added, "Alpha/.ignore", {"Alpha": {"Alpha"}}),
        (Change.added, "Alpha/.hidden.mkv", {}),
        (Change.added, "Alpha/film.mkv.part", {}),
        (Change.added, "Alpha/notes.txt", {}),
        (Change.added, "@eaDir", {}),
        (Change.deleted, ".cache", {}),
        (Change.modified, "folder", {}),
        (Change.added, "folder", {"folder": {"folder"}}),
        (Change.modified, ".", {}),
        (Change.added, "../elsewhere/film.mkv", {}),
        (Change.added, "\udcff.mkv", {}),
    ],
)
def test_what_stirs_what(tmp_path: Path, change: Change, path: str, found: dict[str, set[str]]) -> None:
    (tmp_path / "folder").mkdir()

    assert by(tmp_path, (change, path)) == found


def test_very_many_folders_are_the_whole_root(tmp_path: Path) -> None:
    paths = [f"{number}/film.mkv" for number in range(stirring.MOST_FOLDERS + 1)]

    found = by(tmp_path, *((Change.added, path) for path in paths))

    assert found == {"": set(paths)}


def test_so_much_at_once_that_some_may_be_lost_is_the_whole_root(tmp_path: Path) -> None:
    paths = [f"one/{number}.mkv" for number in range(stirring.MOST_NOTICES)]

    assert by(tmp_path, *((Change.added, path) for path in paths)).keys() == {""}


def test_a_folder_covers_what_lies_in_it() -> None:
    due = stirred("Show/Season 1", "Show", "Showdown")

    found = planned(due)

    assert found.path == "/films/Show"
    assert {folder.folder for folder in found.folders} == {"Show", "Show/Season 1"}


def test_what_is_there_comes_before_what_is_gone() -> None:
    assert planned(stirred("a", "b"), there=("b",)).path == "/films/b"


def test_many_folders_are_scanned_as_the_folders_above_them() -> None:
    due = stirred(*(f"{top}/{number}" for top in "ab" for number in range(stirring.MOST_SCANS)))

    found = planned(due)

    assert found.path == "/films/a"
    assert len(found.folders) == stirring.MOST_SCANS


@pytest.mark.parametrize("roots", [(FILMS,), (FILMS, MORE)])
def test_too_many_of_these_are_the_whole_root(roots: tuple[Root, ...]) -> None:
    due = stirred(*map(str, range(stirring.MOST_SCANS + 1)))

    found = planned(due + stirred("c", root=MORE)[: len(roots) - 1], *roots)

    assert found.path == (None if len(roots) == 1 else "/films")
    assert list(found.folders) == due


def test_all_roots_are_the_whole_library() -> None:
    due = [*stirred(""), *stirred("", "c", root=MORE)]

    assert planned(due, FILMS, MORE) == Planned(None, due)


def test_one_root_of_several_is_its_folder() -> None:
    assert planned(stirred("", "a"), FILMS, MORE).path == "/films"
