"""Scans leave what providers said as it is, unless an NFO says otherwise, and find works by what files go on to say."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.catalog.facts import EpisodeFacts, SeasonFacts
from app.core.app import App
from app.metadata.describe_seasons import describe_season
from app.metadata.facts import FoundEpisode, FoundSeason, Kind
from tests.catalog.said import credit
from tests.library import scanning
from tests.library.scanning import movie_nfo, put, remove_vanished, write
from tests.metadata.telling import AT, found, tell

FILE = "Ebbe (2014)/Ebbe (2014).mkv"
SAID = found(
    "Low Tide",
    year=2015,
    overview="The sea goes.",
    certifications={"DE": "12", "US": "PG-13"},
    ratings={"tmdb": {"value": 7.1}},
    provider_ids={"tmdb": "11", "imdb": "tt11"},
    terms={"genre": ("Drama",)},
    credits=(credit("Ada Rohn", tmdb="71"),),
    translations={"en": {"title": "Low Tide"}, "de": {"title": "Ebbe", "overview": "Das Meer geht."}},
)
TOLD = """
SELECT id, title, sort_title, year, overview, certifications, ratings, provider_ids, translations, sources, age,
    (SELECT array_agg(t.name) FROM movies.movie_terms l JOIN taxonomy.terms t ON t.id = l.term_id
        WHERE l.movie_id = m.id) AS terms,
    (SELECT array_agg(p.name) FROM movies.credits c JOIN people.people p ON p.id = c.person_id
        WHERE c.movie_id = m.id) AS credits
