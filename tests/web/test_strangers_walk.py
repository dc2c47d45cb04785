"""A stranger walks every route, and asks every operation that there is a document of, over every transport."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import websockets
from starlette.routing import Route

from app.api.public import public_schema
from app.core.app import App
from app.core.ids import new_id
from app.main import OPERATIONS, build, graph
from app.web.graphiql.examples import Example, parse_example
from app.web.pages.frame import STATIC
from graphql import GraphQLSchema, parse, validate
from tests.web.port import on_a_port

HEALTH = {"/healthz", "/startupz", "/readyz"}
# What one gets in by.
OPEN = {
    "/confirm-address",
    "/forgot",
    "/invitation",
    "/pages/{name}",
    "/register",
    "/resend",
    "/reset",
    "/set-password",
    "/set-up",
    "/sign-in",
    "/sign-in/passkey",
    "/sign-in/passkey/options",
    "/sso/{key}",
    "/sso/{key}/callback",
    "/sso/{key}/logout",
    "/verify",
}
# What is let in by a signed address alone, whoever comes with it.
SIGNED = {
    "/images/{image_id}/{width}",
    "/avatars/{user_id}",
    "/pictures/{owner_kind}/{owner_id}/{kind}/{user_id}",
}
GRAPH = {"/graphql"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
HTML = "text/html,application/xhtml+xml,*/*;q=0.8"


def example_of(path: Path) -> Example:
    return parse_example(path.parent.name, path.stem, path.read_text(encoding="utf-8"))


EXAMPLES = [example_of(path) for path in sorted(OPERATIONS.glob("*/*.graphql"))]


def is_public(example: Example) -> bool:
    """Whether it asks for nothing but what lets one in."""
    core = public_schema._schema
    assert isinstance(core, GraphQLSchema)
    return not validate(core, parse(example.query), max_errors=1, hide_suggestions=True)


PRIVATE = [example for example in EXAMPLES if not is_public(example)]


@pytest.fixture
async def stranger(app: App) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(build(app, graph(app)))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        yield client


def routes_of(site: object) -> Iterator[Route]:
    """Every route, whatever the site is wrapped in."""
    while not hasattr(site, "routes"):
        site = getattr(site, "app", None) or site._app
    for route in site.routes:
        if isinstance(route, Route):
            yield route


def is_turned_away(answer: httpx.Response) -> bool:
    """Led to where one signs in, or told to; nothing more."""
    if answer.status_code == 303:
        place = answer.headers["location"]
        return (place == "/sign-in" or place.startswith("/sign-in?")) and not answer.content
    if answer.status_code == 401:
        return answer.text in {"", "Sign in first.\n"} or answer.json().get("code") == "UNAUTHENTICATED"
    if answer.headers.get("content-type") == "application/json":
        return (answer.status_code, answer.json()["code"]) in {
            (400, "SIGN_IN_EXPIRED"),
            (400, "INVALID_INPUT"),
        }
    return answer.status_code == 405


@pytest.mark.parametrize("accept", [HTML, "*/*"], ids=["a person", "a program"])
async def test_every_route_turns_strangers_away_but_those_that_let_one_in(app: App, stranger, accept):
    paths = {route.path for route in routes_of(build(app, graph(app)))} - HEALTH - OPEN - GRAPH - SIGNED
    assert {"/", "/graphiql", "/graphiql/static/{name}", "/account/passkeys"} <= paths

    for path in sorted(paths):
        for method in METHODS:
            answer = await stranger.request(method, path.replace("{name}", "x"), headers={"accept": accept})

            assert is_turned_away(answer), (method, path, answer.status_code, answer.text)


@pytest.mark.parametrize("method", METHODS)
async def test_without_a_signature_there_is_nothing_at_signed_addresses(app: App, stranger, method):
    assert {route.path for route in routes_of(build(app, graph(app)))} >= SIGNED

    for path in (
        f"/images/{new_id().hex}/342",
        f"/avatars/{new_id().hex}",
        f"/pictures/movie/{new_id().hex}/poster/{new_id().hex}",
    ):
        answer = await stranger.request(method, path)
        assert answer.status_code in {404, 405}, (method, path, answer.text)


@pytest.mark.parametrize("path", ["/graphql", "/graphql?query={movies{totalCount}}", "/graphql?sdl"])
@pytest.mark.parametrize("method", METHODS)
async def test_the_graphs_address_tells_strangers_nothing(stranger, method, path):
    answer = await stranger.request(method, path, headers={"accept": "*/*"})

    assert answer.status_code in {400, 401, 405, 415} or (answer.status_code, answer.text) == (204, "")
    assert "ovie" not in answer.text.replace(path, "")


async def test_the_files_of_the_pages_are_all_that_is_shown_of_files(stranger):
    shown = {name: (await stranger.get(f"/pages/{name}")).status_code for name in STATIC.names}
    others = [
        (await stranger.get(f"/pages/{name}")).status_code
        for name in ("frame.html", "..%2Fframe.py", "%2e%2e/frame.py", "", "sign_in.html")
    ]

    assert set(shown.values()) == {200}
    assert set(others) == {404}


async def test_health_tells_no_more_than_health(stranger):
    for path in sorted(HEALTH):
        told = (await stranger.get(path)).json()

        checks = told.pop("checks", {})
        assert told == {"status": "ok"}
        assert all(check == {"status": "ok"} for check in checks.values())


def test_what_strangers_may_ask_and_do_is_this_and_no_more():
    core = public_schema._schema
    assert isinstance(core, GraphQLSchema)
    assert core.query_type is not None
    assert core.mutation_type is not None

    assert set(core.query_type.fields) == {"signInOptions", "signInProviders", "registration", "invitation"}
    assert set(core.mutation_type.fields) == {
        "signIn",
        "setUp",
        "setPassword",
        "finishSignIn",
        "beginPasskeyStep",
        "finishPasskeyStep",
        "beginPasskeySignIn",
        "finishPasskeySignIn",
        "beginDeviceSignIn",
        "pollDeviceSignIn",
        "register",
        "verifyEmail",
        "resendVerification",
        "requestPasswordReset",
        "resetPassword",
        "confirmEmail",
    }


def test_there_are_documents_of_both_kinds():
    assert len(PRIVATE) > 50
    assert len(PRIVATE) < len(EXAMPLES)


@pytest.mark.parametrize(
    "accept", ["application/json", "application/graphql-response+json", "text/event-stream"]
)
async def test_no_operation_answers_strangers_over_http(stranger, accept):
    for example in PRIVATE:
        body = {"query": example.query, "variables": example.variables, "operationName": example.operation}

        answer = await stranger.post("/graphql", json=body, headers={"accept": accept})

        [error] = answer.json()["errors"]
        assert (answer.status_code, error["message"]) == (401, "Sign in first."), example.operation
        assert "data" not in answer.json()


@pytest.mark.parametrize(
    "query",
    [
        "{ __schema { queryType { name } } }",
        '{ __type(name: "Movie") { fields { name } } }',
        "{ signInOptions { __typename } s: __schema { types { name } } }",
        "query Q { ...F } fragment F on Query { __schema { types { name } } }",
    ],
)
async def test_no_introspection_answers_strangers(stranger, query):
    answer = await stranger.post("/graphql", json={"query": query})

    assert answer.status_code == 401
    assert "data" not in answer.json()


@pytest.mark.parametrize("query", ["{ movie { id } }", "{ movis { id } }", "{ signInOption { needsSetUp } }"])
async def test_nothing_is_suggested_to_strangers(stranger, query):
    answer = await stranger.post("/graphql", json={"query": query})

    assert answer.status_code == 401
    assert "Did you mean" not in answer.text


@pytest.mark.parametrize("payload", [None, {}, {"authorization": "Bearer mqs_x"}, {"Authorization": "mqt_x"}])
async def test_no_socket_opens_to_strangers(app: App, payload):
    async with on_a_port(app) as port:
        url = f"ws://127.0.0.1:{port}/graphql"
        async with websockets.connect(url, subprotocols=["graphql-transport-ws"]) as socket:
            message = {"type": "connection_init"} | ({} if payload is None else {"payload": payload})
            await socket.send(json.dumps(message))

            with pytest.raises(websockets.ConnectionClosed):
                await socket.recv()

            assert socket.close_code in {4401, 4403}


async def test_no_operation_answers_strangers_on_a_socket_that_was_not_opened(app: App):
    async with on_a_port(app) as port:
        for example in PRIVATE[:: max(1, len(PRIVATE) // 10)]:
            url = f"ws://127.0.0.1:{port}/graphql"
            async with websockets.connect(url, subprotocols=["graphql-transport-ws"]) as socket:
                payload = {"query": example.query, "variables": example.variables}
                await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))

                with pytest.raises(websockets.ConnectionClosed):
                    await socket.recv()

                assert socket.close_code == 4401
