"""NFO files of Kodi and Jellyfin: XML, XML with a URL behind it, or a URL alone."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from app.identify.nfo_text import decoded, documents
from app.identify.nfo_types import (
    Actor,
    Collection,
    Nfo,
    NfoEpisode,
    NfoMovie,
    NfoSeason,
    NfoSeries,
    Rating,
    Work,
)

__all__ = [
    "Actor",
    "Collection",
    "Nfo",
    "NfoEpisode",
    "NfoInvalid",
    "NfoMovie",
    "NfoSeason",
    "NfoSeries",
    "Rating",
    "Work",
    "read_nfo",
]

LARGEST_BYTES = 4_000_000
_TVDB = r"thetvdb\.com/(?:\?[^\s\"<]{0,80}?(?:series)?id=|(?:dereferrer/)?series/)([0-9]{1,9})"
_LINKS = (
    ("tmdb", re.compile(r"(?:themoviedb|tmdb)\.org/(?:movie|tv|collection)/([0-9]{1,9})", re.IGNORECASE)),
    ("imdb", re.compile(r"imdb\.com/(?:[a-z]{2}/)?title/(tt[0-9]{5,10})", re.IGNORECASE)),
    ("tvdb", re.compile(_TVDB, re.IGNORECASE)),
)
_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_PROVIDERS = {"themoviedb": "tmdb", "moviedb": "tmdb", "thetvdb": "tvdb", "imdb_id": "imdb"}
_LEGACY_IDS = {
    "tmdbid": "tmdb",
    "imdbid": "imdb",
    "imdb_id": "imdb",
    "imdb": "imdb",
    "tvdbid": "tvdb",
    "tmdb": "tmdb",
    "tvdb": "tvdb",
}
_SOURCES = {
    "themoviedb": "tmdb",
    "imdb": "imdb",
    "default": "default",
    "tomatometerallcritics": "rottentomatoes",
}


class NfoInvalid(ValueError):
    """The file is no NFO: not XML, XML of another kind, hostile XML, or text without a link to a known site."""


def read_nfo(data: bytes) -> Nfo:
    """Raises NfoInvalid. Encodings are believed in the order BOM, valid UTF-8, declared, Windows-1252."""
    if len(data) > LARGEST_BYTES:
        raise NfoInvalid(f"The file is larger than {LARGEST_BYTES} bytes.")
    try:
        sources, outside = documents(decoded(data))
    except ValueError as error:
        raise NfoInvalid(f"The file holds {error}.") from error
    links = _linked(outside)
    found = Nfo(linked_ids=links)
    for source in sources:
        found = _with(found, _parsed(source))
    if (
        found.movie is None
        and found.series is None
        and found.season is None
        and not found.episodes
        and not links
    ):
        raise NfoInvalid("The file holds neither a film, a series, a season, an episode nor a link to one.")
    return found


def _linked(text: str) -> tuple[tuple[str, str], ...]:
    """Ids of the pages that a text links to."""
    ids = {provider: match[1].lower() for provider, pattern in _LINKS if (match := pattern.search(text))}
    return tuple(sorted(ids.items()))


def _parsed(source: str) -> Element:
    try:
        return fromstring(source, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise NfoInvalid("The file declares entities, which is refused.") from error
    except (ParseError, ValueError, RecursionError) as error:
        raise NfoInvalid(f"The file is not valid XML: {error}") from error


def _with(nfo: Nfo, root: Element) -> Nfo:
    work = _work(root)
    if root.tag == "movie":
        return replace(nfo, movie=_movie(root, work))
    if root.tag == "tvshow":
        return replace(nfo, series=_series(root, work))
    if root.tag == "season":
        return replace(nfo, season=NfoSeason(work, _number(root, "seasonnumber", "season")))
    return replace(nfo, episodes=(*nfo.episodes, _episode(root, work)))


def _movie(root: Element, work: Work) -> NfoMovie:
    return NfoMovie(
        work,
        edition=_text(root, "edition"),
        collection=_collection(root),
        language=_text(root, "language", "originallanguage", "original_language"),
        status=_text(root, "status"),
    )


def _series(root: Element, work: Work) -> NfoSeries:
    language = _text(root, "language", "originallanguage", "original_language")
    return NfoSeries(work, status=_text(root, "status"), language=language)


def _episode(root: Element, work: Work) -> NfoEpisode:
    return NfoEpisode(
        work,
        season=_number(root, "season"),
        episode=_number(root, "episode"),
        last_episode=_number(root, "episodenumberend"),
        absolute=_number(root, "absolute_number", "absolutenumber", "absolute"),
        display_season=_number(root, "displayseason", "airsbefore_season", "airsafter_season"),
        display_episode=_number(root, "displayepisode", "airsbefore_episode"),
        series_title=_text(root, "showtitle"),
    )


def _work(root: Element) -> Work:
    released = _date(root, "premiered", "releasedate", "aired", "firstaired")
    year = _number(root, "year")
    return Work(
        title=_text(root, "title", "name"),
        original_title=_text(root, "originaltitle"),
        sort_title=_text(root, "sorttitle"),
        tagline=_text(root, "tagline"),
        plot=_text(root, "plot", "outline", "review"),
        year=year if year and 1850 < year < 2200 else released.year if released else None,
        released_on=released,
        runtime_min=_runtime_min(root),
        certification=_text(root, "mpaa", "certification"),
        certifications=_certifications(root),
        genres=_list(root, "genre"),
        studios=_list(root, "studio"),
        countries=_list(root, "country"),
        tags=_unique((*_list(root, "tag"), *_list(root, "keyword"))),
        ratings=_ratings(root),
        ids=_ids(root),
        actors=tuple(_actors(root)),
        directors=_list(root, "director"),
        writers=_unique((*_list(root, "credits"), *_list(root, "writer"))),
    )


def _text(root: Element, *tags: str) -> str | None:
    """The first of these elements that has text."""
    for tag in tags:
        for element in root.findall(tag):
            if text := "".join(element.itertext()).strip():
                return text
    return None


def _number(root: Element, *tags: str) -> int | None:
    text = _text(root, *tags)
    match = re.match(r"-?[0-9]{1,9}", text) if text else None
    return int(match[0]) if match and int(match[0]) >= 0 else None


def _runtime_min(root: Element) -> int | None:
    """`136`, `136 min` or `2:16`; 0 stands for unknown."""
    text = _text(root, "runtime")
    if text and (match := re.match(r"([0-9]{1,2}):([0-9]{2})", text)):
        return int(match[1]) * 60 + int(match[2])
    return _number(root, "runtime") or None


def _date(root: Element, *tags: str) -> date | None:
    for tag in tags:
        match = _DATE.match(_text(root, tag) or "")
        try:
            if match:
                return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            continue
    return None


def _list(root: Element, tag: str) -> tuple[str, ...]:
    """One element each, or several in one, separated by ` / ` or `|`."""
    texts = ("".join(element.itertext()) for element in root.findall(tag))
    return _unique(part.strip() for text in texts for part in re.split(r"\s+/\s+|\|", text))


def _unique(texts: Iterator[str] | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _certifications(root: Element) -> tuple[tuple[str, str], ...]:
    """Of `US:PG-13 / DE:FSK 12`, as (country as written, value)."""
    texts = (*_list(root, "certification"), *_list(root, "mpaa"))
    pairs = (text.partition(":") for text in texts if ":" in text)
    stripped = {country.strip(): value.strip() for country, _, value in pairs}
    return tuple((country, value) for country, value in stripped.items() if country and value)


def _ids(root: Element) -> tuple[tuple[str, str], ...]:
    """`uniqueid` elements first, then the older elements named for a provider, then a bare `id`."""
    ids: dict[str, str] = {}
    for element in root.findall("uniqueid"):
        provider = (element.get("type") or "").strip().lower()
        if provider and provider != "unknown" and (value := (element.text or "").strip()):
            ids.setdefault(_PROVIDERS.get(provider, provider), value)
    for tag, provider in _LEGACY_IDS.items():
        if value := _text(root, tag):
            ids.setdefault(provider, value)
    if value := _text(root, "id"):
        fallback = "tvdb" if root.tag != "movie" else "tmdb"
        ids.setdefault("imdb" if value.startswith("tt") else fallback, value)
    for element in root.findall("id"):
        for attribute, provider in (("IMDB", "imdb"), ("TMDB", "tmdb"), ("TVDB", "tvdb")):
            if value := (element.get(attribute) or "").strip():
                ids.setdefault(provider, value)
    return tuple(sorted((provider, value) for provider, value in ids.items() if value not in ("0", "-1")))


def _ratings(root: Element) -> tuple[Rating, ...]:
    ratings: dict[str, Rating] = {}
    for element in root.findall("ratings/rating"):
        source = (element.get("name") or "default").strip().lower()
        best = _decimal(element.get("max")) or 10.0
        if (value := _decimal(_text(element, "value"))) is not None and value > 0:
            name = _SOURCES.get(source, source)
            ratings.setdefault(
                name, Rating(name, round(value * 10 / best, 2), _votes(_text(element, "votes")))
            )
    if not ratings and (value := _decimal(_text(root, "rating"))):
        ratings["default"] = Rating("default", value, _votes(_text(root, "votes")))
    return tuple(ratings.values())


def _decimal(text: str | None) -> float | None:
    match = re.match(r"[0-9]{1,5}(?:[.,][0-9]{1,6})?", text.strip()) if text else None
    return float(match[0].replace(",", ".")) if match else None


def _votes(text: str | None) -> int | None:
    digits = re.sub(r"[^0-9]", "", text or "")[:12]
    return int(digits) if digits else None


def _collection(root: Element) -> Collection | None:
    """`<set><name>..</name><overview>..</overview></set>`, or the name as the element's own text."""
    element = root.find("set")
    if element is None:
        return None
    name = _text(element, "name") or (element.text or "").strip()
    tmdb_id = _text(root, "tmdbcollectionid", "tmdbSetId") or element.get("tmdbcolid")
    return Collection(name, _text(element, "overview"), tmdb_id) if name else None


def _actors(root: Element) -> Iterator[Actor]:
    """Names without a person's name are left out; the order written, else the order they stand in."""
    for position, element in enumerate(root.findall("actor")):
        if name := _text(element, "name"):
            order = _number(element, "order", "sortorder")
            yield Actor(name, _text(element, "role"), position if order is None else order)
