"""What each root field asks for before it does anything."""

import asyncio
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import strawberry
from sqlalchemy import text

from app.access.permissions import ALL, Permission
from app.access.rule import EVERYTHING
from app.access.viewer import Viewer, marquee
from app.activity.actor import Actor
from app.api.context import Context, Info
from app.api.edge import root
from app.api.errors import PermissionDenied, error_formatter
from app.api.node import global_id
from app.api.requires import REQUIRES, GuardedSchema, needs_step_up, required, requires
from app.api.schema import schema
from app.catalog.events import WorksChanged
from app.core import clock
from app.core.app import App
from app.core.ids import new_id
from app.executors import executor_of
from app.web.graphql.documents import Documents
from app.web.graphql.executor import Result
from app.web.graphql.request import Request
from tests import given
from tests.api.conftest import REQUEST_ID, Ask
from tests.api.roots import ROOTS, Root
from tests.api.test_live import emit
from tests.patience import PATIENCE_S


def viewer(*permissions: Permission) -> Viewer:
    return Viewer(permissions=frozenset(permissions), access=EVERYTHING)


async def code_of(app: App, asked: Root, who: Viewer) -> str | None:
    """Why the root field wasn't let in, as its first error or as a member of its union; None where it was."""
    context = Context(app, who, REQUEST_ID)
    operation = Documents(schema).prepare(Request(query=asked.document, variables=asked.variables))
    executor = executor_of(schema)
    if asked.operation == "subscription":
        result = await executor.subscribe(operation, context)
        if not isinstance(result, Result):
            await result.aclose()
            return None
    else:
        result = await executor.execute(operation, context)
    if result.errors:
        return error_formatter(lambda: REQUEST_ID)(result.errors[0])["extensions"]["code"]
    answer = (result.data or {})["answer"]
    denied = isinstance(answer, dict) and answer["__typename"] == PermissionDenied.__name__
    return "PERMISSION_DENIED" if denied else None


@pytest.mark.parametrize("asked", ROOTS, ids=str)
async def test_nothing_is_done_without_its_permission(app: App, asked: Root, statements: list[str]) -> None:
    permission = required(asked.field)
    assert permission is not None

    code = await code_of(app, asked, viewer(*(ALL - {permission})))

    assert code == "PERMISSION_DENIED"
    assert not statements


@pytest.mark.parametrize("asked", ROOTS, ids=str)
async def test_its_permission_alone_opens_a_field(app: App, asked: Root) -> None:
    permission = required(asked.field)
    assert permission is not None
    # What an id finds needs what its type needs, too.
    others = {Permission.LIBRARY_GET} if permission is Permission.NODE_GET else set[Permission]()

    # Somebody who has just signed in, as some mutations are for people alone.
    person = Actor(user_id=await given.user(app))
    who = replace(viewer(permission, *others), actor=person, session_id=new_id(), proved_at=clock.now())

    code = await code_of(app, asked, who)

    assert code != "PERMISSION_DENIED"
    assert code != "INTERNAL"


@cache
def printed() -> str:
    return schema.as_str()


@pytest.mark.parametrize("asked", ROOTS, ids=str)
def test_the_permission_stands_in_the_schema(asked: Root) -> None:
    kind = asked.operation.capitalize()
    body = printed().split(f"\ntype {kind} {{\n")[1].split("\n}\n")[0]
    lines = [line for line in body.splitlines() if "@requires" in line or line.startswith(f"  {asked.name}")]
    place = next(
        number for number, line in enumerate(lines) if line.split("(")[0].split(":")[0].strip() == asked.name
    )

    declared = next(line for line in lines[place:] if "@requires" in line)

    shown = f'permission: "{required(asked.field)}"' + (
        ", stepUp: true" if needs_step_up(asked.field) else ""
    )
    assert f"@requires({shown})" in declared


async def test_a_refused_query_is_null_and_leaves_others_alone(app: App, ask: Ask) -> None:
    await given.library(app)
    query = '{ libraries { nodes { __typename } } movie(by: {tmdbId: "1"}) { id } }'

    response = await ask(query, viewer=viewer(Permission.LIBRARY_LIST))

    assert response == {"libraries": {"nodes": [{"__typename": "Library"}]}, "movie": None}
    (error,) = response.errors
    assert (error["path"], error["extensions"]["code"]) == (["movie"], "PERMISSION_DENIED")


