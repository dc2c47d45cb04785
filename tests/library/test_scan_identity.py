"""Works keep their ids through new names, moved folders and NFO files that say otherwise."""

import shutil
from pathlib import Path

import pytest

from app.core.app import App
from tests import given
from tests.library import scanning
from tests.library.scanning import movie_nfo, put, series_nfo, write

ALPHA = "Alpha (2001)/Alpha (2001).mkv"


async def series_id(app: App, title: str) -> object:
    return await scanning.value(app, "SELECT id FROM tv.series WHERE title = $1", title)


async def test_an_nfo_added_later_gives_the_film_its_title_and_texts(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, ALPHA)
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    film = await scanning.movie_id(app, "Alpha")
    write(tmp_path, "Alpha (2001)/movie.nfo", movie_nfo("Das Alphabet", 2002, "<plot>A to Z.</plot>"))
    await scanning.announced(app)

    await scanning.scan(app, library_id)

    assert await scanning.titles(app) == [("Das Alphabet", 2002)]
    assert await scanning.movie_id(app, "Das Alphabet") == film
    assert await scanning.value(app, "SELECT overview FROM movies.movies") == "A to Z."
    assert [(event.added, event.updated, event.removed) for event in await scanning.announced(app)] == [
        ((), (film,), ())
    ]


async def test_a_film_whose_nfo_goes_is_called_by_its_name_again(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, ALPHA)
    write(tmp_path, "Alpha (2001)/movie.nfo", movie_nfo("Das Alphabet", 2002))
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    film = await scanning.movie_id(app, "Das Alphabet")
    (tmp_path / "Alpha (2001)/movie.nfo").unlink()

    await scanning.scan(app, library_id)

    assert await scanning.titles(app) == [("Alpha", 2001)]
    assert await scanning.movie_id(app, "Alpha") == film


async def test_a_broken_nfo_is_a_problem_and_the_name_counts(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, ALPHA)
    write(tmp_path, "Alpha (2001)/movie.nfo", "<movie><title>Das Alphabet</title>")
    library_id = await scanning.library(app, tmp_path)

    await scanning.scan(app, library_id)

    assert await scanning.problems(app) == {"Alpha (2001)/movie.nfo": "nfo_invalid"}
    assert await scanning.titles(app) == [("Alpha", 2001)]
    write(tmp_path, "Alpha (2001)/movie.nfo", movie_nfo("Das Alphabet", 2002))

    await scanning.scan(app, library_id)

    assert await scanning.problems(app) == {}
    assert await scanning.titles(app) == [("Das Alphabet", 2002)]


async def test_a_folder_renamed_to_correct_the_year_keeps_film_and_files(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, ALPHA, "Alpha (2001)/Alpha (2001) [720p].mkv")
    write(tmp_path, "Alpha (2001)/poster.jpg", b"\xff\xd8")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    film = await scanning.movie_id(app, "Alpha")
    files = set(await scanning.values(app, "SELECT id FROM library.files"))
    (tmp_path / "Alpha (2001)").rename(tmp_path / "Alpha (2003)")
    for path in list((tmp_path / "Alpha (2003)").glob("*.mkv")):
        path.rename(path.with_name(path.name.replace("2001", "2003")))

    again = await scanning.scan(app, library_id)

    assert await scanning.titles(app) == [("Alpha", 2003)]
    assert await scanning.movie_id(app, "Alpha") == film
    assert set(await scanning.values(app, "SELECT id FROM library.files")) == files
    assert await scanning.missing(app) == []
    assert await scanning.values(app, "SELECT movie_id FROM library.artwork") == [film]
    assert await scanning.value(app, "SELECT count(*) FROM movies.versions") == 2
    assert again["files_changed"] == 3
    assert again["files_added"] == 0


