"""Identifying files again without looking at the disk: what a person decided comes into force at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.db import Row
from app.core.outbox import Tx
from app.identify import parse
from app.identify.files import FileRole
from app.identify.kinds import LibraryKind
from app.identify.reading import Reading, Release
from app.library.diff import Changes, Stored
from app.library.problems import Reason
from app.library.read_folders import Folder, Root, Video
from app.library.store_episodes import store_episodes
from app.library.store_files import SET_READING, FileIds, add_problems, as_stored
from app.library.store_movies import store_movies
from app.library.walk import Entry, Listing, join

VIDEOS = text(
    """
    SELECT f.id, f.library_id, l.kind, f.root_id, r.path, f.folder, f.name, f.size_bytes, f.mtime_ns, f.inode,
        f.content_hash, f.reading
    FROM library.files f JOIN library.roots r ON r.id = f.root_id JOIN library.libraries l ON l.id = f.library_id
    WHERE f.id = ANY(CAST(:ids AS uuid[])) AND f.role = 'video'
    ORDER BY f.library_id, f.root_id, f.folder, f.name
    """
)
DROP_PROBLEMS = text(
    f"""
    DELETE FROM library.problems
    WHERE file_id = ANY(CAST(:ids AS uuid[])) AND reason = '{Reason.UNIDENTIFIED}'
    """  # noqa: S608
)


async def identify_again(
    tx: Tx, file_ids: Sequence[UUID], anew: Mapping[tuple[UUID, str, str], Video] | None = None
) -> None:
    """Hang videos on the works that they are by what was decided about them, or else by what was read the last time.

    anew: by root, folder and name, what was read just now instead. What nobody knows of is made, what is left without
    a file goes; no work gets another name. Emits WorksChanged. A constant number of statements for each library.
    """
    rows = await tx.db.rows(VIDEOS, ids=list(file_ids))
    await tx.db.run(DROP_PROBLEMS, ids=[row["id"] for row in rows])
    for library_id, files in groupby(rows, key=lambda row: row["library_id"]):
        found = list(files)
        kind = LibraryKind.MOVIE if found[0]["kind"] == "movie" else LibraryKind.EPISODE
        folders = [
            _folder(kind, list(rows), anew or {})
            for _, rows in groupby(found, key=lambda row: (row["root_id"], row["folder"]))
        ]
        if anew:
            await _store_readings(tx, found, [video for folder in folders for video in folder.videos])
        ids: FileIds = {(row["root_id"], row["folder"], row["name"]): row["id"] for row in found}
        store = store_movies if kind is LibraryKind.MOVIE else store_episodes
        await store(tx, library_id, folders, ids, renames=False)
        await add_problems(tx, library_id, folders, ids)


async def _store_readings(tx: Tx, rows: Sequence[Row], videos: Sequence[Video]) -> None:
    """What no scan has identified yet stays without, since that is how the next one knows it."""
    readings = [
        {"id": row["id"], "reading": as_stored(video)}
        for row, video in zip(rows, videos, strict=True)
        if row["reading"] is not None
    ]
    await tx.db.run(SET_READING, rows=readings)


def _folder(kind: LibraryKind, rows: Sequence[Row], anew: Mapping[tuple[UUID, str, str], Video]) -> Folder:
    """A folder as if its files had just been looked at, and were as they were."""
    root = Root(rows[0]["root_id"], rows[0]["path"])
    folder = Folder(root, Listing(rows[0]["folder"]), Changes(), len(rows))
    for row in rows:
        entry = Entry(row["name"], FileRole.VIDEO, row["size_bytes"], row["mtime_ns"], row["inode"])
        folder.changes.same.append((_stored(row), entry))
        video = anew.get((row["root_id"], row["folder"], row["name"])) or _video(kind, row)
        folder.videos.append(replace(video, content_hash=row["content_hash"]))
    return folder


def _stored(row: Row) -> Stored:
    return Stored(
        row["id"],
        row["folder"],
        row["name"],
        FileRole.VIDEO,
        row["size_bytes"],
        row["mtime_ns"],
        row["inode"],
        is_missing=False,
    )


def _video(kind: LibraryKind, row: Row) -> Video:
    """What its name and its NFO said the last time; what its name says, where it was no video then."""
    said: dict[str, Any] = row["reading"] or {}
    reading = restored(kind, said) if said else parse.read(join(row["folder"], row["name"]), kind)
    return Video(row["name"], FileRole.VIDEO, reading, None, heeds_nfo=said.get("has_nfo", False))


def restored(kind: LibraryKind, said: dict[str, Any]) -> Reading:
    """The reading of its JSON form."""
    absolute = said.get("absolute")
    air_date = said.get("air_date")
    release: dict[str, Any] = {**said["release"], "languages": tuple(said["release"]["languages"])}
    return Reading(
        kind,
        said["title"],
        said["year"],
        said["season"],
        tuple(said["episodes"]),
        tuple(said.get("absolutes", () if absolute is None else (absolute,))),
        date.fromisoformat(air_date) if air_date else None,
        said["episode_title"],
        said["edition"],
        said["part"],
        said["episode_part"],
        tuple(said["provider_ids"].items()),
        Release(**release),
        said["confidence"],
        tuple(said["evidence"]),
    )
