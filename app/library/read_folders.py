"""Reading what changed in folders: names, NFO files and media, without touching the database."""

import asyncio
import errno
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from app.identify.files import FileRole
from app.identify.folders import folder as read_folder
from app.identify.kinds import LibraryKind
from app.identify.merge import with_nfo
from app.identify.nfo import NfoInvalid, read_nfo
from app.identify.nfo_types import Nfo
from app.identify.reading import Reading
from app.library.diff import Changes, Stored
from app.library.media import MediaInfo
from app.library.names import NameReader
from app.library.prober import Prober
from app.library.problems import Problem, Reason
from app.library.questions import Answer, Question
from app.library.walk import Entry, Listing, join, parent

PLAYABLE = frozenset({FileRole.VIDEO, FileRole.TRAILER, FileRole.SAMPLE, FileRole.EXTRA})
# Longer than any NFO that a person or a program writes.
MOST_NFO_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Root:
    """is_reread: whether the role of every file is told anew, whether it changed or not."""

    id: UUID
    path: str
    is_reread: bool = False


@dataclass(slots=True)
class Video:
    """A video of a folder that is looked at anew. media: None where it was not opened this time, or failed.

    heeds_nfo: whether NFO files have a part in a reading of an earlier time.
    """

    name: str
    role: FileRole
    reading: Reading | None
    media: MediaInfo | None
    nfo: Nfo | None = None
    series_nfo: Nfo | None = None
    content_hash: int | None = None
    heeds_nfo: bool = False

    @property
    def tags(self) -> dict[str, str] | None:
        """The container's own with its title, keys in lower case; None where it was not opened."""
        if self.media is None:
            return None
        title = {"title": self.media.title} if self.media.title else {}
        return {**self.media.tags, **title}

    @property
    def has_nfo(self) -> bool:
        """Whether an NFO file says what it is."""
        is_told = self.series_nfo is not None and self.series_nfo.series is not None
        return self.heeds_nfo or self.nfo is not None or is_told


@dataclass(slots=True)
class Folder:
    """One folder on its way from the listing to the database.

    files: how many of a library's it holds. is_settled: nothing about it has changed and nothing is wrong with it, so
    that its files were not even listed. uprooted: ids of files that were moved here from a series whose folder is gone
    from where it was.
    """

    root: Root
    listing: Listing
    changes: Changes
    files: int = 0
    is_settled: bool = False
    videos: list[Video] = field(default_factory=list)
    nfos: dict[str, Nfo] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    uprooted: set[UUID] = field(default_factory=set)

    @property
    def is_dirty(self) -> bool:
        return not (self.is_settled or self.changes.is_empty)

    @property
    def path(self) -> str:
        return self.listing.folder

    def entries(self) -> list[tuple[Stored | None, Entry]]:
        """Every file that is there, with what was known of it."""
        new: list[tuple[Stored | None, Entry]] = [(None, entry) for entry in self.changes.new]
        changes = self.changes
        known = (*changes.changed, *changes.moved, *changes.back, *changes.unread, *changes.same)
        return [*new, *known]

    def written(self) -> dict[str, Entry]:
        """By name, the files that are new or were changed, whose rows are written as a whole."""
        changed = (entry for _, entry in self.changes.changed)
        return {entry.name: entry for entry in (*self.changes.new, *changed)}

    def to_open(self) -> set[str]:
        """Names of media files that are new or changed, or had vanished or moved and may not be what they were."""
        entries = [*self.changes.new, *(entry for _, entry in self.changes.changed)]
        entries += [entry for file, entry in self.changes.back if not file.is_left_alone]
        entries += [entry for file, entry in self.changes.moved if is_opened(file, entry)]
        return {entry.name for entry in entries if entry.role in PLAYABLE}

    def not_opened(self) -> set[str]:
        """Names of known files of which it still holds what opening them told."""
        changes = self.changes
        known = (*changes.same, *changes.unread, *changes.moved, *changes.back)
        return {entry.name for _, entry in known} - self.to_open()


def is_opened(file: Stored, moved: Entry) -> bool:
    """A moved file that was only renamed is what it was; what was copied to another disk is known by its content."""
    is_renamed = (file.inode, file.mtime_ns) == (moved.inode, moved.mtime_ns)
    return not is_renamed or FileRole(file.role) not in PLAYABLE


@lru_cache(maxsize=10_000)
def series_folder(folder: str) -> str:
    """The folder of a series, above its season, disc and extras folders; '' where the root holds the episodes."""
    parts = folder.split("/") if folder else []
    while len(parts) > 1:
        here, above = read_folder(parts[-1]), read_folder(parts[-2])
        names_season = here.season is not None and above.names_work
        if not (here.is_season or here.disc is not None or names_season):
            break
        parts.pop()
    return "/".join(parts)


