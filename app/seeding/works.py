"""What invented films and series have in common: the facts that an NFO file would tell of them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import DeclarativeBase

from app.catalog.facts import CreditFacts, WorkFacts
from app.catalog.provenance import Source, relations, said
from app.catalog.taxonomy.writes import Term
from app.catalog.titles import slug, sort_title
from app.catalog.work_rows import columns
from app.identify.kinds import LibraryKind
from app.identify.reading import Reading
from app.identify.titles import match_key
from app.seeding import words
from app.seeding.maker import Maker

Row = dict[str, Any]
# By the tables that they are of, in the order in which these refer to each other.
Rows = dict[type[DeclarativeBase], list[Row]]

STUDIOS = tuple(f"{place} {word}" for place in words.PLACES for word in words.STUDIO_WORDS)
NETWORKS = tuple(f"{place} {word}" for place in words.PLACES for word in words.NETWORK_WORDS)
KEYWORDS = tuple(word.lower() for word in words.NOUNS)
TERMS: tuple[Term, ...] = tuple(
    (kind, name)
    for kind, names in (
        ("genre", words.GENRES),
        ("studio", STUDIOS),
        ("network", NETWORKS),
        ("keyword", KEYWORDS),
    )
    for name in names
)
# Far beyond the ids that providers have given out.
FIRST_TMDB_ID = 900_000_000
FIRST_IMDB_ID = 9_000_000_000
# How sure a name is that has an id in it, and why.
CONFIDENCE = 0.97
EVIDENCE = ("The id tmdb stands in the name of its folder.", "No {} of this name was known before.")


# Ratings of one age by country, the most usual ages first.
FILM_CERTIFICATES: tuple[Mapping[str, str], ...] = (
    {"US": "PG-13", "DE": "12", "GB": "12A", "FR": "12"},
    {"US": "R", "DE": "16", "GB": "15", "FR": "12"},
    {"US": "PG", "DE": "6", "GB": "PG", "FR": "TP"},
    {"US": "G", "DE": "0", "GB": "U", "FR": "TP"},
    {"US": "NC-17", "DE": "18", "GB": "18", "FR": "16"},
)
TV_CERTIFICATES: tuple[Mapping[str, str], ...] = (
    {"US": "TV-14", "DE": "12"},
    {"US": "TV-MA", "DE": "16"},
    {"US": "TV-PG", "DE": "6"},
    {"US": "TV-G", "DE": "0"},
)


def facts_of(
    maker: Maker,
    *,
    parts: Sequence[tuple[str, CreditFacts]],
    terms: Mapping[str, tuple[str, ...]],
    certificates: Sequence[Mapping[str, str]],
    runtime_s: int,
) -> WorkFacts:
    title, year = maker.title(), maker.year()
    language = maker.pick(("en", "en", "en", *words.FOREIGN))
    return WorkFacts(
        title=title,
        match_key=match_key(title),
        sort_title=sort_title(title, "en"),
        year=year,
        original_title=None if language == "en" else maker.foreign_title(language),
        tagline=maker.fill(maker.pick(words.TAGLINES)) if maker.happens(0.6) else None,
        overview=maker.overview(),
        original_language=language,
        status="Released",
        released_on=maker.day(year),
        runtime_s=runtime_s,
        popularity=round(maker.low(10_000) / 100, 2),
        countries=maker.some(("US", "GB", "DE", "FR", "ES", "JP", "CA", "IT"), 1 + maker.low(3)),
        certifications=dict(certificates[maker.low(len(certificates))]) if maker.happens(0.85) else {},
        ratings={"imdb": {"value": maker.whole(30, 95) / 10, "votes": maker.low(500_000)}},
        provider_ids=_ids(maker),
        translations=_translations(maker),
        terms=terms,
        credits=tuple(credit for _, credit in parts),
        is_described=True,
    )


def _ids(maker: Maker) -> dict[str, str]:
    """An IMDb id is a film's or a series', so that these get every other one."""
    imdb = FIRST_IMDB_ID + 2 * maker.number + (maker.kind == "series")
    return {"tmdb": str(FIRST_TMDB_ID + maker.number), "imdb": f"tt{imdb}"}


def _translations(maker: Maker) -> dict[str, dict[str, str]]:
    """One work in two has any; its overview stays in English words."""
    if maker.happens(0.5):
        return {}
    languages = maker.some(tuple(words.FOREIGN), maker.whole(1, 3))
    return {
        language: {"title": maker.foreign_title(language), "overview": maker.overview()}
        for language in languages
    }


def work_row(maker: Maker, facts: WorkFacts, day: str) -> Row:
    """The row of the works' table, under its own id. day: what that table calls the day of the release."""
    row = columns(facts)
    at = int(maker.added_at.timestamp())
    row["sources"] = said(Source.NFO, row | relations(facts), at)
    row[day] = row.pop("date")
    row |= {"id": maker.id(), "slug": slug(facts.title, facts.year)}
    return row | {"added_at": maker.added_at, "updated_at": maker.added_at}


def term_rows(key: str, work_id: str, facts: WorkFacts, terms: Mapping[Term, UUID]) -> list[Row]:
    return [
        {key: work_id, "term_id": terms[kind, name], "position": position}
        for kind, names in facts.terms.items()
        for position, name in enumerate(names)
    ]


def credit_rows(
    maker: Maker, key: str, owner_id: str, credited: Sequence[tuple[str, CreditFacts]]
) -> list[Row]:
    return [
        {"id": maker.id(), key: owner_id, "person_id": person_id, "department": credit.department}
        | {"job": credit.job, "character": credit.character, "billing": credit.billing}
        for person_id, credit in credited
    ]


def folder_of(facts: WorkFacts) -> str:
    """The folder of a work, whose name has its id."""
    return f"{facts.title.replace(':', ' -')} ({facts.year}) {{tmdb-{facts.provider_ids['tmdb']}}}"


def reading_of(kind: LibraryKind, facts: WorkFacts, what: str) -> Reading:
    """What the name of a work's file was read as."""
    ids = (("tmdb", facts.provider_ids["tmdb"]),)
    evidence = tuple(sentence.format(what) for sentence in EVIDENCE)
    return Reading(kind, facts.title, facts.year, provider_ids=ids, confidence=CONFIDENCE, evidence=evidence)
