"""Works that people merge stay merged, and nothing of them is lost."""

from pathlib import Path
from uuid import UUID

import pytest

from app.core.app import App
from app.core.errors import Invalid, NotFound
from app.library.writes import delete_library
from tests import given
from tests.curation.merging import everything, leads, merge, take_back
from tests.library import scanning
from tests.library.scanning import movie_nfo, put, write

FILES = """
SELECT f.name, m.title FROM library.files f JOIN library.movie_parts p ON p.file_id = f.id
JOIN movies.versions v ON v.id = p.version_id JOIN movies.editions e ON e.id = v.edition_id
JOIN movies.movies m ON m.id = e.movie_id ORDER BY f.name
"""


async def films(app: App) -> list[tuple[str, str]]:
    return [(row["name"], row["title"]) for row in await scanning.rows(app, FILES)]


async def touch(app: App) -> None:
    """Everything counts as changed at the next scan."""
    await scanning.rows(app, "UPDATE library.files SET mtime_ns = 0 RETURNING id")


async def test_files_editions_and_all_that_hangs_on_films_come_together(app: App) -> None:
    here, there = await given.library(app), await given.library(app)
    alpha = await given.movie(app, "Alpha", library_id=here, year=2001, overview="Kept.")
    beta = await given.movie(
        app, "Beta", cast=("A",), year=2002, overview="Lost.", tagline="Taken.", provider_ids={"tmdb": "2"}
    )
    genre = await given.term(app)
    await given.movie_in(app, alpha, here, edition="Long")
    await given.movie_in(app, beta, there, edition="Long")
    await given.movie_in(app, beta, there, edition="Short")
    await given.artwork(app, there, movie_id=beta)
    await given.extra(app, there, movie_id=beta)
    await given.collection(app, movies=(beta,))
    await scanning.rows(
        app,
        "INSERT INTO movies.movie_terms (movie_id, term_id) VALUES ($1, $2) RETURNING term_id",
        beta,
        genre,
    )

    await merge(app, alpha, beta)

    (film,) = await scanning.rows(
        app, "SELECT id, title, year, overview, tagline, provider_ids FROM movies.movies"
    )
    assert film == {
        "id": alpha,
        "title": "Alpha",
        "year": 2001,
        "overview": "Kept.",
        "tagline": "Taken.",
        "provider_ids": {},
    }
    for table, count in (
        ("movies.editions", 3),
        ("movies.versions", 4),
        ("movies.credits", 1),
        ("movies.movie_terms", 1),
        ("library.library_movies", 2),
        ("library.artwork", 1),
        ("library.extras", 1),
        ("collections.movies", 1),
    ):
        assert await scanning.value(app, f"SELECT count(*) FROM {table}") == count, table
    assert await leads(app) == {beta: alpha}


async def test_a_merge_is_taken_back_and_done_again_to_the_row(app: App) -> None:
    here, there = await given.library(app), await given.library(app)
    alpha = await given.movie(app, "Alpha", library_id=here, year=2001)
    beta = await given.movie(
        app, "Beta", cast=("A",), year=2002, tagline="Taken.", provider_ids={"tmdb": "2"}
    )
    for film, library_id in ((alpha, here), (beta, there)):
        await given.movie_in(app, film, library_id, edition="Long")
    await given.artwork(app, there, movie_id=beta)
    await given.collection(app, movies=(beta, alpha))
    before = await everything(app)
    change = await merge(app, alpha, beta)
    merged = await everything(app)
    assert merged != before

    undone = await take_back(app, change)

    assert await everything(app) == before
    await take_back(app, undone)
    assert await everything(app) == merged


async def test_what_is_locked_in_the_survivor_stays(app: App) -> None:
    locked = {"locked": ["tagline", "genres", "collection", "credits", "provider_ids", "overview:de"]}
    alpha = await given.movie(app, "Alpha", sources=locked)
    beta = await given.movie(
        app,
        "Beta",
        cast=("A",),
        genres=(await given.term(app),),
        tagline="No.",
        status="Yes",
        provider_ids={"tmdb": "2"},
        translations={"de": {"title": "Ja", "overview": "Nein."}},
        sources={"status": ["nfo", 5]},
    )
    await given.collection(app, movies=(beta,))

    await merge(app, alpha, beta)

    (film,) = await scanning.rows(
        app, "SELECT tagline, status, provider_ids, translations, sources FROM movies.movies"
    )
    assert film == {
        "tagline": None,
        "status": "Yes",
        "provider_ids": {},
        "translations": {"de": {"title": "Ja"}},
        "sources": {**locked, "status": ["nfo", 5]},
    }
    for table in ("movies.credits", "movies.movie_terms", "collections.collections"):
        assert await scanning.value(app, f"SELECT count(*) FROM {table}") == 0, table


async def test_ways_to_merged_works_are_kept_short(app: App) -> None:
    a, b, c = [await given.movie(app) for _ in range(3)]

    await merge(app, b, c)
    await merge(app, a, b)

    assert await leads(app) == {c: a, b: a}
    # The old id is as good as the new one.
    d = await given.movie(app)
    await merge(app, c, d)
    assert await leads(app) == {c: a, b: a, d: a}


