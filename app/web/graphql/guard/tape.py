"""Sums of products of page sizes: made once for an operation, and worked out for each request's variables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast


@dataclass(frozen=True, slots=True)
class Size:
    """A number that variables say, the first of them that has one. otherwise: where none is given."""

    names: tuple[str, ...]
    otherwise: int
    most: int
    counts: bool = False
    """Whether it is a list's length rather than a number."""

    def of(self, variables: Mapping[str, Any]) -> int:
        for name in self.names:
            value = variables.get(name)
            if value is not None:
                return self._number(value)
        return self.otherwise

    def _number(self, value: Any) -> int:
        if self.counts:
            # One item stands for a list of one.
            return min(len(cast("list[Any]", value)), self.most) if type(value) is list else 1
        # What is no number is refused with the other variables; sizes beyond a page's are, where they are used.
        return min(max(value, 1), self.most) if type(value) is int else self.most


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount that depends on variables: a place on the tape."""

    index: int


Amount = int | Sum
Factor = int | Size


class Tape:
    """Amounts in the order of their making, each of constants and of those before it."""

    def __init__(self) -> None:
        self._sums: list[tuple[int, tuple[tuple[int, Size | None, int | None], ...]]] = []

    def __len__(self) -> int:
        return len(self._sums)

    def total(self, parts: "list[tuple[Factor, Amount]]") -> Amount:
        """The sum of the parts' products."""
        constant, terms = 0, list[tuple[int, Size | None, int | None]]()
        for factor, amount in parts:
            if type(factor) is int and type(amount) is int:
                constant += factor * amount
            elif amount != 0 and factor != 0:
                terms.append(_term(factor, amount))
        if not terms:
            return constant
        if constant == 0 and len(terms) == 1 and terms[0][:2] == (1, None) and terms[0][2] is not None:
            return Sum(terms[0][2])
        self._sums.append((constant, tuple(terms)))
        return Sum(len(self._sums) - 1)

    def value(self, amount: Amount, variables: Mapping[str, Any]) -> int:
        if isinstance(amount, int):
            return amount
        values: list[int] = []
        for constant, terms in self._sums[: amount.index + 1]:
            total = constant
            for times, size, index in terms:
                product = times if size is None else times * size.of(variables)
                total += product if index is None else product * values[index]
            values.append(total)
        return values[amount.index]


def _term(factor: Factor, amount: Amount) -> tuple[int, Size | None, int | None]:
    """How often, times which size, times which earlier sum."""
    if isinstance(factor, int):
        assert isinstance(amount, Sum)
        return factor, None, amount.index
    return (amount, factor, None) if isinstance(amount, int) else (1, factor, amount.index)
