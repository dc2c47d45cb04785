"""Completing columns of scalars and enums."""
# graphql-core leaves parts of its types open.
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false, reportUnknownArgumentType=false

from collections.abc import Sequence
from datetime import date
from enum import Enum
from typing import Any
from uuid import UUID

from graphql.pyutils import Undefined, inspect

from app.engine.failing import Failed
from app.engine.places import Place
from app.engine.run import Run
from app.engine.site import Site
from graphql import GraphQLBoolean, GraphQLID, GraphQLInt, GraphQLLeafType, GraphQLString

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


class Leaf:
    """Scalars and enums. may_be_null: what of them is untouched where null may not be, is no null either."""

    is_immediate = True

    def __init__(self, kind: GraphQLLeafType, site: Site, *, may_be_null: bool = True) -> None:
        self._kind, self._site = kind, site
        untouched = UNTOUCHED.get(kind, frozenset())
        self._untouched = untouched if may_be_null else untouched - {NOTHING}
        self._is_int = kind is GraphQLInt

    def now(self, column: Column, place: Place, run: Run) -> Column:
        if self.is_untouched(column):
            return column
        kinds = set(map(type, column)) - {NOTHING}
        if len(kinds) == 1 and _are_alike(kinds.pop()):
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
        return kinds <= self._untouched or (self._is_int and kinds == {int} and _are_small(column))

    def _alike(self, column: Column, place: Place, run: Run) -> Column:
        """Values of one class, of which equal ones are written alike: each is coerced once."""
        known: dict[Any, Any] = {None: None}
        found: Column = []
        for index, value in enumerate(column):
            coerced = known.get(value, Undefined)
            if coerced is Undefined:
                coerced = self._coerced(value, place, index, run)
                if type(coerced) is not Failed:
                    known[value] = coerced
            found.append(coerced)
        return found

    def _coerced(self, value: Any, place: Place, index: int, run: Run) -> Any:
        try:
            coerced = self._kind.coerce_output_value(value)
            if coerced is None or coerced is Undefined:
                raise TypeError(
                    f"Expected `{inspect(self._kind)}.coerce_output_value({inspect(value)})` to return"
                    f" non-nullable value, returned: {inspect(coerced)}"
                )
        except Exception as error:  # noqa: BLE001
            return run.fail(error, self._site.nodes, place, index)
        return coerced


def _are_alike(kind: type) -> bool:
    return kind in _ALIKE or issubclass(kind, Enum)


def _are_small(column: Sequence[int]) -> bool:
    return min(column) >= SMALLEST_INT and max(column) <= LARGEST_INT
