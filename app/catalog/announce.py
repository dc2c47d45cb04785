"""Telling what became of works, so that everybody hears of it who sees them, or saw them before."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text

from app.catalog.events import WorksChanged
from app.catalog.identity.regraded import elsewhere, formers, regraded
from app.core.outbox import Tx

_SERIES = "library.library_series h JOIN"
HOLDERS = {
    kind: text(f"SELECT h.library_id, {work} FROM {rows} WHERE {work} = ANY(CAST(:ids AS uuid[]))")  # noqa: S608
    for kind, work, rows in (
        ("movie", "h.movie_id", "library.library_movies h"),
        ("series", "h.series_id", "library.library_series h"),
        ("season", "s.id", f"{_SERIES} tv.seasons s ON s.series_id = h.series_id"),
        ("episode", "e.id", f"{_SERIES} tv.episodes e ON e.series_id = h.series_id"),
    )
}


async def announce(
    tx: Tx, kind: str, library_id: UUID, added: set[UUID], changed: set[UUID], removed: set[UUID]
) -> None:
    """Emit what became of works: each once, and as the most that happened to it.

    Other libraries that hold them are told of those that other viewers see now than before. At most one statement.
    """
    updated = changed - added - removed
    if not (added or updated or removed):
        return
    found = await regraded(tx, kind, sorted(added | updated))
    emitted = (tuple(sorted(works)) for works in (added, updated, removed))
    tx.emit(WorksChanged(kind, library_id, *emitted, was=formers(found, updated)))
    for other, works in sorted(elsewhere(found, library_id).items()):
        tx.emit(WorksChanged(kind, other, updated=tuple(sorted(works)), was=formers(found, works)))


async def announce_updated(tx: Tx, kind: str, ids: Collection[UUID]) -> None:
    """Emit in each library that holds them that works changed. Two statements at most."""
    if not ids:
        return
    found = await regraded(tx, kind, sorted(ids))
    held: dict[UUID, set[UUID]] = {}
    for library_id, work_id in await tx.db.rows(HOLDERS[kind], ids=sorted(ids)):
        held.setdefault(library_id, set()).add(work_id)
    for library_id, works in sorted(held.items()):
        tx.emit(WorksChanged(kind, library_id, updated=tuple(sorted(works)), was=formers(found, works)))
