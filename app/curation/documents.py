"""Columns that are documents, of which a change names what it wrote alone. Pure.

Who says what of a work, and its texts in all languages, are a column each. Providers renew them text by text, which is
no reason to refuse taking back what a person wrote elsewhere in them. A value in one is named by its way:
`translations/de/title`.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from app.catalog.provenance import PROVIDED, RESERVED, Source, field_of
from app.curation.journalled import Row

DOCUMENTS = ("sources", "translations")
_BETWEEN = "/"


def column_of(name: str) -> str:
    return name.partition(_BETWEEN)[0]


def value_of(row: Row, name: str) -> Any:
    """A column's value, or one in a document; None where there is none."""
    column, *way = name.split(_BETWEEN)
    found: Any = row[column]
    for key in way:
        found = cast("dict[str, Any]", found).get(key) if isinstance(found, dict) else None
    return found


def differing(old: Row, new: Row, name: str) -> list[str]:
    """What differs in a column that does: itself, or what is in it."""
    if name not in DOCUMENTS or not isinstance(old[name], dict) or not isinstance(new[name], dict):
        return [name]
    were, are = dict(_values(old[name], name)), dict(_values(new[name], name))
    return [way for way in {**were, **are} if were.get(way) != are.get(way)]


def whole(part: Row, now: Row) -> Row:
    """A row's part with its documents as they are now but for what the part names of them."""
    found = {name: value for name, value in part.items() if _BETWEEN not in name}
    for name, value in part.items():
        column, *way = name.split(_BETWEEN)
        if way:
            known: dict[str, Any] = found.get(column) or now[column] or {}
            found[column] = _put(known, way, value)
    return found


def is_provider_s(now: Row, name: str) -> bool:
    """Whether a value is a provider's by now, who may say otherwise at any time."""
    field = _field(name)
    sources: Mapping[str, Any] = now.get("sources") or {}
    entry: Any = sources.get(field)
    if field in RESERVED:
        return field == PROVIDED
    return bool(entry) and entry[0] == Source.PROVIDER


def has_source(now: Row, name: str) -> bool:
    """Whether anybody but a name says a value."""
    return _field(name) in (now.get("sources") or {})


def _field(name: str) -> str:
    """The field that a value, or the note of who said it, is of."""
    column, *way = name.split(_BETWEEN)
    if column == "translations" and len(way) == 2:
        return f"{way[1]}:{way[0]}"
    return way[0] if column == "sources" and way else str(field_of(column))


def _values(document: Mapping[str, Any], way: str) -> Iterator[tuple[str, Any]]:
    for key, value in document.items():
        if isinstance(value, dict):
            yield from _values(cast("dict[str, Any]", value), f"{way}{_BETWEEN}{key}")
        else:
            yield f"{way}{_BETWEEN}{key}", value


def _put(document: Mapping[str, Any], way: list[str], value: Any) -> dict[str, Any]:
    key, *rest = way
    others = {name: each for name, each in document.items() if name != key}
    inner = _put(document.get(key) or {}, rest, value) if rest else value
    return others if inner in (None, {}) else {**others, key: inner}
