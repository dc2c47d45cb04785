"""Which works exist for a viewer."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo


class Kind(StrEnum):
    """What works are, and what libraries hold."""

    MOVIE = "movie"
    TV = "tv"


@dataclass(frozen=True, slots=True)
class Window:
    """A time of the week. weekday: 0 for Monday. start, end: minutes after midnight by the clock on the wall.

    An end that is not after the start is on the next day, so that equal ones make 24 hours.
    """

    weekday: int
    start: int
    end: int

    def holds(self, weekday: int, minute: int) -> bool:
        if self.start < self.end:
            return weekday == self.weekday and self.start <= minute < self.end
        begins = weekday == self.weekday and minute >= self.start
        return begins or (weekday == (self.weekday + 1) % 7 and minute < self.end)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a viewer sees anything at all. time_zone: of the IANA database."""

    time_zone: str
    windows: tuple[Window, ...]

    def is_open(self, moment: datetime) -> bool:
        here = moment.astimezone(ZoneInfo(self.time_zone))
        minute = here.hour * 60 + here.minute
        return any(window.holds(here.weekday(), minute) for window in self.windows)


class Shape(NamedTuple):
    """What changes statements; the values of an Access travel as parameters.

    allowed: how many lists of terms. is_counted: whether the statement looks at all there is, and not at a page of it.
    """

    libraries: bool = False
    age: bool = False
    unrated: bool = True
    blocked: bool = False
    allowed: int = 0
    kinds: frozenset[Kind] | None = None
    is_counted: bool = False

    @property
    def is_within_libraries(self) -> bool:
        """Whether works of one library may differ in who sees them."""
        return self.age or self.blocked or bool(self.allowed)


@dataclass(frozen=True)
class Access:
    """What a viewer's grants and limits come to; all of it has to hold for a work to exist.

    library_ids: works of these libraries only; None for all, also those that come later.
    max_age: works for this age in years or a younger one; shows_unrated: and those of which nobody knows.
    blocked_terms: no works with any of these genres, studios, networks or keywords.
    allowed_terms: of each list, works that have at least one.
    kinds: works of these kinds only. schedules: outside of any of them, nothing.
    """

    library_ids: tuple[UUID, ...] | None = None
    max_age: int | None = None
    shows_unrated: bool = True
    blocked_terms: tuple[UUID, ...] = ()
    allowed_terms: tuple[tuple[UUID, ...], ...] = ()
    kinds: frozenset[Kind] | None = None
    schedules: tuple[Schedule, ...] = ()

    @cached_property
    def shape(self) -> Shape:
        return Shape(
            self.library_ids is not None,
            self.max_age is not None,
            self.shows_unrated,
            bool(self.blocked_terms),
            len(self.allowed_terms),
            self.kinds,
        )

    @cached_property
    def values(self) -> dict[str, Any]:
        """The parameters of the clauses, by name."""
        lists = {f"access_allowed_{place}": list(terms) for place, terms in enumerate(self.allowed_terms)}
        return lists | {
            "access_libraries": list(self.library_ids or ()),
            "access_age": self.max_age,
            "access_blocked": list(self.blocked_terms),
        }

    def tells_of(self, library_id: UUID, kind: Kind | None) -> bool:
        """Whether a library may be told of, were it there; of one whose kind is not known, only if all kinds are."""
        of_kind = self.kinds is None or kind in self.kinds
        return of_kind and (self.library_ids is None or library_id in self.library_ids)

    def allows(self, age: int | None, terms: Collection[UUID]) -> bool:
        """Whether a work of this age and these terms exists, wherever it lies: as the clauses in SQL say."""
        if self.max_age is not None and (age > self.max_age if age is not None else not self.shows_unrated):
            return False
        has_blocked = any(term in terms for term in self.blocked_terms)
        return not has_blocked and all(any(term in terms for term in some) for some in self.allowed_terms)

    def at(self, moment: datetime) -> "Access":
        """What holds at that time, when no schedule is left to be looked at."""
        if not self.schedules:
            return self
        is_open = all(schedule.is_open(moment) for schedule in self.schedules)
        return replace(self, schedules=()) if is_open else NOTHING


EVERYTHING = Access()
# Without kinds, so that PostgreSQL is told at once.
NOTHING = Access(library_ids=(), kinds=frozenset())
