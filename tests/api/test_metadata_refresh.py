"""Having works looked at again with their providers."""

import pytest

from app.access.permissions import Permission
from app.access.viewer import Viewer
from app.api.node import global_id
from app.core.clock import now
from app.core.ids import new_id
from app.metadata.looks import End, claim, end_looks
from app.metadata.refreshes import count
from tests import given
from tests.api.conftest import OPERATIONS
from tests.api.test_live import subscribed
from tests.library.scanning import rows, value


@pytest.fixture
async def library(app):
    return await given.library(app, name="Films")


async def refresh(execute, **wanted):
    return (await execute("metadata/refresh_metadata", input=wanted))["refreshMetadata"]


async def look_at(app, library, most=100, **failure):
    """As the job does: takes what is wanted, and ends the looks."""
    owner = new_id()
    looks = await claim(app.db, owner, [library], most)
    ends = [End(each, now(), **failure) for each in looks]
    async with app.transaction() as tx:
        await end_looks(tx, owner, ends)
        await count(tx, ends)
    return looks


async def test_works_that_are_named_are_looked_at_and_counted(app, execute, library):
    films = [await given.movie(app, library_id=library) for _ in range(3)]

    begun = await refresh(execute, ids=[global_id("Movie", key) for key in films[:2]])

    assert begun["matchedCount"] == 2
    assert {each["id"] for each in begun["works"]} == {global_id("Movie", key) for key in films[:2]}
    assert (begun["refresh"]["status"], begun["refresh"]["total"], begun["refresh"]["done"]) == (
        "RUNNING",
        2,
        0,
    )
    assert {look.work_id for look in await look_at(app, library)} == set(films[:2])
    ended = (await execute("metadata/metadata_refresh", id=begun["refresh"]["id"]))["metadataRefresh"]
    assert (ended["status"], ended["total"], ended["done"], ended["failed"]) == ("COMPLETED", 2, 2, 0)
    assert ended["finishedAt"] is not None
    logged = await value(app, "SELECT action FROM activity.entries")
    assert logged == "metadata.refresh_requested"


async def test_what_a_filter_or_a_library_means_is_looked_at_once(app, execute, library):
    old, new = [await given.movie(app, library_id=library, year=year) for year in (1950, 2020)]
    series = await given.series(app, library_id=await given.library(app, kind="tv"))

    by_filter = await refresh(execute, movies={"year": {"lt": 2000}}, series={}, dryRun=True)
    by_library = await refresh(
        execute, libraryId=global_id("Library", library), ids=[global_id("Movie", new)]
    )

    assert {each["id"] for each in by_filter["works"]} == {
        global_id("Movie", old),
        global_id("Series", series),
    }
    assert by_library["matchedCount"] == by_library["refresh"]["total"] == 2


async def test_a_dry_run_asks_for_nothing(app, execute, library):
    await given.movie(app, library_id=library)

    tried = await refresh(execute, libraryId=global_id("Library", library), dryRun=True)

    assert (tried["matchedCount"], tried["askableCount"], tried["refresh"]) == (1, 0, None)
    assert await rows(app, "SELECT * FROM metadata.looks") == []
    assert await rows(app, "SELECT * FROM metadata.refreshes") == []


async def test_what_could_not_be_looked_at_says_why(app, execute, library):
    film = await given.movie(app, library_id=library)
    begun = await refresh(execute, ids=[global_id("Movie", film)])

    await look_at(app, library, problem="tmdb: it answers 500", fault="PROVIDER_UNREACHABLE", is_failure=True)

    ended = (await execute("metadata/metadata_refresh", id=begun["refresh"]["id"]))["metadataRefresh"]
    [failure] = ended["failures"]
    assert (ended["status"], ended["failed"]) == ("COMPLETED", 1)
    assert (failure["workId"], failure["code"]) == (global_id("Movie", film), "PROVIDER_UNREACHABLE")
    shown = (await execute("metadata/metadata_looks"))["movies"]["nodes"][0]["metadataLook"]
    assert (shown["failureCount"], shown["problem"]) == (1, "tmdb: it answers 500")


async def test_a_refresh_that_is_called_off_leaves_the_rest(app, execute, library):
    films = [await given.movie(app, library_id=library) for _ in range(3)]
    begun = await refresh(execute, ids=[global_id("Movie", key) for key in films])
    await rows(app, "UPDATE metadata.looks SET looked_at = now(), due_at = now() + interval '1 day'")
    await look_at(app, library, 1)

    asked = {"refreshId": begun["refresh"]["id"]}
    ended = (await execute("metadata/cancel_metadata_refresh", input=asked))["cancelMetadataRefresh"][
        "refresh"
    ]
    again = (await execute("metadata/cancel_metadata_refresh", input=asked))["cancelMetadataRefresh"]

    assert (ended["status"], ended["done"], ended["total"]) == ("CANCELLED", 1, 1)
    assert await claim(app.db, new_id(), [library], 10, with_due=False) == []
    assert again["__typename"] == "Conflict"


async def test_a_refresh_is_watched_until_it_is_over(app, execute, library):
    films = [await given.movie(app, library_id=library) for _ in range(2)]
    begun = await refresh(execute, ids=[global_id("Movie", key) for key in films])

    async with subscribed(
        app, "../metadata/metadata_refresh_changed", id=begun["refresh"]["id"]
    ) as following:
        first = await following()
        await look_at(app, library)
        last = first
        while last["status"] == "RUNNING":
            last = await following()
        end = await following()

    assert (first["status"], first["done"]) == ("RUNNING", 0)
    assert (last["status"], last["done"], last["total"]) == ("COMPLETED", 2, 2)
    assert end is None


async def test_who_may_not_correct_works_may_not_have_them_looked_at(app, ask):
    guest = Viewer(permissions=frozenset({Permission.NODE_GET, Permission.MOVIE_GET}))
    text = (OPERATIONS / "metadata" / "refresh_metadata.graphql").read_text(encoding="utf-8")

    denied = await ask(text, viewer=guest, input={"movies": {}})

    assert denied["refreshMetadata"]["__typename"] == "PermissionDenied"
    assert await rows(app, "SELECT * FROM metadata.looks") == []


async def test_which_works_has_to_be_said(execute):
    nothing = await refresh(execute)
    strange = await refresh(execute, ids=[global_id("Library", new_id())])

    assert (nothing["__typename"], nothing["field"]) == ("InvalidInput", "ids")
    assert strange["__typename"] == "InvalidInput"


async def test_of_nothing_a_refresh_is_over_at_once(execute):
    begun = await refresh(execute, movies={"year": {"eq": 1800}})

    assert (begun["refresh"]["status"], begun["refresh"]["total"]) == ("COMPLETED", 0)
