"""Works that people split stay split, and what goes over as a whole keeps its id."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.core.app import App
from app.core.errors import Conflict, Invalid, NotFound
from tests import given
from tests.curation.merging import everything, file_id, leads, merge, split_film, split_show, take_back
from tests.curation.wandering import OVERDUE
from tests.library import scanning
from tests.library.scanning import put, write

FILES = """
SELECT f.folder, f.name, m.title, m.id FROM library.files f JOIN library.movie_parts p ON p.file_id = f.id
JOIN movies.versions v ON v.id = p.version_id JOIN movies.editions e ON e.id = v.edition_id
JOIN movies.movies m ON m.id = e.movie_id ORDER BY f.folder, f.name
"""


def without_ways(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {name: rows for name, rows in found.items() if name != "catalog.redirects"}


async def test_files_of_a_film_become_one_of_their_own_and_are_given_back(app: App) -> None:
    here, there = await given.library(app), await given.library(app)
    film = await given.movie(app, "Alpha", library_id=here)
    await given.movie_in(app, film, here, edition="Long")
    other = await given.movie_in(app, film, there, edition="Other", path="Beta/Beta.mkv")
    picture = await given.file(app, there, "Beta/poster.jpg", role="image")
    await given.artwork(app, there, file_id=picture, movie_id=film)
    before = await everything(app)

    beta, change = await split_film(app, film, "Beta", 2002, file_ids=[other])

    assert [(row["name"], row["title"]) for row in await scanning.rows(app, FILES)][:1] == [
        ("Beta.mkv", "Beta")
    ]
    assert await scanning.rows(app, "SELECT title, year, slug FROM movies.movies WHERE id = $1", beta) == [
        {"title": "Beta", "year": 2002, "slug": "beta-2002"}
    ]
    assert await scanning.values(app, "SELECT movie_id FROM library.artwork") == [beta]
    links = "SELECT library_id FROM library.library_movies WHERE movie_id = $1"
    assert await scanning.values(app, links, film) == [here]
    assert await scanning.values(app, links, beta) == [there]
    split = await everything(app)
    undone = await take_back(app, change)
    assert without_ways(await everything(app)) == without_ways(before)
    assert await leads(app) == {beta: film}
    await take_back(app, undone)
    assert await everything(app) == split


async def test_an_edition_becomes_a_film_of_its_own(app: App) -> None:
    library_id = await given.library(app)
    film = await given.movie(app, "Alpha", library_id=library_id)
    await given.movie_in(app, film, library_id, edition="Long")
    edition = await scanning.value(app, "SELECT id FROM movies.editions WHERE name = 'Long'")

    beta, _ = await split_film(app, film, "Beta", edition_ids=[edition])

    assert await scanning.values(app, "SELECT movie_id FROM movies.editions WHERE name = 'Long'") == [beta]


async def test_what_can_not_be_split_is_refused(app: App) -> None:
    library_id = await given.library(app)
    film = await given.movie(app, "Alpha", year=2001)
    first, second = [await given.movie_in(app, film, library_id) for _ in range(2)]
    other = await given.movie(app, "Beta")

    with pytest.raises(Invalid, match="needs files"):
        await split_film(app, film, "Gamma")
    with pytest.raises(Invalid, match="Nothing would be left"):
        await split_film(app, film, "Gamma", file_ids=[first, second])
    with pytest.raises(Invalid, match="not one of this film"):
        await split_film(app, film, "Gamma", file_ids=[UUID(int=1)])
    with pytest.raises(Invalid, match="another title or year"):
        await split_film(app, film, "Alpha", 2001, file_ids=[first])
    with pytest.raises(Conflict, match="There is “Beta” already"):
        await split_film(app, film, "Beta", file_ids=[first])
    with pytest.raises(NotFound):
        await split_film(app, UUID(int=1), "Gamma", file_ids=[first])
    assert await scanning.values(app, "SELECT id FROM movies.movies ORDER BY id") == sorted([film, other])
    assert await scanning.rows(app, "SELECT id FROM curation.changes") == []


async def test_a_merged_film_can_be_split_off_again(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "Alpha (2001).mkv", "Beta (2002).mkv")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    alpha, beta = [await scanning.movie_id(app, title) for title in ("Alpha", "Beta")]
    await merge(app, alpha, beta)
    file = await scanning.value(app, "SELECT id FROM library.files WHERE name LIKE 'Beta%'")

    again, _ = await split_film(app, alpha, "Beta", 2002, file_ids=[file])

    put(clip, tmp_path, "Beta (2002) 720p.mkv")
    await scanning.scan(app, library_id)
    found = [(row["name"], row["id"]) for row in await scanning.rows(app, FILES)]
    assert found == [("Alpha (2001).mkv", alpha), ("Beta (2002) 720p.mkv", again), ("Beta (2002).mkv", again)]


async def test_a_split_holds_against_names_and_nfo_files(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "Alpha (2001)/Alpha (2001) - 720p.mkv", "Alpha (2001)/Alpha (2001) - 1080p.mkv")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    film = await scanning.movie_id(app, "Alpha")
    file = await scanning.value(app, "SELECT id FROM library.files WHERE name LIKE '%1080p%'")
    beta, _ = await split_film(app, film, "Beta", 2002, file_ids=[file])
    split = await everything(app)

    await scanning.scan(app, library_id)
    assert await everything(app) == split
    await scanning.rows(app, "UPDATE library.files SET mtime_ns = 0 RETURNING id")
    await scanning.scan(app, library_id)
    assert (await everything(app))["movies.movies"] == split["movies.movies"]
    write(
        tmp_path,
        "Alpha (2001)/Alpha (2001) - 1080p.nfo",
        "<movie><title>Alpha</title><plot>A.</plot></movie>",
    )
    (tmp_path / "Alpha (2001)").rename(tmp_path / "Alpha (2005)")
    await scanning.scan(app, library_id)

    found = [(row["name"], row["id"]) for row in await scanning.rows(app, FILES)]
    assert found == [("Alpha (2001) - 1080p.mkv", beta), ("Alpha (2001) - 720p.mkv", film)]
    assert await scanning.value(app, "SELECT title FROM movies.movies WHERE id = $1", beta) == "Beta"


async def test_seasons_and_episodes_that_go_as_a_whole_keep_their_ids(app: App) -> None:
    library_id = await given.library(app, kind="tv")
    show = await given.series(app, "Show", seasons=(2, 2), library_id=library_id)
    episodes = {
        (row["season_number"], row["number"]): row["id"]
        for row in await scanning.rows(app, "SELECT season_number, number, id FROM tv.episodes")
    }
    seasons = {
        row["number"]: row["id"] for row in await scanning.rows(app, "SELECT number, id FROM tv.seasons")
    }
    whole = await scanning.value(
        app, "SELECT file_id FROM library.episode_parts WHERE episode_id = $1", episodes[1, 1]
    )
    torn = await given.episode_in(app, episodes[1, 2], library_id)
    before = await everything(app)

    other, change = await split_show(app, show, "Other", file_ids=[whole, torn], season_ids=[seasons[2]])

    parts = "SELECT season_number, number, id, season_id FROM tv.episodes WHERE series_id = $1"
    moved = {
        (row["season_number"], row["number"]): row["id"] for row in await scanning.rows(app, parts, other)
    }
    assert moved.keys() == episodes.keys()
    assert {key: value for key, value in moved.items() if key != (1, 2)} == {
        key: value for key, value in episodes.items() if key != (1, 2)
    }
    left = await scanning.rows(app, parts, show)
    assert [(row["id"], row["season_id"]) for row in left] == [(episodes[1, 2], seasons[1])]
    assert await scanning.value(app, "SELECT series_id FROM tv.seasons WHERE id = $1", seasons[2]) == other
    assert await scanning.values(
        app, "SELECT episode_id FROM library.episode_parts WHERE file_id = $1", torn
    ) == [moved[1, 2]]
    split = await everything(app)
    undone = await take_back(app, change)
    assert without_ways(await everything(app)) == without_ways(before)
    assert (await leads(app))[other] == show
    await take_back(app, undone)
    assert await everything(app) == split


async def test_a_folder_of_a_series_goes_with_its_files(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "Show/Show.S01E01.mkv", "Show (US)/Show.S01E02.mkv")
    write(tmp_path, "Show (US)/poster.jpg", b"\xff\xd8")
    library_id = await scanning.library(app, tmp_path, "tv")
    await scanning.scan(app, library_id)
    show = await scanning.values(app, "SELECT id FROM tv.series ORDER BY id")
    if len(show) > 1:
        await merge(app, show[0], show[1], kind="series")
    file = await scanning.value(
        app, "SELECT id FROM library.files WHERE folder = 'Show (US)' AND role = 'video'"
    )

    other, _ = await split_show(app, show[0], "Another", file_ids=[file])

    assert await scanning.rows(
        app, "SELECT folder, series_id FROM library.series_folders ORDER BY folder"
    ) == [
        {"folder": "Show", "series_id": show[0]},
        {"folder": "Show (US)", "series_id": other},
    ]
    assert await scanning.values(app, "SELECT series_id FROM library.artwork") == [other]


async def test_a_film_that_came_back_by_a_split_goes_again_when_that_is_undone(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Alpha (2001)/Alpha (2001).mkv", "Beta (2002)/one.mkv", "Beta (2002)/two.mkv")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    alpha, beta = await scanning.values(app, "SELECT id FROM movies.movies ORDER BY title")
    (tmp_path / "Alpha (2001)/Alpha (2001).mkv").unlink()
    await scanning.scan(app, library_id)
    await scanning.rows(app, OVERDUE)
    await scanning.scan(app, library_id)

    film, change = await split_film(app, beta, "Alpha", 2001, file_ids=[await file_id(app, "one.mkv")])
    await take_back(app, change)
    put(clip, tmp_path, "Alpha (2001)/Alpha (2001).mkv")
    await scanning.scan(app, library_id)

    assert film == alpha
    assert await scanning.values(app, "SELECT id FROM movies.movies ORDER BY title") == [alpha, beta]
