"""Pictures of works are put where a signed address says, by those who may edit."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from app.access.builtin import MODERATOR
from app.access.viewer import marquee
from app.activity.actor import Actor
from app.api.node import global_id
from app.core.app import App
from app.images import links
from app.images.kinds import OwnerKind, PictureKind
from app.images.links import picture_link, upload_link
from app.main import build, graph
from tests import given
from tests.api.conftest import Ask, ask, execute
from tests.images.pictures import BLUE, RED, file, opened, picture

__all__ = ["ask", "execute"]

ENTRIES = text("SELECT action, user_id, kind, key, address FROM activity.entries ORDER BY id")
PICTURES = text("SELECT owner_kind, owner_id, kind, source, is_chosen FROM images.pictures ORDER BY id")


@pytest.fixture
async def client(app: App) -> AsyncIterator[httpx.AsyncClient]:
    site = httpx.ASGITransport(build(app, graph(app)), client=("203.0.113.9", 1))
    async with httpx.AsyncClient(transport=site, base_url="http://localhost:8000") as client:
        yield client


@pytest.fixture
async def user_id(app: App) -> UUID:
    return await given.user(app, "ripley", roles=[MODERATOR])


@pytest.fixture
async def movie_id(app: App) -> UUID:
    return await given.movie(app)


def address(app: App, movie_id: UUID, user_id: UUID, kind: PictureKind = PictureKind.POSTER) -> str:
    return picture_link(app.keyring, OwnerKind.MOVIE, movie_id, kind, user_id)[0]


async def test_somebody_uploads_a_poster_and_all_see_it(
    app: App, client: httpx.AsyncClient, execute: Ask, ask: Ask, user_id: UUID, movie_id: UUID
) -> None:
    content = file(picture(600, 900, BLUE), "PNG")
    wanted = {"ownerId": global_id("Movie", movie_id), "kind": "POSTER", "sizeBytes": len(content)}
    viewer = replace(marquee(), actor=Actor(user_id))
    begun = await execute("curation/begin_picture_upload", viewer=viewer, input=wanted)

    put = await client.put(begun["beginPictureUpload"]["url"], content=content)

    assert (put.status_code, put.content) == (204, b"")
    poster = (await ask("{ movies { nodes { poster(width: 92) { url color } } } }"))["movies"]["nodes"][0][
        "poster"
    ]
    assert poster["color"] == "#2832d2"
    assert opened((await client.get(poster["url"])).content).size == (92, 138)
    [entry] = await app.db.rows(ENTRIES)
    assert tuple(entry) == ("picture.uploaded", user_id, "movie", str(movie_id), "203.0.113.9")
    [row] = await app.db.rows(PICTURES)
    assert tuple(row) == ("movie", movie_id, "poster", "upload", True)


@pytest.mark.parametrize("kind", ["Series", "Season", "Episode", "Person", "Collection"])
async def test_all_that_is_shown_takes_pictures(
    app: App, client: httpx.AsyncClient, execute: Ask, ask: Ask, user_id: UUID, kind: str
) -> None:
    series_id = await given.series(app)
    season_id = await given.season(app, series_id)
    owners = {
        "Series": (series_id, "POSTER"),
        "Season": (season_id, "POSTER"),
        "Episode": (await given.episode(app, series_id, season_id), "STILL"),
        "Person": (await given.person(app), "PROFILE"),
        "Collection": (await given.collection(app), "BACKDROP"),
    }
    owner_id, picture_kind = owners[kind]
    key = global_id(kind, owner_id)
    viewer = replace(marquee(), actor=Actor(user_id))
    wanted = {"ownerId": key, "kind": picture_kind, "sizeBytes": 1000}
    begun = await execute("curation/begin_picture_upload", viewer=viewer, input=wanted)

    put = await client.put(begun["beginPictureUpload"]["url"], content=file(picture(), "PNG"))

    assert put.status_code == 204
    asked = (
        f"query ($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ {picture_kind.lower()} {{ color }} }} }} }}"
    )
    assert (await ask(asked, id=key))["node"] == {picture_kind.lower(): {"color": "#c81e28"}}


async def test_an_address_is_good_for_one_thing_one_person_and_ten_minutes(
    app: App,
    client: httpx.AsyncClient,
    user_id: UUID,
    movie_id: UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good, expires_at = picture_link(app.keyring, OwnerKind.MOVIE, movie_id, PictureKind.POSTER, user_id)
    other_user, other_movie = await given.user(app, roles=[MODERATOR]), await given.movie(app)
    query = good.partition("?")[2]
    avatar = upload_link(app.keyring, movie_id)[0].partition("?")[2]
    content = file(picture(), "PNG")
    wrong = [
        good.partition("?")[0],
        good + "A",
        good.replace(user_id.hex, other_user.hex),
        good.replace(movie_id.hex, other_movie.hex),
        good.replace("/poster/", "/backdrop/"),
        good.replace("/movie/", "/series/"),
        good.replace("/movie/", "/user/"),
        good.replace("/movie/", "/nonsense/"),
        good.replace("/poster/", "/nonsense/"),
        good.replace(movie_id.hex, "nonsense"),
        f"/pictures/movie/{movie_id.hex}/poster/{user_id.hex}?{avatar}",
        f"/avatars/{user_id.hex}?{query}",
    ]

    for each in wrong:
        assert (await client.put(each, content=content)).status_code == 404, each
    monkeypatch.setattr(links, "now", lambda: expires_at)
    assert (await client.put(good, content=content)).status_code == 404
    assert await app.db.rows(PICTURES) == []


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM identity.users",
        "UPDATE identity.users SET disabled_at = now()",
        "UPDATE access.user_roles SET role_id = '00000000-0000-0000-0000-000000000003'",
        "DELETE FROM movies.movies",
    ],
)
async def test_who_may_not_any_more_or_for_what_is_gone_uploads_nothing(
    app: App, client: httpx.AsyncClient, user_id: UUID, movie_id: UUID, change: str
) -> None:
    url = address(app, movie_id, user_id)
    await app.db.run(text(change))

    answer = await client.put(url, content=file(picture(), "PNG"))

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert await app.db.rows(PICTURES) == []


async def test_who_sees_less_than_all_uploads_nothing(
    app: App, client: httpx.AsyncClient, movie_id: UUID
) -> None:
    user_id = await given.user(app, roles=[MODERATOR])
    await given.bounds(app, user_id=user_id, max_age=12)

    answer = await client.put(address(app, movie_id, user_id), content=file(picture(), "PNG"))

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 415, "NOT_AN_IMAGE"),
        (b"<svg onload='alert(1)'/>", 415, "NOT_AN_IMAGE"),
        (file(picture(), "JPEG")[:200], 422, "DAMAGED"),
    ],
)
async def test_what_is_no_good_image_is_refused_and_leaves_nothing(
    app: App, client: httpx.AsyncClient, user_id: UUID, movie_id: UUID, content: bytes, status: int, code: str
) -> None:
    answer = await client.put(address(app, movie_id, user_id), content=content)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await app.db.rows(PICTURES) == []
    assert await app.db.rows(ENTRIES) == []


async def test_too_many_bytes_are_refused(
    app: App, client: httpx.AsyncClient, user_id: UUID, movie_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.pictures.MOST_BYTES", 100)

    answer: Any = await client.put(address(app, movie_id, user_id), content=file(picture(color=RED), "PNG"))

    assert (answer.status_code, answer.json()["code"]) == (413, "TOO_MANY_BYTES")


async def test_nothing_else_than_put_is_answered(
    app: App, client: httpx.AsyncClient, user_id: UUID, movie_id: UUID
) -> None:
    for method in ("GET", "POST", "DELETE"):
        assert (await client.request(method, address(app, movie_id, user_id))).status_code == 405
