"""What people say of pictures counts before all that files and providers have."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.access.viewer import marquee
from app.activity.actor import Actor
from app.core.app import App
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.images.kinds import OwnerKind, PictureKind
from app.images.refusal import Refused
from app.library.picture_reads import pictures_of_movies
from app.metadata import picture_choice
from app.metadata.facts import ImageKind
from app.metadata.picture_choice import Place, choose_picture, unchoose_picture, upload_picture
from tests import given
from tests.images.pictures import BLUE, GREEN, RED, file, picture
from tests.metadata.picturing import JOBS, facts, row, rows, save

ENTRIES = text("SELECT action, kind, key, after FROM activity.entries ORDER BY id")
SHOW = text("UPDATE images.pictures SET image_id = :image_id, fetch_at = NULL WHERE provider_key = :key")


async def choose(app: App, picture_id: UUID, *, is_chosen: bool = True) -> None:
    async with app.transaction() as tx:
        await (choose_picture if is_chosen else unchoose_picture)(tx, Actor(), picture_id)


async def poster(app: App, movie_id: UUID) -> UUID | None:
    found = (await pictures_of_movies(app.db, marquee(), [movie_id]))[movie_id].get("poster")
    return found and found.id


@pytest.fixture
async def movie_id(app: App) -> UUID:
    """A film that two pictures were fetched of, and one wasn't."""
    movie_id = await given.movie(app)
    await save(app, movie_id, facts("/a.jpg"), facts("/b.jpg"), facts("/c.jpg"))
    for key in ("/a.jpg", "/b.jpg"):
        await app.db.run(SHOW, image_id=await given.image(app), key=key)
    await app.db.run(text("DELETE FROM outbox.jobs"))
    return movie_id


async def picked(app: App, movie_id: UUID) -> list[Any]:
    return [each["provider_key"] for each in await rows(app, movie_id) if each["is_chosen"]]


async def test_one_that_is_here_is_shown_at_once_and_another_in_its_place(app: App, movie_id: UUID) -> None:
    second, first = await row(app, movie_id, "/b.jpg"), await row(app, movie_id, "/a.jpg")
    assert await poster(app, movie_id) == first["image_id"]

    await choose(app, second["id"])
    assert await poster(app, movie_id) == second["image_id"]
    await choose(app, first["id"])
    await choose(app, first["id"])

    assert await poster(app, movie_id) == first["image_id"]
    assert await picked(app, movie_id) == ["/a.jpg"]
    entries = [tuple(each)[:3] for each in await app.db.rows(ENTRIES)]
    assert entries == [("picture.chosen", "movie", str(movie_id))] * 2


async def test_one_that_is_not_here_is_fetched_and_the_others_are_shown_until_then(
    app: App, movie_id: UUID
) -> None:
    third = await row(app, movie_id, "/c.jpg")

    await choose(app, third["id"])

    assert await poster(app, movie_id) == (await row(app, movie_id, "/a.jpg"))["image_id"]
    assert (await row(app, movie_id, "/c.jpg"))["fetch_at"] is not None
    assert [tuple(job) for job in await app.db.rows(JOBS)] == [("metadata.fetch_pictures", [[str(movie_id)]])]
    image_id = await given.image(app)
    await app.db.run(SHOW, image_id=image_id, key="/c.jpg")
    assert await poster(app, movie_id) == image_id


async def test_it_stays_whatever_providers_say_until_it_is_left_to_them_again(
    app: App, movie_id: UUID
) -> None:
    second = await row(app, movie_id, "/b.jpg")
    await choose(app, second["id"])

    await save(app, movie_id, facts("/a.jpg", score=10.0))
    assert await poster(app, movie_id) == second["image_id"]
    for _ in range(2):
        await choose(app, second["id"], is_chosen=False)

    assert await poster(app, movie_id) == (await row(app, movie_id, "/a.jpg"))["image_id"]
    await save(app, movie_id, facts("/a.jpg"))
    assert [each["provider_key"] for each in await rows(app, movie_id)] == ["/a.jpg"]
    actions = [each["action"] for each in await app.db.rows(ENTRIES)]
    assert actions == ["picture.chosen", "picture.unchosen"]


