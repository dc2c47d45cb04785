"""What makes files versions and parts of one work: their names, their quality, and where in them a work lies."""

import re
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import text

from app.core.outbox import Tx
from app.library.nfo_facts import version_label
from app.library.read_folders import Video

# What tells the files of a version apart, to be taken off the name that they share.
_PART = (
    r"[ ._-]*[\[(]?(?:cd|dvd|disc|disk|part|pt)[ ._-]*0*{part}(?:[ ._-]*of[ ._-]*\d+)?[\])]?(?![0-9])"
    r"|(?<=[0-9]){letter}(?![a-z0-9])"
)
PICTURES = text(
    """
    SELECT DISTINCT ON (file_id) file_id, height, width, hdr FROM library.streams
    WHERE file_id = ANY(CAST(:ids AS uuid[])) AND kind = 'video' ORDER BY file_id, position
    """
)
CHAPTERS = text(
    """
    SELECT file_id, start_ms, end_ms FROM library.chapters
    WHERE file_id = ANY(CAST(:ids AS uuid[])) ORDER BY file_id, position
    """
)

Span = tuple[int | None, int | None]


def version_key(path: str, part: int | None) -> str:
    """The same for all files of one version: the path without its extension and the mark of its part."""
    stem = path.rpartition(".")[0]
    if part is None:
        return stem
    letter = chr(ord("a") + part - 1) if 1 <= part <= 26 else "$"
    return re.sub(_PART.format(part=part, letter=letter), "", stem, flags=re.IGNORECASE)


async def labels(tx: Tx, videos: Mapping[UUID, Video]) -> dict[UUID, str | None]:
    """What each video's version is called, from what was ever found in it or else from its name. One statement."""
    rows = await tx.db.rows(PICTURES, ids=list(videos))
    pictures = {row[0]: (row[1], row[2], row[3]) for row in rows}
    named = {
        file_id: video.reading.release.resolution if video.reading else None
        for file_id, video in videos.items()
    }
    return {
        file_id: version_label(*pictures[file_id], name) if file_id in pictures else name
        for file_id, name in named.items()
    }


async def spans(tx: Tx, works: Mapping[UUID, int]) -> dict[UUID, list[Span]]:
    """Where each of a file's works lies in it, in milliseconds, if it has one chapter for each; else nobody can tell.

    works: how many there are in each file. At most one statement.
    """
    several = [file_id for file_id, number in works.items() if number > 1]
    found: dict[UUID, list[Span]] = {}
    for file_id, start_ms, end_ms in await tx.db.rows(CHAPTERS, ids=several) if several else ():
        found.setdefault(file_id, []).append((start_ms, end_ms))
    return {
        file_id: found[file_id] if len(found.get(file_id, ())) == number else _unknown(number)
        for file_id, number in works.items()
    }


def _unknown(works: int) -> list[Span]:
    return [(None, None)] * works
