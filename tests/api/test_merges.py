"""Merging and splitting over the API."""

from app.api.node import global_id
from app.core.app import App
from tests import given
from tests.api.conftest import Ask


async def test_films_are_merged_found_by_both_ids_and_parted_again(app: App, execute: Ask) -> None:
    library_id = await given.library(app)
    alpha, beta = [await given.movie(app, title, library_id=library_id) for title in ("Alpha", "Beta")]
    ids = [global_id("Movie", key) for key in (alpha, beta)]

    merged = (await execute("curation/merge_movies", input={"into": ids[0], "from": [ids[1]]}))["mergeMovies"]

    assert (merged["movie"]["id"], merged["change"]["summary"]) == (ids[0], "Merge “Beta” into “Alpha”")
    found = (await execute("catalog/nodes", ids=ids))["nodes"]
    assert [node["id"] for node in found] == [ids[0]] * 2
    await execute("curation/undo", input={"changeId": merged["change"]["id"]})
    found = (await execute("catalog/nodes", ids=ids))["nodes"]
    assert [node["title"] for node in found] == ["Alpha", "Beta"]


async def test_series_are_merged(app: App, execute: Ask) -> None:
    show, schau = [await given.series(app, title, seasons=(1,)) for title in ("Show", "Schau")]
    wanted = {"into": global_id("Series", show), "from": [global_id("Series", schau)]}

    merged = (await execute("curation/merge_series", input=wanted))["mergeSeries"]

    assert merged["series"]["title"] == "Show"


async def test_a_film_is_split_by_files(app: App, execute: Ask) -> None:
    library_id = await given.library(app)
    film = await given.movie(app, "Alpha", library_id=library_id)
    file_id = await given.movie_in(app, film, library_id)
    wanted = {
        "movieId": global_id("Movie", film),
        "fileIds": [global_id("File", file_id)],
        "title": "Beta",
        "year": 2002,
    }

    split = (await execute("curation/split_movie", input=wanted))["splitMovie"]

    assert (split["movie"]["title"], split["movie"]["year"]) == ("Beta", 2002)


async def test_a_series_is_split_by_seasons(app: App, execute: Ask) -> None:
    library_id = await given.library(app, kind="tv")
    show = await given.series(app, "Show", seasons=(1, 1), library_id=library_id)
    found = await execute("tv/series", by={"id": global_id("Series", show)})
    season = found["series"]["seasons"][1]["id"]
    wanted = {"seriesId": global_id("Series", show), "seasonIds": [season], "title": "Other"}

    split = (await execute("curation/split_series", input=wanted))["splitSeries"]

    found = await execute("tv/series", by={"id": split["series"]["id"]})
    assert [each["id"] for each in found["series"]["seasons"]] == [season]


async def test_what_can_not_be_done_is_said(app: App, execute: Ask) -> None:
    film = global_id("Movie", await given.movie(app))

    same = (await execute("curation/merge_movies", input={"into": film, "from": [film]}))["mergeMovies"]
    none = (await execute("curation/split_movie", input={"movieId": film, "title": "A"}))["splitMovie"]
    blank = (await execute("curation/split_movie", input={"movieId": film, "title": " "}))["splitMovie"]

    assert (same["field"], none["field"], blank["field"]) == ("from", "fileIds", "title")
