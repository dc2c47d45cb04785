"""Where the fields of works come from, and which of them keep their value whatever sources say.

A work's column `sources` names, for each field that something but a file's name gave, the source and when it last did:
`{"title": ["nfo", 1763726853], "title:de": ["human", 1763726900], "locked": ["title:de"]}`. What is not named was
read from a name. A text in a language of its own is a field of its own, `title:de`. A provider is named:
`["provider", 1763726853, "tmdb"]`, with the time since when it says what it says.

Fields that are documents (certifications, ratings, ids) may be several sources', key by key. `provided` says which keys
are whose: `{"certifications": {"DE": "tmdb"}}`; a key that isn't named there is of the field's own source.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from app.catalog.facts import WorkFacts
from app.core.db import Row

LOCKED = "locked"
PROVIDED = "provided"
# Of an episode that was known by its day, until a provider gave it its number.
DATED = "dated"
# What `sources` holds beside fields.
RESERVED = frozenset({LOCKED, PROVIDED, DATED})


class Source(StrEnum):
    FILE = "file"
    NFO = "nfo"
    PROVIDER = "provider"
    HUMAN = "human"


class Field(StrEnum):
    """What works are described by; a kind of work has some of these."""

    TITLE = "title"
    ORIGINAL_TITLE = "original_title"
    SORT_TITLE = "sort_title"
    TAGLINE = "tagline"
    OVERVIEW = "overview"
    YEAR = "year"
    DATE = "date"
    RUNTIME = "runtime"
    ORIGINAL_LANGUAGE = "original_language"
    STATUS = "status"
    ABSOLUTE_NUMBER = "absolute_number"
    COUNTRIES = "countries"
    CERTIFICATIONS = "certifications"
    RATINGS = "ratings"
    PROVIDER_IDS = "provider_ids"
    GENRES = "genres"
    STUDIOS = "studios"
    NETWORKS = "networks"
    KEYWORDS = "keywords"
    CREDITS = "credits"
    COLLECTION = "collection"


# Terms of a kind are one field.
TERM_FIELDS = {
    "genre": Field.GENRES,
    "studio": Field.STUDIOS,
    "network": Field.NETWORKS,
    "keyword": Field.KEYWORDS,
}
_FIELDS = frozenset(Field)
# Fields that are put together key by key.
DOCUMENTS = frozenset({Field.CERTIFICATIONS, Field.RATINGS, Field.PROVIDER_IDS})
# Columns that are named otherwise than the field that they hold.
_OF_COLUMNS: Mapping[str, str] = {
    "runtime_s": Field.RUNTIME,
    "release_date": Field.DATE,
    "first_air_date": Field.DATE,
    "air_date": Field.DATE,
}
TRANSLATIONS = "translations"


@dataclass(frozen=True, slots=True)
class FieldSource:
    """at: when the source last said so; None where nobody knows. language: of a text in a language of its own.

    provider: which of them, where it is one's.
    """

    field: str
    source: str
    language: str | None
    at: datetime | None
    is_locked: bool
    provider: str | None = None


def field_of(column: str) -> str:
    """The field that a column holds."""
    return _OF_COLUMNS.get(column, column)


def said(source: Source, row: Mapping[str, Any], at: int) -> dict[str, Any]:
    """The column `sources` for what a source says of the columns of a row. at: seconds since 1970."""
    entry = [source.value, at]
    found: dict[str, Any] = {
        str(field): entry for column, value in row.items() if value and (field := field_of(column)) in _FIELDS
    }
    translations: Mapping[str, Mapping[str, str]] = row.get(TRANSLATIONS, {})
    for language, texts in translations.items():
        found |= {f"{name}:{language}": entry for name in texts}
    return found


def relations(facts: WorkFacts) -> dict[str, Any]:
    """What a source says of a work beside its columns, as `said` takes it."""
    found: dict[str, Any] = {TERM_FIELDS[kind]: names for kind, names in facts.terms.items()}
    return found | {Field.CREDITS: facts.credits, Field.COLLECTION: facts.collection}


def kept_fields(locked: Collection[str]) -> Collection[str]:
    """The fields that locks hold: a title that is locked is sorted as it is, too."""
    return {*locked, Field.SORT_TITLE} if Field.TITLE in locked else locked


def unlocked(row: Mapping[str, Any], locked: Collection[str]) -> dict[str, Any]:
    """The columns that a source fills, without what it may not change."""
    if not locked:
        return dict(row)
    kept = kept_fields(locked)
    left = {column: _nothing(value) if field_of(column) in kept else value for column, value in row.items()}
    texts: Mapping[str, Mapping[str, str]] = row.get(TRANSLATIONS, {})
    if texts:
        left[TRANSLATIONS] = {
            language: {name: text for name, text in said.items() if f"{name}:{language}" not in kept}
            for language, said in texts.items()
        }
    return left


def _nothing(value: Any) -> Any:
    if isinstance(value, dict):
        return dict[str, Any]()
    return list[Any]() if isinstance(value, list) else None


def named_fields(row: Row) -> list[str]:
    """What a file's name gives of films and series, of which there is a value."""
    values = {Field.TITLE: True, Field.YEAR: row["year"], Field.PROVIDER_IDS: row["provider_ids"]}
    return [field.value for field, value in values.items() if value]


def field_sources(
    document: Mapping[str, Any], named: Iterable[str], since: datetime | None
) -> list[FieldSource]:
    """Of the column `sources`, field by field. named: fields that a file's name gives. since: when it came."""
    locked = set(document.get(LOCKED, ()))
    found: list[FieldSource] = []
    for key in sorted((document.keys() | locked | set(named)) - RESERVED):
        name, _, language = key.partition(":")
        source, at, *who = document.get(key, (Source.FILE, None))
        moment = datetime.fromtimestamp(at, UTC) if at is not None else since
        provider = who[0] if who else None
        found.append(FieldSource(name, source, language or None, moment, key in locked, provider))
    return found


def provided_keys(
    provided: Mapping[str, Mapping[str, str]], said: Mapping[str, Any]
) -> dict[str, dict[str, str]]:
    """What is left of `provided` once another source said these keys. said: columns of a row."""
    left = {
        name: {key: who for key, who in keys.items() if key not in (said.get(name) or ())}
        for name, keys in provided.items()
    }
    return {name: keys for name, keys in left.items() if keys}
