"""Which aired episode is meant where a series' files are numbered by another order: that of its discs, or through all
seasons. Pure.

What is described is what is in the catalog, under the numbers that files gave it; a provider describes what aired.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.catalog.facts import SeasonFacts
from app.metadata.facts import FoundEpisode, FoundSeason, GroupOrder, GroupPart

# A season and a number in it.
Place = tuple[int, int]
SPECIALS, THROUGH = 0, 1


@dataclass(frozen=True, slots=True)
class ChosenOrder:
    """The order by which a series' files are numbered. id: the provider's."""

    provider: str
    id: str
    kind: GroupOrder
    parts: tuple[GroupPart, ...]


def aired_of(order: ChosenOrder | None, season: int, number: int) -> Place | None:
    """The season and number under which the provider airs an episode; None where the order has no such episode.

    Without an order nothing changes. A part's number is that of a season, and its episodes count from 1. What is
    counted through all seasons is of season 1, as names without a season are read.
    """
    if order is None:
        return season, number
    counted = _episodes(order, season)
    return counted[number - 1] if 0 < number <= len(counted) else None


def aired_seasons(order: ChosenOrder | None, places: Iterable[Place]) -> list[int]:
    """The seasons that a provider has to be asked for so that episodes with these numbers can be described."""
    meant = (aired_of(order, season, number) for season, number in places)
    return sorted({place[0] for place in meant if place is not None})


def in_order(
    order: ChosenOrder | None, places: Iterable[Place], found: Sequence[FoundSeason]
) -> list[FoundSeason]:
    """What the provider says of aired seasons, as seasons with the numbers that the files have: those of `places`.

    Of a season in another order only its name is known, where its part has one. Pictures, people and texts of aired
    seasons go with none of them.
    """
    if order is None:
        return list(found)
    aired = {(each.facts.season, each.facts.number): each for season in found for each in season.episodes}
    seasons: dict[int, list[FoundEpisode]] = {}
    for season, number in sorted(set(places)):
        meant = aired_of(order, season, number)
        episode = None if meant is None else aired.get(meant)
        if episode is not None:
            seasons.setdefault(season, []).append(_numbered(order, episode, season, number))
    return [_season(order, number, episodes) for number, episodes in seasons.items()]


def _episodes(order: ChosenOrder, season: int) -> tuple[Place, ...]:
    if order.kind is GroupOrder.ABSOLUTE and season == THROUGH:
        return tuple(place for part in order.parts if part.number != SPECIALS for place in part.episodes)
    return next((part.episodes for part in order.parts if part.number == season), ())


def _numbered(order: ChosenOrder, episode: FoundEpisode, season: int, number: int) -> FoundEpisode:
    facts = replace(episode.facts, season=season, number=number)
    if order.kind is GroupOrder.ABSOLUTE and season == THROUGH:
        facts = replace(facts, absolute_number=number)
    return replace(episode, facts=facts)


def _season(order: ChosenOrder, number: int, episodes: Sequence[FoundEpisode]) -> FoundSeason:
    counts_through = order.kind is GroupOrder.ABSOLUTE and number == THROUGH
    name = next((part.name for part in order.parts if part.number == number), "")
    aired = [each.facts.air_date for each in episodes if each.facts.air_date is not None]
    facts = SeasonFacts(number, None if counts_through else name or None, air_date=min(aired, default=None))
    return FoundSeason(order.provider, f"{order.id}/{number}", facts, tuple(episodes))