async def test_a_file_moved_to_another_root_stays_the_same_file(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path / "one", ALPHA, "Beta (2002).mkv")
    put(clip, tmp_path / "two", "Gamma (2003).mkv")
    library_id = await scanning.library(app, tmp_path / "one")
    await given.root(app, library_id, str(tmp_path / "two"))
    await scanning.scan(app, library_id)
    before = await scanning.rows(app, "SELECT id, name FROM library.files ORDER BY id")
    film = await scanning.movie_id(app, "Alpha")
    (tmp_path / "one/Alpha (2001)").rename(tmp_path / "two/Alpha (2001)")

    await scanning.scan(app, library_id, tmp_path / "two")

    assert await scanning.rows(app, "SELECT id, name FROM library.files ORDER BY id") == before
    assert await scanning.movie_id(app, "Alpha") == film
    assert await scanning.missing(app) == []


async def test_a_link_to_a_file_is_a_file_of_its_own(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, ALPHA)
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    (tmp_path / "Beta (2002).mkv").hardlink_to(tmp_path / ALPHA)

    again = await scanning.scan(app, library_id)

    assert again["files_added"] == 1
    assert await scanning.titles(app) == [("Alpha", 2001), ("Beta", 2002)]


async def test_a_film_of_which_one_file_keeps_the_name_keeps_it(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "Films/Alpha (2001) - 1080p.mkv", "Films/Alpha (2001) - 720p.mkv")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    film = await scanning.movie_id(app, "Alpha")
    write(tmp_path, "Films/Alpha (2001) - 1080p.nfo", movie_nfo("Omega", 1999))

    await scanning.scan(app, library_id)

    assert await scanning.titles(app) == [("Alpha", 2001), ("Omega", 1999)]
    assert await scanning.movie_id(app, "Alpha") == film
    assert await scanning.value(app, "SELECT count(*) FROM movies.versions") == 2


async def test_a_file_that_turns_out_to_be_a_known_film_joins_it(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, ALPHA, "Mystery/Mystery.mkv")
    write(tmp_path, "Mystery/poster.jpg", b"\xff\xd8")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    alpha, mystery = await scanning.movie_id(app, "Alpha"), await scanning.movie_id(app, "Mystery")
    write(tmp_path, "Mystery/movie.nfo", movie_nfo("Alpha", 2001))
    await scanning.announced(app)

    await scanning.scan(app, library_id)

    assert await scanning.titles(app) == [("Alpha", 2001)]
    (event,) = await scanning.announced(app)
    assert (event.updated, event.removed) == ((alpha,), (mystery,))
    assert await scanning.values(app, "SELECT movie_id FROM library.artwork") == [alpha]


async def test_another_id_makes_another_film(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, ALPHA)
    write(tmp_path, "Alpha (2001)/movie.nfo", movie_nfo("Alpha", 2001, '<uniqueid type="tmdb">1</uniqueid>'))
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    film = await scanning.movie_id(app, "Alpha")
    write(tmp_path, "Alpha (2001)/movie.nfo", movie_nfo("Beta", 2001, '<uniqueid type="tmdb">2</uniqueid>'))

    await scanning.scan(app, library_id)

    assert await scanning.titles(app) == [("Beta", 2001)]
    assert await scanning.movie_id(app, "Beta") != film


async def test_an_nfo_that_names_an_edition_leaves_no_empty_one(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, ALPHA)
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    write(tmp_path, "Alpha (2001)/movie.nfo", movie_nfo("Alpha", 2001, "<edition>Director's Cut</edition>"))

    await scanning.scan(app, library_id)

    assert await scanning.values(app, "SELECT name FROM movies.editions") == ["Director's Cut"]
    assert await scanning.value(app, "SELECT count(*) FROM movies.versions") == 1


