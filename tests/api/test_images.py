"""Images as clients are told of them."""

from base64 import b64decode
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from app.access.permissions import ALL
from app.access.rule import Access
from app.access.viewer import Viewer
from app.core.app import App
from app.core.bulk import insert
from app.images.links import good_for_s
from app.library.image_tables import TakenImageRow
from tests import given
from tests.api.conftest import Ask

POSTER = "{ movies { nodes { poster(width: %s) { url width height placeholder color } } } }"


def shown(url: str) -> str:
    """The id of the image that an address leads to."""
    return urlsplit(url).path.split("/")[2]


async def test_a_poster_has_all_that_a_page_needs(app: App, execute: Ask) -> None:
    library_id = await given.library(app)
    movie_id = await given.movie(app, "Alien", library_id=library_id)
    image_id = await given.shown(app, library_id, movie_id=movie_id)

    data = await execute("catalog/artwork", first=5, width=300)

    (movie,) = data["movies"]["nodes"]
    poster = movie["poster"]
    assert movie["backdrop"] is None
    assert (poster["width"], poster["height"], poster["color"]) == (342, 513, "#102030")
    assert len(b64decode(poster["placeholder"])) == 4
    address = urlsplit(poster["url"])
    query = parse_qs(address.query)
    assert address.path == f"/images/{image_id.hex}/342"
    assert good_for_s(app.keyring, image_id, query["e"][0], query["s"][0]) > 86_400
    (artwork,) = movie["artwork"]
    assert (artwork["kind"], artwork["problem"], artwork["image"]["width"]) == ("POSTER", None, 185)


@pytest.mark.parametrize(
    ("asked", "given_size"), [(1, (92, 138)), (92, (92, 138)), (93, (154, 231)), (5000, (1000, 1500))]
)
async def test_the_size_told_is_that_which_is_given(
    app: App, ask: Ask, asked: int, given_size: tuple[int, int]
) -> None:
    library_id = await given.library(app)
    await given.shown(app, library_id, movie_id=await given.movie(app, library_id=library_id))

    poster = (await ask(POSTER % asked))["movies"]["nodes"][0]["poster"]

    assert (poster["width"], poster["height"]) == given_size


async def test_no_image_is_narrower_than_a_pixel(app: App, ask: Ask) -> None:
    await given.movie(app)

    response = await ask(POSTER % 0)

    assert [error["extensions"]["code"] for error in response.errors] == ["INVALID_INPUT"]


async def test_what_was_not_taken_yet_or_refused_is_null_and_says_why(app: App, execute: Ask) -> None:
    library_id = await given.library(app)
    movie_id = await given.movie(app, library_id=library_id)
    waiting = await given.artwork(app, library_id, movie_id=movie_id)
    refused = await given.artwork(app, library_id, movie_id=movie_id)
    row = {"file_id": refused, "size_bytes": 1, "mtime_ns": 1, "failure": "It is damaged."}
    await insert(app.db, TakenImageRow, [row])

    data = await execute("catalog/artwork")

    (movie,) = data["movies"]["nodes"]
    assert movie["poster"] is None
    assert [(each["image"], each["problem"]) for each in movie["artwork"]] == [
        (None, None),
        (None, "It is damaged."),
    ]
    assert waiting != refused


async def test_a_person_s_choice_comes_first_then_files_then_the_viewer_s_language_and_votes(
    app: App, ask: Ask
) -> None:
    movie_id = await given.movie(app)
    library_id = await given.library(app)
    order: list[UUID] = [
        await given.picture(app, owner_id=movie_id, language="fr", score=1),
        await given.picture(app, owner_id=movie_id, score=3, position=9),
        await given.picture(app, owner_id=movie_id, score=2),
        await given.picture(app, owner_id=movie_id, score=5),
        await given.picture(app, owner_id=movie_id, language="de", score=0),
        await given.shown(app, library_id, movie_id=movie_id),
        await given.picture(app, owner_id=movie_id, language="fr", is_chosen=True),
    ]
    await given.picture(app, owner_id=await given.person(app), owner_kind="person", is_chosen=True)

    for image_id in (order[6], order[5], order[4], order[3], order[2], order[1], order[0]):
        response = await ask(POSTER % 92, languages=("de",))
        assert shown(response["movies"]["nodes"][0]["poster"]["url"]) == image_id.hex
        await forget(app, image_id)
    assert (await ask(POSTER % 92))["movies"]["nodes"][0]["poster"] is None


async def forget(app: App, image_id: UUID) -> None:
    async with app.database.pool.acquire() as connection:
        await connection.execute("DELETE FROM images.pictures WHERE image_id = $1", image_id)
        await connection.execute("DELETE FROM library.taken_images WHERE image_id = $1", image_id)


async def test_series_seasons_and_episodes_have_theirs(app: App, ask: Ask) -> None:
    library_id = await given.library(app, kind="tv")
    series_id = await given.series(app, library_id=library_id)
    season_id = await given.season(app, series_id)
    episode_id = await given.episode(app, series_id, season_id)
    logo = await given.shown(app, library_id, "logo", series_id=series_id)
    poster = await given.shown(app, library_id, season_id=season_id)
    still = await given.shown(app, library_id, "still", episode_id=episode_id)

    response = await ask(
        "{ allSeries { nodes { poster { url } logo { url } seasons { poster { url }"
        " episodes { nodes { still { url } } } } } } }"
    )

    (series,) = response["allSeries"]["nodes"]
    (season,) = series["seasons"]
    assert series["poster"] is None
    assert shown(series["logo"]["url"]) == logo.hex
    assert shown(season["poster"]["url"]) == poster.hex
    assert shown(season["episodes"]["nodes"][0]["still"]["url"]) == still.hex


async def test_no_address_is_given_of_what_does_not_exist_for_the_viewer(app: App, ask: Ask) -> None:
    open_library, closed_library = await given.library(app), await given.library(app)
    movie_id = await given.movie(app, library_id=open_library)
    await given.movie_in(app, movie_id, closed_library)
    await given.shown(app, closed_library, movie_id=movie_id)
    hidden = await given.movie(app, library_id=closed_library)
    await given.picture(app, owner_id=hidden)
    viewer = Viewer(permissions=ALL, access=Access(library_ids=(open_library,)))

    response = await ask(POSTER % 92, viewer=viewer)

    assert response["movies"]["nodes"] == [{"poster": None}]
    assert len([one for one in (await ask(POSTER % 92))["movies"]["nodes"] if one["poster"]]) == 2


async def test_posters_backdrops_and_logos_of_a_page_cost_one_statement(
    app: App, ask: Ask, statements: list[str]
) -> None:
    library_id = await given.library(app)
    for _ in range(10):
        movie_id = await given.movie(app, library_id=library_id)
        await given.shown(app, library_id, movie_id=movie_id)
    statements.clear()

    await ask(
        "{ movies(first: 10) { nodes { poster { url } small: poster(width: 92) { url } backdrop { url } } } }"
    )

    assert len(statements) == 2, statements
