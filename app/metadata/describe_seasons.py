"""Storing what a provider says of the seasons and episodes that the catalog has."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.catalog.told import Told
from app.catalog.told_parts import Parts, ToldEpisode, ToldSeason, tell_of_seasons
from app.core.outbox import Tx
from app.metadata.describe import iso
from app.metadata.facts import FoundEpisode, FoundSeason


async def describe_season(tx: Tx, series_id: UUID, season: FoundSeason, at: datetime) -> Parts:
    """Write what a provider says of a season and its episodes; see `describe_seasons`."""
    return await describe_seasons(tx, series_id, [season], at)


async def describe_seasons(
    tx: Tx, series_id: UUID, seasons: Sequence[FoundSeason], at: datetime, *, fills: bool = False
) -> Parts:
    """Write what providers say of seasons of a series and their episodes, as `describe_works` does of works.

    Those that the catalog doesn't have are not made. fills: whether they say only what nobody else does. Answers which
    are there, for what else is said of them, and of which people see anything new. A constant number of statements.
    Emits nothing.
    """
    told = [_season(each, fills=fills) for each in seasons]
    return await tell_of_seasons(tx, series_id, told, int(at.timestamp()))


def _season(found: FoundSeason, *, fills: bool) -> ToldSeason:
    facts = found.facts
    told = Told(
        providers=frozenset({found.provider}),
        said_by={},
        values={"title": facts.title, "overview": facts.overview, "date": iso(facts.air_date)},
        translations=found.translations,
        fills=fills,
    )
    episodes = (_episode(each, found.provider, fills=fills) for each in found.episodes)
    return ToldSeason(facts.number, told, [each for each in episodes if each is not None])


def _episode(found: FoundEpisode, provider: str, *, fills: bool) -> ToldEpisode | None:
    """None for one without a number."""
    facts = found.facts
    if facts.number is None:
        return None
    values = {
        "title": facts.title,
        "overview": facts.overview,
        "date": iso(facts.air_date),
        "runtime_s": facts.runtime_s,
        "absolute_number": facts.absolute_number,
    }
    told = Told(
        providers=frozenset({provider}),
        said_by={},
        values=values,
        documents={"ratings": dict(facts.ratings), "provider_ids": dict(facts.provider_ids)},
        translations=found.translations,
        credits=facts.credits,
        fills=fills,
    )
    # Who only fills tells no episode's number by its day.
    return ToldEpisode(facts.season, facts.number, None if fills else facts.air_date, told)
