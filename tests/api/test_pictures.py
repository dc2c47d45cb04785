"""Pictures to choose from, and those of people and collections, as clients are told of them."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.access.permissions import ALL, Permission
from app.access.rule import Access
from app.access.viewer import Viewer, marquee
from app.activity.actor import Actor
from app.api.node import global_id
from app.core.app import App
from app.core.ids import new_id
from app.images.kinds import OwnerKind
from app.metadata.facts import ImageKind
from tests import given
from tests.api.conftest import Ask
from tests.api.test_images import shown
from tests.metadata.picturing import facts, row, save


async def picture_id(app: App, owner_id: UUID, key: str) -> str:
    return global_id("Picture", (await row(app, owner_id, key))["id"])


async def test_people_and_collections_have_theirs_in_the_viewer_s_language(app: App, execute: Ask) -> None:
    movie_id = await given.movie(app)
    person_id, collection_id = await given.person(app), await given.collection(app, movies=(movie_id,))
    await given.movie_credit(app, movie_id, person_id)
    face = await given.picture(app, "profile", owner_kind="person", owner_id=person_id)
    await given.picture(app, "poster", owner_kind="collection", owner_id=collection_id)
    german = await given.picture(
        app, "poster", owner_kind="collection", owner_id=collection_id, language="de", position=5
    )

    person = (await execute("catalog/person", id=global_id("Person", person_id)))["person"]
    by = {"id": global_id("Collection", collection_id)}
    collection = (await execute("catalog/collection", by=by, languages=("de",)))["collection"]

    assert shown(person["profile"]["url"]) == face.hex
    assert (person["profile"]["width"], person["profile"]["height"]) == (342, 513)
    assert shown(collection["poster"]["url"]) == german.hex


async def test_without_any_there_is_none(app: App, ask: Ask) -> None:
    person_id = await given.person(app)
    await save(app, person_id, facts("/a.jpg", ImageKind.PROFILE), kind=OwnerKind.PERSON)

    response = await ask("{ people { nodes { profile { url } } } }")

    assert response["people"]["nodes"] == [{"profile": None}]


async def test_who_edits_sees_what_there_is_page_by_page(app: App, execute: Ask) -> None:
    movie_id = await given.movie(app)
    images = [
        facts(f"/{number}.jpg", language="de", votes=number, score=4.5, width=20) for number in range(5)
    ]
    await save(app, movie_id, *images, facts("/back.jpg", ImageKind.BACKDROP))
    image_id = await given.image(app)
    await app.db.run(
        text(
            "UPDATE images.pictures SET image_id = :image_id, is_chosen = true WHERE provider_key = '/3.jpg'"
        ),
        image_id=image_id,
    )
    await app.db.run(
        text("UPDATE images.pictures SET failure = 'It is damaged.' WHERE provider_key = '/0.jpg'")
    )
    asked = {"by": {"id": global_id("Movie", movie_id)}, "kind": "POSTER", "first": 3}

    one = (await execute("curation/pictures", **asked))["movie"]["pictures"]
    other = (await execute("curation/pictures", **asked, after=one["pageInfo"]["endCursor"]))["movie"][
        "pictures"
    ]

    assert one["totalCount"] == other["totalCount"] == 5
    assert [each["votes"] for each in one["nodes"] + other["nodes"]] == [3, 0, 1, 2, 4]
    chosen, failed, *_ = one["nodes"]
    assert (chosen["isChosen"], chosen["isFetched"], chosen["problem"]) == (True, True, None)
    assert shown(chosen["image"]["url"]) == image_id.hex
    assert (failed["isChosen"], failed["isFetched"], failed["image"]) == (False, False, None)
    assert failed["problem"] == "It is damaged."
    told = [failed[name] for name in ("kind", "source", "provider", "language", "score", "width", "height")]
    assert told == ["POSTER", "PROVIDER", "tmdb", "de", 4.5, 20, None]


async def test_who_may_not_edit_is_told_of_none(app: App, ask: Ask) -> None:
    movie_id = await given.movie(app)
    await save(app, movie_id, facts("/a.jpg"))
    viewer = Viewer(permissions=ALL - {Permission.CONTENT_MODERATE}, access=marquee().access)
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } movies { nodes { pictures { totalCount nodes { id } } } } }"

    response = await ask(query, viewer=viewer, ids=[await picture_id(app, movie_id, "/a.jpg")])

    assert response["movies"]["nodes"] == [{"pictures": {"totalCount": 0, "nodes": []}}]
    assert response["nodes"] == [None]
    assert [error["extensions"]["code"] for error in response.errors] == ["PERMISSION_DENIED"]


async def test_choosing_and_leaving_it_again(app: App, execute: Ask) -> None:
    movie_id = await given.movie(app)
    await save(app, movie_id, facts("/a.jpg"))
    key = await picture_id(app, movie_id, "/a.jpg")

    picked = (await execute("curation/choose_picture", input={"id": key}))["choosePicture"]["picture"]
    left = (await execute("curation/unchoose_picture", input={"id": key}))["unchoosePicture"]["picture"]

    assert (picked["id"], picked["isChosen"], picked["isFetched"]) == (key, True, False)
    assert picked["nextTryAt"] is not None
    assert left == {"id": key, "isChosen": False}


@pytest.mark.parametrize("operation", ["choose", "unchoose"])
async def test_what_is_no_picture_is_not_chosen(app: App, ask: Ask, operation: str) -> None:
    mutation = f"mutation ($id: ID!) {{ answer: {operation}Picture(input: {{id: $id}}) {{ __typename }} }}"
    movie_id = await given.movie(app)
    await save(app, movie_id, facts("/a.jpg"))
    key = await picture_id(app, movie_id, "/a.jpg")

    async def answer(key: str, viewer: Viewer | None = None) -> Any:
        return (await ask(mutation, id=key, viewer=viewer))["answer"]["__typename"]

    assert await answer(global_id("Picture", new_id())) == "NotFound"
    assert await answer(global_id("Movie", movie_id)) == "InvalidInput"
    assert await answer(key, Viewer(permissions=frozenset({Permission.MOVIE_GET}))) == "PermissionDenied"
    restricted = replace(marquee(), access=Access(max_age=12))
    assert await answer(key, restricted) == "PermissionDenied"
    assert (await row(app, movie_id, "/a.jpg"))["is_chosen"] is False


@pytest.mark.parametrize(
    ("change", "expected", "field"),
    [
        ({"sizeBytes": 0}, "InvalidInput", "sizeBytes"),
        ({"sizeBytes": (20 << 20) + 1}, "InvalidInput", "sizeBytes"),
        ({"kind": "PROFILE"}, "InvalidInput", "kind"),
        ({"ownerId": "nonsense"}, "InvalidInput", "ownerId"),
        ({"ownerId": global_id("Genre", new_id())}, "InvalidInput", "ownerId"),
        ({"ownerId": global_id("Movie", new_id())}, "NotFound", None),
    ],
)
async def test_nobody_is_told_to_upload_what_would_not_be_taken(
    app: App, execute: Ask, change: dict[str, Any], expected: str, field: str | None
) -> None:
    movie_id, user_id = await given.movie(app), await given.user(app)
    wanted = {"ownerId": global_id("Movie", movie_id), "kind": "POSTER", "sizeBytes": 100} | change
    viewer = replace(marquee(), actor=Actor(user_id))

    answer = (await execute("curation/begin_picture_upload", viewer=viewer, input=wanted))[
        "beginPictureUpload"
    ]

    assert (answer["__typename"], answer.get("field")) == (expected, field)


async def test_marquee_itself_uploads_nothing(app: App, execute: Ask) -> None:
    wanted = {"ownerId": global_id("Movie", await given.movie(app)), "kind": "POSTER", "sizeBytes": 100}

    answer = (await execute("curation/begin_picture_upload", input=wanted))["beginPictureUpload"]

    assert answer["__typename"] == "Conflict"
