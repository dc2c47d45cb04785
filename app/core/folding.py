"""Reading the one related row of each of a list's rows along with them, where it is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.projection import Columns
from app.core.records import FOLDED, Record, places, told_as

# No type of SQLAlchemy's covers selects of whatever columns.
Statement = Any


@dataclass(frozen=True, eq=False, slots=True)
class Fold:
    """A relation to one row or none. columns: its, in the order in which `row` names them. on: joins its table."""

    row: type[Record]
    columns: tuple[Any, ...]
    table: Any
    on: Any


def relations(columns: Columns) -> frozenset[str]:
    """Whose columns are among these."""
    if columns is None:
        return frozenset()
    return frozenset(each.partition(FOLDED)[0] for each in columns if FOLDED in each)


def joined(statement: Statement, folds: Mapping[str, Fold], names: frozenset[str]) -> Statement:
    """The statement with the columns of related rows behind its own; null where there is none."""
    for name in names:
        fold = folds[name]
        named = zip(places(fold.row), fold.columns, strict=True)
        labelled = [column.label(told_as(name, own)) for own, column in named]
        statement = statement.add_columns(*labelled).outerjoin(fold.table, fold.on)
    return statement