async def test_only_works_that_are_there_and_differ_are_merged(app: App) -> None:
    film = await given.movie(app)

    with pytest.raises(NotFound):
        await merge(app, film, UUID(int=1))
    with pytest.raises(NotFound):
        await merge(app, UUID(int=1), film)
    with pytest.raises(Invalid):
        await merge(app, film, film)
    with pytest.raises(Invalid):
        await merge(app, film)


async def test_a_rescan_changes_nothing_of_a_merge(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "Alpha (2001)/Alpha (2001).mkv", "Beta/Beta.mkv", "Gamma (2003).mkv")
    write(
        tmp_path,
        "Beta/movie.nfo",
        movie_nfo("Beta", 2002, '<plot>B.</plot><uniqueid type="tmdb">2</uniqueid>'),
    )
    write(tmp_path, "Beta/poster.jpg", b"\xff\xd8")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    alpha, beta, gamma = [await scanning.movie_id(app, title) for title in ("Alpha", "Beta", "Gamma")]
    await merge(app, alpha, beta, gamma)
    merged = await everything(app)

    await scanning.scan(app, library_id)
    assert await everything(app) == merged
    await touch(app)
    await scanning.scan(app, library_id)

    now = await everything(app)
    for table in ("movies.movies", "catalog.redirects", "catalog.aliases", "library.artwork"):
        assert now[table] == merged[table], table
    assert {title for _, title in await films(app)} == {"Alpha"}


