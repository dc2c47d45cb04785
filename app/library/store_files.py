"""Writing what a chunk of folders holds: files, streams, chapters, sidecars and problems."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.bulk import delete, insert
from app.core.ids import new_id
from app.core.outbox import Tx
from app.identify.files import FileRole
from app.library.held_files import hold_files
from app.library.media import MediaInfo, Stream
from app.library.problems import LEFT_ALONE
from app.library.read_folders import Folder, Video
from app.library.scans import LeaseLost
from app.library.tables import ChapterRow, FileRow, ProblemRow, StreamRow
from app.library.walk import Entry, join

FileIds = dict[tuple[UUID, str, str], UUID]

# What a file that changed has anew.
WRITTEN = (
    *("role", "size_bytes", "mtime_ns", "inode", "missing_since", "updated_at"),
    *("container", "duration_ms", "bit_rate", "tags", "content_hash", "reading"),
)

# A file that another worker just found elsewhere is not missing.
SET_MISSING = text(
    """
    UPDATE library.files AS f SET missing_since = now()
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(id uuid, root_id uuid, folder text, name text)
    WHERE f.id = r.id AND f.root_id = r.root_id AND f.folder = r.folder AND f.name = r.name
      AND f.missing_since IS NULL
    """
)
MOVE = text(
    """
    UPDATE library.files AS f SET library_id = :library_id, root_id = r.root_id, folder = r.folder, name = r.name,
        role = r.role, mtime_ns = r.mtime_ns, inode = r.inode, missing_since = NULL, updated_at = now()
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
        id uuid, from_root_id uuid, from_folder text, from_name text,
        root_id uuid, folder text, name text, role text, mtime_ns bigint, inode bigint)
    WHERE f.id = r.id AND f.root_id = r.from_root_id AND f.folder = r.from_folder AND f.name = r.from_name
    """
)
# What was wrong at their new places is over, what is wrong with them goes with them.
MAKE_WAY = text(
    """
    DELETE FROM library.problems p
    USING jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(id uuid, root_id uuid, path text)
    WHERE p.root_id = r.root_id AND p.path = r.path AND p.file_id IS DISTINCT FROM r.id
    """
)
MOVE_PROBLEMS = text(
    """
    UPDATE library.problems AS p
    SET library_id = :library_id, root_id = r.root_id, folder = r.folder, path = r.path
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(id uuid, root_id uuid, folder text, path text)
    WHERE p.file_id = r.id
    """
)
CLEAR_MISSING = text("UPDATE library.files SET missing_since = NULL WHERE id = ANY(CAST(:ids AS uuid[]))")
SET_MEDIA = text(
    """
    UPDATE library.files AS f SET container = r.container, duration_ms = r.duration_ms, bit_rate = r.bit_rate,
        tags = r.tags, content_hash = r.content_hash
    FROM json_to_recordset(CAST(:rows AS json))
        AS r(id uuid, container text, duration_ms bigint, bit_rate bigint, tags jsonb, content_hash bigint)
    WHERE f.id = r.id
    """
)
SET_READING = text(
    """
    UPDATE library.files AS f SET reading = r.reading
    FROM json_to_recordset(CAST(:rows AS json)) AS r(id uuid, reading jsonb) WHERE f.id = r.id
    """
)
# What was found in a folder before goes, except what reading a file told that was not read again, and of files that
# are gone what would befall them anew.
DROP_PROBLEMS = text(
    """
    DELETE FROM library.problems p
    USING jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
        root_id uuid, folder text, kept text[], there text[], is_dirty boolean)
    WHERE p.root_id = r.root_id AND p.folder = r.folder
      AND NOT (p.path <> ALL(r.there) AND p.file_id IS NOT NULL AND p.reason = ANY(CAST(:left_alone AS text[])))
      AND (p.path <> ALL(r.kept) OR p.file_id IS NULL OR (r.is_dirty AND p.reason IN ('unidentified', 'nfo_invalid')))
    """
)


async def store_files(
    tx: Tx, library_id: UUID, folders: Sequence[Folder], *, is_read: bool = True
) -> FileIds:
    """Write the files of every changed folder; answers the ids of all files in these. Vanished ones become missing.

    is_read: False where what the names say is to be stored later. Raises LeaseLost where a moved file was moved on by
    another worker.
    """
    await hold_files(tx, _known(folders))
    await _move(tx, library_id, folders)
    ids: FileIds = {}
    rows: list[dict[str, Any]] = []
    for folder in folders:
        for known, entry in folder.entries():
            ids[folder.root.id, folder.path, entry.name] = known.id if known else new_id()
        videos = {video.name: video for video in folder.videos}
        for entry in folder.written().values():
            video = videos.get(entry.name)
            row = _file(library_id, folder, entry, ids[folder.root.id, folder.path, entry.name])
            reading = as_stored(video) if video and is_read and video.role is FileRole.VIDEO else None
            rows.append(row | _media(video) | {"reading": reading})
    stored = await insert(
        tx.db,
        FileRow,
        rows,
        key=("root_id", "folder", "name"),
        update=WRITTEN,
        returning=("root_id", "folder", "name", "id"),
    )
    ids |= {(root_id, path, name): file_id for root_id, path, name, file_id in stored}
    gone = [
        {"id": file.id, "root_id": folder.root.id, "folder": file.folder, "name": file.name}
        for folder in folders
        for file in folder.changes.gone
    ]
    if gone:
        await tx.db.run(SET_MISSING, rows=gone)
    if back := [file.id for folder in folders for file, _ in folder.changes.back]:
        await tx.db.run(CLEAR_MISSING, ids=back)
    return ids


def _known(folders: Sequence[Folder]) -> Iterator[UUID]:
    """The files of which something is to be written that are there already."""
    for folder in folders:
        changes = folder.changes
        yield from (file.id for file in changes.gone)
        yield from (file.id for file, _ in (*changes.changed, *changes.back, *changes.moved))


async def _move(tx: Tx, library_id: UUID, folders: Sequence[Folder]) -> None:
    rows = [
        {"id": stored.id, "from_root_id": stored.root_id, "from_folder": stored.folder}
        | {"from_name": stored.name, "root_id": folder.root.id, "folder": folder.path, "name": entry.name}
        | {"role": entry.role, "mtime_ns": entry.mtime_ns, "inode": entry.inode}
        | {"path": join(folder.path, entry.name)}
        for folder in folders
        for stored, entry in folder.changes.moved
    ]
    if not rows:
        return
    if await tx.db.run(MOVE, library_id=library_id, rows=rows) != len(rows):
        raise LeaseLost("A moved file is somewhere else again.")
    await tx.db.run(MAKE_WAY, rows=rows)
    await tx.db.run(MOVE_PROBLEMS, library_id=library_id, rows=rows)


def _file(library_id: UUID, folder: Folder, entry: Entry, file_id: UUID) -> dict[str, Any]:
    return {
        "id": file_id,
        "library_id": library_id,
        "root_id": folder.root.id,
        "folder": folder.path,
        "name": entry.name,
        "role": entry.role,
        "size_bytes": entry.size_bytes,
        "mtime_ns": entry.mtime_ns,
        "inode": entry.inode,
        "missing_since": None,
        "updated_at": "now",
    }


async def store_media(tx: Tx, folders: Sequence[Folder], ids: FileIds) -> None:
    """Write what was probed in place of what an earlier probe found. At most five statements."""
    probed = {
        ids[folder.root.id, folder.path, video.name]: video
        for folder in folders
        for opened in [folder.to_open()]
        for video in folder.videos
        if video.name in opened
    }
    await delete(tx.db, StreamRow, "file_id", probed)
    await delete(tx.db, ChapterRow, "file_id", probed)
    written = {ids[folder.root.id, folder.path, name] for folder in folders for name in folder.written()}
    if rows := [{"id": each} | _media(video) for each, video in probed.items() if each not in written]:
        await tx.db.run(SET_MEDIA, rows=rows)
    found = {file_id: video.media for file_id, video in probed.items() if video.media is not None}
    streams = [row for file_id, media in found.items() for row in _streams(file_id, media)]
    await insert(tx.db, StreamRow, streams, columns=STREAM_COLUMNS)
    chapters = [
        {"file_id": file_id, "position": chapter.index, "title": chapter.title}
        | {"start_ms": chapter.start_ms, "end_ms": chapter.end_ms}
        for file_id, media in found.items()
        for chapter in media.chapters
    ]
    await insert(tx.db, ChapterRow, chapters)


def _media(video: Video | None) -> dict[str, Any]:
    """What a file's own row holds of its contents."""
    media = video.media if video else None
    return {
        "container": media.container if media else None,
        "duration_ms": media.duration_ms if media else None,
        "bit_rate": media.bit_rate if media else None,
        "tags": (video.tags if video else None) or {},
        "content_hash": video.content_hash if video else None,
    }


