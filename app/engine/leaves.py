"""Completing columns of scalars and enums."""
# graphql-core leaves parts of its types open.
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false, reportUnknownArgumentType=false

from collections.abc import Callable, Sequence
from datetime import date
from enum import Enum
from math import isfinite
from typing import Any
from uuid import UUID

from graphql.pyutils import Undefined, inspect

from app.engine.failing import Failed
from app.engine.places import Place
from app.engine.run import Run
from app.engine.site import Site
from graphql import GraphQLBoolean, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLLeafType, GraphQLString

Column = list[Any]
NOTHING = type(None)
# Types whose plain values are given out as they are.
UNTOUCHED: dict[GraphQLLeafType, frozenset[type]] = {
    GraphQLString: frozenset({str, NOTHING}),
    GraphQLID: frozenset({str, NOTHING}),
    GraphQLBoolean: frozenset({bool, NOTHING}),
}
SMALLEST_INT, LARGEST_INT = -(2**31), 2**31 - 1
# Their equals are the same in everything.
_ALIKE = frozenset({str, int, date, UUID})
_ODD = frozenset({NOTHING, type(Undefined)})


class Leaf:
    """Scalars and enums. may_be_null: what of them is untouched where null may not be, is no null either."""

    is_immediate = True

    def __init__(self, kind: GraphQLLeafType, site: Site, *, may_be_null: bool = True) -> None:
        self._kind, self._site = kind, site
        untouched = UNTOUCHED.get(kind, frozenset())
        self._untouched = untouched if may_be_null else untouched - {NOTHING}
        # Numbers are looked at all together: of what kind, and whether they are fine.
        self._number, self._are_fine = NUMBERS.get(kind, (None, _are_small))
        self._numbers = frozenset({self._number, NOTHING} if may_be_null else {self._number})

    def now(self, column: Column, place: Place, run: Run) -> Column:
        kinds = set(map(type, column))
        if self._are_untouched(kinds, column):
            return column
        kinds.discard(NOTHING)
        if len(column) > 1 and len(kinds) == 1 and _are_alike(kinds.pop()):
            return self._alike(column, place, run)
        return [
            value if value is None or type(value) is Failed else self._coerced(value, place, index, run)
            for index, value in enumerate(column)
        ]

    async def later(self, column: Column, place: Place, run: Run) -> Column:
        return self.now(column, place, run)

    def is_untouched(self, column: Column) -> bool:
        """Whether the response has it as it is."""
        kinds = set(map(type, column))
        return kinds <= self._untouched or self._are_untouched(kinds, column)

    def _are_untouched(self, kinds: set[type], column: Column) -> bool:
        if kinds <= self._untouched:
            return True
        return self._number in kinds and kinds <= self._numbers and self._are_fine(column)

    def _alike(self, column: Column, place: Place, run: Run) -> Column:
        """Values of one class, of which equal ones are written alike: each is coerced once, but for those that fail."""
        distinct = [value for value in dict.fromkeys(column) if value is not None]
        written = self._all_written(distinct)
        kinds = set(map(type, written))
        if _ODD.isdisjoint(kinds) and not any(issubclass(kind, Exception) for kind in kinds):
            if len(written) == len(column):
                return written
            known: dict[Any, Any] = dict(zip(distinct, written, strict=True))
            known[None] = None
            return [known[value] for value in column]
        return self._some_written(column, dict(zip(distinct, written, strict=True)), place, run)

    def _all_written(self, values: Sequence[Any]) -> Column:
        """What each is coerced to, or the exception that was raised for it."""
        coerce, written = self._kind.coerce_output_value, list[Any]()
        try:
            # What was written before one that fails stays. A StopIteration ends it without a word.
            written.extend(map(coerce, values))
        except Exception as error:  # noqa: BLE001
            written.append(error)
        for value in values[len(written) :]:
            try:
                written.append(coerce(value))
            except Exception as error:  # noqa: BLE001
                written.append(error)
        return written

    def _some_written(self, column: Column, known: dict[Any, Any], place: Place, run: Run) -> Column:
        failed: set[Any] = set()
        for value, coerced in known.items():
            if coerced is None or coerced is Undefined:
                known[value] = self._no_value(value, coerced)
            if isinstance(known[value], Exception):
                failed.add(value)
        found = [known.get(value) for value in column]
        for index in [index for index, value in enumerate(column) if value in failed]:
            error = known.pop(column[index], None)
            if error is None:
                found[index] = self._coerced(column[index], place, index, run)
            else:
                found[index] = run.fail(error, self._site.nodes, place, index)
        return found

    def _coerced(self, value: Any, place: Place, index: int, run: Run) -> Any:
        try:
            return self._written(value)
        except Exception as error:  # noqa: BLE001
            return run.fail(error, self._site.nodes, place, index)

    def _written(self, value: Any) -> Any:
        coerced = self._kind.coerce_output_value(value)
        if coerced is None or coerced is Undefined:
            raise self._no_value(value, coerced)
        return coerced

    def _no_value(self, value: Any, coerced: Any) -> TypeError:
        return TypeError(
            f"Expected `{inspect(self._kind)}.coerce_output_value({inspect(value)})` to return"
            f" non-nullable value, returned: {inspect(coerced)}"
        )


def _are_alike(kind: type) -> bool:
    return kind in _ALIKE or issubclass(kind, Enum)


def _are_small(column: Sequence[int | None]) -> bool:
    present = list(filter(None, column))
    return not present or (min(present) >= SMALLEST_INT and max(present) <= LARGEST_INT)


def _are_finite(column: Sequence[float | None]) -> bool:
    # What is too large in sum alone is looked at one by one.
    return isfinite(sum(filter(None, column)))


# Of these, plain numbers of a class are given out as they are where all of a column are fine.
NUMBERS: dict[GraphQLLeafType, tuple[type | None, Callable[[Sequence[Any]], bool]]] = {
    GraphQLInt: (int, _are_small),
    GraphQLFloat: (float, _are_finite),
}
