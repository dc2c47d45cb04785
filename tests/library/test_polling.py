"""Whatever is not as it was is noticed, and nothing else."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from watchfiles import Change

from app.library import walk
from app.library.polling import Tree, poll
from tests.library.scanning import write

FILM = "Alpha (2001)/Alpha (2001).mkv"
Look = Callable[[], set[tuple[Change, str]]]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Looks through a folder with a film that was looked through before."""
    write(tmp_path, FILM, b"film")
    os.utime(tmp_path / FILM, ns=(5_000_000_000, 5_000_000_000))
    tree = Tree(str(tmp_path))
    assert tree.look(threading.Event()) == set()
    return lambda: {
        (change, os.path.relpath(path, tmp_path)) for change, path in tree.look(threading.Event())
    }


def test_nothing_happened(look: Look) -> None:
    assert look() == set()


@pytest.mark.parametrize("mtime_ns", [5_000_000_001, 4_999_999_999, 1, 9_000_000_000])
def test_another_time_is_a_change_also_an_earlier_one(look: Look, tmp_path: Path, mtime_ns: int) -> None:
    os.utime(tmp_path / FILM, ns=(mtime_ns, mtime_ns))

    assert look() == {(Change.modified, FILM)}
    assert look() == set()


def test_another_size_is_a_change(look: Look, tmp_path: Path) -> None:
    write(tmp_path, FILM, b"longer film")
    os.utime(tmp_path / FILM, ns=(5_000_000_000, 5_000_000_000))

    assert look() == {(Change.modified, FILM)}


def test_files_come_and_go(look: Look, tmp_path: Path) -> None:
    (tmp_path / FILM).rename(tmp_path / "Alpha (2001)/Other.mkv")

    assert look() == {(Change.deleted, FILM), (Change.added, "Alpha (2001)/Other.mkv")}


def test_of_folders_that_come_and_go_only_the_topmost_is_told(look: Look, tmp_path: Path) -> None:
    write(tmp_path, "Show/Season 1/Show S01E01.mkv", b"1")
    came = look()
    (tmp_path / "Show").rename(tmp_path / "Show (2001)")

    assert came == {(Change.added, "Show")}
    assert look() == {(Change.deleted, "Show"), (Change.added, "Show (2001)")}


def test_a_folder_to_be_ignored_holds_nothing(look: Look, tmp_path: Path) -> None:
    write(tmp_path, "Alpha (2001)/.ignore")
    ignored = look()
    (tmp_path / "Alpha (2001)/.ignore").unlink()

    assert ignored == {(Change.deleted, FILM), (Change.added, "Alpha (2001)/.ignore")}
    assert look() == {(Change.added, FILM), (Change.deleted, "Alpha (2001)/.ignore")}


def test_what_cannot_be_read_just_now_is_unchanged(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "Show/Season 1/Show S01E01.mkv", b"1")
    look()
    read = walk._items

    def refuse(path: str) -> list[os.DirEntry[str]]:
        if path.endswith("/Show"):
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(walk, "_items", refuse)
    write(tmp_path, "Show/Season 1/Show S01E02.mkv", b"2")
    unreadable = look()
    monkeypatch.undo()

    assert unreadable == set()
    assert look() == {(Change.added, "Show/Season 1/Show S01E02.mkv")}


def test_a_root_that_is_gone_says_nothing(look: Look, tmp_path: Path) -> None:
    tmp_path.rename(tmp_path.with_name("unplugged"))
    gone = look()
    tmp_path.with_name("unplugged").rename(tmp_path)

    assert gone == set()
    assert look() == set()


def test_polling_ends_when_told(tmp_path: Path) -> None:
    write(tmp_path, FILM, b"film")
    stop = threading.Event()
    batches = poll(str(tmp_path), 0.01, 0.01, stop)
    first = next(batches)
    write(tmp_path, "Beta (2002)/Beta (2002).mkv", b"film")
    later = next(batch for batch in batches if batch)

    stop.set()

    assert first == set()
    assert later == {(Change.added, f"{tmp_path}/Beta (2002)")}
    assert list(batches) == []