def as_stored(video: Video) -> dict[str, Any]:
    """What a video was read as, for `again.restored`."""
    reading = video.reading
    more = {"absolutes": list(reading.absolutes), "has_nfo": video.has_nfo} if reading else {}
    return reading.as_json() | more if reading else {}


STREAM_COLUMNS = tuple(column.name for column in StreamRow.__table__.columns)
_RENAMED = {"index": "position", "is_hearing_impaired": "is_sdh", "channel_layout": "layout"}
_COLUMNS_OF_FIELDS = tuple(_RENAMED.get(field, field) for field in Stream._fields)


def _streams(file_id: UUID, media: MediaInfo) -> Iterator[dict[str, Any]]:
    for stream in media.streams:
        row: dict[str, Any] = {
            column: value
            for column, value in zip(_COLUMNS_OF_FIELDS, stream, strict=True)
            if value is not None
        }
        row["id"], row["file_id"] = new_id(), file_id
        yield row
    for attachment in media.attachments:
        yield flags() | {
            "id": new_id(),
            "file_id": file_id,
            "kind": "attachment",
            "position": attachment.index,
            "file_name": attachment.name,
            "mime_type": attachment.mime_type,
        }


def flags(**values: bool) -> dict[str, bool]:
    return {"is_default": False, "is_commentary": False, "is_forced": False, "is_sdh": False} | values


