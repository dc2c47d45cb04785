"""What changed between two looks at a folder."""

from uuid import uuid4

import pytest

from app.identify.files import FileRole
from app.library.diff import Stored, compare
from app.library.walk import Entry, Listing


def entry(name: str = "film.mkv", size: int = 1, mtime: int = 1, inode: int = 1) -> Entry:
    return Entry(name, FileRole.VIDEO, size, mtime, inode)


def stored(name: str = "film.mkv", *, role: str = "video", is_missing: bool = False) -> Stored:
    return Stored(uuid4(), "", name, role, 1, 1, 1, is_missing)


def test_what_is_not_known_is_new() -> None:
    changes = compare(Listing("", [entry()]), [])

    assert changes.new == [entry()]
    assert not changes.is_empty


def test_what_is_as_it_was_changes_nothing() -> None:
    file = stored()

    changes = compare(Listing("", [entry()]), [file])

    assert changes.same == [(file, entry())]
    assert changes.is_empty


@pytest.mark.parametrize("changed", [entry(size=2), entry(mtime=2), entry(inode=2)])
def test_another_size_time_or_inode_is_a_change(changed: Entry) -> None:
    file = stored()

    assert compare(Listing("", [changed]), [file]).changed == [(file, changed)]


def test_another_role_is_a_change() -> None:
    file = stored(role="extra")

    assert compare(Listing("", [entry()]), [file]).changed == [(file, entry())]


def test_what_was_missing_and_is_there_is_back() -> None:
    file = stored(is_missing=True)

    changes = compare(Listing("", [entry()]), [file])

    assert changes.back == [(file, entry())]
    assert not changes.is_empty


def test_what_is_not_there_any_more_is_gone_once() -> None:
    file = stored()

    assert compare(Listing(""), [file]).gone == [file]
    assert compare(Listing(""), [stored(is_missing=True)]).is_empty


def test_what_is_unclear_is_not_gone() -> None:
    assert compare(Listing("", unclear={"film.mkv"}), [stored()]).is_empty


def test_an_incomplete_listing_changes_nothing() -> None:
    assert compare(Listing("", [entry("new.mkv")], is_complete=False), [stored()]).is_empty