async def test_a_refused_mutation_says_so_and_does_nothing(app: App, ask: Ask) -> None:
    key = await given.library(app)
    mutation = (
        "mutation ($input: DeleteLibraryInput!) { deleteLibrary(input: $input) { ... on Error { message } } }"
    )

    response = await ask(
        mutation, viewer=viewer(Permission.LIBRARY_GET), input={"libraryId": global_id("Library", key)}
    )

    assert not response.errors
    assert response["deleteLibrary"] == {"message": "That needs the permission library:manage."}
    assert await app.db.value(text("SELECT count(*) FROM library.libraries")) == 1


NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
NODE = "query ($id: ID!) { node(id: $id) { id } }"


async def test_an_id_finds_only_what_the_viewer_may_get_by_its_own_field(app: App, ask: Ask) -> None:
    movie = global_id("Movie", await given.movie(app, "Alpha"))
    library = global_id("Library", await given.library(app))
    who = viewer(Permission.NODE_GET, Permission.MOVIE_GET)

    several = await ask(NODES, viewer=who, ids=[library, movie])
    one = await ask(NODE, viewer=who, id=library)

    assert several["nodes"] == [None, {"id": movie}]
    assert [(error["path"], error["extensions"]["code"]) for error in several.errors] == [
        (["nodes", 0], "PERMISSION_DENIED")
    ]
    assert one["node"] is None
    assert [error["extensions"]["code"] for error in one.errors] == ["PERMISSION_DENIED"]


async def test_a_missing_thing_is_refused_like_one_that_is_there(app: App, ask: Ask) -> None:
    there, gone = await given.library(app), await given.movie(app)

    answers = [
        await ask(NODE, viewer=viewer(Permission.NODE_GET), id=global_id("Library", key))
        for key in (there, gone)
    ]

    assert answers[0].errors == answers[1].errors


async def nothing(db: Any, viewer: Viewer) -> None:
    return None


def test_a_root_field_without_a_permission_builds_no_schema() -> None:
    @strawberry.type
    class Query:
        @requires(Permission.MOVIE_LIST)
        @strawberry.field
        def declared(self) -> int:
            return 1

        @root(nothing, description="x")
        def undeclared(self, _found: None) -> int:
            return 1

    with pytest.raises(TypeError, match=r"Query\.undeclared declares no permission"):
        GuardedSchema(Query)


def test_a_mutation_that_can_t_say_that_it_is_denied_builds_no_schema() -> None:
    @strawberry.type
    class Query:
        @requires(Permission.MOVIE_LIST)
        @strawberry.field
        def declared(self) -> int:
            return 1

    @strawberry.type
    class Mutation:
        @requires(Permission.MOVIE_LIST)
        @strawberry.mutation
        def act(self) -> int:
            return 1

    with pytest.raises(TypeError, match=r"Mutation\.act can't answer that it is denied"):
        GuardedSchema(Query, Mutation)


async def test_plain_edges_and_sync_fields_are_guarded_and_say_what_they_need(app: App) -> None:
    seen: list[str] = []

    @strawberry.type
    class Query:
        @requires(Permission.MOVIE_LIST)
        @strawberry.field
        def plain(self, info: Info) -> int:
            seen.append("plain")
            return 1

        @requires(Permission.MOVIE_GET)
        @root(nothing, description="x")
        def read(self, _found: None) -> int:
            seen.append("read")
            return 2

    guarded = GuardedSchema(Query)
    both = "{ plain read }"

    refused = await guarded.execute(both, context_value=Context(app, Viewer(), REQUEST_ID))

    assert [type(error.original_error).__name__ for error in refused.errors or ()] == ["Denied"]
    assert not seen
    fields = Query.__strawberry_definition__.fields  # type: ignore[attr-defined]
    assert [field.metadata[REQUIRES] for field in fields] == [Permission.MOVIE_LIST, Permission.MOVIE_GET]


async def test_a_subscription_stops_where_its_permission_does(app: App) -> None:
    asked = next(each for each in ROOTS if each.name == "catalogChanged")
    executor = executor_of(schema, context_of_event=lambda _: Context(app, viewer(), REQUEST_ID))
    operation = Documents(schema).prepare(Request(query=asked.document, variables={}))

    results = await executor.subscribe(operation, Context(app, marquee(), REQUEST_ID))
    assert not isinstance(results, Result)
    await emit(app, WorksChanged("movie", new_id(), added=(new_id(),)))
    async with asyncio.timeout(PATIENCE_S):
        first = await anext(results)
    await results.aclose()

    assert [type(error.original_error).__name__ for error in first.errors] == ["Denied"]
