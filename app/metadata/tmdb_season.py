"""TMDb's seasons, episodes, collections and groups of episodes as facts. Pure, and as tolerant as with works."""

import re
from collections.abc import Mapping

from app.catalog.facts import CollectionFacts, EpisodeFacts, SeasonFacts
from app.metadata.facts import (
    FoundCollection,
    FoundEpisode,
    FoundGroup,
    FoundSeason,
    GroupOrder,
    GroupPart,
)
from app.metadata.tmdb_json import Json, day, identity, items, mapping, prose, text, whole
from app.metadata.tmdb_parts import (
    View,
    credited,
    images,
    profiles,
    rating,
    related_of,
    translations,
    videos,
)
from app.metadata.tmdb_work import LONGEST_MIN, PROVIDER, external_ids

_ORDERS = dict(enumerate(GroupOrder, start=1))
# How TMDb names what nobody has named, by the language that is asked for.
_NAMELESS = re.compile(
    r"(?:episode|folge|épisode|episodio|episódio|aflevering|avsnitt|afsnit|episod|odcinek|epizoda|jakso|серия|эпизод"
    r"|bölüm|エピソード)\s*#?(?P<number>[0-9]{1,4})|第\s*(?P<counted>[0-9]{1,4})\s*[話集回화]|(?P<korean>[0-9]{1,4})\s*화",
    re.IGNORECASE,
)


def season(view: View, found: Json, translated: Mapping[str, Json]) -> FoundSeason | None:
    """translated: the same season in other languages, by tag, for what its episodes are called there.

    None without id or number.
    """
    id_, number = identity(found), whole(found, "season_number")
    if id_ is None or number is None:
        return None
    in_language = {tag: _by_number(one) for tag, one in translated.items()}
    gathered = mapping(found, "aggregate_credits")
    return FoundSeason(
        provider=PROVIDER,
        id=id_,
        facts=SeasonFacts(number, text(found, "name"), prose(found, "overview"), day(found, "air_date")),
        episodes=tuple(
            one for each in items(found, "episodes") if (one := episode(view, each, number, in_language))
        ),
        translations=translations(view, found),
        provider_ids=external_ids(found),
        credits=credited(gathered),
        profiles=profiles(view, gathered),
        images=images(view, found),
        videos=videos(found),
    )


def episode(
    view: View, found: Json, season_number: int, in_language: Mapping[str, Mapping[int, Json]]
) -> FoundEpisode | None:
    """in_language: the season's episodes by tag and number. None without id or number."""
    id_, number = identity(found), whole(found, "episode_number")
    if id_ is None or number is None:
        return None
    runtime_min = whole(found, "runtime", LONGEST_MIN)
    facts = EpisodeFacts(
        season=season_number,
        number=number,
        air_date=day(found, "air_date"),
        title=named(found, number),
        overview=prose(found, "overview"),
        runtime_s=runtime_min * 60 if runtime_min else None,
        ratings=rating(found),
        provider_ids=external_ids(found),
        credits=credited({"guest_stars": found.get("guest_stars"), "crew": found.get("crew")}),
        is_described=True,
    )
    texts = {
        tag: _texts(episodes[number], number) for tag, episodes in in_language.items() if number in episodes
    }
    return FoundEpisode(
        id=id_,
        facts=facts,
        translations=dict(translations(view, found)) | {tag: said for tag, said in texts.items() if said},
        images=images(view, found),
        profiles=profiles(view, found),
        kind=text(found, "episode_type"),
    )


def named(found: Json, number: int | None) -> str | None:
    """An episode's title; None where it is only counted, or to be announced: `Episode 3`, `Folge 3`, `第3話`, `TBA`."""
    title = text(found, "name")
    counted = _NAMELESS.fullmatch(title) if title else None
    said = next((each for each in counted.groups() if each), None) if counted else None
    return None if title == "TBA" or (said is not None and int(said) == number) else title


def collection(view: View, found: Json) -> FoundCollection | None:
    """None without id or title."""
    id_, title = identity(found), text(found, "name")
    if id_ is None or title is None:
        return None
    parts = [(day(each, "release_date"), one) for each in items(found, "parts") if (one := related_of(each))]
    # Those that are not out yet come last.
    parts.sort(key=lambda part: (part[0] is None, part[0]))
    return FoundCollection(
        provider=PROVIDER,
        id=id_,
        facts=CollectionFacts(title, prose(found, "overview"), {"tmdb": id_}),
        parts=tuple(one for _, one in parts),
        translations=translations(view, found),
        images=images(view, found),
    )


def group(found: Json) -> FoundGroup | None:
    """None without id, or of an order that nobody knows."""
    id_, order = text(found, "id"), _ORDERS.get(whole(found, "type") or 0)
    if id_ is None or order is None:
        return None
    parts = sorted(items(found, "groups"), key=lambda each: whole(each, "order") or 0)
    return FoundGroup(
        provider=PROVIDER,
        id=id_,
        name=text(found, "name") or order.value,
        order=order,
        parts=tuple(_part(place, each) for place, each in enumerate(parts)),
        description=prose(found, "description"),
    )


def _part(place: int, found: Json) -> GroupPart:
    episodes = sorted(items(found, "episodes"), key=lambda each: whole(each, "order") or 0)
    numbers = [(whole(each, "season_number"), whole(each, "episode_number")) for each in episodes]
    number = whole(found, "order")
    return GroupPart(
        place if number is None else number,
        text(found, "name") or "",
        tuple((season, number) for season, number in numbers if season is not None and number is not None),
    )


def _by_number(found: Json) -> dict[int, Json]:
    return {
        number: each
        for each in items(found, "episodes")
        if (number := whole(each, "episode_number")) is not None
    }


def _texts(found: Json, number: int) -> dict[str, str]:
    said = {"title": named(found, number), "overview": prose(found, "overview")}
    return {name: value for name, value in said.items() if value}
