"""Mutations of libraries, with every member of their unions."""

from pathlib import Path
from typing import Any

import pytest

from app.api.node import global_id
from app.core.app import App
from app.core.ids import new_id
from tests import given
from tests.api.conftest import Ask


def make(tmp_path: Path, *names: str) -> list[str]:
    for name in names:
        (tmp_path / name).mkdir(parents=True)
    return [str(tmp_path / name) for name in names]


@pytest.fixture
def change(execute: Ask) -> Any:
    """Runs a mutation's document; answers the member of its union."""

    async def run(operation: str, /, **values: Any) -> dict[str, Any]:
        data = await execute(f"library/{operation}", input=values)
        (result,) = data.values()
        return result

    return run


async def test_a_library_is_made(change: Any, tmp_path: Path, execute: Ask) -> None:
    films, more = make(tmp_path, "films", "more")

    made = await change("create_library", name=" Films ", kind="MOVIE", roots=[more, films])

    assert made["__typename"] == "CreateLibraryPayload"
    assert (made["library"]["name"], made["library"]["kind"]) == ("Films", "MOVIE")
    assert [root["path"] for root in made["library"]["roots"]] == [films, more]
    assert (await execute("library/libraries"))["libraries"]["totalCount"] == 1


async def test_a_taken_name_is_a_conflict(app: App, change: Any, tmp_path: Path) -> None:
    await given.library(app, name="Films")

    refused = await change("create_library", name="films", kind="MOVIE", roots=make(tmp_path, "films"))

    assert refused["__typename"] == "Conflict"
    assert "films" in refused["message"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"roots": []}, "roots"),
        ({"roots": ["films"]}, "roots.0"),
        ({"roots": ["/nowhere/at/all"]}, "roots.0"),
        ({"roots": ["/\0"]}, "roots.0"),
    ],
)
async def test_what_no_library_can_have_names_its_field(
    change: Any, tmp_path: Path, values: dict[str, Any], field: str
) -> None:
    wanted = {"name": "Films", "kind": "MOVIE", "roots": make(tmp_path, "films")} | values

    refused = await change("create_library", **wanted)

    assert (refused["__typename"], refused["field"]) == ("InvalidInput", field)


async def test_a_library_is_renamed_and_moved(app: App, change: Any, tmp_path: Path) -> None:
    old, new = make(tmp_path, "old", "new")
    library_id = await given.library(app, name="Films", path=old)

    changed = await change(
        "update_library",
        libraryId=global_id("Library", library_id),
        name="Movies",
        addRoots=[new],
        removeRoots=[old],
    )

    assert changed["__typename"] == "UpdateLibraryPayload"
    assert changed["library"]["name"] == "Movies"
    assert [root["path"] for root in changed["library"]["roots"]] == [new]


async def test_an_update_without_changes_leaves_all_as_it_is(app: App, change: Any) -> None:
    library_id = await given.library(app, name="Films", path="/media")

    changed = await change("update_library", libraryId=global_id("Library", library_id), name=None)

    assert changed["library"]["name"] == "Films"
    assert [root["path"] for root in changed["library"]["roots"]] == ["/media"]


async def test_an_update_is_refused_with_its_reason(app: App, change: Any) -> None:
    library_id = await given.library(app, name="Films", path="/media")
    await given.library(app, name="Shows")
    wanted = global_id("Library", library_id)

    taken = await change("update_library", libraryId=wanted, name="Shows")
    empty = await change("update_library", libraryId=wanted, name="")
    last = await change("update_library", libraryId=wanted, removeRoots=["/media"])
    wrong = await change("update_library", libraryId=wanted, addRoots=["nowhere"])
    unknown = await change("update_library", libraryId=global_id("Library", new_id()))
    no_library = await change("update_library", libraryId=global_id("Scan", new_id()))

    assert taken["__typename"] == "Conflict"
    assert (empty["__typename"], empty["field"]) == ("InvalidInput", "name")
    assert (last["__typename"], last["field"]) == ("InvalidInput", "removeRoots")
    assert (wrong["__typename"], wrong["field"]) == ("InvalidInput", "addRoots.0")
    assert unknown["__typename"] == "NotFound"
    assert (no_library["__typename"], no_library["field"]) == ("InvalidInput", "libraryId")


async def test_a_library_is_deleted_with_what_only_it_holds(app: App, change: Any, execute: Ask) -> None:
    library_id = await given.library(app)
    await given.movie(app, library_id=library_id)
    wanted = global_id("Library", library_id)

    deleted = await change("delete_library", libraryId=wanted)
    again = await change("delete_library", libraryId=wanted)
    nonsense = await change("delete_library", libraryId="nonsense")

    assert deleted == {"__typename": "DeleteLibraryPayload", "libraryId": wanted}
    assert again["__typename"] == "NotFound"
    assert (nonsense["__typename"], nonsense["field"]) == ("InvalidInput", "libraryId")
    assert (await execute("catalog/movies"))["movies"]["nodes"] == []


async def test_a_scan_is_asked_for_once_and_cancelled_once(app: App, change: Any) -> None:
    library_id = await given.library(app, path="/media")
    wanted = global_id("Library", library_id)

    started = await change("scan_library", libraryId=wanted)
    again = await change("scan_library", libraryId=wanted)
    cancelled = await change("cancel_scan", scanId=started["scan"]["id"])
    over = await change("cancel_scan", scanId=started["scan"]["id"])
    path = await change("scan_library", libraryId=wanted, path="/media/films")

    assert (started["__typename"], started["scan"]["status"]) == ("ScanLibraryPayload", "QUEUED")
    assert started["scan"]["library"]["id"] == wanted
    assert again["__typename"] == "Conflict"
    assert (cancelled["__typename"], cancelled["scan"]["status"]) == ("CancelScanPayload", "CANCELLED")
    assert cancelled["scan"]["finishedAt"] is not None
    assert over["__typename"] == "Conflict"
    assert path["scan"]["path"] == "/media/films"


async def test_a_scan_is_refused_with_its_reason(app: App, change: Any) -> None:
    wanted = global_id("Library", await given.library(app, path="/media"))

    outside = await change("scan_library", libraryId=wanted, path="/elsewhere")
    above = await change("scan_library", libraryId=wanted, path="/media/../etc")
    relative = await change("scan_library", libraryId=wanted, path="films")
    nul = await change("scan_library", libraryId=wanted, path="/media/\0")
    no_library = await change("scan_library", libraryId=global_id("Movie", new_id()))
    unknown = await change("scan_library", libraryId=global_id("Library", new_id()))
    no_scan = await change("cancel_scan", scanId=wanted)
    unknown_scan = await change("cancel_scan", scanId=global_id("Scan", new_id()))

    for refused in (outside, above, relative, nul):
        assert (refused["__typename"], refused["field"]) == ("InvalidInput", "path")
    assert (no_library["__typename"], no_library["field"]) == ("InvalidInput", "libraryId")
    assert unknown["__typename"] == "NotFound"
    assert (no_scan["__typename"], no_scan["field"]) == ("InvalidInput", "scanId")
    assert unknown_scan["__typename"] == "NotFound"
