"""Inputs that filters are made of; a filter's conditions all have to hold, and what is left out doesn't count."""

from collections.abc import Hashable
from datetime import date, datetime
from enum import Enum
from typing import Any, cast

import strawberry

from app.api.node import parse_id
from app.api.storable import storable
from app.catalog.filters import Where
from app.core.errors import Invalid
from app.core.paging import Order

SEARCHED = (
    "Has this in its title in any language, or in another that it is known by, whatever the case and accents."
)
BY_TITLE = (
    "Title without its article, in the first of the viewer's languages that texts are fetched in; of a work that has"
    " none there, its own. Cursors keep to the language of the page that they are of."
)


def condition(description: str, name: str | None = None) -> Any:
    """A field of a filter."""
    return strawberry.field(default=strawberry.UNSET, description=description, name=name)


def argument(description: str, name: str | None = None) -> Any:
    return strawberry.argument(description=description, name=name)


class Filter:
    """Base of filter inputs: reads take them as a Where of those fields that are given."""

    def plain(self) -> Where:
        fields = cast("Any", self).__strawberry_definition__.fields
        given = ((field.python_name, getattr(self, field.python_name)) for field in fields)
        return Where((name.rstrip("_"), _plain(name, value)) for name, value in given if is_given(value))


def choices(conditions: Filter) -> Where:
    """Conditions on an enum's values, as reads take them."""
    given = ((name.rstrip("_"), choice) for name, choice in vars(conditions).items() if is_given(choice))
    return Where((name, _choice(choice)) for name, choice in given)


def _choice(value: Any) -> Hashable:
    return tuple(map(_choice, cast("list[Any]", value))) if isinstance(value, list) else value.value


def is_given(value: object) -> bool:
    return value is not None and value is not strawberry.UNSET


def _plain(name: str, value: Any) -> Hashable:
    if isinstance(value, Filter):
        return value.plain()
    if isinstance(value, list):
        items = cast("list[Any]", value)
        if name in ("and_", "or_") and not items:
            raise Invalid("filter", f"`{name[:-1]}` needs at least one filter.")
        return tuple(_plain("", item) for item in items)
    if isinstance(value, str):
        return storable(value)
    return value


@strawberry.input(description="Conditions on an id.")
class IdFilter(Filter):
    eq: strawberry.ID | None = condition("Is this one.")
    in_: list[strawberry.ID] | None = condition("Is one of these.", "in")

    def plain(self) -> Where:
        given: list[tuple[str, Hashable]] = []
        if self.eq:
            given.append(("eq", parse_id(self.eq, field="filter")[1]))
        if is_given(self.in_):
            given.append(("in", tuple(parse_id(each, field="filter")[1] for each in self.in_ or ())))
        return Where(given)


@strawberry.input(description="Conditions on a text.")
class StringFilter(Filter):
    eq: str | None = condition("Is exactly this.")
    in_: list[str] | None = condition("Is exactly one of these.", "in")
    contains: str | None = condition("Has this in it, whatever the case and accents.")
    starts_with: str | None = condition("Begins with this, whatever the case and accents.")
    is_null: bool | None = condition("Is not known (true), or is known (false).")


@strawberry.input(description="Conditions on a whole number.")
class IntFilter(Filter):
    eq: int | None = condition("Is this.")
    in_: list[int] | None = condition("Is one of these.", "in")
    gt: int | None = condition("Is more than this.")
    gte: int | None = condition("Is this or more.")
    lt: int | None = condition("Is less than this.")
    lte: int | None = condition("Is this or less.")
    is_null: bool | None = condition("Is not known (true), or is known (false).")


@strawberry.input(description="Conditions on a number.")
class FloatFilter(Filter):
    gt: float | None = condition("Is more than this.")
    gte: float | None = condition("Is this or more.")
    lt: float | None = condition("Is less than this.")
    lte: float | None = condition("Is this or less.")


@strawberry.input(description="Conditions on a day.")
class DateFilter(Filter):
    eq: date | None = condition("Is this day.")
    gt: date | None = condition("Is after this day.")
    gte: date | None = condition("Is this day or after it.")
    lt: date | None = condition("Is before this day.")
    lte: date | None = condition("Is this day or before it.")
    is_null: bool | None = condition("Is not known (true), or is known (false).")


@strawberry.input(description="Conditions on a moment.")
class DateTimeFilter(Filter):
    gt: datetime | None = condition("Is after this moment.")
    gte: datetime | None = condition("Is this moment or after it.")
    lt: datetime | None = condition("Is before this moment.")
    lte: datetime | None = condition("Is this moment or before it.")


@strawberry.input(description="Conditions on a set of codes.")
class CodesFilter(Filter):
    has_any: list[str] | None = condition("Has at least one of these.")
    has_all: list[str] | None = condition("Has all of these.")
    has_none: list[str] | None = condition("Has none of these.")


@strawberry.input(description="Conditions on a genre, studio, network or keyword.")
class TermFilter(Filter):
    id: IdFilter | None = condition("Its id.")
    name: StringFilter | None = condition("Its name.")
    slug: StringFilter | None = condition("Its name as it stands in addresses.")
    and_: list["TermFilter"] | None = condition("All of these hold too.", "and")
    or_: list["TermFilter"] | None = condition("At least one of these holds too.", "or")
    not_: "TermFilter | None" = condition("This doesn't hold.", "not")


@strawberry.input(description="Conditions on the genres, studios, networks or keywords of a work.")
class TermsFilter(Filter):
    some: TermFilter | None = condition("At least one matches this.")
    none: TermFilter | None = condition("Not one matches this.")


@strawberry.input(description="Conditions on a credit.")
class CreditFilter(Filter):
    id: IdFilter | None = condition("The person's id.")
    name: StringFilter | None = condition("The person's name.")
    character: StringFilter | None = condition("Whom an actor plays.")
    department: StringFilter | None = condition("Department: Directing, Writing, Production, ...")
    job: StringFilter | None = condition("Job within the department.")


@strawberry.input(description="Conditions on the credits of a work.")
class CreditsFilter(Filter):
    some: CreditFilter | None = condition("At least one matches this.")
    none: CreditFilter | None = condition("Not one matches this.")


@strawberry.input(description="Conditions on a library.")
class LibraryFilter(Filter):
    id: IdFilter | None = condition("Its id.")
    name: StringFilter | None = condition("Its name.")


@strawberry.input(description="Conditions on the libraries that hold a work.")
class LibrariesFilter(Filter):
    some: LibraryFilter | None = condition("At least one matches this.")
    none: LibraryFilter | None = condition("Not one matches this.")


@strawberry.enum(description="Which way a list is sorted.")
class Direction(Enum):
    ASC = strawberry.enum_value("asc", description="Smallest, earliest or first in the alphabet first.")
    DESC = strawberry.enum_value("desc", description="Largest, latest or last in the alphabet first.")


def order(field: Enum, direction: Direction) -> Order:
    """A sort input as reads take it."""
    return Order(field.value, descending=direction is Direction.DESC)
