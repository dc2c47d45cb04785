"""TVmaze's seasons and episodes as facts, out of the show that they were embedded in. Pure, and as tolerant.

TVmaze has no season of specials: they belong to the season that they were aired in, and have no number. Here they are
season 0, told from each other by their days.
"""

from collections.abc import Sequence
from datetime import date

from app.catalog.facts import EpisodeFacts, SeasonFacts
from app.metadata.facts import FoundEpisode, FoundSeason, ImageKind
from app.metadata.tmdb_json import Json, day, identity, items, text, whole
from app.metadata.tmdb_parts import View
from app.metadata.tmdb_season import named
from app.metadata.tmdb_work import LONGEST_MIN
from app.metadata.tvmaze_parts import (
    OWN_LANGUAGE,
    PROVIDER,
    image_of,
    language,
    plain_overview,
    rating,
    summary,
    translations,
)

# What stands for the id of the season that TVmaze doesn't have.
SPECIALS = "specials"


def season(view: View, show: Json, number: int) -> FoundSeason | None:
    """None where there is none of that number."""
    if number == 0:
        found = specials(show)
        episodes = [_episode(view, show, 0, None, each) for each in found.values()]
        return FoundSeason(PROVIDER, SPECIALS, SeasonFacts(0), tuple(episodes)) if found else None
    known = next((each for each in listed_seasons(show) if each[0] == number), None)
    if known is None:
        return None
    _, id_, listed = known
    poster = image_of(view, ImageKind.POSTER, listed)
    return FoundSeason(
        provider=PROVIDER,
        id=id_,
        facts=season_facts(view, listed, number),
        episodes=tuple(
            _episode(view, show, number, place, each)
            for place, each in sorted(numbered(show, number).items())
        ),
        translations=translations(view, None, summary(listed)),
        provider_ids={PROVIDER: id_},
        images=(poster,) if poster else (),
    )


def season_facts(view: View, found: Json, number: int) -> SeasonFacts:
    return SeasonFacts(number, text(found, "name"), plain_overview(view, found), day(found, "premiereDate"))


def listed_seasons(show: Json) -> Sequence[tuple[int, str, Json]]:
    """Number, id and what is said of each, in order, each number once."""
    found: dict[int, tuple[str, Json]] = {}
    for each in items(show, "_embedded", "seasons"):
        id_, number = identity(each), whole(each, "number")
        if id_ is not None and number:
            found.setdefault(number, (id_, each))
    return [(number, *found[number]) for number in sorted(found)]


def numbered(show: Json, season_number: int) -> dict[int, Json]:
    """A season's episodes, but for specials, by number."""
    found: dict[int, Json] = {}
    for each in _episodes(show):
        number = whole(each, "number")
        if number is not None and whole(each, "season") == season_number and identity(each):
            found.setdefault(number, each)
    return found


def specials(show: Json) -> dict[date, Json]:
    """Episodes without a number, by the day on which they were aired; a second one of a day can't be told apart."""
    found: dict[date, Json] = {}
    for each in _episodes(show):
        aired = day(each, "airdate")
        if aired is not None and whole(each, "number") is None and identity(each):
            found.setdefault(aired, each)
    return dict(sorted(found.items()))


def _episodes(show: Json) -> list[Json]:
    return items(show, "_embedded", "episodeswithspecials") or items(show, "_embedded", "episodes")


def _episode(view: View, show: Json, season_number: int, number: int | None, found: Json) -> FoundEpisode:
    """found: one with an id."""
    id_, minutes = identity(found) or "", whole(found, "runtime", LONGEST_MIN)
    title = named(found, number)
    is_english = language(show) == OWN_LANGUAGE
    still = image_of(view, ImageKind.STILL, found)
    facts = EpisodeFacts(
        season=season_number,
        number=number,
        air_date=day(found, "airdate"),
        title=title,
        overview=plain_overview(view, found),
        runtime_s=minutes * 60 if minutes else None,
        ratings=rating(found),
        provider_ids={PROVIDER: id_},
        is_described=True,
    )
    return FoundEpisode(
        id=id_,
        facts=facts,
        translations=translations(view, title if is_english else None, summary(found)),
        images=(still,) if still else (),
        kind=text(found, "type"),
    )
