"""Works that go and come back have their old ids; works that turn out to be others lead there."""

import shutil
from pathlib import Path
from uuid import UUID

from app.core.app import App
from app.library.writes import delete_library
from tests.library import scanning
from tests.library.scanning import movie_nfo, put, remove_vanished, write

ALPHA = "Alpha (2001)/Alpha (2001).mkv"


async def ids(app: App) -> dict[str, UUID]:
    """Every work by a name that tells it from the others."""
    found = await scanning.rows(
        app,
        """
        SELECT title || coalesce(' ' || year, '') AS name, id FROM movies.movies
        UNION ALL SELECT title, id FROM tv.series
        UNION ALL SELECT s.title || ' ' || n.number, n.id FROM tv.seasons n JOIN tv.series s ON s.id = n.series_id
        UNION ALL SELECT s.title || ' ' || e.season_number || 'x' || coalesce(e.number::text, e.air_date::text), e.id
        FROM tv.episodes e JOIN tv.series s ON s.id = e.series_id
        """,
    )
    assert len({row["name"] for row in found}) == len(found), found
    return {row["name"]: row["id"] for row in found}


async def leads(app: App) -> dict[UUID, UUID]:
    found = await scanning.rows(app, "SELECT id, became FROM catalog.redirects")
    return {row["id"]: row["became"] for row in found}


async def forget(app: App, library_id: UUID) -> None:
    async with app.transaction() as tx:
        await delete_library(tx, library_id)


async def test_a_library_that_is_deleted_and_added_again_has_every_id_of_before(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path / "films", ALPHA, "Alpha (1950).mkv", "Beta.mkv")
    put(
        clip,
        tmp_path / "tv",
        "Show/Season 1/Show.S01E01-E02.mkv",
        "Show/Show.S00E01.mkv",
        "Daily.2020.02.03.mkv",
    )
    folders = ((tmp_path / "films", "movie"), (tmp_path / "tv", "tv"))
    libraries = [await scanning.library(app, folder, kind) for folder, kind in folders]
    for library_id in libraries:
        await scanning.scan(app, library_id)
    before = await ids(app)
    for library_id in libraries:
        await forget(app, library_id)
    assert await ids(app) == {}

    for folder, kind in folders:
        await scanning.scan(app, await scanning.library(app, folder, kind))

    assert await ids(app) == before
    assert len(before) == 12
    assert await scanning.value(app, "SELECT count(*) FROM catalog.departed") == 0
    assert await leads(app) == {}


async def test_a_film_that_comes_back_with_another_name_is_known_by_its_providers_id(
    app: App, clip: Path, tmp_path: Path
) -> None:
    said = '<uniqueid type="tmdb">1</uniqueid>'
    put(clip, tmp_path, ALPHA, "Beta.mkv")
    write(tmp_path, "Alpha (2001)/movie.nfo", movie_nfo("Alpha", 2001, said))
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    film = (await ids(app))["Alpha 2001"]
    shutil.rmtree(tmp_path / "Alpha (2001)")
    await remove_vanished(app, library_id)
    assert "Alpha 2001" not in await ids(app)
    put(clip, tmp_path, "Alfa (2001) [tmdbid-1].mkv")

    await scanning.scan(app, library_id)

    assert (await ids(app))["Alfa 2001"] == film


