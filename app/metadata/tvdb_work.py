"""TheTVDB's films and series as facts. Pure: any field may be missing, null, or of another type than it should."""

import re
from collections.abc import Mapping, Sequence

from app.catalog.facts import SeasonFacts, WorkFacts
from app.catalog.titles import sort_title
from app.identify.titles import match_key
from app.metadata.addresses import page
from app.metadata.certifications import by_country
from app.metadata.countries import country_code
from app.metadata.facts import Candidate, FoundWork, GroupInBrief, ImageFacts, ImageKind, Kind, SeasonInBrief
from app.metadata.tmdb_json import Json, day, identity, items, mapping, number, prose, text, whole
from app.metadata.tmdb_parts import View, names
from app.metadata.tmdb_work import LONGEST_MIN
from app.metadata.tvdb_parts import (
    MOVIE_ART,
    PROVIDER,
    SERIES_ART,
    all_translations,
    certifications,
    code_of,
    credited,
    external_ids,
    homepage,
    image_of,
    images,
    plain,
    profiles,
    tag_of,
    translations,
    videos,
)
from app.metadata.tvdb_season import OFFICIAL, ORDERS, by_number

_ID = re.compile(r"(?:series-|movie-)?([1-9][0-9]{0,18})", re.ASCII)
NO_ORDERS: Mapping[str, Sequence[Json]] = {}
_STUDIOS = frozenset({"Studio", "Production Company"})


def candidate(view: View, kind: Kind, found: Json, language: str | None = None) -> Candidate | None:
    """A work of a search, or its record; None without id or title. language: of the title, if it has one in it."""
    match = _ID.fullmatch(text(found, "tvdb_id", "id") or identity(found) or "")
    original = text(found, "name")
    code = code_of(language) if language else ""
    title = text(mapping(found, "translations"), code) or original
    if match is None or title is None:
        return None
    return Candidate(
        provider=PROVIDER,
        kind=kind,
        id=match[1],
        title=title,
        original_title=original,
        original_language=_spoken(found, "primary_language", "originalLanguage"),
        year=whole(found, "year", 2200) or None,
        overview=prose(mapping(found, "overviews"), code) or prose(found, "overview"),
        poster=image_of(view, ImageKind.POSTER, found, "image_url")
        or image_of(view, ImageKind.POSTER, found),
    )


def work(
    view: View,
    kind: Kind,
    found: Json,
    aired: Sequence[Json] = (),
    orders: Mapping[str, Sequence[Json]] = NO_ORDERS,
) -> FoundWork | None:
    """aired, orders: a series' episodes, also in its other orders, for how many there are. None without id or title."""
    id_, facts = identity(found), _facts(view, kind, found)
    if id_ is None or facts is None:
        return None
    return FoundWork(
        provider=PROVIDER,
        kind=kind,
        id=id_,
        facts=facts,
        titles=_titles(found, facts),
        homepage=page(homepage(found)),
        certifications=certifications(kind, found),
        images=_pictures(view, kind, found),
        profiles=profiles(view, found),
        videos=videos(found),
        seasons=_seasons(view, found, aired) if kind is Kind.TV else (),
        groups=_groups(id_, found, orders) if kind is Kind.TV else (),
    )


def pictures(view: View, kind: Kind, found: Json) -> tuple[ImageFacts, ...]:
    """Those of the work itself."""
    return images(view, items(found, "artworks"), SERIES_ART if kind is Kind.TV else MOVIE_ART)


def _facts(view: View, kind: Kind, found: Json) -> WorkFacts | None:
    name = text(found, "name")
    if name is None:
        return None
    texts = translations(view, found)
    title = texts.get(view.languages[0], {}).get("title", name) if view.languages else name
    released = day(found, "firstAired") or day(mapping(found, "first_release"), "date")
    minutes = whole(found, "averageRuntime", LONGEST_MIN) or whole(found, "runtime", LONGEST_MIN)
    return WorkFacts(
        title=title,
        match_key=match_key(title),
        sort_title=sort_title(title, _language_of(view, title, name, found)),
        year=whole(found, "year", 2200) or (released.year if released else None),
        original_title=name,
        tagline=plain(view, texts, "tagline", None),
        overview=plain(view, texts, "overview", prose(found, "overview")),
        original_language=_spoken(found, "originalLanguage"),
        status=text(mapping(found, "status"), "name"),
        released_on=released,
        last_aired_on=day(found, "lastAired"),
        runtime_s=minutes * 60 if minutes else None,
        popularity=number(found, "score"),
        countries=_countries(found),
        certifications=by_country(certifications(kind, found), is_film=kind is Kind.MOVIE),
        provider_ids=external_ids(found),
        translations=texts,
        terms={term: said for term, said in _terms(found).items() if said},
        credits=credited(found),
        is_described=True,
    )


