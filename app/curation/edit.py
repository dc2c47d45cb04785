"""Editing works, one or many at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, bindparam, select, text

from app.catalog import locks
from app.catalog.edit_writes import EDITABLE, load_states, save_states
from app.catalog.edits import Edit, FieldChange, State, edited, field_changes
from app.catalog.filters import Where, narrowing
from app.catalog.identity.aliases import TITLE, teach
from app.catalog.identity.redirects import became
from app.catalog.match import Alias, unique_pairs
from app.catalog.movies.filters import MOVIE_FILTERS
from app.catalog.movies.tables import MovieRow
from app.catalog.provenance import Field
from app.catalog.tv.filters import EPISODE_FILTERS, SERIES_FILTERS
from app.catalog.tv.tables import EpisodeRow, SeriesRow
from app.core.clock import now
from app.core.errors import Invalid, NotFound
from app.core.outbox import Tx
from app.core.paging import Condition
from app.curation.journal import Action, Scope, recorded

# A change remembers all that hangs on its works, and is kept in one document.
MOST_AT_ONCE = 2000
_FILTERS: Mapping[str, tuple[Any, Any]] = {
    "movie": (MovieRow, MOVIE_FILTERS),
    "series": (SeriesRow, SERIES_FILTERS),
    "episode": (EpisodeRow, EPISODE_FILTERS),
}
_SERIES_OF = {
    "season": text("SELECT DISTINCT series_id FROM tv.seasons WHERE id = ANY(CAST(:ids AS uuid[]))"),
    "episode": text("SELECT DISTINCT series_id FROM tv.episodes WHERE id = ANY(CAST(:ids AS uuid[]))"),
}


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit of many works came to. change_id: None where nothing was to be changed, or only tried out.

    matched: how many works the filter meant. changes: by work, of those in which anything changes.
    """

    change_id: UUID | None
    matched: int
    titles: Mapping[UUID, str]
    changes: Mapping[UUID, list[FieldChange]]


async def edit_work(tx: Tx, kind: str, work_id: UUID, edit: Edit) -> tuple[UUID, UUID | None]:
    """Edit one work; answers its id, which may be one that it became, and that of the change, if anything changed.

    kind: movie, series, season or episode. Raises NotFound; Invalid; Conflict where another work has a provider's id.
    Emits WorksChanged.
    """
    work_id = (await became(tx.db, kind, [work_id])).get(work_id, work_id)
    _refuse_foreign(kind, edit)
    outcome = await _edit(tx, kind, [work_id], edit, is_dry=False)
    if not outcome.matched:
        raise NotFound(kind, work_id)
    return work_id, outcome.change_id


async def edit_works(tx: Tx, kind: str, where: Where | None, edit: Edit, *, is_dry: bool) -> Edited:
    """Edit all works that a filter means, or none; a dry run only says what would change.

    kind: movie, series or episode. Raises Invalid, and where the filter means more than 2,000 works; Conflict.
    Emits WorksChanged. A constant number of statements.
    """
    _refuse_foreign(kind, edit)
    narrowed = narrowing(_FILTERS[kind][1], where)
    statement = _matching(kind, narrowed.condition)
    rows = await tx.db.rows(statement, most=MOST_AT_ONCE + 1, **narrowed.values)
    if len(rows) > MOST_AT_ONCE:
        raise Invalid("filter", f"It means more than {MOST_AT_ONCE} works; narrow it.")
    return await _edit(tx, kind, [row[0] for row in rows], edit, is_dry=is_dry)


@lru_cache(maxsize=256)
def _matching(kind: str, condition: Condition | None) -> Any:
    row = _FILTERS[kind][0]
    statement = select(row.id).order_by(row.id).limit(bindparam("most", type_=Integer()))
    return statement if condition is None else statement.where(condition.clause)


async def _edit(tx: Tx, kind: str, ids: Sequence[UUID], edit: Edit, *, is_dry: bool) -> Edited:
    await locks.hold_works(tx.db)
    before = await load_states(tx, kind, ids)
    if kind == "episode" and Field.DATE in edit.values:
        await _refuse_dates(tx, ids)
    at = int(now().timestamp())
    after = {key: edited(state, edit, at) for key, state in before.items()}
    found = {key: field_changes(before[key], state) for key, state in after.items()}
    titles = {key: state["title"] or "" for key, state in before.items()}
    changes = {key: listed for key, listed in found.items() if listed}
    if is_dry or after == before:
        return Edited(None, len(before), titles, changes)
    touched = [key for key, state in after.items() if state != before[key]]
    scope = await _scope(tx, kind, touched)
    async with recorded(tx, Action.EDIT, _summary(kind, before, touched), scope) as change:
        await save_states(tx, kind, before, after)
        await teach(tx, kind, [alias for key in touched for alias in _former(key, before[key], after[key])])
    return Edited(change.id, len(before), titles, changes)


async def _scope(tx: Tx, kind: str, ids: Sequence[UUID]) -> Scope:
    if kind == "movie":
        return Scope(movie_ids=tuple(ids))
    if kind == "series":
        return Scope(series_ids=tuple(ids))
    rows = await tx.db.rows(_SERIES_OF[kind], ids=list(ids))
    return Scope(series_ids=tuple(row[0] for row in rows))


def _summary(kind: str, before: Mapping[UUID, State], touched: Sequence[UUID]) -> str:
    names = {"movie": "film", "series": "series", "season": "season", "episode": "episode"}
    if len(touched) > 1:
        return f"Edit {len(touched)} {names[kind]}{'' if kind == 'series' else 's'}"
    title = before[touched[0]]["title"]
    return f"Edit the {names[kind]}" + (f" “{title}”" if title else "")


def _former(work_id: UUID, before: State, after: State) -> list[Alias]:
    """By what files and NFO files went on to call the work: it is still meant, and they still speak of it."""
    if "match_key" not in before:
        return []
    found: list[Alias] = []
    if before["year"] != after["year"]:
        found.append(Alias(TITLE, before["match_key"], before["year"], work_id, speaks=True))
    pairs = set(unique_pairs(before["provider_ids"])) - set(unique_pairs(after["provider_ids"]))
    return found + [Alias(name, value, None, work_id, speaks=True) for name, value in sorted(pairs)]


def _refuse_foreign(kind: str, edit: Edit) -> None:
    for name, keys in (("lock", edit.lock), ("unlock", edit.unlock)):
        for key in sorted(keys):
            if key.partition(":")[0] not in EDITABLE[kind].fields:
                raise Invalid(name, f"A {kind} has no {key.partition(':')[0].replace('_', ' ')}.")


async def _refuse_dates(tx: Tx, ids: Sequence[UUID]) -> None:
    """Raises Invalid where files know an episode by its day, since it has, or had, no number."""
    if await tx.db.value(UNNUMBERED, ids=list(ids)) is not None:
        raise Invalid("airDate", "Files know an episode without a number by its day, which stays.")


UNNUMBERED = text(
    "SELECT id FROM tv.episodes WHERE id = ANY(CAST(:ids AS uuid[]))"
    " AND (number IS NULL OR sources ? 'dated') LIMIT 1"
)
