"""Storing what providers say of films and series that the catalog has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.catalog.facts import WorkFacts
from app.catalog.known_as import save_known_as
from app.catalog.told import Told
from app.catalog.told_writes import Clash, Result, tell_of_works
from app.core.outbox import Tx
from app.metadata.facts import Kind
from app.metadata.merge import Merged

# What the catalog's tables call a kind.
CATALOG_KINDS: Mapping[Kind, str] = {Kind.MOVIE: "movie", Kind.TV: "series"}
_TEXTS = ("title", "sort_title", "original_title", "tagline", "overview", "original_language", "status")


@dataclass(frozen=True, slots=True)
class Described:
    """is_there: whether the catalog has the work (still). is_changed: whether people see anything new but figures.

    conflicts: what the work did not get, since another has it: most likely both are the same.
    """

    is_there: bool
    is_changed: bool
    conflicts: tuple[Clash, ...] = ()


NOT_THERE = Described(is_there=False, is_changed=False)


async def describe_works(
    tx: Tx, kind: Kind, works: Mapping[UUID, Merged], at: datetime, *, fills: bool = False
) -> dict[UUID, Described]:
    """Write what providers say of works, field by field and with who says it.

    A field that a person locked or said stays, and so does what an NFO says; what the providers that were asked don't
    say any more goes, if it was theirs. fills: whether they say only what nobody else does. A constant number of
    statements. Call it before anything that locks people or collections. Emits nothing: the caller knows the libraries,
    and `app.catalog.announce` tells them, also of who sees the works now.
    """
    told = {key: _told(merged, fills=fills) for key, merged in works.items()}
    found = await tell_of_works(tx, CATALOG_KINDS[kind], told, int(at.timestamp())) if told else {}
    await save_known_as(tx, CATALOG_KINDS[kind], {key: _further_titles(works[key]) for key in found})
    return {key: _described(found.get(key)) for key in works}


def _further_titles(merged: Merged) -> list[str]:
    """By which it is known beside those that its own columns have; search finds it by them, too."""
    facts = merged.work.facts
    own = {facts.title, facts.original_title}
    return [each for each in merged.work.titles if each not in own]


def _described(result: Result | None) -> Described:
    if result is None:
        return NOT_THERE
    return Described(True, result.is_changed, result.clashes)


def _told(merged: Merged, *, fills: bool) -> Told:
    facts = merged.work.facts
    is_film = merged.work.kind is Kind.MOVIE
    return Told(
        providers=frozenset(merged.providers) | {merged.work.provider},
        said_by={name: whose[0] for name, whose in merged.said_by.items() if whose},
        values=_values(facts)
        | ({"runtime_s": facts.runtime_s} if is_film else {"last_air_date": iso(facts.last_aired_on)}),
        documents={
            "certifications": dict(facts.certifications),
            "ratings": dict(facts.ratings),
            "provider_ids": dict(facts.provider_ids),
        },
        translations=facts.translations,
        terms=facts.terms,
        credits=facts.credits,
        collection=facts.collection if is_film else None,
        fills=fills,
    )


def _values(facts: WorkFacts) -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(facts, name) for name in _TEXTS}
    return found | {
        "year": facts.year,
        "date": iso(facts.released_on),
        "countries": list(facts.countries),
        "popularity": facts.popularity,
    }


def iso(day: date | None) -> str | None:
    """A day as PostgreSQL writes it in JSON."""
    return day.isoformat() if day else None
