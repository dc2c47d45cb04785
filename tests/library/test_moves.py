"""Moved files among many that look alike."""

from pathlib import Path
from unittest.mock import patch
from uuid import UUID

from app.core.ids import new_id
from app.identify.files import FileRole
from app.library import moves
from app.library.diff import Changes, Stored
from app.library.moves import MOST_LINKS, recognise
from app.library.read_folders import Folder, Root
from app.library.walk import Entry, Listing


def test_a_file_of_many_links_is_compared_with_few_of_them(tmp_path: Path) -> None:
    root = Root(new_id(), str(tmp_path))
    entry = Entry("new.mkv", FileRole.VIDEO, 1, 2, 3)
    (tmp_path / "kept.mkv").touch()
    links = [stored(new_id()) for _ in range(MOST_LINKS * 3)]
    folder = Folder(root, Listing("", [entry]), Changes(new=[entry]))

    with patch.object(moves, "_is_gone", wraps=moves._is_gone) as looked:
        recognise([folder], {(3, 1, 2): [(root.id, link) for link in links]}, {root.id: root})

    assert looked.call_count == MOST_LINKS
    assert folder.changes.new == [entry]


def stored(key: UUID) -> Stored:
    return Stored(key, "", "kept.mkv", "video", size_bytes=1, mtime_ns=2, inode=3, is_missing=False)
