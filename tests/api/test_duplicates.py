"""Files that may be duplicates, as clients see and judge them."""

from typing import Any
from uuid import UUID

import pytest

from app.api.node import global_id
from app.core.app import App
from app.core.ids import new_id
from tests import given
from tests.api.conftest import Ask


async def test_groups_are_listed_page_by_page(app: App, execute: Ask) -> None:
    library_id = await given.library(app, name="Films")
    ids = [await given.duplicates(app, library_id) for _ in range(3)]

    first = (await execute("library/duplicates", first=2))["duplicates"]
    second = (await execute("library/duplicates", first=2, after=first["pageInfo"]["endCursor"]))[
        "duplicates"
    ]

    shown = [node["id"] for page in (first, second) for node in page["nodes"]]
    assert shown == [global_id("DuplicateGroup", key) for key in ids]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (3, True)
    node = first["nodes"][0]
    assert (node["kind"], node["score"], node["reason"], node["fileCount"]) == (
        "EXACT",
        0.9,
        "They are alike.",
        2,
    )
    assert [file["sizeBytes"] for file in node["files"]] == [101, 100]
    assert node["library"]["name"] == "Films"
    assert node["dismissedAt"] is None


async def test_groups_are_chosen_by_library_and_kind(app: App, execute: Ask) -> None:
    films, more = [await given.library(app, name=name) for name in ("Films", "More")]
    exact, alike = await given.duplicates(app, films), await given.duplicates(app, films, "perceptual")
    other = await given.duplicates(app, more, "same_quality")

    async def shown(**wanted: Any) -> list[str]:
        return [node["id"] for node in (await execute("library/duplicates", **wanted))["duplicates"]["nodes"]]

    def of(*keys: UUID) -> list[str]:
        return [global_id("DuplicateGroup", key) for key in keys]

    assert await shown() == of(exact, alike, other)
    assert await shown(libraryId=global_id("Library", films)) == of(exact, alike)
    assert await shown(kinds=["PERCEPTUAL", "SAME_QUALITY"]) == of(alike, other)
    assert await shown(kinds=[]) == []
    assert await shown(isDismissed=True) == []


async def test_a_group_is_dismissed_and_restored(app: App, execute: Ask) -> None:
    library_id = await given.library(app)
    key = global_id("DuplicateGroup", await given.duplicates(app, library_id))

    dismissed = (await execute("library/dismiss_duplicates", input={"groupId": key}))["dismissDuplicates"]
    listed = (await execute("library/duplicates"))["duplicates"]["nodes"]
    aside = (await execute("library/duplicates", isDismissed=True))["duplicates"]["nodes"]
    restored = (await execute("library/restore_duplicates", input={"groupId": key}))["restoreDuplicates"]

    assert dismissed["group"]["id"] == key
    assert dismissed["group"]["dismissedAt"] is not None
    assert (listed, [node["id"] for node in aside]) == ([], [key])
    assert restored["group"] == {"id": key, "dismissedAt": None}
    assert len((await execute("library/duplicates"))["duplicates"]["nodes"]) == 1


@pytest.mark.parametrize("name", ["dismiss", "restore"])
async def test_what_is_no_group_is_refused(app: App, execute: Ask, name: str) -> None:
    async def result_of(key: str) -> str:
        data = await execute(f"library/{name}_duplicates", input={"groupId": key})
        return data[f"{name}Duplicates"]["__typename"]

    assert await result_of(global_id("DuplicateGroup", new_id())) == "NotFound"
    assert await result_of(global_id("File", new_id())) == "InvalidInput"


async def test_a_group_is_a_node(app: App, ask: Ask) -> None:
    key = global_id("DuplicateGroup", await given.duplicates(app, await given.library(app)))

    found = await ask("query($id: ID!) { node(id: $id) { __typename id } }", id=key)

    assert found["node"] == {"__typename": "DuplicateGroup", "id": key}


async def test_many_groups_cost_as_many_statements_as_few(
    app: App, execute: Ask, statements: list[str]
) -> None:
    library_id = await given.library(app)
    for _ in range(2):
        await given.duplicates(app, library_id)
    statements.clear()
    await execute("library/duplicates", first=50)
    few = len(statements)
    for _ in range(20):
        await given.duplicates(app, library_id, files=3)
    statements.clear()

    await execute("library/duplicates", first=50)

    assert len(statements) == few == 4, statements


async def test_at_most_a_hundred_files_of_a_group_are_shown(app: App, execute: Ask) -> None:
    await given.duplicates(app, await given.library(app), files=120)

    (node,) = (await execute("library/duplicates"))["duplicates"]["nodes"]

    assert (len(node["files"]), node["fileCount"]) == (100, 120)
