"""Subtitle files of a video, beside it or in a folder below, as streams of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.bulk import insert
from app.core.ids import new_id
from app.core.outbox import Tx
from app.identify.files import FileRole
from app.identify.sidecars import SubtitleName, owner, subtitle_sidecar
from app.library.read_folders import Folder
from app.library.store_files import STREAM_COLUMNS, FileIds, flags
from app.library.tables import StreamRow
from app.library.walk import parent

# Players list a file's own streams first, then what lies beside it, then what lies below.
BESIDE, BELOW = 1000, 2000
DROP_SUBTITLES = text(
    """
    DELETE FROM library.streams
    WHERE external_file_id IS NOT NULL
      AND (file_id = ANY(CAST(:ids AS uuid[])) OR external_file_id = ANY(CAST(:ids AS uuid[])))
    """
)
# What libav calls the format that a subtitle file's extension stands for. Pictures in a `.sub` have an `.idx` with
# them, so that one without is text.
CODECS: Mapping[str, str] = {
    "srt": "subrip",
    "vtt": "webvtt",
    "sup": "hdmv_pgs_subtitle",
    "idx": "dvd_subtitle",
    "sub": "microdvd",
    "ssa": "ass",
    "smi": "sami",
}


async def store_subtitles(tx: Tx, folders: Sequence[Folder], ids: FileIds) -> None:
    """Write the subtitle files beside each video of the looked-at folders as streams of it. Two statements.

    Those in folders below their video are dropped as well; the end of the scan attaches them anew.
    """
    looked_at = [
        ids[folder.root.id, folder.path, entry.name] for folder in folders for _, entry in folder.entries()
    ]
    if not looked_at:
        return
    await tx.db.run(DROP_SUBTITLES, ids=looked_at)
    rows = [row for folder in folders for row in _beside(folder, ids)]
    await insert(tx.db, StreamRow, rows, columns=STREAM_COLUMNS)


def _beside(folder: Folder, ids: FileIds) -> Iterator[dict[str, Any]]:
    videos = [video.name for video in folder.videos]
    names = {entry.name for _, entry in folder.entries()}
    for place, (_, entry) in enumerate(folder.entries()):
        if entry.role is not FileRole.SUBTITLE or is_half(entry.name, names):
            continue
        video = owner(videos, entry.name)
        said = subtitle_sidecar(video, entry.name) if video else None
        if video is not None and said is not None:
            file_id = ids[folder.root.id, folder.path, video]
            external_id = ids[folder.root.id, folder.path, entry.name]
            yield _row(file_id, external_id, entry.name, BESIDE + place, said)


def is_half(name: str, names: set[str]) -> bool:
    """Whether a file holds the pictures that the `.idx` beside it is about: the two are one stream."""
    stem, _, extension = name.rpartition(".")
    return extension.lower() == "sub" and any(f"{stem}.{index}" in names for index in ("idx", "IDX", "Idx"))


def below(
    file_id: UUID, folder: str, name: str, place: int, videos: Mapping[str, Mapping[str, UUID]]
) -> dict[str, Any] | None:
    """The stream that a subtitle file is of a video in a folder above; None where it can't be told of which.

    videos: of each folder, by name. `Subs/English.srt` belongs to the only video of the folder above, or to the one
    whose name it begins with; `Subs/<video>/English.srt` and `<video>/English.srt` to that video.
    """
    here, path = folder, name
    for _ in range(2):
        if not here:
            return None
        path, here = f"{here.rpartition('/')[2]}/{path}", parent(here)
        found = videos.get(here, {})
        fitting = owner(list(found), name)
        for video in [fitting] if fitting else sorted(found):
            said = subtitle_sidecar(video, path)
            if said is not None and (fitting or len(found) == 1 or _names(folder, video)):
                return _row(found[video], file_id, name, BELOW + place, said)
    return None


def _names(folder: str, video: str) -> bool:
    return folder.rpartition("/")[2].lower() == video.rpartition(".")[0].lower()


def _row(file_id: UUID, external_id: UUID, name: str, position: int, said: SubtitleName) -> dict[str, Any]:
    extension = name.rpartition(".")[2].lower()
    said_flags = flags(is_default=said.is_default, is_forced=said.is_forced, is_sdh=said.is_sdh)
    ids = {"id": new_id(), "file_id": file_id, "external_file_id": external_id}
    stream = {"kind": "subtitle", "position": position, "codec": CODECS.get(extension, extension)}
    texts = {"language": said.language, "title": said.title, "file_name": name}
    return said_flags | ids | stream | texts