async def read_folders(
    prober: Prober, reader: NameReader, kind: LibraryKind, folders: Sequence[Folder]
) -> None:
    """Fill in the videos, NFO files and problems of every folder in which anything changed."""
    dirty = [folder for folder in folders if folder.is_dirty]
    if not dirty:
        return
    asked = [(folder, name) for folder in dirty for name in sorted(folder.to_open())]
    questions = [Question(folder.root.path, join(folder.path, name)) for folder, name in asked]
    answers, readings = await asyncio.gather(prober.ask(questions), _read_names(reader, kind, dirty))
    found: dict[tuple[UUID, str], dict[str, Answer]] = {}
    for (folder, name), answer in zip(asked, answers, strict=True):
        found.setdefault((folder.root.id, folder.path), {})[name] = answer
    await asyncio.to_thread(_add_videos, dirty, found, readings, kind)


async def reread_folders(reader: NameReader, kind: LibraryKind, folders: Sequence[Folder]) -> None:
    """Fill in the videos and NFO files of folders, whether anything changed in them or not; no media is opened."""
    readings = await _read_names(reader, kind, folders)
    await asyncio.to_thread(_add_videos, folders, {}, readings, kind)


async def _read_names(
    reader: NameReader, kind: LibraryKind, folders: Sequence[Folder]
) -> list[dict[str, Reading]]:
    """By folder and name, what the names of videos say."""
    names = [(folder.path, _video_names(folder)) for folder in folders]
    said = await reader.read(names, kind)
    return [dict(zip(videos, found, strict=True)) for (_, videos), found in zip(names, said, strict=True)]


def _video_names(folder: Folder) -> list[str]:
    """Of all its videos, unchanged ones included: they are judged together."""
    return [entry.name for _, entry in folder.entries() if entry.role is FileRole.VIDEO]


def _add_videos(
    dirty: Sequence[Folder],
    answers: Mapping[tuple[UUID, str], Mapping[str, Answer]],
    readings: Sequence[Mapping[str, Reading]],
    kind: LibraryKind,
) -> None:
    above: dict[tuple[UUID, str], Nfo | None] = {}
    for folder, names in zip(dirty, readings, strict=True):
        _read_nfos(folder)
        found = answers.get((folder.root.id, folder.path), {})
        for _, entry in folder.entries():
            if entry.role in PLAYABLE:
                video = Video(entry.name, entry.role, names.get(entry.name), None)
                _add_video(folder, video, kind, found.get(entry.name), above)


def _add_video(
    folder: Folder,
    video: Video,
    kind: LibraryKind,
    answer: Answer | None,
    above: dict[tuple[UUID, str], Nfo | None],
) -> None:
    if answer is not None:
        video.media, video.content_hash = answer.media, answer.content_hash
        folder.problems += [answer.problem] if answer.problem else []
    if video.reading is not None:
        _apply_nfos(folder, video, kind, above)
    folder.videos.append(video)


def _apply_nfos(
    folder: Folder, video: Video, kind: LibraryKind, above: dict[tuple[UUID, str], Nfo | None]
) -> None:
    assert video.reading is not None
    stem = video.name.rpartition(".")[0]
    video.nfo = folder.nfos.get(f"{stem}.nfo".lower())
    if kind is LibraryKind.MOVIE:
        video.nfo = video.nfo or folder.nfos.get("movie.nfo")
    else:
        video.series_nfo = _series_nfo(folder, above)
        if video.series_nfo is not None:
            video.reading = with_nfo(video.reading, video.series_nfo)
    if video.nfo is not None:
        video.reading = with_nfo(video.reading, video.nfo)


def _series_nfo(folder: Folder, above: dict[tuple[UUID, str], Nfo | None]) -> Nfo | None:
    where = series_folder(folder.path)
    if where == folder.path:
        return folder.nfos.get("tvshow.nfo")
    key = (folder.root.id, where)
    if key not in above:
        above[key] = _read_nfo(folder, join(where, "tvshow.nfo"))
    return above[key]


def _read_nfos(folder: Folder) -> None:
    for _, entry in folder.entries():
        if entry.role is FileRole.NFO:
            nfo = _read_nfo(folder, join(folder.path, entry.name))
            if nfo is not None:
                folder.nfos[entry.name.lower()] = nfo


def _read_nfo(folder: Folder, path: str) -> Nfo | None:
    """None for a file that isn't there, and for one that can't be used: a problem, if it lies in the folder itself."""
    try:
        # What is no plain file may have no end, or wait for somebody to write it.
        with open(Path(folder.root.path) / path, "rb", opener=_open_plain) as file:
            if os.fstat(file.fileno()).st_size > MOST_NFO_BYTES:
                raise NfoInvalid("it is too large for one")
            return read_nfo(file.read(MOST_NFO_BYTES))
    except FileNotFoundError:
        return None
    except NfoInvalid as error:
        problem = Problem(path, Reason.NFO_INVALID, f"The NFO file can't be used: {error}.")
    except OSError as error:
        problem = Problem(path, Reason.UNREADABLE, f"The file can't be read: {error.strerror or error}.")
    if parent(path) == folder.path:
        folder.problems.append(problem)
    return None


def _open_plain(path: str, flags: int) -> int:
    """Open a plain file; raises OSError for a folder, a pipe or a device, without waiting for it."""
    descriptor = os.open(path, flags | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "It is no plain file", path)
    return descriptor
