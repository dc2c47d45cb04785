"""The row of a work that comes back: what is said of it now, and what a person had made of it. Pure."""

from collections.abc import Collection, Mapping
from typing import Any

from app.catalog.provenance import LOCKED, PROVIDED, TRANSLATIONS, Field, field_of, kept_fields


def locked_before(before: Mapping[str, Any]) -> frozenset[str]:
    """Fields that were locked when the work went. before: its row as it was then."""
    return frozenset(before["sources"].get(LOCKED, ()))


def as_it_was(row: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Every column of `row` from the work's row as it was when it went."""
    date = before.get("release_date", before.get("first_air_date"))
    return {name: before[name] for name in row if name in before} | {"date": date}


def returned(row: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a work now, but for the locked fields, which are as they were; with its `sources`."""
    kept = kept_fields(locked_before(before))
    was = as_it_was(row, before)
    locked = {name: value for name, value in was.items() if field_of(name) in kept}
    texts: dict[str, Any] = dict(row[TRANSLATIONS])
    for key in kept:
        name, _, language = key.partition(":")
        if text := was[TRANSLATIONS].get(language, {}).get(name):
            texts[language] = {**texts.get(language, {}), name: text}
    sources = {key: entry for key, entry in before["sources"].items() if key in kept or key == LOCKED}
    return {**row, **locked, TRANSLATIONS: texts, "sources": row["sources"] | sources}


def terms_before(before: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Terms by kind that were locked when the work went."""
    terms: Mapping[str, list[str]] = before.get("terms", {})
    return {kind: tuple(names) for kind, names in terms.items()}


def is_bound(before: Mapping[str, Any]) -> bool:
    """Whether the provider ids that a work had are locked."""
    return Field.PROVIDER_IDS in locked_before(before)


def ids_provided(before: Mapping[str, Any], kept: Collection[str]) -> dict[str, Any]:
    """That a provider gave the work some of the ids that it still has, as `sources` has it."""
    known: Mapping[str, str] = before["sources"].get(PROVIDED, {}).get(Field.PROVIDER_IDS, {})
    ours = {name: who for name, who in known.items() if name in kept}
    field = Field.PROVIDER_IDS.value
    return {field: before["sources"][field], PROVIDED: {field: ours}} if ours else {}
