"""Reading the names and NFO files of known videos anew, by the rules of today, without a scan."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.core.db import Row
from app.identify.files import FileRole, classify
from app.identify.kinds import LibraryKind
from app.library.diff import Changes, Stored
from app.library.names import name_reader
from app.library.read_folders import Folder, Root, Video, reread_folders
from app.library.walk import Entry, Listing, join

# Folder by folder, for whatever the planner thinks of their number, a root's files would be compared with each.
FOLDERS = text(
    """
    SELECT l.kind, r.path, f.* FROM (
        SELECT DISTINCT root_id, folder FROM library.files WHERE id = ANY(CAST(:ids AS uuid[]))) k
    CROSS JOIN LATERAL (
        SELECT f.root_id, f.folder, f.name, f.id, f.role, f.size_bytes, f.mtime_ns, f.inode,
            f.id = ANY(CAST(:ids AS uuid[])) AS is_wanted, CAST(f.reading ->> 'has_nfo' AS boolean) AS has_nfo
        FROM library.files f
        WHERE f.root_id = k.root_id AND f.folder = k.folder
          AND (f.id = ANY(CAST(:ids AS uuid[])) OR (f.role IN ('video', 'nfo') AND f.missing_since IS NULL))
        OFFSET 0) f
    JOIN library.roots r ON r.id = f.root_id JOIN library.libraries l ON l.id = r.library_id
    ORDER BY l.kind, f.root_id, f.folder, f.name
    """
)


async def reread(app: App, file_ids: Sequence[UUID]) -> dict[tuple[UUID, str, str], Video]:
    """What names and NFO files say of videos now, each judged with its folder; by root, folder and name.

    A video of which an NFO file has told, and whose folder can't be looked at, is left out. One statement.
    """
    found: dict[tuple[UUID, str, str], Video] = {}
    rows = await app.db.rows(FOLDERS, ids=list(file_ids))
    for kind, of_kind in groupby(rows, key=lambda row: row["kind"]):
        files = [list(each) for _, each in groupby(of_kind, key=lambda row: (row["root_id"], row["folder"]))]
        folders = [_folder(each) for each in files]
        await reread_folders(
            name_reader(app), LibraryKind.MOVIE if kind == "movie" else LibraryKind.EPISODE, folders
        )
        seen = await app.in_thread(_seen, folders)
        for folder, known, is_seen in zip(folders, files, seen, strict=True):
            told = {row["name"] for row in known if row["is_wanted"] and (is_seen or row["has_nfo"] is False)}
            for video in folder.videos:
                if video.name in told:
                    found[folder.root.id, folder.path, video.name] = video
    return found


def _folder(rows: Sequence[Row]) -> Folder:
    folder = Folder(Root(rows[0]["root_id"], rows[0]["path"]), Listing(rows[0]["folder"]), Changes())
    folder.changes.same.extend(_entries(rows))
    return folder


def _entries(rows: Sequence[Row]) -> Iterator[tuple[Stored, Entry]]:
    """Videos and NFO files; an extra that its name says is none counts as a video."""
    for row in rows:
        role = FileRole(row["role"])
        if role not in (FileRole.VIDEO, FileRole.NFO):
            role = classify(join(row["folder"], row["name"]))
        if role in (FileRole.VIDEO, FileRole.NFO):
            size, mtime, inode = row["size_bytes"], row["mtime_ns"], row["inode"]
            yield (
                Stored(row["id"], row["folder"], row["name"], role, size, mtime, inode, is_missing=False),
                Entry(row["name"], role, size, mtime, inode),
            )


def _seen(folders: Sequence[Folder]) -> list[bool]:
    return [(Path(folder.root.path) / folder.path).is_dir() for folder in folders]
