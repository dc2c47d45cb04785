"""What files and people say of a work, by which providers are asked for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.catalog.provenance import Field, Source
from app.core.db import Db, Row
from app.identify.titles import match_key
from app.metadata.facts import Kind
from app.metadata.named_countries import code_of, country_at_end
from app.metadata.score import Sought

# What names and NFO files were read as, each once.
READINGS = """coalesce(jsonb_agg(DISTINCT jsonb_build_object('title', f.reading ->> 'title',
    'year', f.reading -> 'year', 'ids', coalesce(f.reading -> 'provider_ids', '{}')))
    FILTER (WHERE f.reading ->> 'title' <> ''), '[]')"""
PARTS_OF_MOVIE = """movies.editions e JOIN movies.versions v ON v.edition_id = e.id
    JOIN library.movie_parts p ON p.version_id = v.id JOIN library.files f ON f.id = p.file_id
    WHERE e.movie_id = w.id"""
PARTS_OF_SERIES = """tv.episodes e JOIN library.episode_parts p ON p.episode_id = e.id
    JOIN library.files f ON f.id = p.file_id WHERE e.series_id = w.id"""
_SAID = "w.title, w.original_title, w.year, w.match_key, w.provider_ids, w.countries, w.sources"
MOVIE = text(
    f"""
    SELECT {_SAID}, (SELECT {READINGS} FROM {PARTS_OF_MOVIE}) AS readings, ARRAY(
        SELECT CAST(sum(coalesce(p.end_ms, f.duration_ms) - coalesce(p.start_ms, 0)) / 1000 AS int)
        FROM {PARTS_OF_MOVIE} GROUP BY v.id
        HAVING bool_and(coalesce(p.end_ms, f.duration_ms) IS NOT NULL) ORDER BY 1) AS runtimes,
        CAST('[]' AS jsonb) AS seasons
    FROM movies.movies w WHERE w.id = :id
    """  # noqa: S608
)
SERIES = text(
    f"""
    SELECT {_SAID}, (SELECT {READINGS} FROM {PARTS_OF_SERIES}) AS readings, CAST('{{}}' AS int[]) AS runtimes, (
        SELECT coalesce(jsonb_agg(s ORDER BY s.season), '[]') FROM (
            SELECT e.season_number AS season, max(e.number) AS highest, max(e.absolute_number) AS counted_to
            FROM {PARTS_OF_SERIES} GROUP BY e.season_number) s) AS seasons
    FROM tv.series w WHERE w.id = :id
    """  # noqa: S608
)


@dataclass(frozen=True, slots=True)
class Known:
    """basis: what of it decides who is meant, as JSON that is the same as long as that is. ids: whoever said them."""

    sought: Sought
    basis: dict[str, Any]
    ids: Mapping[str, str]


async def sought_of(db: Db, kind: Kind, work_id: UUID) -> Known | None:
    """None for a work that is not there. What providers said of it counts for nothing. One statement."""
    row = await db.row(MOVIE if kind is Kind.MOVIE else SERIES, id=work_id)
    return None if row is None else _known(kind, row)


def _known(kind: Kind, row: Row) -> Known:
    sources: Mapping[str, Any] = row["sources"]
    ids = dict[str, str]() if _is_told(sources, Field.PROVIDER_IDS) else dict(row["provider_ids"])
    readings = [each for each in row["readings"] if _is_of(each, row)]
    titles = _titles(row, sources, readings)
    year = _year(row, sources, readings)
    for each in readings:
        ids = dict(each["ids"]) | ids
    basis: dict[str, Any] = {"titles": titles, "year": year, "ids": ids}
    bare, country = country_at_end(titles[0])
    countries = [] if _is_told(sources, Field.COUNTRIES) else [code_of(each) for each in row["countries"]]
    seasons = {each["season"]: each["highest"] for each in row["seasons"] if each["highest"]}
    counted = [each["counted_to"] for each in row["seasons"] if each["counted_to"]]
    sought = Sought(
        kind=kind,
        titles=(*titles, bare) if country else tuple(titles),
        year=year,
        provider_ids=ids,
        runtimes_s=tuple(row["runtimes"]),
        seasons=seasons,
        counted_to=max(counted, default=None),
        countries=tuple(each for each in (country, *countries) if each),
    )
    return Known(sought, basis, row["provider_ids"])


def _is_told(sources: Mapping[str, Any], name: Field) -> bool:
    """Whether a provider said so, which must not confirm itself."""
    return sources.get(name, [Source.FILE])[0] == Source.PROVIDER


def _is_of(reading: Mapping[str, Any], row: Row) -> bool:
    """Whether a name is the work's, rather than one about which a person knew better."""
    by_id = reading["ids"].items() & row["provider_ids"].items()
    return match_key(reading["title"]) == row["match_key"] or bool(by_id)


def _titles(row: Row, sources: Mapping[str, Any], readings: Iterable[Mapping[str, Any]]) -> list[str]:
    """What a person said, what names and NFO files say; where a provider's title hides them, the title's letters."""
    read = sorted(
        {each["title"] for each in readings}, key=lambda title: (match_key(title) != row["match_key"], title)
    )
    said = [] if _is_told(sources, Field.TITLE) else [row["title"]]
    original = [] if _is_told(sources, Field.ORIGINAL_TITLE) else [row["original_title"]]
    titles = [each for each in (*said, *read, *original) if each] or [row["match_key"]]
    return list({match_key(each): each for each in reversed(titles)}.values())[::-1]


def _year(row: Row, sources: Mapping[str, Any], readings: Iterable[Mapping[str, Any]]) -> int | None:
    years = sorted({each["year"] for each in readings if each["year"]})
    if not _is_told(sources, Field.YEAR) and row["year"]:
        return int(row["year"])
    return years[0] if years else None
