"""The subscription that tells of libraries."""

from pathlib import Path
from typing import Any

import pytest

from app.api.node import global_id
from app.api.places import Place
from app.core.app import App
from app.core.ids import new_id
from app.library.events import LibraryChanged
from tests import given
from tests.api.conftest import Ask
from tests.api.test_live import Refused, emit, subscribed
from tests.library import scanning


async def test_a_library_is_told_of_from_its_making_to_its_end(
    app: App, second_app: App, execute: Ask, tmp_path: Path
) -> None:
    (tmp_path / "films").mkdir()
    films = {"name": "Films", "kind": "MOVIE", "roots": [str(tmp_path / "films")]}
    async with subscribed(second_app, "library_changed") as payload:
        made = await execute("library/create_library", input=films)
        wanted = made["createLibrary"]["library"]["id"]
        added = await payload()
        await execute("library/update_library", input={"libraryId": wanted, "name": "Movies"})
        updated = await payload()
        await execute("library/delete_library", input={"libraryId": wanted})
        removed = await payload()

    assert [each["kind"] for each in (added, updated, removed)] == ["ADDED", "UPDATED", "REMOVED"]
    assert {each["libraryId"] for each in (added, updated, removed)} == {wanted}
    assert (updated["library"]["name"], updated["library"]["isOnline"]) == ("Movies", True)
    assert removed["library"] is None


async def test_a_folder_that_goes_offline_is_told(app: App, tmp_path: Path) -> None:
    scanning.write(tmp_path, "films/Alpha (2001)/poster.jpg", b"\xff\xd8")
    library_id = await scanning.library(app, tmp_path / "films")
    await scanning.scan(app, library_id)
    wanted = global_id("Library", library_id)
    async with subscribed(app, "library_changed", libraryId=wanted) as payload:
        (tmp_path / "films").rename(tmp_path / "unplugged")
        await scanning.scan(app, library_id)
        away = await payload()
        (tmp_path / "unplugged").rename(tmp_path / "films")
        await scanning.scan(app, library_id)
        back = await payload()

    assert (away["library"]["isOnline"], back["library"]["isOnline"]) == (False, True)
    assert away["library"]["roots"] == [{"path": str(tmp_path / "films"), "isOnline": False}]


async def test_only_the_wanted_library_is_told_of_and_its_end_is_the_end(app: App) -> None:
    library_id, other = await given.library(app), await given.library(app)
    wanted = global_id("Library", library_id)
    async with subscribed(app, "library_changed", libraryId=wanted) as payload:
        await emit(app, LibraryChanged(other, "removed"), LibraryChanged(library_id, "updated"))
        await emit(app, LibraryChanged(library_id, "removed"))
        told = [await payload(), await payload(), await payload()]

    assert [each and each["kind"] for each in told] == ["UPDATED", "REMOVED", None]


async def test_a_client_resumes_on_another_server(app: App, second_app: App, execute: Ask) -> None:
    libraries = [await given.library(app) for _ in range(3)]
    start = (await execute("library/catalog_cursor"))["catalogCursor"]
    async with subscribed(app, "library_changed", after=start) as payload:
        await emit(app, *(LibraryChanged(each, "updated") for each in libraries))
        first = await payload()

    async with subscribed(second_app, "library_changed", after=first["cursor"]) as payload:
        rest = [await payload(), await payload()]

    told = [change["libraryId"] for change in (first, *rest)]
    assert told == [global_id("Library", each) for each in libraries]


async def test_a_cursor_within_a_change_of_the_catalog_will_do(app: App) -> None:
    library_id = await given.library(app)
    place = Place(app.stream.head, 100).cursor
    async with subscribed(app, "library_changed", after=place) as payload:
        await emit(app, LibraryChanged(library_id, "updated"))

        assert (await payload())["kind"] == "UPDATED"


@pytest.mark.parametrize(
    ("variables", "field"),
    [({"after": "nonsense"}, "after"), ({"libraryId": global_id("Movie", new_id())}, "libraryId")],
)
async def test_what_can_not_be_followed_is_refused(app: App, variables: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        async with subscribed(app, "library_changed", **variables):
            pass

    assert refused.value.extensions["field"] == field
