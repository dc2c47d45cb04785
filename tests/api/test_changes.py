"""The journal in the graph."""

from typing import Any, cast
from uuid import UUID

import pytest

from app.access.permissions import Permission
from app.access.rule import EVERYTHING
from app.access.viewer import Viewer
from app.api.node import global_id
from app.api.schema import schema
from app.core.app import App
from app.core.ids import new_id
from app.curation.journal import Action, Scope, recorded
from app.web.graphql.documents import core_schema
from graphql import is_object_type
from tests import given
from tests.api.conftest import Ask
from tests.library import scanning


async def edit(app: App, movie_id: UUID, year: int) -> UUID:
    async with (
        app.transaction() as tx,
        recorded(tx, Action.EDIT, f"Set the year {year}", Scope(movie_ids=(movie_id,))) as change,
    ):
        await tx.db.run(given.SET_YEAR, movie_id=movie_id, year=year)
    return change.id


@pytest.fixture
async def movie_id(app: App) -> UUID:
    return await given.movie(app, "Alien", year=1979)


async def test_a_change_is_undone_and_done_again(app: App, execute: Ask, movie_id: UUID) -> None:
    change = global_id("Change", await edit(app, movie_id, 1980))

    undone = (await execute("curation/undo", input={"changeId": change}))["undo"]

    assert undone["__typename"] == "UndoPayload"
    assert undone["change"]["action"] == "UNDO"
    assert undone["change"]["summary"] == "Undo: Set the year 1980"
    assert undone["change"]["undoes"] == {"id": change, "isUndone": True}
    assert await scanning.value(app, "SELECT year FROM movies.movies") == 1979
    again = (await execute("curation/undo", input={"changeId": undone["change"]["id"]}))["undo"]
    assert again["__typename"] == "UndoPayload"
    assert await scanning.value(app, "SELECT year FROM movies.movies") == 1980


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (global_id("Change", new_id()), "NotFound"),
        ("x", "InvalidInput"),
        (global_id("Movie", new_id()), "InvalidInput"),
    ],
    ids=["unknown", "nonsense", "of another type"],
)
async def test_what_is_no_change_can_t_be_undone(execute: Ask, change: str, kind: str) -> None:
    refused = (await execute("curation/undo", input={"changeId": change}))["undo"]

    assert refused["__typename"] == kind


async def test_a_change_that_was_changed_over_is_a_conflict(app: App, execute: Ask, movie_id: UUID) -> None:
    first = await edit(app, movie_id, 1980)
    await edit(app, movie_id, 1981)

    refused = (await execute("curation/undo", input={"changeId": global_id("Change", first)}))["undo"]

    assert refused == {"__typename": "Conflict", "message": "The film “Alien” has been changed since."}


async def test_changes_are_listed_and_filtered(app: App, execute: Ask, movie_id: UUID) -> None:
    other = await given.movie(app, "Heat")
    changes = [
        global_id("Change", each)
        for each in (
            await edit(app, movie_id, 1980),
            await edit(app, other, 1995),
            await edit(app, movie_id, 1981),
        )
    ]
    await execute("curation/undo", input={"changeId": changes[2]})

    async def listed(**where: Any) -> list[str]:
        return [each["id"] for each in (await execute("curation/changes", filter=where))["changes"]["nodes"]]

    assert (await listed())[1:] == changes[::-1]
    assert await listed(actions=["EDIT"], isUndone=False) == [changes[1], changes[0]]
    assert await listed(workId=global_id("Movie", other)) == [changes[1]]
    assert await listed(workId=global_id("Movie", movie_id), isUndone=True) == [changes[2]]
    assert await listed(fileId=global_id("File", new_id())) == []
    assert await listed(at={"lt": "2000-01-01T00:00:00Z"}) == []


async def test_many_changes_cost_as_many_statements_as_few(
    app: App, execute: Ask, movie_id: UUID, statements: list[str]
) -> None:
    for year in range(1980, 1990):
        change = await edit(app, movie_id, year)
        await execute("curation/undo", input={"changeId": global_id("Change", change)})
    statements.clear()

    page = await execute("curation/changes", first=20)

    assert len(page["changes"]["nodes"]) == 20
    assert len(statements) == 3


def test_every_payload_names_its_change_in_one_way() -> None:
    payloads = [
        each
        for each in cast("dict[str, Any]", core_schema(schema).type_map).values()
        if is_object_type(each) and {"change", "changeId"} & each.fields.keys()
    ]

    former = [each.fields["changeId"] for each in payloads if "changeId" in each.fields]

    assert len(payloads) > 15
    assert all("change" in each.fields for each in payloads)
    assert former
    assert all("change { id }" in (each.deprecation_reason or "") for each in former)


async def test_the_journal_tells_who_did_it_to_those_who_may_know(
    app: App, execute: Ask, statements: list[str]
) -> None:
    ripley, ash = await given.user(app, "Ripley"), await given.user(app, "Ash")
    for user_id in (ripley, ash, None, new_id()):
        await given.change(app, user_id=user_id)
    moderator = frozenset({Permission.CONTENT_MODERATE})
    knows = Viewer(permissions=moderator | {Permission.USER_READ}, access=EVERYTHING)
    statements.clear()

    told = (await execute("curation/changes", viewer=knows))["changes"]["nodes"]
    costs = len(statements)
    hides = Viewer(permissions=moderator, access=EVERYTHING)
    hidden = (await execute("curation/changes", viewer=hides))["changes"]

    names = [each["user"] and each["user"]["name"] for each in told]
    assert names == [None, None, "Ash", "Ripley"]
    assert [each["user"] for each in hidden["nodes"]] == [None] * 4
    assert costs == 3, statements
