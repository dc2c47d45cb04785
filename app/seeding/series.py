"""Invented series, with all that a scan would write of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import DeclarativeBase

from app.catalog.facts import WorkFacts
from app.catalog.people.tables import PersonRow
from app.catalog.provenance import Source, said
from app.catalog.taxonomy.writes import Term
from app.catalog.tv.tables import (
    EpisodeCreditRow,
    EpisodeRow,
    SeasonRow,
    SeriesCreditRow,
    SeriesRow,
    SeriesTermRow,
)
from app.identify.kinds import LibraryKind
from app.library.tables import (
    EpisodePartRow,
    FileRow,
    LibrarySeriesRow,
    MatchRow,
    SeriesFolderRow,
    StreamRow,
)
from app.seeding import works
from app.seeding.maker import Maker
from app.seeding.media import Place, copy_of
from app.seeding.people import credited, guests, people_of
from app.seeding.words import GENRES, SENTENCES
from app.seeding.works import Rows

SERIES = "series"
MOST_SEASONS = 8
LEAST_EPISODES, MOST_EPISODES = 6, 13
# In the order in which they refer to each other; see app.seeding.films.
TABLES: tuple[type[DeclarativeBase], ...] = (
    PersonRow,
    SeriesRow,
    SeriesTermRow,
    SeriesCreditRow,
    SeasonRow,
    EpisodeRow,
    EpisodeCreditRow,
    FileRow,
    StreamRow,
    MatchRow,
    EpisodePartRow,
    LibrarySeriesRow,
    SeriesFolderRow,
)


@dataclass(frozen=True, slots=True)
class Show:
    """A series while it is made. runtime_s: of its episodes."""

    maker: Maker
    place: Place
    id: str
    facts: WorkFacts
    runtime_s: int


def series(numbers: Iterable[int], place: Place, terms: Mapping[Term, UUID]) -> Rows:
    rows: Rows = {table: [] for table in TABLES}
    for number in numbers:
        _series(Maker(SERIES, number), place, terms, rows)
    return rows


def _series(maker: Maker, place: Place, terms: Mapping[Term, UUID], rows: Rows) -> None:
    parts = credited(maker)
    facts = works.facts_of(
        maker,
        parts=parts,
        terms={
            "genre": maker.some(GENRES, 1 + maker.low(4)),
            "network": maker.some(works.NETWORKS, 1),
            "keyword": maker.some(works.KEYWORDS, maker.whole(0, 6)),
        },
        certificates=works.TV_CERTIFICATES,
        runtime_s=60 * maker.pick((22, 30, 45, 50, 60)),
    )
    row = works.work_row(maker, facts, "first_air_date")
    show = Show(maker, place, row["id"], facts, row.pop("runtime_s"))
    rows[PersonRow] += people_of(SERIES, maker.number)
    rows[SeriesRow].append(row)
    rows[SeriesTermRow] += works.term_rows("series_id", show.id, facts, terms)
    rows[SeriesCreditRow] += works.credit_rows(maker, "series_id", show.id, parts)
    for number in range(1, 2 + maker.low(MOST_SEASONS)):
        row["last_air_date"] = _season(show, number, rows)
    rows[LibrarySeriesRow].append({"library_id": place.library_id, "series_id": show.id})
    rows[SeriesFolderRow].append(
        {"root_id": place.root_id, "folder": works.folder_of(facts), "series_id": show.id}
    )


def _season(show: Show, number: int, rows: Rows) -> date:
    """Answers when its last episode aired."""
    maker, began = show.maker, show.facts.released_on
    assert began is not None
    season_id, day = maker.id(), began + timedelta(weeks=52 * (number - 1))
    row: dict[str, Any] = {
        "id": season_id,
        "series_id": show.id,
        "number": number,
        "title": f"Season {number}",
    }
    row |= {"overview": maker.fill(maker.pick(SENTENCES)), "air_date": day}
    sources = said(Source.NFO, row, int(maker.added_at.timestamp()))
    rows[SeasonRow].append(row | {"translations": dict[str, Any](), "sources": sources})
    episodes = maker.whole(LEAST_EPISODES, MOST_EPISODES)
    for episode in range(1, episodes + 1):
        _episode(show, (season_id, number, episode), day + timedelta(weeks=episode - 1), rows)
    return day + timedelta(weeks=episodes - 1)


def _episode(show: Show, which: tuple[str, int, int], aired: date, rows: Rows) -> None:
    maker, (season_id, season, number) = show.maker, which
    texts: dict[str, Any] = {"title": maker.title(), "overview": maker.overview(), "air_date": aired}
    texts |= {
        "runtime_s": show.runtime_s,
        "ratings": {"imdb": {"value": maker.whole(50, 95) / 10, "votes": 100}},
    }
    sources = said(Source.NFO, texts, int(maker.added_at.timestamp()))
    row: dict[str, Any] = texts | {
        "id": maker.id(),
        "series_id": show.id,
        "season_id": season_id,
        "season_number": season,
        "number": number,
        "position": number,
        "translations": dict[str, Any](),
        "sources": sources,
        "added_at": maker.added_at,
        "updated_at": maker.added_at,
    }
    rows[EpisodeRow].append(row)
    rows[EpisodeCreditRow] += works.credit_rows(maker, "episode_id", row["id"], guests(maker))
    _file(show, row, rows)


def _file(show: Show, episode: dict[str, Any], rows: Rows) -> None:
    season, number = episode["season_number"], episode["number"]
    folder = f"{works.folder_of(show.facts)}/Season {season:02d}"
    path = f"{folder}/{show.facts.title.replace(':', ' -')} S{season:02d}E{number:02d}"
    reading = works.reading_of(LibraryKind.EPISODE, show.facts, "series")
    reading = replace(reading, season=season, episodes=(number,))
    copy = copy_of(show.maker, show.place, show.facts, path, reading)
    rows[FileRow].append(copy.file)
    rows[StreamRow] += copy.streams
    rows[MatchRow].append(copy.match)
    part = {"id": show.maker.id(), "episode_id": episode["id"], "file_id": copy.file["id"]}
    rows[EpisodePartRow].append(part | {"version": copy.key, "label": copy.label, "number": 1})