async def test_the_nfo_of_a_series_changed_alone_renews_the_series(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Show/Season 1/Show.S01E01.mkv", "Show/Season 2/Show.S02E01.mkv")
    write(tmp_path, "Show/tvshow.nfo", series_nfo("Show", "<plot>Old.</plot>"))
    library_id = await scanning.library(app, tmp_path, "tv")
    await scanning.scan(app, library_id)
    series = await series_id(app, "Show")
    write(tmp_path, "Show/tvshow.nfo", series_nfo("Die Serie", "<plot>New and longer.</plot>"))
    await scanning.announced(app)

    await scanning.scan(app, library_id)

    assert await series_id(app, "Die Serie") == series
    assert await scanning.values(app, "SELECT overview FROM tv.series") == ["New and longer."]
    assert [(event.kind, event.updated) for event in await scanning.announced(app)] == [("series", (series,))]
    put(clip, tmp_path, "Show/Season 2/Show.S02E02.mkv")

    await scanning.scan(app, library_id)

    assert await scanning.value(app, "SELECT count(*) FROM tv.episodes WHERE series_id = $1", series) == 3


async def test_an_nfo_beside_loose_episodes_renames_the_whole_series(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Show/Show.S00E01.mkv", "Show/Season 1/Show.S01E01.mkv")
    library_id = await scanning.library(app, tmp_path, "tv")
    await scanning.scan(app, library_id)
    series = await series_id(app, "Show")
    write(tmp_path, "Show/tvshow.nfo", series_nfo("Die Serie"))

    await scanning.scan(app, library_id)

    assert await scanning.values(app, "SELECT id FROM tv.series") == [series]
    assert await series_id(app, "Die Serie") == series
    assert await scanning.value(app, "SELECT count(*) FROM library.episode_parts") == 2


@pytest.mark.parametrize("chunk", [1, 50])
async def test_a_series_whose_folder_is_renamed_keeps_its_id_and_its_episodes(
    app: App, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr("app.library.scan.FILES_TO_READ", chunk)
    put(clip, tmp_path, *(f"Show (2001)/Season {n}/S0{n}E0{k}.mkv" for n in (1, 2) for k in (1, 2)))
    library_id = await scanning.library(app, tmp_path, "tv")
    await scanning.scan(app, library_id)
    series = await series_id(app, "Show")
    episodes = await scanning.values(app, "SELECT id FROM tv.episodes ORDER BY id")
    (tmp_path / "Show (2001)").rename(tmp_path / "Schau (2002)")

    await scanning.scan(app, library_id)

    assert await series_id(app, "Schau") == series
    assert await scanning.values(app, "SELECT id FROM tv.episodes ORDER BY id") == episodes
    assert await scanning.missing(app) == []
    assert await scanning.values(app, "SELECT folder FROM library.series_folders") == ["Schau (2002)"]


async def test_one_episode_moved_to_another_series_takes_the_series_name_nowhere(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Show/Season 1/Show.S01E01.mkv", "Show/Season 1/Show.S01E02.mkv")
    library_id = await scanning.library(app, tmp_path, "tv")
    await scanning.scan(app, library_id)
    series = await series_id(app, "Show")
    (tmp_path / "Other/Season 1").mkdir(parents=True)
    (tmp_path / "Show/Season 1/Show.S01E02.mkv").rename(tmp_path / "Other/Season 1/Other.S01E01.mkv")

    await scanning.scan(app, library_id)

    assert await series_id(app, "Show") == series
    found = await scanning.rows(
        app, "SELECT s.title, e.number FROM tv.episodes e JOIN tv.series s ON s.id = e.series_id"
    )
    assert sorted(tuple(row.values()) for row in found) == [("Other", 1), ("Show", 1)]


async def test_a_film_of_two_libraries_is_added_to_each_and_removed_from_one(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path / "one", ALPHA)
    put(clip, tmp_path / "two", ALPHA, "Beta (2002).mkv")
    one = await scanning.library(app, tmp_path / "one")
    two = await scanning.library(app, tmp_path / "two")
    await scanning.scan(app, one)
    film = await scanning.movie_id(app, "Alpha")
    await scanning.announced(app)

    await scanning.scan(app, two)

    (event,) = await scanning.announced(app)
    assert event.library_id == two
    assert film in event.added
    shutil.rmtree(tmp_path / "two/Alpha (2001)")
    await scanning.scan(app, two)
    await scanning.rows(
        app,
        "UPDATE library.files SET missing_since = missing_since - interval '9 days' RETURNING id",
    )

    await scanning.scan(app, two)

    assert await scanning.movie_id(app, "Alpha") == film
    assert await scanning.values(
        app, "SELECT library_id FROM library.library_movies WHERE movie_id = $1", film
    ) == [one]
