"""TheTVDB's seasons, episodes and orders of episodes as facts. Pure, and as tolerant as with works."""

from collections.abc import Iterable, Mapping, Sequence

from app.catalog.facts import EpisodeFacts, SeasonFacts
from app.metadata.facts import FoundEpisode, FoundGroup, FoundSeason, GroupOrder, GroupPart, ImageKind
from app.metadata.tmdb_json import Json, day, identity, items, mapping, prose, text, whole
from app.metadata.tmdb_parts import View
from app.metadata.tmdb_season import named
from app.metadata.tmdb_work import LONGEST_MIN
from app.metadata.tvdb_parts import PROVIDER, SEASON_ART, image_of, images, plain, translations, videos

# The order in which episodes were aired, by which files are mostly named; what it calls the others.
OFFICIAL = "official"
ORDERS = {"dvd": GroupOrder.DVD, "absolute": GroupOrder.ABSOLUTE}
_FINALES = {"season": "finale", "series": "finale", "midseason": "mid_season"}


def episodes_of(pages: Iterable[Json]) -> list[Json]:
    """The episodes of all pages, each once: TheTVDB repeats some."""
    found: dict[str, Json] = {}
    for page in pages:
        data = mapping(page, "data")
        for each in items(data, "episodes") or items(data, "series", "episodes"):
            if id_ := identity(each):
                found.setdefault(id_, each)
    return list(found.values())


def by_number(episodes: Iterable[Json], season_number: int) -> dict[int, Json]:
    """A season's episodes, in order."""
    found: dict[int, Json] = {}
    for each in episodes:
        number = whole(each, "number")
        if number is not None and whole(each, "seasonNumber") == season_number and identity(each):
            found.setdefault(number, each)
    return dict(sorted(found.items()))


def season(view: View, found: Json, in_language: Mapping[str, Sequence[Json]]) -> FoundSeason | None:
    """in_language: the episodes of the series by tag, in the order in which they were aired.

    None without id or number.
    """
    id_, number = identity(found), whole(found, "number")
    if id_ is None or number is None:
        return None
    by_tag = {tag: by_number(listed, number) for tag, listed in in_language.items()}
    numbers = dict.fromkeys(each for listed in by_tag.values() for each in listed)
    episodes = tuple(_episode(view, number, each, by_tag) for each in sorted(numbers))
    texts = translations(view, found)
    poster = image_of(view, ImageKind.POSTER, found)
    aired = min((each.facts.air_date for each in episodes if each.facts.air_date), default=None)
    title = plain(view, texts, "title", text(found, "name"))
    return FoundSeason(
        provider=PROVIDER,
        id=id_,
        facts=SeasonFacts(number, title, plain(view, texts, "overview", None), aired),
        episodes=episodes,
        translations=texts,
        provider_ids={PROVIDER: id_},
        images=images(view, items(found, "artwork"), SEASON_ART) or ((poster,) if poster else ()),
        videos=videos(found),
    )


def _episode(
    view: View, season_number: int, number: int, by_tag: Mapping[str, Mapping[int, Json]]
) -> FoundEpisode:
    """One that some language has; all of them tell the same beside the texts."""
    found = next(listed[number] for listed in by_tag.values() if number in listed)
    id_, minutes = identity(found) or "", whole(found, "runtime", LONGEST_MIN)
    texts = {tag: _texts(listed[number], number) for tag, listed in by_tag.items() if number in listed}
    said = {tag: each for tag, each in texts.items() if each and view.wants(tag)}
    still = image_of(view, ImageKind.STILL, found)
    facts = EpisodeFacts(
        season=season_number,
        number=number,
        air_date=day(found, "aired"),
        absolute_number=whole(found, "absoluteNumber") or None,
        title=plain(view, said, "title", None),
        overview=plain(view, said, "overview", None),
        runtime_s=minutes * 60 if minutes else None,
        provider_ids={PROVIDER: id_},
        is_described=True,
    )
    return FoundEpisode(
        id=id_,
        facts=facts,
        translations=said,
        images=(still,) if still else (),
        kind=_FINALES.get(text(found, "finaleType") or ""),
    )


def group(group_id: str, name: str, listed: Sequence[Json], aired: Sequence[Json]) -> FoundGroup | None:
    """name: of the order. listed: the episodes in it; aired: the same as they were aired, by which they are told.

    None for an order that isn't known.
    """
    order = ORDERS.get(name)
    if order is None:
        return None
    places = {id_: place for each in aired if (id_ := identity(each)) and (place := _place(each))}
    parts: dict[int, list[tuple[int, tuple[int, int]]]] = {}
    for each in listed:
        own, place = _place(each), places.get(identity(each) or "")
        if own and place:
            parts.setdefault(own[0], []).append((own[1], place))
    return FoundGroup(
        provider=PROVIDER,
        id=group_id,
        name=order.value,
        order=order,
        parts=tuple(
            GroupPart(number, "", tuple(place for _, place in sorted(parts[number])))
            for number in sorted(parts)
        ),
    )


def _place(found: Json) -> tuple[int, int] | None:
    season_number, number = whole(found, "seasonNumber"), whole(found, "number")
    return None if season_number is None or number is None else (season_number, number)


def _texts(found: Json, number: int) -> dict[str, str]:
    said = {"title": named(found, number), "overview": prose(found, "overview")}
    return {name: value for name, value in said.items() if value}