FROM movies.movies m
"""


async def told_of(app: App, clip: Path, root: Path, *files: str) -> tuple[UUID, dict[str, Any]]:
    """A library with one film, of which a provider told; and the film as it is."""
    put(clip, root, *(files or (FILE,)))
    library_id = await scanning.library(app, root)
    await scanning.scan(app, library_id)
    await tell(app, await scanning.value(app, "SELECT id FROM movies.movies"), SAID)
    return library_id, await film(app)


async def film(app: App) -> dict[str, Any]:
    (row,) = await scanning.rows(app, TOLD)
    return row


async def touch(app: App) -> None:
    """Have the next scan look at every file again."""
    await scanning.rows(app, "UPDATE library.files SET mtime_ns = 0 RETURNING id")


async def test_a_scan_that_looks_at_the_files_again_changes_nothing(
    app: App, clip: Path, tmp_path: Path
) -> None:
    library_id, before = await told_of(app, clip, tmp_path)
    await touch(app)

    again = await scanning.scan(app, library_id)

    assert again["files_changed"] == 1
    assert await film(app) == before


@pytest.mark.parametrize(
    "name", ["Ebbe (2014)/Ebbe (2014) - 720p.mkv", "Ebbe (2015).mkv", "Ebbe (2014).mkv", "Ebbe.mkv"]
)
async def test_a_file_that_comes_is_of_the_film_by_either_year(
    app: App, clip: Path, tmp_path: Path, name: str
) -> None:
    library_id, before = await told_of(app, clip, tmp_path)
    put(clip, tmp_path, name)

    await scanning.scan(app, library_id)

    assert await film(app) == before
    assert await scanning.value(app, "SELECT count(*) FROM library.movie_parts") == 2


async def test_a_film_of_another_year_is_another(app: App, clip: Path, tmp_path: Path) -> None:
    library_id, _ = await told_of(app, clip, tmp_path)
    put(clip, tmp_path, "Ebbe (1958).mkv")

    await scanning.scan(app, library_id)

    assert await scanning.titles(app) == [("Ebbe", 1958), ("Low Tide", 2015)]


@pytest.mark.parametrize("name", ["Tide (2013)", "Tide", "Low Tide (2015)"])
async def test_a_film_whose_files_get_another_name_keeps_what_the_provider_said(
    app: App, clip: Path, tmp_path: Path, name: str
) -> None:
    library_id, before = await told_of(app, clip, tmp_path, FILE, "Ebbe (2014)/Ebbe (2014) - 720p.mkv")
    (tmp_path / "Ebbe (2014)").rename(tmp_path / name)
    for path in list((tmp_path / name).iterdir()):
        path.rename(path.with_name(path.name.replace("Ebbe (2014)", name)))

    for _ in range(2):
        await scanning.scan(app, library_id)
        await touch(app)

    assert await film(app) == before
    assert await scanning.value(app, "SELECT count(*) FROM library.movie_parts") == 2


async def test_a_film_that_went_comes_back_under_its_id(app: App, clip: Path, tmp_path: Path) -> None:
    library_id, before = await told_of(app, clip, tmp_path)
    (tmp_path / FILE).rename(tmp_path.parent / "away.mkv")
    await remove_vanished(app, library_id)
    assert await scanning.titles(app) == []
    put(clip, tmp_path, FILE)

    await scanning.scan(app, library_id)

    after = await film(app)
    assert (after["id"], after["provider_ids"]) == (before["id"], before["provider_ids"])
    await tell(app, after["id"], SAID)
    assert await film(app) == before


async def test_an_nfo_that_comes_later_counts_more(app: App, clip: Path, tmp_path: Path) -> None:
    library_id, before = await told_of(app, clip, tmp_path)
    inside = "<plot>Mine.</plot><mpaa>DE:16</mpaa><genre>Sea</genre>"
    write(tmp_path, "Ebbe (2014)/movie.nfo", movie_nfo("Ebbe", 2014, inside))

    await scanning.scan(app, library_id)
    await tell(app, before["id"], SAID)

    after = await film(app)
    assert (after["id"], after["title"], after["year"], after["overview"]) == (
        before["id"],
        "Ebbe",
        2014,
        "Mine.",
    )
    assert after["certifications"] == {"DE": "16", "US": "PG-13"}
    assert after["provider_ids"] == {"tmdb": "11", "imdb": "tt11"}
    assert (after["terms"], after["credits"]) == (["Sea"], ["Ada Rohn"])
    assert after["translations"] == {"de": {"title": "Ebbe", "overview": "Das Meer geht."}}


async def test_an_nfo_that_goes_leaves_the_provider_s_word(app: App, clip: Path, tmp_path: Path) -> None:
    library_id, _ = await told_of(app, clip, tmp_path)
    write(tmp_path, "Ebbe (2014)/movie.nfo", movie_nfo("Mine", 2013))
    await scanning.scan(app, library_id)
    assert await scanning.titles(app) == [("Mine", 2013)]
    (tmp_path / "Ebbe (2014)/movie.nfo").unlink()

    await scanning.scan(app, library_id)

    after = await film(app)
    assert (after["title"], after["year"], after["overview"]) == ("Ebbe", 2014, "The sea goes.")
    await tell(app, after["id"], SAID)
    await touch(app)
    await scanning.scan(app, library_id)
    assert await scanning.titles(app) == [("Low Tide", 2015)]


async def test_who_sees_a_film_follows_an_nfo_s_certification_and_not_the_provider_s(
    app: App, clip: Path, tmp_path: Path
) -> None:
    library_id, before = await told_of(app, clip, tmp_path)
    write(tmp_path, "Ebbe (2014)/movie.nfo", movie_nfo("Ebbe", 2014, "<mpaa>DE:6 / US:G</mpaa>"))

    await scanning.scan(app, library_id)
    await tell(app, before["id"], SAID)

    assert before["age"] == 13
    assert (await film(app))["age"] == 6


async def test_a_series_and_its_episodes_keep_what_a_provider_said(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(
        clip, tmp_path, "Tides (2014)/Season 1/Tides.S01E01-E02.mkv", "Tides (2014)/2015/Tides.2015.04.02.mkv"
    )
    library_id = await scanning.library(app, tmp_path, "tv")
    await scanning.scan(app, library_id)
    series = await scanning.value(app, "SELECT id FROM tv.series")
    await tell(app, series, found("Gezeiten", kind=Kind.TV, year=2013, provider_ids={"tmdb": "5"}))
    day = date(2015, 4, 2)
    for season in ((1, (1, 2), None), (2015, (9,), day)):
        await _tell_of_season(app, series, *season)
    before = await _series(app)
    assert {row["number"] for row in before["episodes"]} == {1, 2, 9}
    put(clip, tmp_path, "Tides (2014)/Season 1/Tides.S01E01 - 720p.mkv")
    await touch(app)

    await scanning.scan(app, library_id)

    assert await _series(app) == before
    write(tmp_path, "Tides (2014)/tvshow.nfo", scanning.series_nfo("Mine"))
    await scanning.scan(app, library_id)
    assert (
        await scanning.value(app, "SELECT title || id FROM tv.series WHERE provider_ids <> '{}'")
        == f"Mine{series}"
    )


async def _tell_of_season(
    app: App, series_id: UUID, number: int, episodes: Sequence[int], day: date | None
) -> None:
    said = [
        FoundEpisode(f"{number}{each}", EpisodeFacts(number, each, day, title=f"E{each}"))
        for each in episodes
    ]
    async with app.transaction() as tx:
        season = FoundSeason("tmdb", str(number), SeasonFacts(number, f"Part {number}"), tuple(said))
        await describe_season(tx, series_id, season, AT)


async def _series(app: App) -> dict[str, list[dict[str, Any]]]:
    columns = {
        "series": "id, title, year, provider_ids, sources",
        "seasons": "id, number, title, sources",
        "episodes": "id, number, air_date, title, sources",
    }
    return {
        table: await scanning.rows(app, f"SELECT {names} FROM tv.{table} ORDER BY {names}")
        for table, names in columns.items()
    }
