"""Inputs of which exactly one field is given, as reads take them."""

from typing import Any, cast

import strawberry

from app.api.node import parse_key
from app.api.storable import storable
from app.catalog.lookups import Lookup


def way(description: str) -> Any:
    """A field of such an input."""
    return strawberry.field(default=strawberry.UNSET, description=description)


def lookup(by: Any, type_name: str) -> Lookup:
    """The one way that is given: `id` (a global id of the type), `slug`, `tmdb_id`, ... Raises Invalid."""
    fields = cast("list[Any]", by.__strawberry_definition__.fields)
    given = ((field.python_name, getattr(by, field.python_name)) for field in fields)
    name, value = next(pair for pair in given if pair[1] is not strawberry.UNSET)
    if name == "id":
        return Lookup("id", parse_key(value, type_name, "by.id"))
    return Lookup(name.removesuffix("_id"), storable(value))
