"""What those learn of us who have no credentials: next to nothing."""

from collections.abc import AsyncIterator

import httpx
import pytest

from app.main import build, graph
from app.web.graphiql.assets import STATIC
from tests import given

REFUSED = {"code": "UNAUTHENTICATED"}
HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
async def stranger(app) -> AsyncIterator[httpx.AsyncClient]:
    site = httpx.ASGITransport(build(app, graph(app)))
    async with httpx.AsyncClient(transport=site, base_url="http://localhost:8000") as client:
        yield client


@pytest.mark.parametrize(
    "query",
    [
        "{ movies { totalCount } }",
        "{ node(id: \"x\") { id } }",
        "{ __schema { types { name } } }",
        "{ signInOptions { needsSetUp } __type(name: \"Movie\") { name } }",
        "query ($a: [Movie!]) { signInOptions { needsSetUp } }",
        "{ signInOption { needsSetUp } }",
        "{ signInOptions { needsSetup } }",
        "mutation { scanLibrary(input: {libraryId: \"x\"}) { __typename } }",
        "subscription { libraryChanged { libraryId } }",
        "fragment F on Movie { title } query { signInOptions { needsSetUp } }",
        "{",
        "",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "accept", ["application/json", "application/graphql-response+json", "text/event-stream"]
)
async def test_all_else_that_is_asked_is_refused_with_the_same_words(stranger, query, accept):
    answer = await stranger.post("/graphql", json={"query": query}, headers={"accept": accept})

    assert answer.status_code == 401
    [error] = answer.json()["errors"]
    assert error["message"] == "Sign in first."
    assert error["extensions"] == REFUSED | {"requestId": answer.headers["x-request-id"]}
    assert answer.headers["www-authenticate"].startswith("Bearer")


ENDING = 'finishSignIn(input: {pendingToken: "x", code: "1"}) { __typename }'
OTHER = f"fragment B on Mutation {{ b: {ENDING} }}"


@pytest.mark.parametrize(
    "query",
    [
        f"mutation {{ a: {ENDING} b: {ENDING} }}",
        f"mutation {{ a: {ENDING} ... {{ b: {ENDING} }} }}",
        f"mutation {{ ...A ...B }} fragment A on Mutation {{ a: {ENDING} }} {OTHER}",
        f"mutation {{ ...A }} fragment A on Mutation {{ a: {ENDING} ...B ...A }} {OTHER}",
        f"mutation A {{ {ENDING} }} mutation B {{ a: {ENDING} b: {ENDING} }}",
    ],
)
async def test_one_request_tries_one_thing(stranger, query):
    answer = await stranger.post(
        "/graphql", json={"query": query, "operationName": "A" if "on A" in query else None}
    )

    assert answer.status_code == 401


@pytest.mark.parametrize(
    "query", [f"mutation {{ __typename a: {ENDING} }}", f"mutation {{ a: {ENDING} a: {ENDING} }}"]
)
async def test_what_comes_to_one_thing_is_tried(stranger, query):
    answer = await stranger.post("/graphql", json={"query": query})

    assert answer.json()["data"]["a"] == {"__typename": "SignInExpired"}


async def test_how_to_get_in_is_told(app, stranger):
    before = await stranger.post("/graphql", json={"query": "{ signInOptions { needsSetUp } }"})
    await given.user(app)
    after = await stranger.post("/graphql", json={"query": "{ signInOptions { needsSetUp } }"})

    answers = [answer.json()["data"]["signInOptions"]["needsSetUp"] for answer in (before, after)]
    assert answers == [True, False]


@pytest.mark.parametrize("token", ["Bearer mqs_x", "Bearer", "Basic eDp5", "Bearer mqt_x", "mqs_x"])
async def test_credentials_that_are_none_make_a_stranger(stranger, token):
    query = {"query": "{ movies { totalCount } }"}

    answer = await stranger.post("/graphql", json=query, headers={"authorization": token})

    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/", "/graphiql", "/graphql"])
async def test_a_person_is_led_to_where_one_signs_in(stranger, path):
    answer = await stranger.get(path, headers=HTML)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next={path}"
    assert answer.headers["cache-control"] == "no-store"
    assert not answer.content


async def test_the_way_back_keeps_what_was_asked_for_and_cannot_lead_elsewhere(stranger):
    answer = await stranger.get("/graphiql?query={a}&next=//evil.example", headers=HTML)

    assert answer.headers["location"] == "/sign-in?next=/graphiql%3Fquery%3D%7Ba%7D%26next%3D//evil.example"


@pytest.mark.parametrize(
    "path", ["/graphiql/examples.json", "/graphiql/static/x.js", "/graphiql/static/LICENSES.txt"]
)
async def test_graphiqls_files_are_not_shown(stranger, path):
    assert "LICENSES.txt" in STATIC.names

    answer = await stranger.get(path)

    assert (answer.status_code, answer.text) == (401, "Sign in first.\n")


@pytest.mark.parametrize("path", ["/healthz", "/startupz", "/readyz"])
async def test_health_is_told_to_everybody(stranger, path):
    assert (await stranger.get(path)).status_code == 200