def _language_of(view: View, title: str, original: str, found: Json) -> str | None:
    return _spoken(found, "originalLanguage") if title == original else view.languages[0]


def _spoken(found: Json, *fields: str) -> str | None:
    """Without its country, as works have it."""
    tag = next((tag for name in fields if (tag := tag_of(found.get(name)))), None)
    return tag.partition("-")[0] if tag else None


def _titles(found: Json, facts: WorkFacts) -> tuple[str, ...]:
    """All that it is known by, each once, whatever language is wanted."""
    translated = [texts.get("title") for texts in all_translations(found).values()]
    further = [
        text(each, "name")
        for each in (*items(found, "translations", "nameTranslations"), *items(found, "aliases"))
    ]
    said = (facts.title, facts.original_title, *translated, *further)
    return tuple(dict.fromkeys(each for each in said if each))


def _pictures(view: View, kind: Kind, found: Json) -> tuple[ImageFacts, ...]:
    """With the one that stands for it, where no poster is listed."""
    listed = pictures(view, kind, found)
    main = image_of(view, ImageKind.POSTER, found)
    if main is None or any(each.kind is ImageKind.POSTER for each in listed):
        return listed
    return (main, *listed)


def _countries(found: Json) -> tuple[str, ...]:
    said = [
        found.get("originalCountry"),
        *(each.get("country") for each in items(found, "production_countries")),
    ]
    codes = (country_code(each) for each in said if isinstance(each, str))
    return tuple(dict.fromkeys(code for code in codes if code))


def _terms(found: Json) -> Mapping[str, tuple[str, ...]]:
    """Companies are a list of series, and lists by type of films."""
    listed, typed = items(found, "companies"), mapping(found, "companies")
    networks = [mapping(found, "originalNetwork"), mapping(found, "latestNetwork"), *items(typed, "network")]
    networks += [each for each in listed if _type_of(each) == "Network"]
    studios = [*items(found, "studios"), *items(typed, "studio"), *items(typed, "production")]
    studios += [each for each in listed if _type_of(each) in _STUDIOS]
    return {"genre": names(items(found, "genres")), "studio": names(studios), "network": names(networks)}


def _type_of(company: Json) -> str | None:
    return text(mapping(company, "companyType"), "companyTypeName")


def _seasons(view: View, found: Json, episodes: Sequence[Json]) -> tuple[SeasonInBrief, ...]:
    """Those of the order in which it was aired."""
    seasons: dict[int, SeasonInBrief] = {}
    for each in items(found, "seasons"):
        id_, place = identity(each), whole(each, "number")
        if id_ is None or place is None or text(mapping(each, "type"), "type") != OFFICIAL:
            continue
        own = by_number(episodes, place)
        aired = min((aired for one in own.values() if (aired := day(one, "aired"))), default=None)
        poster = image_of(view, ImageKind.POSTER, each)
        facts = SeasonFacts(place, text(each, "name"), None, aired)
        seasons.setdefault(place, SeasonInBrief(id_, facts, len(own), poster))
    return tuple(seasons[place] for place in sorted(seasons))


def orders_of(found: Json) -> tuple[str, ...]:
    """The other orders that a series has."""
    types = {text(mapping(each, "type"), "type") for each in items(found, "seasons")}
    return tuple(name for name in ORDERS if name in types)


def _groups(series_id: str, found: Json, orders: Mapping[str, Sequence[Json]]) -> tuple[GroupInBrief, ...]:
    groups: list[GroupInBrief] = []
    for name in orders_of(found):
        types = [mapping(each, "type") for each in items(found, "seasons")]
        own = [each for each in types if text(each, "type") == name]
        title = text(own[0], "name") or ORDERS[name].value
        groups.append(
            GroupInBrief(f"{series_id}-{name}", title, ORDERS[name], len(own), len(orders.get(name, ())))
        )
    return tuple(groups)