async def test_a_choice_is_one_of_a_kind(app: App, movie_id: UUID) -> None:
    other_id = await given.movie(app)
    await save(app, movie_id, facts("/a.jpg"), facts("/b.jpg"), facts("/back.jpg", ImageKind.BACKDROP))
    await save(app, other_id, facts("/other.jpg"))

    for owner_id, key in ((movie_id, "/b.jpg"), (movie_id, "/back.jpg"), (other_id, "/other.jpg")):
        await choose(app, (await row(app, owner_id, key))["id"])

    assert sorted(await picked(app, movie_id)) == ["/b.jpg", "/back.jpg"]
    assert await picked(app, other_id) == ["/other.jpg"]


async def test_of_many_who_choose_at_once_one_is_heard_last(app: App, movie_id: UUID) -> None:
    ids = [each["id"] for each in await rows(app, movie_id)]

    await asyncio.gather(*(choose(app, picture_id) for picture_id in ids * 3))

    assert len(await picked(app, movie_id)) == 1


@pytest.mark.parametrize("is_chosen", [True, False])
async def test_what_is_not_there_can_t_be_chosen(app: App, movie_id: UUID, is_chosen: bool) -> None:
    user_id = await given.user(app)
    avatar = await given.picture(app, "avatar", owner_kind="user", owner_id=user_id)
    orphan = await given.picture(app, owner_id=new_id())
    ids = await app.db.rows(
        text("SELECT id FROM images.pictures WHERE image_id = ANY(CAST(:ids AS uuid[]))"),
        ids=[avatar, orphan],
    )

    for picture_id in (new_id(), *(each["id"] for each in ids)):
        with pytest.raises(NotFound):
            await choose(app, picture_id, is_chosen=is_chosen)

    assert await app.db.rows(ENTRIES) == []


async def test_what_somebody_brings_is_shown_before_all_else(app: App, movie_id: UUID) -> None:
    place = Place(OwnerKind.MOVIE, movie_id, PictureKind.POSTER)
    await choose(app, (await row(app, movie_id, "/b.jpg"))["id"])

    blue = await upload_picture(app, Actor(), place, file(picture(color=BLUE)))
    assert await poster(app, movie_id) == blue
    red = await upload_picture(app, Actor(), place, file(picture(60, 90, RED)))
    assert await poster(app, movie_id) == red
    again = await upload_picture(app, Actor(), place, file(picture(color=BLUE)))

    assert again == blue == await poster(app, movie_id)
    uploads = [each for each in await rows(app, movie_id) if each["source"] == "upload"]
    assert sorted((each["is_chosen"], each["width"], each["height"]) for each in uploads) == [
        (False, 60, 90),
        (True, 300, 450),
    ]
    assert [each["action"] for each in await app.db.rows(ENTRIES)][1:] == ["picture.uploaded"] * 3
    [chosen] = [each for each in uploads if each["is_chosen"]]
    await choose(app, chosen["id"], is_chosen=False)
    assert await poster(app, movie_id) == (await row(app, movie_id, "/a.jpg"))["image_id"]


async def test_the_oldest_that_nobody_chose_make_room(
    app: App, movie_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_choice, "MOST_UPLOADS", 2)
    place = Place(OwnerKind.MOVIE, movie_id, PictureKind.POSTER)

    images = [
        await upload_picture(app, Actor(), place, file(picture(color=color))) for color in (RED, GREEN, BLUE)
    ]

    left = [each["image_id"] for each in await rows(app, movie_id) if each["source"] == "upload"]
    assert sorted(left) == sorted(images[1:])
    assert len(await rows(app, movie_id)) == 5


async def test_what_is_not_shown_or_not_there_takes_none(app: App, movie_id: UUID) -> None:
    content = file(picture())

    with pytest.raises(Invalid, match="backdrop, logo, poster"):
        await upload_picture(app, Actor(), Place(OwnerKind.MOVIE, movie_id, PictureKind.PROFILE), content)
    with pytest.raises(Invalid):
        await upload_picture(app, Actor(), Place(OwnerKind.USER, movie_id, PictureKind.AVATAR), content)
    with pytest.raises(NotFound):
        await upload_picture(app, Actor(), Place(OwnerKind.SERIES, movie_id, PictureKind.POSTER), content)
    with pytest.raises(Refused):
        await upload_picture(app, Actor(), Place(OwnerKind.MOVIE, movie_id, PictureKind.POSTER), b"nothing")

    assert len(await rows(app, movie_id)) == 3
    assert await app.db.rows(ENTRIES) == []
