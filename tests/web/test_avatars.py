"""Avatars are put where a signed address says, if they are images."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from app.access.viewer import marquee
from app.activity.actor import Actor
from app.api.node import global_id
from app.core.app import App
from app.images import links
from app.images.links import link, upload_link
from app.images.studio import StudioFailed, studio
from app.main import build, graph
from app.settings.registry import SERVER
from app.settings.writes import change_settings
from tests import given
from tests.api.conftest import Ask, ask, execute
from tests.images.pictures import BLUE, RED, bomb, file, opened, picture

__all__ = ["ask", "execute"]

ENTRIES = text("SELECT action, user_id, address FROM activity.entries ORDER BY id")
IMAGES = text("SELECT color FROM images.images ORDER BY id")


@pytest.fixture
async def client(app: App) -> AsyncIterator[httpx.AsyncClient]:
    site = httpx.ASGITransport(build(app, graph(app)), client=("203.0.113.9", 1))
    async with httpx.AsyncClient(transport=site, base_url="http://localhost:8000") as client:
        yield client


@pytest.fixture
async def user_id(app: App) -> UUID:
    return await given.user(app, "ripley")


def viewer(user_id: UUID) -> Any:
    return replace(marquee(), actor=Actor(user_id))


async def test_somebody_uploads_an_avatar_and_all_see_it(
    app: App, client: httpx.AsyncClient, execute: Ask, ask: Ask, user_id: UUID
) -> None:
    content = file(picture(600, 600, BLUE), "PNG")
    begun = await execute(
        "identity/begin_avatar_upload", viewer=viewer(user_id), input={"sizeBytes": len(content)}
    )

    put = await client.put(begun["beginAvatarUpload"]["url"], content=content)

    assert (put.status_code, put.content) == (204, b"")
    query = "query ($id: ID!) { user(by: {id: $id}) { avatar(width: 92) { url width height color } } }"
    avatar = (await ask(query, id=global_id("User", user_id)))["user"]["avatar"]
    assert (avatar["width"], avatar["height"], avatar["color"]) == (92, 92, "#2832d2")
    shown = await client.get(avatar["url"])
    assert opened(shown.content).size == (92, 92)
    (entry,) = await app.db.rows(ENTRIES)
    assert tuple(entry) == ("user.avatar_changed", user_id, "203.0.113.9")


async def test_a_new_one_takes_the_place_of_the_old_one_and_it_can_be_taken_away(
    app: App, client: httpx.AsyncClient, execute: Ask, user_id: UUID
) -> None:
    address, _ = upload_link(app.keyring, user_id)
    for color in (RED, BLUE):
        assert (await client.put(address, content=file(picture(color=color), "PNG"))).status_code == 204
    assert await app.db.value(text("SELECT count(*) FROM images.pictures")) == 1

    removed = await execute("identity/remove_avatar", viewer=viewer(user_id))
    again = await execute("identity/remove_avatar", viewer=viewer(user_id))

    for each in (removed, again):
        assert each["removeAvatar"]["__typename"] == "RemoveAvatarPayload"
        assert each["removeAvatar"]["user"]["avatar"] is None
    actions = [row[0] for row in await app.db.rows(ENTRIES)]
    assert actions == ["user.avatar_changed"] * 2 + ["user.avatar_removed"]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 415, "NOT_AN_IMAGE"),
        (b"<svg onload='alert(1)'/>", 415, "NOT_AN_IMAGE"),
        (b"GIF89a<script>alert(1)</script>", 422, "DAMAGED"),
        (file(picture(), "JPEG")[:200], 422, "DAMAGED"),
        (bomb(9_000), 422, "TOO_MANY_PIXELS"),
    ],
)
async def test_what_is_no_good_image_is_refused_and_leaves_nothing(
    app: App, client: httpx.AsyncClient, user_id: UUID, content: bytes, status: int, code: str
) -> None:
    address, _ = upload_link(app.keyring, user_id)

    answer = await client.put(address, content=content, headers={"content-type": "image/png"})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"]
    assert await app.db.rows(IMAGES) == []
    assert await app.db.rows(ENTRIES) == []


async def test_too_many_bytes_are_refused_whether_they_are_announced_or_not(
    app: App, client: httpx.AsyncClient, user_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.avatars.MOST_BYTES", 10_000)
    address, _ = upload_link(app.keyring, user_id)
    sent: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        while len(sent) < 1000:
            sent.append(1)
            yield b"\xff\xd8\xff" * 500

    announced = await client.put(address, content=b"\xff\xd8\xff" * 5_000)
    streamed = await client.put(address, content=endless())

    for each in (announced, streamed):
        assert (each.status_code, each.json()["code"]) == (413, "TOO_MANY_BYTES")


@pytest.mark.parametrize("size", [0, -1, (10 << 20) + 1])
async def test_a_size_that_is_not_taken_is_told_before(ask: Ask, user_id: UUID, size: int) -> None:
    mutation = """mutation ($size: Int!) { answer: beginAvatarUpload(input: {sizeBytes: $size}) {
        __typename ... on InvalidInput { field } } }"""

    answer = (await ask(mutation, viewer=viewer(user_id), size=size))["answer"]

    assert answer == {"__typename": "InvalidInput", "field": "sizeBytes"}


async def test_an_address_is_good_for_one_person_and_ten_minutes(
    app: App, client: httpx.AsyncClient, user_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, expires_at = upload_link(app.keyring, user_id)
    content = file(picture(), "PNG")
    other = await given.user(app)
    image = urlsplit(link(app.keyring, user_id, 92)).query
    wrong = [
        address.replace(user_id.hex, other.hex),
        address.partition("?")[0],
        address + "A",
        f"/avatars/{user_id.hex}?{image}",
        f"/avatars/{user_id}?{urlsplit(address).query}",
        f"/avatars/..%2f{user_id.hex}?{urlsplit(address).query}",
    ]

    for each in wrong:
        assert (await client.put(each, content=content)).status_code == 404, each
    monkeypatch.setattr(links, "now", lambda: expires_at)
    assert (await client.put(address, content=content)).status_code == 404
    assert await app.db.rows(IMAGES) == []


@pytest.mark.parametrize(
    "change", ["DELETE FROM identity.users", "UPDATE identity.users SET disabled_at = now()"]
)
async def test_an_account_that_is_gone_or_disabled_gets_none(
    app: App, client: httpx.AsyncClient, user_id: UUID, change: str
) -> None:
    address, _ = upload_link(app.keyring, user_id)
    await app.db.run(text(change))

    assert (await client.put(address, content=file(picture(), "PNG"))).status_code == 404
    assert await app.db.value(text("SELECT count(*) FROM images.pictures")) == 0


async def test_uploads_count_as_mutations(app: App, client: httpx.AsyncClient, user_id: UUID) -> None:
    async with app.transaction() as tx:
        await change_settings(tx, Actor(), {"rate_mutations": 2}, SERVER)
    address, _ = upload_link(app.keyring, user_id)

    answers = [await client.put(address, content=b"nothing") for _ in range(3)]

    assert [each.status_code for each in answers] == [415, 415, 429]
    assert int(answers[2].headers["retry-after"]) > 0


async def test_trouble_of_ours_is_to_be_tried_again(
    app: App, client: httpx.AsyncClient, user_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, _ = upload_link(app.keyring, user_id)

    async def failing(content: bytes) -> Any:
        raise StudioFailed("no process")

    monkeypatch.setattr(studio(app), "render", failing)

    answer = await client.put(address, content=file(picture(33, 44), "PNG"))

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0


async def test_marquee_itself_has_none(ask: Ask) -> None:
    answer = await ask("mutation { removeAvatar { __typename } }")

    assert answer["removeAvatar"]["__typename"] == "Conflict"
