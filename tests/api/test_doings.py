"""What people do to libraries and to the catalog is in the activity log, with who did it."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.access.permissions import ALL
from app.access.rule import EVERYTHING
from app.access.viewer import Viewer
from app.activity.actor import Actor
from app.api.node import global_id, parse_key
from app.core import clock
from app.core.app import App
from app.library.scans import cancel_scan, request_scan
from tests import given
from tests.api.conftest import Ask

ENTRIES = text(
    """
    SELECT action, kind, key, user_id, address, request_id, before, after FROM activity.entries ORDER BY id
    """
)
CHANGES = text("SELECT id, action, user_id FROM curation.changes ORDER BY id")


@pytest.fixture
async def who(app: App) -> Viewer:
    actor = Actor(user_id=await given.user(app, "Ada"), address="192.0.2.1", request_id="r1")
    return Viewer(permissions=ALL, access=EVERYTHING, actor=actor, proved_at=clock.now())


async def entries(app: App, who: Viewer) -> list[dict[str, Any]]:
    """The log; all of it is the viewer's doing."""
    found = [dict(row) for row in await app.db.rows(ENTRIES)]
    assert {(each["user_id"], each["address"], each["request_id"]) for each in found} == {
        (who.user_id, "192.0.2.1", "r1")
    }
    return found


async def test_what_is_done_to_libraries_is_noted(
    app: App, execute: Ask, who: Viewer, tmp_path: Path
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    wanted = {"name": "Films", "kind": "MOVIE", "roots": [str(tmp_path / "a")]}

    made = await execute("library/create_library", viewer=who, input=wanted)
    library = made["createLibrary"]["library"]["id"]
    changes = {"libraryId": library, "name": "Movies", "addRoots": [str(tmp_path / "b")]}
    await execute("library/update_library", viewer=who, input=changes)
    scan = (await execute("library/scan_library", viewer=who, input={"libraryId": library}))["scanLibrary"][
        "scan"
    ]
    await execute("library/cancel_scan", viewer=who, input={"scanId": scan["id"]})
    await execute("library/delete_library", viewer=who, input={"libraryId": library})

    noted = await entries(app, who)
    assert [each["action"] for each in noted] == [
        "library.created",
        "library.updated",
        "library.scan_requested",
        "library.scan_cancelled",
        "library.deleted",
    ]
    assert {(each["kind"], each["key"]) for each in noted} == {
        ("library", str(parse_key(library, "Library")))
    }
    old = {"name": "Films", "kind": "movie", "watch": "auto", "roots": [str(tmp_path / "a")]}
    new = old | {"name": "Movies", "roots": [str(tmp_path / "a"), str(tmp_path / "b")]}
    assert noted[0]["after"] == old
    assert (noted[1]["before"], noted[1]["after"]) == (old, new)
    assert noted[3]["before"]["status"] == "queued"
    assert noted[4]["before"] == new


async def test_what_is_refused_is_not_noted(app: App, execute: Ask, who: Viewer) -> None:
    library = global_id("Library", await given.library(app, name="Films"))
    other = global_id("Library", await given.library(app, name="Series"))
    await execute("library/scan_library", input={"libraryId": library})
    before = len(await app.db.rows(ENTRIES))

    taken = await execute("library/update_library", viewer=who, input={"libraryId": other, "name": "films"})
    again = await execute("library/scan_library", viewer=who, input={"libraryId": library})

    assert taken["updateLibrary"]["__typename"] == again["scanLibrary"]["__typename"] == "Conflict"
    assert len(await app.db.rows(ENTRIES)) == before


async def test_a_confirmed_removal_is_noted(app: App, execute: Ask, who: Viewer) -> None:
    library = await given.library(app)
    scan = await given.scan(app, library, "awaiting_confirmation", asked_at=clock.now())
    await given.removal(app, scan, await given.file(app, library), missing_since=clock.now())

    await execute("library/confirm_removal", viewer=who, input={"scanId": global_id("Scan", scan)})

    (noted,) = await entries(app, who)
    assert (noted["action"], noted["key"]) == ("library.removal_confirmed", str(library))
    assert noted["after"] == {"scan_id": str(scan), "files": 1}


async def test_what_is_said_of_duplicates_is_noted(app: App, execute: Ask, who: Viewer) -> None:
    group = await given.duplicates(app, await given.library(app))
    wanted = {"groupId": global_id("DuplicateGroup", group)}

    await execute("library/dismiss_duplicates", viewer=who, input=wanted)
    await execute("library/restore_duplicates", viewer=who, input=wanted)

    assert [(each["action"], each["key"]) for each in await entries(app, who)] == [
        ("duplicates.dismissed", str(group)),
        ("duplicates.restored", str(group)),
    ]


async def test_changes_of_the_catalog_are_signed(app: App, execute: Ask, who: Viewer) -> None:
    library = await given.library(app)
    await given.movie(app, "Gamma", library_id=library)
    file = await app.db.value(text("SELECT file_id FROM library.movie_parts"))
    one, other = [await given.movie(app, title, library_id=library) for title in ("Alpha", "Beta")]

    async def do(name: str, **wanted: Any) -> None:
        (answer,) = (await execute(f"curation/{name}", viewer=who, input=wanted)).values()
        assert "message" not in answer, answer

    await do("update_movie", movieId=global_id("Movie", one), title="Alpha!")
    await do("bulk_update_movies", filter={"title": {"eq": "Beta"}}, set={"tagline": "Yes."}, dryRun=True)
    await do("unmatch_files", fileIds=[global_id("File", file)])
    await do("merge_movies", into=global_id("Movie", one), **{"from": [global_id("Movie", other)]})
    (last,) = (await app.db.rows(CHANGES))[-1:]
    await do("undo", changeId=global_id("Change", last["id"]))

    changes = await app.db.rows(CHANGES)
    noted = await entries(app, who)
    assert [each["action"] for each in noted] == [
        "catalog.edit",
        "catalog.unmatch",
        "catalog.merge",
        "catalog.undo",
    ]
    assert [each["key"] for each in noted] == [str(change["id"]) for change in changes]
    assert {change["user_id"] for change in changes} == {who.user_id}
    assert noted[3]["after"]["undoes"] == str(changes[2]["id"])
    assert noted[0]["after"]["movies"] == 1
    assert all(each["after"]["summary"] for each in noted)


async def test_what_marquee_does_by_itself_is_not_noted(app: App) -> None:
    library = await given.library(app)
    async with app.transaction() as tx:
        scan = await request_scan(tx, library)
        await cancel_scan(tx, scan)

    assert not await app.db.rows(ENTRIES)