async def store_readings(tx: Tx, folders: Sequence[Folder], ids: FileIds) -> None:
    """Write what every looked-at video was read as that `store_files` did not write. At most one statement."""
    rows = [
        {"id": ids[folder.root.id, folder.path, video.name], "reading": as_stored(video)}
        for folder in folders
        for written in [folder.written()]
        for video in folder.videos
        if video.role is FileRole.VIDEO and video.name not in written
    ]
    if rows:
        await tx.db.run(SET_READING, rows=rows)


async def store_problems(tx: Tx, library_id: UUID, folders: Sequence[Folder], ids: FileIds) -> int:
    """Replace what was known to be wrong in these folders; answers how many problems there are now in them.

    Nothing is wrong with a settled folder, and nothing was.
    """
    rows = [
        {
            "root_id": folder.root.id,
            "folder": folder.path,
            "kept": [join(folder.path, name) for name in folder.not_opened()],
            "there": [join(folder.path, entry.name) for _, entry in folder.entries()],
            "is_dirty": folder.is_dirty,
        }
        for folder in folders
        if folder.listing.is_complete and not folder.is_settled
    ]
    if rows:
        await tx.db.run(DROP_PROBLEMS, rows=rows, left_alone=list(LEFT_ALONE))
    return await add_problems(tx, library_id, folders, ids)


async def add_problems(tx: Tx, library_id: UUID, folders: Sequence[Folder], ids: FileIds) -> int:
    """Write what is wrong in these folders beside what is known already; answers how much it is. One statement."""
    found = {
        (folder.root.id, problem.path): {
            "id": new_id(),
            "library_id": library_id,
            "root_id": folder.root.id,
            "file_id": ids.get((folder.root.id, folder.path, problem.path.rpartition("/")[2])),
            "folder": folder.path,
            "path": problem.path,
            "reason": problem.reason,
            "message": problem.message,
        }
        for folder in folders
        for problem in (*folder.listing.problems, *folder.problems)
    }
    await insert(
        tx.db,
        ProblemRow,
        list(found.values()),
        key=("root_id", "path"),
        update=("file_id", "folder", "reason", "message"),
    )
    return len(found)


def video_files(folder: Folder) -> list[Video]:
    """The videos of a folder that are works, not extras, and that could be read."""
    return [video for video in folder.videos if video.role is FileRole.VIDEO and video.reading is not None]


def no_works(folders: Sequence[Folder], ids: FileIds) -> list[UUID]:
    """The looked-at videos that are extras, or that could not be read."""
    return [
        ids[folder.root.id, folder.path, video.name]
        for folder in folders
        for video in folder.videos
        if video.role is not FileRole.VIDEO or video.reading is None
    ]
