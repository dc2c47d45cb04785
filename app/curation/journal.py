"""The journal: each change by a person, with all that is needed to take it back."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, astuple, dataclass
from enum import StrEnum
from uuid import UUID

from app.catalog import locks
from app.core.bulk import insert
from app.core.ids import new_id
from app.core.outbox import Tx
from app.curation.announce import announce
from app.curation.difference import RowChange, difference
from app.curation.journalled import BY_NAME, Image, Key, Row
from app.curation.reach import Reach, image, works_of_files
from app.curation.tables import ChangeRow
from app.library.attach import attach_soon


class Action(StrEnum):
    """What a person did."""

    ACCEPT = "accept"
    CHOOSE = "choose"
    UNMATCH = "unmatch"
    REIDENTIFY = "reidentify"
    MOVE_TO_EDITION = "move_to_edition"
    MARK_EXTRA = "mark_extra"
    UNMARK_EXTRA = "unmark_extra"
    MERGE = "merge"
    SPLIT = "split"
    EDIT = "edit"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Scope:
    """Works and files, for all that hangs on them."""

    movie_ids: tuple[UUID, ...] = ()
    series_ids: tuple[UUID, ...] = ()
    file_ids: tuple[UUID, ...] = ()
    collection_ids: tuple[UUID, ...] = ()


class Change:
    """A change that is just being made. before: what it may touch as it was at the beginning."""

    def __init__(self, tx: Tx) -> None:
        self.id = new_id()
        self.before: dict[str, dict[Key, Row]] = {}
        self._tx = tx
        self._reach = Reach()

    async def widen(self, scope: Scope) -> None:
        """Take works and files into the change that were there before it; call it before they are touched.

        The works that the files hang on come along.
        """
        movies, series = await works_of_files(self._tx.db, scope.file_ids)
        movies, series = ({*movies, *scope.movie_ids}, {*series, *scope.series_ids})
        new = Reach(movies - self._reach.movie_ids, series - self._reach.series_ids)
        await new.extend(self._tx.db)
        new |= Reach(file_ids={*scope.file_ids}, collection_ids={*scope.collection_ids})
        self._reach |= new
        for name, rows in (await image(self._tx.db, new)).items():
            known = self.before.setdefault(name, {})
            known.update((key, row) for key, row in rows.items() if key not in known)

    def made(self, scope: Scope) -> None:
        """Take works into the change that it made itself."""
        self._reach |= Reach(*(set(ids) for ids in astuple(scope)))

    async def follow(self, file_ids: Sequence[UUID]) -> None:
        """Have who takes the change back look at the works as well that files came to. One statement."""
        movies, series = await works_of_files(self._tx.db, file_ids)
        self._reach |= Reach(movies, series)

    @property
    def scope(self) -> Scope:
        return Scope(*(tuple(sorted(ids)) for ids in astuple(self._reach)))

    async def after(self) -> Image:
        """What it may have touched as it is now."""
        return await image(self._tx.db, self._reach)


@asynccontextmanager
async def recorded(
    tx: Tx, action: Action, summary: str, scope: Scope, *, undoes: UUID | None = None
) -> AsyncGenerator[Change]:
    """Remember what the block changes in the rows that hang on the scope, so that `undo` can take it back.

    The scope names every work and file that the block takes anything from or gives anything to; works that it makes
    itself are named to the change by `made`, others that it comes across by `widen` before it touches them. Holds the
    locks of films and series, so that no scan writes in between. Eight statements, whatever the block does, and
    three more where files changed hands.
    Emits WorksChanged for the works of the scope, and asks for whose the pictures and extras beside such files are now.
    """
    await locks.hold_works(tx.db)
    change = Change(tx)
    await change.widen(scope)
    yield change
    after = await change.after()
    rows = difference(change.before, after)
    if files := sorted(_moved(rows)):
        await change.follow(files)
        await attach_soon(tx, files)
    await insert(
        tx.db,
        ChangeRow,
        [
            {"id": change.id, "action": action, "summary": summary, "undoes": undoes}
            | {"rows": [row.as_json() for row in rows]}
            | asdict(change.scope)
        ],
    )
    await announce(tx, change.before, after, rows)


def _moved(rows: Iterable[RowChange]) -> set[UUID]:
    """Files that are of other works, or of none, by now."""
    return {
        UUID(row["file_id"])
        for change in rows
        if BY_NAME[change.table].by_file
        for row in (change.before, change.after)
        if row is not None
    }
