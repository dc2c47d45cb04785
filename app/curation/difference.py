"""What a change made of rows. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.curation.documents import differing, value_of
from app.curation.journalled import JOURNALLED, Image, Journalled, Key, Row

UNTRACKED = "updated_at"


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of a table before and after: None where there is none.

    A row that was there before and after names only its key and what differs (see app.curation.documents), unless its
    table keeps a file's rows together: then each of these is named whole, whether it differs or not.
    """

    table: str
    before: Row | None
    after: Row | None

    def as_json(self) -> dict[str, Any]:
        return {"table": self.table, "before": self.before, "after": self.after}


def difference(before: Image, after: Image) -> list[RowChange]:
    """The rows that differ, tables in their order."""
    return [change for each in JOURNALLED for change in _of_table(each, before[each.name], after[each.name])]


def _of_table(
    each: Journalled, before: dict[Key, Row] | Any, after: dict[Key, Row] | Any
) -> Iterator[RowChange]:
    keys = dict.fromkeys((*before, *after))
    changed = {key for key in keys if _without_times(before.get(key)) != _without_times(after.get(key))}
    if each.by_file:
        files = {row["file_id"] for key in changed for row in (before.get(key), after.get(key)) if row}
        changed = {key for key in keys if (before.get(key) or after[key])["file_id"] in files}
    for key in keys:
        if key not in changed:
            continue
        old, new = before.get(key), after.get(key)
        if old is not None and new is not None and not each.by_file:
            names = [
                part
                for name in new
                if name in each.key or (old[name] != new[name] and name != UNTRACKED)
                for part in differing(old, new, name)
            ]
            old, new = (
                {name: value_of(old, name) for name in names},
                {name: value_of(new, name) for name in names},
            )
        yield RowChange(each.name, old, new)


def _without_times(row: Row | None) -> Row | None:
    return None if row is None else {name: value for name, value in row.items() if name != UNTRACKED}