async def test_a_merge_holds_when_files_are_renamed_and_nfo_files_come(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Alpha (2001)/Alpha (2001).mkv", "Beta (2002)/Beta (2002).mkv")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    alpha, beta = [await scanning.movie_id(app, title) for title in ("Alpha", "Beta")]
    await merge(app, alpha, beta)
    (tmp_path / "Beta (2002)").rename(tmp_path / "Gamma (2003)")
    (tmp_path / "Gamma (2003)/Beta (2002).mkv").rename(tmp_path / "Gamma (2003)/Gamma (2003).mkv")

    await scanning.scan(app, library_id)
    write(tmp_path, "Gamma (2003)/movie.nfo", movie_nfo("Delta", 2004, '<uniqueid type="tmdb">4</uniqueid>'))
    await scanning.scan(app, library_id)
    (tmp_path / "Alpha (2001)/Alpha (2001).mkv").rename(tmp_path / "Alpha (2001)/Omega (1999).mkv")
    await scanning.scan(app, library_id)

    assert await scanning.rows(app, "SELECT id, title, year FROM movies.movies") == [
        {"id": alpha, "title": "Alpha", "year": 2001}
    ]
    assert len(await films(app)) == 2
    assert await leads(app) == {beta: alpha}


async def test_new_files_that_are_read_like_a_merged_film_belong_to_its_survivor(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Alpha (2001).mkv", "Beta (2002) [tmdbid-2].mkv")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    alpha, beta = [await scanning.movie_id(app, title) for title in ("Alpha", "Beta")]
    await merge(app, alpha, beta)
    put(clip, tmp_path, "Beta (2002) 720p.mkv", "Something else [tmdbid-2].mkv")
    write(tmp_path, "Beta (2002) 720p.nfo", movie_nfo("Beta", 2002, "<plot>Of Beta.</plot>"))

    await scanning.scan(app, library_id)

    assert {title for _, title in await films(app)} == {"Alpha"}
    assert len(await films(app)) == 4
    assert await scanning.values(app, "SELECT overview FROM movies.movies") == [None]


async def test_a_merge_holds_when_the_library_is_deleted_and_added_again(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Alpha (2001).mkv", "Beta (2002).mkv")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    alpha, beta = [await scanning.movie_id(app, title) for title in ("Alpha", "Beta")]
    await merge(app, alpha, beta)
    async with app.transaction() as tx:
        await delete_library(tx, library_id)

    await scanning.scan(app, await scanning.library(app, tmp_path))

    assert await scanning.rows(app, "SELECT id, title, year FROM movies.movies") == [
        {"id": alpha, "title": "Alpha", "year": 2001}
    ]
    assert await leads(app) == {beta: alpha}


async def test_series_merge_by_numbers_and_keep_what_only_one_has(app: App) -> None:
    here, there = await given.library(app, kind="tv"), await given.library(app, kind="tv")
    show = await given.series(app, "Show", seasons=(2,), library_id=here)
    schau = await given.series(app, "Schau", seasons=(3, 1), library_id=there, overview="Taken.")
    daily = await given.season(app, show, 2020)
    other_daily = await given.season(app, schau, 2020)
    day = given.day("2020-02-03")
    one = await given.episode(app, show, daily, 2020, None, air_date=day)
    two = await given.episode(app, schau, other_daily, 2020, None, air_date=day, overview="Taken.")
    for episode, library_id in ((one, here), (two, there)):
        await given.episode_in(app, episode, library_id)
    parts = "SELECT season_number, number, id FROM tv.episodes WHERE series_id = $1"
    were = {(row["season_number"], row["number"]): row["id"] for row in await scanning.rows(app, parts, show)}
    others = {
        (row["season_number"], row["number"]): row["id"] for row in await scanning.rows(app, parts, schau)
    }
    seasons = {
        (row["series_id"], row["number"]): row["id"]
        for row in await scanning.rows(app, "SELECT series_id, number, id FROM tv.seasons")
    }
    before = await everything(app)

    change = await merge(app, show, schau, kind="series")

    are = {(row["season_number"], row["number"]): row["id"] for row in await scanning.rows(app, parts, show)}
    assert are == {**others, **were}
    assert await leads(app) == {
        schau: show,
        seasons[schau, 1]: seasons[show, 1],
        other_daily: daily,
        two: one,
        others[1, 1]: were[1, 1],
        others[1, 2]: were[1, 2],
    }
    assert await scanning.values(app, "SELECT number FROM tv.seasons ORDER BY number") == [1, 2, 2020]
    assert await scanning.values(app, "SELECT overview FROM tv.series") == ["Taken."]
    assert await scanning.value(app, "SELECT overview FROM tv.episodes WHERE id = $1", one) == "Taken."
    assert (
        await scanning.value(
            app, "SELECT count(*) FROM library.episode_parts WHERE episode_id = $1", were[1, 1]
        )
        == 2
    )
    merged = await everything(app)
    undone = await take_back(app, change)
    assert await everything(app) == before
    await take_back(app, undone)
    assert await everything(app) == merged


async def test_a_rescan_changes_nothing_of_merged_series(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "Show/Show.S01E01.mkv", "Schau/Schau.S01E01.mkv", "Schau/Season 2/Schau.S02E01.mkv")
    write(tmp_path, "Schau/tvshow.nfo", "<tvshow><title>Schau</title><plot>S.</plot></tvshow>")
    library_id = await scanning.library(app, tmp_path, "tv")
    await scanning.scan(app, library_id)
    show, schau = [
        await scanning.value(app, "SELECT id FROM tv.series WHERE title = $1", title)
        for title in ("Show", "Schau")
    ]
    await merge(app, show, schau, kind="series")
    merged = await everything(app)
    await touch(app)
    put(clip, tmp_path, "Schau/Season 2/Schau.S02E02.mkv")

    await scanning.scan(app, library_id)

    now = await everything(app)
    for table in ("tv.series", "tv.seasons", "catalog.redirects", "library.series_folders"):
        assert now[table] == merged[table], table
    assert await scanning.values(app, "SELECT number FROM tv.episodes ORDER BY season_number, number") == [
        1,
        1,
        2,
    ]


async def test_an_episode_that_came_to_a_merged_season_stays_with_its_series_when_that_is_taken_back(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Show/Show.S01E01.mkv", "Schau/Schau.S02E01.mkv")
    library_id = await scanning.library(app, tmp_path, "tv")
    await scanning.scan(app, library_id)
    show, schau = [
        await scanning.value(app, "SELECT id FROM tv.series WHERE title = $1", title)
        for title in ("Show", "Schau")
    ]
    change = await merge(app, show, schau, kind="series")
    put(clip, tmp_path, "Show/Show.S02E02.mkv")
    await scanning.scan(app, library_id)

    await take_back(app, change)

    found = await scanning.rows(
        app,
        """
        SELECT e.series_id, s.series_id AS of_season, e.season_number, e.number FROM tv.episodes e
        JOIN tv.seasons s ON s.id = e.season_id ORDER BY e.season_number, e.number
        """,
    )
    assert [tuple(row.values()) for row in found] == [
        (show, show, 1, 1),
        (schau, schau, 2, 1),
        (show, show, 2, 2),
    ]
    put(clip, tmp_path, "Show/Show.S02E01.mkv", "Schau/Schau.S02E02.mkv")
    assert (await scanning.scan(app, library_id))["problems"] == 0


async def test_a_former_season_leads_where_its_files_went_whatever_is_merged_and_taken_back(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Show/Show.S01E01.mkv", "Schau/Schau.S01E01.mkv", "Schau/Schau.S02E01.mkv")
    put(clip, tmp_path, "Other/Other.S01E01.mkv", "Show/Show.S02E02.mkv")
    library_id = await scanning.library(app, tmp_path, "tv")
    await scanning.scan(app, library_id)
    show, schau, other = [
        await scanning.value(app, "SELECT id FROM tv.series WHERE title = $1", title)
        for title in ("Show", "Schau", "Other")
    ]
    (former,) = await scanning.values(
        app, "SELECT id FROM tv.seasons WHERE series_id = $1 AND number = 2", schau
    )
    (tmp_path / "Schau/Schau.S02E01.mkv").rename(tmp_path / "Other/Other.S01E02.mkv")
    await scanning.scan(app, library_id)
    there = (await leads(app))[former]

    change = await merge(app, show, schau, kind="series")
    merged = (await leads(app))[former]
    await take_back(app, change)

    assert there in await scanning.values(app, "SELECT id FROM tv.seasons WHERE series_id = $1", other)
    assert merged == there
    assert (await leads(app))[former] == there
