"""Providers of metadata by the API: how it stands with them, and which a library asks."""

import pytest

from app.access.permissions import Permission
from app.access.viewer import Viewer
from app.activity.actor import Actor
from app.api.node import global_id
from app.core.ids import new_id
from app.metadata import registry
from app.settings.secrets import set_secret
from app.settings.writes import change_settings
from tests import given

ASKED = "query ($id: ID!) { library(id: $id) { metadataProviders } }"


async def choose(execute, library_id, providers):
    wanted = {"libraryId": global_id("Library", library_id), "providers": providers}
    return (await execute("library/choose_metadata_providers", input=wanted))["chooseMetadataProviders"]


async def providers(execute):
    return {each["id"]: each for each in (await execute("settings/metadata_providers"))["metadataProviders"]}


async def test_what_is_missing_is_told(app, execute):
    found = (await providers(execute))["tmdb"]

    assert found == {
        "id": "tmdb",
        "name": "TMDb",
        "kinds": ["MOVIE", "TV"],
        "tells": "WORKS",
        "isLocal": False,
        "secret": "tmdb",
        "isAsked": True,
        "status": {
            "state": "NO_KEY",
            "message": "TMDb needs a key: keep one as the secret `tmdb`.",
            "since": None,
            "until": None,
            "lastAnsweredAt": None,
        },
    }


async def test_with_a_key_it_is_ready_also_where_nobody_asks_it(app, execute):
    async with app.transaction() as tx:
        await set_secret(tx, Actor(), app.keyring, "tmdb", "k" * 32)
        await change_settings(tx, Actor(), {"metadata_providers": []})

    found = (await providers(execute))["tmdb"]

    assert (found["isAsked"], found["status"]["state"]) == (False, "READY")


async def test_those_that_count_come_first_whose_word_counts_most(app, execute):
    async with app.transaction() as tx:
        await change_settings(tx, Actor(), {"metadata_providers": ["omdb", "tmdb"]})

    found = await providers(execute)

    assert list(found)[:4] == ["nfo", "omdb", "tmdb", "tags"]
    assert [found[name]["isAsked"] for name in ("nfo", "omdb", "tmdb", "tags", "fanart")] == [True] * 4 + [
        False
    ]


@pytest.mark.parametrize("name", ["nfo", "tags"])
async def test_what_lies_in_the_library_needs_neither_key_nor_choice(app, execute, name):
    found = (await providers(execute))[name]

    assert (found["isLocal"], found["secret"], found["status"]["state"]) == (True, None, "READY")


@pytest.mark.parametrize(("name", "tells"), [("fanart", "PICTURES"), ("omdb", "RATINGS")])
async def test_who_only_adds_to_works_says_what(app, execute, name, tells):
    found = (await providers(execute))[name]

    assert (found["tells"], found["isLocal"], found["isAsked"]) == (tells, False, False)
    assert found["status"]["message"].endswith(f"keep one as the secret `{name}`.")


async def test_a_library_chooses_whom_it_asks(app, execute, ask):
    library_id = await given.library(app, name="Films")
    before = await ask(ASKED, id=global_id("Library", library_id))

    chosen = await choose(execute, library_id, ["tmdb"])
    nobody = await choose(execute, library_id, [])
    as_the_server = await choose(execute, library_id, None)

    assert before["library"]["metadataProviders"] is None
    assert chosen["library"]["metadataProviders"] == ["tmdb"]
    assert nobody["library"]["metadataProviders"] == []
    assert as_the_server["library"]["metadataProviders"] is None


async def test_what_is_left_out_is_as_the_server_is_set(app, execute):
    library_id = await given.library(app, name="Films")
    await choose(execute, library_id, [])

    wanted = {"libraryId": global_id("Library", library_id)}
    left_out = (await execute("library/choose_metadata_providers", input=wanted))["chooseMetadataProviders"]

    assert left_out["library"]["metadataProviders"] is None


async def test_a_choice_that_can_not_be_taken(app, execute):
    library_id = await given.library(app, name="Films")

    unknown = await choose(execute, library_id, ["imdb"])
    local = await choose(execute, library_id, ["nfo"])
    gone = await choose(execute, new_id(), ["tmdb"])

    assert (unknown["__typename"], unknown["field"]) == ("InvalidInput", "providers")
    known = ", ".join(each.about.id for each in registry.ALL)
    assert unknown["message"] == f"There is no provider imdb. There are: {known}."
    assert (local["__typename"], local["field"]) == ("InvalidInput", "providers")
    assert gone["__typename"] == "NotFound"


async def test_who_may_not_see_settings_is_not_told(app, ask):
    viewer = Viewer(permissions=frozenset({Permission.LIBRARY_GET}))

    response = await ask("{ metadataProviders { id } }", viewer=viewer)

    assert response.errors[0]["extensions"]["code"] == "PERMISSION_DENIED"


@pytest.mark.parametrize("permission", [Permission.LIBRARY_GET, Permission.LIBRARY_SCAN])
async def test_who_may_not_change_libraries_chooses_nothing(app, execute, permission):
    viewer = Viewer(permissions=frozenset({permission}), actor=Actor(user_id=await given.user(app)))
    wanted = {"libraryId": global_id("Library", await given.library(app)), "providers": []}

    data = await execute("library/choose_metadata_providers", input=wanted, viewer=viewer)

    assert data["chooseMetadataProviders"]["__typename"] == "PermissionDenied"
