"""From what names and NFO files say to the catalog's facts. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from app.catalog.facts import CollectionFacts, CreditFacts, EpisodeFacts, SeasonFacts, WorkFacts
from app.catalog.titles import sort_title
from app.identify.nfo_types import Nfo, NfoEpisode, Work
from app.identify.reading import Reading
from app.identify.titles import match_key

# Names are indexed, and PostgreSQL takes no more than 2,704 bytes into an index; no true one comes near these.
LONGEST_NAME = 500
LONGEST_ID = 100
LONGEST_MIN = 100_000
# What the United States' film and television systems say without naming their country.
_US = frozenset({"G", "PG", "PG-13", "R", "NC-17", "NR", "TV-Y", "TV-Y7", "TV-G", "TV-PG", "TV-14", "TV-MA"})
_COUNTRY = re.compile(r"^(?P<country>[A-Za-z]{2})\s*:\s*(?P<value>.+)$")
# `PT:M/12` is one, `US:R/DE:16` are two.
_BETWEEN = re.compile(r"\s+/\s*|\s*/\s+|/(?=[A-Za-z]{2}\s*:)")
_RATED = re.compile(r"^rated\s+(?P<value>[A-Z0-9-]+)", re.IGNORECASE)
_FSK = re.compile(r"^fsk[\s-]*(?P<value>\d{1,2})", re.IGNORECASE)


def movie_facts(reading: Reading, nfo: Nfo | None) -> WorkFacts | None:
    """A film's facts; None where no title could be read."""
    if not reading.title:
        return None
    reading = _bounded(reading)
    movie = nfo.movie if nfo else None
    if movie is None:
        return _named(reading)
    collection = movie.collection
    return _described(
        reading,
        movie.work,
        language=movie.language,
        status=movie.status,
        terms={"studio": movie.work.studios},
        collection=CollectionFacts(
            _name(collection.name),
            collection.overview,
            {"tmdb": collection.tmdb_id} if collection.tmdb_id else {},
        )
        if collection
        else None,
    )


def series_facts(reading: Reading, nfo: Nfo | None) -> WorkFacts | None:
    """A series' facts from an episode's reading or, with its `tvshow.nfo`, from that; None without a title."""
    if not reading.title:
        return None
    reading = _bounded(reading)
    series = nfo.series if nfo else None
    if series is None:
        return _named(reading)
    return _described(
        reading,
        series.work,
        language=series.language,
        status=series.status,
        terms={"network": series.work.studios},
        collection=None,
    )


def episode_facts(reading: Reading, nfo: Nfo | None) -> list[EpisodeFacts]:
    """The episodes that a file holds, in order; empty where no number, date or part tells which.

    Absolute numbers without a season count as season 1 until somebody knows better; an episode known by its date
    alone belongs to the season of its year.
    """
    described = {episode.episode: episode for episode in nfo.episodes} if nfo else {}
    numbers = _numbers(reading)
    if numbers:
        season = 1 if reading.season is None else reading.season
        absolutes = dict(zip(numbers, reading.absolutes, strict=False))
        return [
            _episode(reading, season, number, absolutes.get(number), described.get(number), len(numbers))
            for number in numbers
        ]
    if reading.air_date is None:
        return []
    season = reading.air_date.year if reading.season is None else reading.season
    return [_episode(reading, season, None, None, next(iter(described.values()), None), 1)]


def _bounded(reading: Reading) -> Reading:
    ids = tuple((name, value) for name, value in reading.provider_ids if len(value) <= LONGEST_ID)
    return replace(reading, title=_name(reading.title or ""), provider_ids=ids)


def _name(text: str) -> str:
    return text[:LONGEST_NAME].strip()


