"""Lists in the order of their titles, in a language."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Text, func, literal_column

from app.access.viewer import Viewer
from app.core import cursors
from app.core.errors import Invalid
from app.core.languages import with_general
from app.core.paging import Order, Page, Sort

TITLE = "title"


def title_expression(language: str) -> str:
    """What indexes hold of a table with sort_key and sort_keys: `title_key` as SQL. Raises Invalid."""
    keys = (f"(sort_keys ->> '{tag}') COLLATE \"C\"" for tag in _tags(language))
    return f"coalesce({', '.join(keys)}, sort_key)"


def title_key(row: Any, language: str) -> ColumnElement[str]:
    """What the title in the language is sorted by, or in the more general one that it implies, or else the own one.

    Raises Invalid.
    """
    keys = (
        row.sort_keys.op("->>", return_type=Text())(literal_column(f"'{tag}'")).collate("C")
        for tag in _tags(language)
    )
    return func.coalesce(*keys, row.sort_key, type_=Text())


def title_order(sorts: Mapping[Order, Sort], row: Any, order: Order, viewer: Viewer, page: Page) -> Sort:
    """The sort of an order; that of titles in the viewer's language.

    A list that was begun is gone on with in the language that it was begun in, whatever the viewer's are by now.
    """
    if order.name != TITLE:
        return sorts[order]
    language = _begun_in(order, viewer, page)
    return sorts[order] if not language else _sort(row, order, language)


@lru_cache(maxsize=256)
def _sort(row: Any, order: Order, language: str) -> Sort:
    return Sort(order, (title_key(row, language),), language)


def _tags(language: str) -> tuple[str, ...]:
    if not language.replace("-", "").isalnum() or not language.isascii():
        raise Invalid("language", f"{language!r} is no language.")
    return with_general((language,))


def _begun_in(order: Order, viewer: Viewer, page: Page) -> str | None:
    """None for works' own titles."""
    for cursor in (page.after, page.before):
        name, _, direction = (cursors.sort_of(cursor) if cursor else "").partition(":")
        kind, _, language = name.partition("@")
        is_same = kind == order.name and (direction == "desc") is order.descending
        if is_same and (not language or language in viewer.title_languages):
            return language or None
    return viewer.sort_language
