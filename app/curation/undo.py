"""Taking a change back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.catalog.told_writes import give_up_ids
from app.core.errors import Conflict, NotFound
from app.core.outbox import Tx
from app.core.refusal import REFUSED
from app.curation.difference import UNTRACKED, RowChange
from app.curation.documents import column_of, differing, has_source, is_provider_s, value_of, whole
from app.curation.journal import Action, Change, Scope, recorded
from app.curation.journalled import BY_NAME, JOURNALLED, Image, Journalled, Key, Row
from app.curation.restore import Work, restore
from app.curation.strays import bring_home
from app.curation.ways_back import lead_home, lead_on
from app.library.held_files import hold_files
from app.library.removal import DELETE_COLLECTIONS, empty_episodes, empty_movies
from app.metadata.facts import Kind
from app.metadata.wanted import ask_for

CHANGE = text(
    """
    SELECT id, action, summary, rows, movie_ids, series_ids, file_ids, collection_ids, undone_by, undoes
    FROM curation.changes WHERE id = :change_id FOR UPDATE
    """
)
SET_UNDONE = text("UPDATE curation.changes SET undone_by = :undone_by WHERE id = :change_id")
WORKS = ("movies.movies", "tv.series", "tv.seasons", "tv.episodes")
TELLABLE_TABLES = {"movie": "movies.movies", "series": "tv.series"}
UNDO, REDO = "Undo: ", "Redo: "


async def undo(tx: Tx, change_id: UUID) -> UUID:
    """Put everything back that a change changed; answers the id of the change that did so, which can be undone too.

    What scans and providers do on their own account meanwhile (probing, moving, finding pictures, renewing what they
    said) is no hindrance, and what is a provider's by now stays. Raises NotFound;
    Conflict, naming what, where the change was undone already, a row that it wrote has been written otherwise since,
    or something has come to hang on what it made. Emits WorksChanged.
    """
    found = await tx.db.row(CHANGE, change_id=change_id)
    if found is None:
        raise NotFound("change", change_id)
    if found["undone_by"] is not None:
        raise Conflict("This change was undone already.")
    rows = [RowChange(**row) for row in found["rows"]]
    scope = Scope(**{each.name: tuple(found[each.name]) for each in fields(Scope)})
    await hold_files(tx, scope.file_ids)
    async with recorded(tx, Action.UNDO, _said(found["summary"]), scope, undoes=change_id) as change:
        _refuse_changed(rows, change.before)
        work = _work(rows, change.before)
        _refuse_held(work, change.before)
        if await _write(tx, work, change):
            await lead_on(tx, change.before, await change.after())
    await _look_again(tx, work.get("metadata.links", Work()))
    await tx.db.run(SET_UNDONE, change_id=change_id, undone_by=change.id)
    if found["undoes"] is not None:
        await tx.db.run(SET_UNDONE, change_id=found["undoes"], undone_by=None)
    return change.id


def _said(summary: str) -> str:
    if summary.startswith(UNDO):
        return REDO + summary.removeprefix(UNDO)
    return UNDO + summary.removeprefix(REDO)


def _refuse_changed(rows: Sequence[RowChange], now: Image) -> None:
    """Raises Conflict where a row is not as the change left it.

    What went with a file that is gone for good is past restoring, and no reason to keep the rest from it.
    """
    _refuse_moved_on(rows, now)
    for change in rows:
        each = BY_NAME[change.table]
        if each.by_file:
            continue
        here = now[each.name].get(each.key_of(change.after or change.before or {}))
        if change.after is None:
            if here is not None:
                raise Conflict(f"{_named(each, here)} is there again.")
        elif here is None:
            if change.before is not None and not each.is_fixed and "file_id" not in each.key:
                raise Conflict(f"{_named(each, change.before)} is not there any more.")
        elif any(
            _counts(each, name) and not _is_provider_s(change, here, name) for name in _changed(change, here)
        ):
            raise Conflict(f"{_named(each, here)} has been changed since.")


def _changed(change: RowChange, here: Row) -> list[str]:
    """What of the row is not as the change left it."""
    after = change.after or {}
    return [
        part
        for name, value in after.items()
        if value_of(here, name) != value
        for part in (differing(after, here, name) if name in here else [name])
    ]


def _is_provider_s(change: RowChange, here: Row, name: str) -> bool:
    """Whether a value is a provider's by now, or was one's that took it back since."""
    if is_provider_s(here, name):
        return True
    return not has_source(here, name) and is_provider_s(whole(change.after or {}, here), name)


def _refuse_moved_on(rows: Sequence[RowChange], now: Image) -> None:
    """Raises Conflict where a file is of another work than the change made it."""
    files = now["library.files"]
    for each in JOURNALLED:
        if not each.says_work:
            continue
        left = [change.after for change in rows if change.table == each.name and change.after]
        taken = [change.before for change in rows if change.table == each.name and change.before]
        works_here, works_left = _works(now[each.name].values()), _works(left)
        for file_id in dict.fromkeys(row["file_id"] for row in (*left, *taken)):
            if (file_id,) in files and works_here.get(file_id) != works_left.get(file_id):
                raise Conflict(
                    f"{_named(BY_NAME['library.files'], files[file_id,])} holds something else by now."
                )


def _works(rows: Iterable[Row]) -> dict[str, set[str]]:
    works: dict[str, set[str]] = {}
    for row in rows:
        works.setdefault(row["file_id"], set()).add(row["work"])
    return works


def _counts(each: Journalled, column: str) -> bool:
    name = column_of(column)
    return name not in each.free and name != UNTRACKED and name in each.remembered


def _named(each: Journalled, row: Row) -> str:
    name = row.get("title") or row.get("name")
    return f"The {each.what} “{name}”" if name else f"A {each.what}"


def _work(rows: Sequence[RowChange], now: Image) -> dict[str, Work]:
    work: dict[str, Work] = {}
    for change in rows:
        each = BY_NAME[change.table]
        todo = work.setdefault(each.name, Work())
        before, after = change.before, change.after
        if each.by_file:
            todo.clear.append((after or before or {})["file_id"])
            todo.make.extend([before] if before else [])
        elif before is None:
            gone = each.key_of(after or {}) not in now[each.name]
            todo.drop.extend([] if gone or after is None else [{name: after[name] for name in each.key}])
        elif after is None:
            todo.make.append(before)
        elif (here := now[each.name].get(each.key_of(after))) is not None:
            left = {name for name in _changed(change, here) if _is_provider_s(change, here, name)}
            todo.put.append(whole({name: value for name, value in before.items() if name not in left}, here))
    return work


def _refuse_held(work: Mapping[str, Work], now: Image) -> None:
    """Raises Conflict where something that the change has nothing to do with would go with what it made."""
    doomed: dict[str, dict[Key, str]] = {each.name: {} for each in JOURNALLED}
    for each in JOURNALLED:
        if each.is_fixed:
            continue
        todo = work.get(each.name, Work())
        dropped = {each.key_of(row) for row in todo.drop}
        put = {each.key_of(row): row for row in todo.put}
        for key, row in now[each.name].items():
            if each.by_file and row["file_id"] in todo.clear:
                continue
            title = next(_goes_with(each, row | put.get(key, {}), doomed), None)
            if key in dropped or title is not None:
                doomed[each.name][key] = title or _named(each, row)
            if key not in dropped and title is not None and each.holds:
                raise Conflict(f"{title} has come to hold something else since.")


def _goes_with(each: Journalled, row: Row, doomed: Mapping[str, Mapping[Key, str]]) -> Iterator[str]:
    for column, parent in each.parents.items():
        if (row[column],) in doomed.get(parent, ()):
            yield doomed[parent][(row[column],)]


async def _write(tx: Tx, work: dict[str, Work], change: Change) -> bool:
    """Answers whether works went by it."""
    for kind, table in TELLABLE_TABLES.items():
        await give_up_ids(tx, kind, [row["provider_ids"] for row in work.get(table, Work()).make])
    try:
        await restore(tx.db, work)
    except REFUSED as error:
        raise Conflict(f"What it was does not fit what is there now: {error}.") from error
    await lead_home(tx, {table: todo.make for table, todo in work.items()})
    if "tv.seasons" in work:
        await bring_home(tx, change.scope.series_ids)
    is_empty = await _leave_nothing_empty(tx, work, change)
    return is_empty or any(work[name].drop for name in WORKS if name in work)


async def _look_again(tx: Tx, links: Work) -> None:
    """Have providers asked about works that are something else to them again."""
    for kind in sorted(Kind):
        rows = (*links.drop, *links.put, *links.make)
        await ask_for(tx, kind, [UUID(row["work_id"]) for row in rows if row["kind"] == kind])


async def _leave_nothing_empty(tx: Tx, work: Mapping[str, Work], change: Change) -> bool:
    """Let go what holds no file: files may have been renamed, and so have got other versions, or be gone by now.

    Answers whether there were such works.
    """
    libraries = {
        UUID(key[0]) for name in ("movies", "series") for key in change.before[f"library.library_{name}"]
    }
    libraries |= {
        UUID(row["library_id"])
        for name in ("movies", "series")
        for row in work.get(f"library.library_{name}", Work()).make
    }
    episodes = [
        (UUID(row["id"]), UUID(row["season_id"]), UUID(row["series_id"])) for row in _episodes(work, change)
    ]
    collections = [row["collection_id"] for row in work.get("collections.movies", Work()).drop]
    await tx.db.run(DELETE_COLLECTIONS, ids=collections)
    removed: list[UUID] = []
    for library_id in sorted(libraries):
        affected = await empty_movies(tx, library_id, change.scope.movie_ids)
        affected += await empty_episodes(tx, library_id, episodes)
        removed += [key for works in affected for key in works.removed]
    return bool(removed)


def _episodes(work: Mapping[str, Work], change: Change) -> list[dict[str, Any]]:
    """The episodes that files hang on now, or did before."""
    if "library.episode_parts" not in work:
        return []
    known = change.before["tv.episodes"] | {(row["id"],): row for row in work.get("tv.episodes", Work()).make}
    return list(known.values())