def _names(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(_name(text) for text in texts)


def _ids(work: Work) -> dict[str, str]:
    return {name: value for name, value in work.ids if len(value) <= LONGEST_ID}


def bare(episode: EpisodeFacts) -> EpisodeFacts:
    """The episode's place in its series, without anything said about it."""
    date = episode.air_date if episode.number is None else None
    return EpisodeFacts(episode.season, episode.number, date)


def season_facts(nfo: Nfo) -> SeasonFacts | None:
    """What a `season.nfo` says; None where it names no season."""
    if nfo.season is None or nfo.season.season is None:
        return None
    work = nfo.season.work
    return SeasonFacts(nfo.season.season, work.title, work.plot, work.released_on)


def _numbers(reading: Reading) -> tuple[int, ...]:
    if reading.episodes:
        return reading.episodes
    if reading.absolutes and reading.season is None:
        return reading.absolutes
    if reading.air_date is None and reading.part is not None:
        return (reading.part,)
    return ()


def _episode(
    reading: Reading, season: int, number: int | None, absolute: int | None, said: NfoEpisode | None, of: int
) -> EpisodeFacts:
    work = said.work if said else Work()
    is_alone = of == 1
    return EpisodeFacts(
        season=season,
        number=number,
        air_date=work.released_on or (reading.air_date if is_alone else None),
        absolute_number=(said.absolute if said else None) or absolute,
        title=work.title or (reading.episode_title if is_alone else None),
        overview=work.plot,
        runtime_s=_seconds(work.runtime_min),
        ratings=_ratings(work),
        provider_ids=_ids(work),
        credits=_credits(work),
        is_described=said is not None,
    )


def _named(reading: Reading) -> WorkFacts:
    title = reading.title or ""
    return WorkFacts(
        title=title,
        match_key=match_key(title),
        sort_title=sort_title(title),
        year=reading.year,
        provider_ids=dict(reading.provider_ids),
    )


def _described(
    reading: Reading,
    work: Work,
    *,
    language: str | None,
    status: str | None,
    terms: Mapping[str, tuple[str, ...]],
    collection: CollectionFacts | None,
) -> WorkFacts:
    title = reading.title or ""
    return WorkFacts(
        title=title,
        match_key=match_key(title),
        sort_title=_name(work.sort_title) if work.sort_title else sort_title(title, language),
        year=reading.year,
        original_title=work.original_title,
        tagline=work.tagline,
        overview=work.plot,
        original_language=language,
        status=status,
        released_on=work.released_on,
        runtime_s=_seconds(work.runtime_min),
        countries=work.countries,
        certifications=certifications(work.certification) | dict(work.certifications),
        ratings=_ratings(work),
        provider_ids=_ids(work) | dict(reading.provider_ids),
        terms={"genre": _names(work.genres), "keyword": _names(work.tags)}
        | {kind: _names(names) for kind, names in terms.items()},
        credits=_credits(work),
        collection=collection,
        is_described=True,
    )


def _seconds(minutes: int | None) -> int | None:
    return minutes * 60 if minutes and minutes <= LONGEST_MIN else None


def _ratings(work: Work) -> dict[str, Any]:
    return {rating.source: {"value": rating.value, "votes": rating.votes} for rating in work.ratings}


def _credits(work: Work) -> tuple[CreditFacts, ...]:
    cast = [
        CreditFacts(_name(actor.name), "Acting", "Actor", actor.role)
        for actor in sorted(work.actors, key=lambda actor: actor.order)
    ]
    crew = [CreditFacts(_name(name), "Directing", "Director") for name in work.directors]
    crew += [CreditFacts(_name(name), "Writing", "Writer") for name in work.writers]
    return tuple(
        CreditFacts(credit.name, credit.department, credit.job, credit.character, billing)
        for billing, credit in enumerate((*cast, *crew))
    )


def certifications(text: str | None) -> dict[str, str]:
    """`US:PG-13 / DE:FSK 12`, `Rated R`, `PG-13`, `FSK 16` as country to rating; the first of a country counts.

    Kodi's wiki (NFO files, `mpaa`) gives these forms; a rating that names no country and that only one country uses
    goes to that country, any other is left out.
    """
    found: dict[str, str] = {}
    for part in _BETWEEN.split(text or ""):
        country, value = _certification(part.strip())
        if country and value:
            found.setdefault(country, value)
    return found


def _certification(text: str) -> tuple[str | None, str]:
    if match := _COUNTRY.match(text):
        value = match["value"].strip()
        rated = _RATED.match(value)
        return match["country"].upper(), rated["value"].upper() if rated else value
    if match := _FSK.match(text):
        return "DE", match["value"]
    value = rated["value"].upper() if (rated := _RATED.match(text)) else text.upper()
    return ("US", value) if value in _US else (None, value)


def version_label(height: int | None, width: int | None, hdr: str | None, fallback: str | None) -> str | None:
    """What a version is called: its resolution class, and its dynamic range where that is high."""
    steps = ((3200, 1700, "2160p"), (2200, 1300, "1440p"), (1800, 1000, "1080p"), (1200, 700, "720p"))
    if height is None or width is None:
        return fallback
    name = next((name for w, h, name in steps if width >= w or height >= h), f"{height}p")
    return f"{name} {HDR_NAMES.get(hdr, hdr)}" if hdr else name


HDR_NAMES = {"hdr10": "HDR10", "hdr10_plus": "HDR10+", "hlg": "HLG", "dolby_vision": "Dolby Vision"}
