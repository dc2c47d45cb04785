"""Finding one thing by an id of a provider, a slug or its own id."""

from typing import Any, NamedTuple

from sqlalchemy import Text, Uuid, bindparam, literal_column

from app.core.paging import Statement


class Lookup(NamedTuple):
    """By what, of the ways a thing can be looked up (`id`, `slug`, `tmdb`, ...), and its value."""

    by: str
    value: Any


def lookups(statement: Statement, row: Any, providers: tuple[str, ...]) -> dict[str, Statement]:
    """A statement for each way of looking a row up; each takes the parameter `value`."""
    ways: dict[str, Statement] = {
        "id": statement.where(row.id == bindparam("value", type_=Uuid())),
        "slug": statement.where(row.slug == bindparam("value", type_=Text())),
    }
    for provider in providers:
        has = row.provider_ids.op("?", is_comparison=True)(literal_column(f"'{provider}'"))
        value = row.provider_ids.op("->>")(literal_column(f"'{provider}'"))
        ways[provider] = statement.where(has, value == bindparam("value", type_=Text()))
    return ways