async def test_ids_that_another_film_took_meanwhile_stay_its_own(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Alpha (2001) [tmdbid-1].mkv", "Other.mkv")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    film = (await ids(app))["Alpha 2001"]
    (tmp_path / "Alpha (2001) [tmdbid-1].mkv").unlink()
    await remove_vanished(app, library_id)
    await scanning.rows(
        app, """UPDATE movies.movies SET provider_ids = '{"tmdb": "1"}', slug = 'alpha-2001' RETURNING id"""
    )
    put(clip, tmp_path, "Alpha (2001).mkv")

    await scanning.scan(app, library_id)

    assert (await ids(app))["Alpha 2001"] == film
    assert await scanning.values(app, "SELECT provider_ids FROM movies.movies WHERE id = $1", film) == [{}]


async def test_a_film_that_is_another_leads_there_until_it_is_itself_again(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, ALPHA, "Mystery/Mystery.mkv")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    before = await ids(app)
    write(tmp_path, "Mystery/movie.nfo", movie_nfo("Alpha", 2001))

    await scanning.scan(app, library_id)

    assert await leads(app) == {before["Mystery"]: before["Alpha 2001"]}
    (tmp_path / "Mystery/movie.nfo").unlink()

    await scanning.scan(app, library_id)

    assert await ids(app) == before
    assert await leads(app) == {}


async def test_what_led_to_a_film_leads_to_what_that_becomes_and_back(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "A/A.mkv", "B/B.mkv", "C/C.mkv")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    before = await ids(app)
    write(tmp_path, "A/movie.nfo", "<movie><title>B</title></movie>")
    await scanning.scan(app, library_id)
    for folder in "AB":
        write(tmp_path, f"{folder}/movie.nfo", "<movie><title>C</title></movie>")

    await scanning.scan(app, library_id)

    assert await leads(app) == {before["A"]: before["C"], before["B"]: before["C"]}
    (tmp_path / "B/movie.nfo").unlink()

    await scanning.scan(app, library_id)

    assert await leads(app) == {before["A"]: before["B"]}
    (tmp_path / "A/movie.nfo").unlink()

    await scanning.scan(app, library_id)

    assert await leads(app) == {}
    assert await ids(app) == before


async def test_a_film_whose_files_part_leads_to_where_most_went(app: App, clip: Path, tmp_path: Path) -> None:
    put(
        clip,
        tmp_path,
        "Beta.mkv",
        "Gamma.mkv",
        *(f"Alpha/Alpha - {n}.mkv" for n in ("480p", "720p", "1080p")),
    )
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    before = await ids(app)
    write(tmp_path, "Alpha/Alpha - 480p.nfo", "<movie><title>Beta</title></movie>")
    for name in ("720p", "1080p"):
        write(tmp_path, f"Alpha/Alpha - {name}.nfo", "<movie><title>Gamma</title></movie>")

    await scanning.scan(app, library_id)

    assert await leads(app) == {before["Alpha"]: before["Gamma"]}


async def test_episodes_of_a_series_that_is_another_lead_to_its_episodes(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Show/Show.S01E01.mkv", "Schau/Schau.S01E01.mkv", "Schau/Schau.S01E02.mkv")
    library_id = await scanning.library(app, tmp_path, "tv")
    await scanning.scan(app, library_id)
    before = await ids(app)
    write(tmp_path, "Schau/tvshow.nfo", "<tvshow><title>Show</title></tvshow>")

    await scanning.scan(app, library_id)

    now = await ids(app)
    assert set(now) == {"Show", "Show 1", "Show 1x1", "Show 1x2"}
    assert await leads(app) == {
        before[f"Schau{part}"]: now[f"Show{part}"] for part in ("", " 1", " 1x1", " 1x2")
    }


async def test_an_episode_whose_file_gets_another_number_leads_to_that_until_it_comes_back(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Show/Show.S01E01.mkv", "Show/Show.S01E02.mkv")
    library_id = await scanning.library(app, tmp_path, "tv")
    await scanning.scan(app, library_id)
    before = await ids(app)
    (tmp_path / "Show/Show.S01E02.mkv").rename(tmp_path / "Show/Show.S02E05.mkv")

    await scanning.scan(app, library_id)

    assert await leads(app) == {before["Show 1x2"]: (await ids(app))["Show 2x5"]}
    put(clip, tmp_path, "Show/Show.S01E02.mkv")

    await scanning.scan(app, library_id)

    assert (await ids(app)).items() >= before.items()
    assert await leads(app) == {}
