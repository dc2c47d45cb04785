"""Large folders: their media files are opened and stored in many transactions, ahead of the one for their works.

So a crash costs few files, whatever the size of a folder. What was stored ahead has no reading, by which the folder's
turn knows it: right away, or in another scan.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.core.outbox import Tx
from app.core.refusal import REFUSED
from app.library.diff import Changes, Stored
from app.library.events import ScanProgressed
from app.library.leases import Task, hold
from app.library.moves import leaving, recognise_copied
from app.library.prober import Prober
from app.library.problems import Problem, Reason
from app.library.questions import Answer, Question
from app.library.read_folders import PLAYABLE, Folder, Video
from app.library.scans import Count, count, share
from app.library.store_files import FileIds, add_problems, store_files, store_media
from app.library.walk import Entry, Listing, join

FORGET_READINGS = text("UPDATE library.files SET reading = NULL WHERE id = ANY(CAST(:ids AS uuid[]))")
DROP_PROBLEMS = text(
    "DELETE FROM library.problems WHERE root_id = :root_id AND path = ANY(CAST(:paths AS text[]))"
)


class Ahead:
    """Works through large folders for one scan."""

    def __init__(self, app: App, prober: Prober, library_id: UUID, task: Task) -> None:
        self._app = app
        self._prober = prober
        self._library_id = library_id
        self._task = task

    async def store(self, folder: Folder, step: int) -> None:
        """Open and store new and changed media files of a folder until at most `step` are left. Raises LeaseLost."""
        while len(folder.to_open()) > step:
            part = _next_part(folder, step)
            if not part.listing.entries:
                return
            await self._read(part)
            await recognise_copied(self._app, self._library_id, [part])
            folder.uprooted |= part.uprooted
            await self._store_or_halve(folder, part)

    async def _read(self, part: Folder) -> None:
        questions = [Question(part.root.path, join(part.path, entry.name)) for entry in part.listing.entries]
        answers = await self._prober.ask(questions)
        for entry, answer in zip(part.listing.entries, answers, strict=True):
            part.videos.append(_video(entry, answer))
            part.problems += [answer.problem] if answer.problem else []

    async def _store_or_halve(self, folder: Folder, part: Folder) -> None:
        """Where PostgreSQL refuses what is in one of the files, that is stored without it."""
        try:
            await self._store(folder, part)
        except REFUSED as error:
            if len(part.videos) > 1:
                middle = len(part.videos) // 2
                for videos in (part.videos[:middle], part.videos[middle:]):
                    await self._store_or_halve(folder, _of_these(part, videos))
                return
            message = f"What is in it can't be stored: {error}."
            problem = Problem(join(part.path, part.videos[0].name), Reason.UNREADABLE, message)
            part.problems, part.videos[0].media = [problem], None
            await self._store(folder, part)

    async def _store(self, folder: Folder, part: Folder) -> None:
        async with self._app.transaction() as tx:
            await share(tx, self._library_id)
            await hold(tx, self._task)
            async with leaving(tx, self._library_id, [part]):
                ids = await store_files(tx, self._library_id, [part], is_read=False)
                await store_media(tx, [part], ids)
            if moved := [file.id for file, _ in part.changes.moved]:
                await tx.db.run(FORGET_READINGS, ids=moved)
            paths = [join(part.path, video.name) for video in part.videos]
            await tx.db.run(DROP_PROBLEMS, root_id=part.root.id, paths=paths)
            problems = await add_problems(tx, self._library_id, [part], ids)
            await self._count(tx, part, problems)
        _move_to_unread(folder, part, ids)

    async def _count(self, tx: Tx, part: Folder, problems: int) -> None:
        new, changed = len(part.changes.new), len(part.changes.changed) + len(part.changes.moved)
        await count(
            tx, self._task.scan_id, Count(done=new + changed, added=new, changed=changed, problems=problems)
        )
        tx.emit(ScanProgressed(self._library_id, self._task.scan_id))


def _next_part(folder: Folder, step: int) -> Folder:
    """The next media files to open, as if the folder held only these."""
    changed = [pair for pair in folder.changes.changed if pair[1].role in PLAYABLE][:step]
    new = [entry for entry in folder.changes.new if entry.role in PLAYABLE][: step - len(changed)]
    entries = [*new, *(entry for _, entry in changed)]
    changes = Changes(new=new, changed=changed)
    return Folder(folder.root, Listing(folder.path, entries=entries), changes)


def _of_these(part: Folder, videos: Sequence[Video]) -> Folder:
    names = {video.name for video in videos}
    paths = {join(part.path, name) for name in names}
    changes = Changes(
        new=[entry for entry in part.changes.new if entry.name in names],
        changed=[pair for pair in part.changes.changed if pair[1].name in names],
        moved=[pair for pair in part.changes.moved if pair[1].name in names],
    )
    listing = Listing(part.path, entries=[entry for entry in part.listing.entries if entry.name in names])
    problems = [problem for problem in part.problems if problem.path in paths]
    return Folder(part.root, listing, changes, videos=list(videos), problems=problems)


def _video(entry: Entry, answer: Answer) -> Video:
    return Video(entry.name, entry.role, None, answer.media, content_hash=answer.content_hash)


def _move_to_unread(folder: Folder, part: Folder, ids: FileIds) -> None:
    done = {entry.name for entry in part.listing.entries}
    changes = folder.changes
    changes.new = [entry for entry in changes.new if entry.name not in done]
    changes.changed = [pair for pair in changes.changed if pair[1].name not in done]
    changes.unread += [
        (_stored(ids[folder.root.id, folder.path, entry.name], folder.path, entry), entry)
        for entry in part.listing.entries
    ]


def _stored(file_id: UUID, folder: str, entry: Entry) -> Stored:
    return Stored(
        file_id,
        folder,
        entry.name,
        entry.role,
        entry.size_bytes,
        entry.mtime_ns,
        entry.inode,
        is_missing=False,
        is_read=False,
    )
