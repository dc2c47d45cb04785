"""The server, put together: in this process, and as a process of its own."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import httpx
import pytest
import websockets
from sqlalchemy import text

from app.access.builtin import ADMIN, USER
from app.access.events import PermissionsChanged
from app.api.node import global_id
from app.api.places import Place
from app.core import migrate
from app.identity import one_time, sessions
from app.library.events import LibraryChanged
from app.main import build, graph
from app.web.listen import listen
from tests import given
from tests.patience import PATIENCE_S
from tests.processes import process_of, ready

DEMOTE = text("DELETE FROM access.user_roles WHERE user_id = :user_id AND role_id = :role_id")
ALL_FILMS = "{ movies { totalCount nodes { title } } }"


@pytest.fixture
async def stranger(app) -> AsyncIterator[httpx.AsyncClient]:
    """A client without credentials."""
    site = httpx.ASGITransport(build(app, graph(app)))
    async with httpx.AsyncClient(transport=site, base_url="http://localhost:8000") as client:
        yield client


@pytest.fixture
async def client(app, stranger) -> httpx.AsyncClient:
    stranger.headers.update(await given.credentials(app))
    return stranger


async def test_the_graph_is_served(app, client):
    await given.movie(app, title="Alien")

    answer = await client.post("/graphql", json={"query": ALL_FILMS})

    assert answer.status_code == 200
    assert answer.json() == {"data": {"movies": {"totalCount": 1, "nodes": [{"title": "Alien"}]}}}
    assert answer.headers["x-request-id"]


async def test_what_an_operation_costs_is_told_when_it_asks(app, client):
    await given.movie(app, title="Alien")
    query = "{ movies(first: 5) { nodes { year genres { name } } } }"

    asked = await client.post("/graphql", json={"query": query, "extensions": {"cost": True}})
    silent = await client.post("/graphql", json={"query": query})

    # Two statements; a connection and a film of the five there could be, without the genres it could have.
    cost = {"requested": 20 + 1 + 5 * (1 + 5), "actual": 20 + 1 + 1, "most": 100_000, "statements": 2}
    assert asked.json() == silent.json() | {"extensions": {"cost": cost}}


async def test_where_introspection_is_off_no_names_are_suggested_either(app, monkeypatch):
    monkeypatch.setattr(app, "config", replace(app.config, graphql_introspection=False))
    site = httpx.ASGITransport(build(app, graph(app)))
    headers = await given.credentials(app)

    async with httpx.AsyncClient(transport=site, base_url="http://localhost:8000", headers=headers) as client:
        schema = await client.post("/graphql", json={"query": "{ __schema { types { name } } }"})
        typing = await client.post("/graphql", json={"query": "{ movie { id } }"})
        enum = await client.post(
            "/graphql", json={"query": "{ movies(orderBy: {field: TITEL}) { totalCount } }"}
        )

    assert schema.json()["errors"][0]["extensions"]["limit"] == "INTROSPECTION"
    assert "Did you mean" not in typing.text + enum.text


async def test_too_much_is_refused(app, client):
    part = (
        "credits(first: 100) { nodes { person { movieCredits(first: 100) { nodes { movie { PART } } } } } }"
    )
    query = f"{{ movies(first: 100) {{ nodes {{ {part.replace('PART', 'id')} }} }} }}"

    answer = await client.post("/graphql", json={"query": query})

    [error] = answer.json()["errors"]
    assert (error["extensions"]["code"], error["extensions"]["limit"]) == ("LIMIT_EXCEEDED", "COST")


async def test_texts_come_in_the_language_of_the_request(app, client):
    await given.movie(app, title="Alien", translations={"fr": {"title": "Le huitième passager"}})

    answer = await client.post("/graphql", json={"query": ALL_FILMS}, headers={"accept-language": "fr-CA"})

    assert answer.json()["data"]["movies"]["nodes"] == [{"title": "Le huitième passager"}]


@pytest.mark.parametrize("path", ["/", "/graphiql", "/graphql"])
async def test_a_person_gets_graphiql(client, path):
    answer = await client.get(path, headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<div id="graphiql">' in answer.text


async def test_a_program_gets_json_at_the_same_address(client):
    answer = await client.get("/graphql", params={"query": "{ __typename }"}, headers={"accept": "*/*"})

    assert answer.json() == {"data": {"__typename": "Query"}}


async def test_the_operations_of_frontends_are_graphiqls_examples(client):
    answer = await client.get("/graphiql/examples.json")

    assert answer.status_code == 200
    assert "operations" in answer.json()


@pytest.mark.parametrize("path", ["/healthz", "/startupz", "/readyz"])
async def test_health_is_served(client, path):
    answer = await client.get(path)

    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


async def test_a_foreign_name_is_turned_away(client):
    answer = await client.post("/graphql", json={"query": ALL_FILMS}, headers={"host": "evil.example"})

    assert answer.status_code == 421


async def test_a_name_of_an_allowed_origin_is_ours(app):
    app.config, own = replace(app.config, allowed_origins=("https://films.example",)), app.config
    site = httpx.ASGITransport(build(app, graph(app)))
    app.config = own

    async with httpx.AsyncClient(transport=site, base_url="https://films.example") as client:
        assert (await client.get("/healthz")).status_code == 200


@dataclass(frozen=True)
class Running:
    process: object
    address: str


@asynccontextmanager
async def server(config) -> AsyncIterator[Running]:
    [sock] = listen("127.0.0.1", 0)
    try:
        async with ready("app.main", config, f"--fd={sock.fileno()}", fds=[sock.fileno()]) as process:
            yield Running(process, f"127.0.0.1:{sock.getsockname()[1]}")
    finally:
        sock.close()


@asynccontextmanager
async def connected(address: str, payload: dict[str, str]) -> AsyncIterator[websockets.ClientConnection]:
    """A socket whose connection_init was acknowledged. payload: its credentials."""
    url = f"ws://{address}/graphql"
    async with websockets.connect(url, subprotocols=["graphql-transport-ws"]) as socket:
        await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
        assert json.loads(await socket.recv())["type"] == "connection_ack"
        yield socket


async def test_a_server_process_ends_in_order_though_a_client_stays(app):
    credentials = await given.credentials(app)
    async with server(app.config) as running:
        async with httpx.AsyncClient(base_url=f"http://{running.address}", timeout=PATIENCE_S) as client:
            ready_answer = await client.get("/readyz")
        async with connected(running.address, credentials) as socket:
            running.process.send_signal(signal.SIGTERM)
            await socket.wait_closed()
            status = await running.process.wait()

    assert ready_answer.status_code == 200
    assert socket.close_code == 1012
    assert status == 0
    assert await running.process.stderr.read() == b""


async def test_a_socket_is_told_of_libraries_and_resumes_where_it_stopped(app):
    libraries = [await given.library(app) for _ in range(2)]
    document = "subscription ($after: String) { libraryChanged(after: $after) { libraryId cursor } }"

    credentials = await given.credentials(app)

    async def told(address, **variables):
        async with asyncio.timeout(PATIENCE_S), connected(address, credentials) as socket:
            payload = {"query": document, "variables": variables}
            await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
            return json.loads(await socket.recv())["payload"]["data"]["libraryChanged"]

    async with server(app.config) as running:
        start = Place(app.stream.head).cursor
        async with app.transaction() as tx:
            for library_id in libraries:
                tx.emit(LibraryChanged(library_id, "updated"))
        first = await told(running.address, after=start)
        second = await told(running.address, after=first["cursor"])

    assert [each["libraryId"] for each in (first, second)] == [
        global_id("Library", library_id) for library_id in libraries
    ]


async def subscribed(socket: websockets.ClientConnection) -> None:
    """Waits until the server has begun to listen for libraries."""
    payload = {"query": "subscription { libraryChanged { libraryId } }"}
    await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
    await socket.send(json.dumps({"type": "ping"}))
    assert json.loads(await socket.recv()) == {"type": "pong"}


@asynccontextmanager
async def streaming(address: str, credentials: dict[str, str]) -> AsyncIterator[httpx.Response]:
    query = {"query": "subscription { libraryChanged { libraryId } }"}
    headers = {"accept": "text/event-stream"} | credentials
    async with (
        httpx.AsyncClient(timeout=PATIENCE_S) as client,
        client.stream("POST", f"http://{address}/graphql", json=query, headers=headers) as answer,
    ):
        yield answer


@pytest.mark.parametrize("payload", [{}, {"authorization": "Bearer mqs_gone"}, {"authorization": 5}])
async def test_a_socket_without_credentials_is_closed(app, payload):
    async with (
        server(app.config) as running,
        websockets.connect(
            f"ws://{running.address}/graphql", subprotocols=["graphql-transport-ws"]
        ) as socket,
    ):
        await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
        await socket.wait_closed()

    assert (socket.close_code, socket.close_reason) == (4401, "Sign in first.")


async def test_the_end_of_a_session_ends_what_is_open_in_another_process(app):
    user_id = await given.user(app, roles=[ADMIN])
    credentials, others = await given.credentials(app, user_id), await given.credentials(app)

    async with (
        server(app.config) as running,
        connected(running.address, credentials) as socket,
        connected(running.address, others) as spared,
        streaming(running.address, credentials) as stream,
        asyncio.timeout(PATIENCE_S),
    ):
        await subscribed(socket)
        async with app.transaction() as tx:
            await sessions.end_all(tx, [user_id], sessions.Ended.BY_ADMIN)
        await socket.wait_closed()
        said = "".join([part async for part in stream.aiter_text()])
        await spared.send(json.dumps({"type": "ping"}))
        answered = json.loads(await spared.recv())

    assert (socket.close_code, socket.close_reason) == (4401, "Unauthorized")
    assert stream.status_code == 200
    assert "complete" not in said
    assert answered == {"type": "pong"}


async def test_whoever_may_do_less_has_to_begin_anew(app):
    user_id = await given.user(app, roles=[ADMIN, USER])
    credentials = await given.credentials(app, user_id)

    async with (
        server(app.config) as running,
        connected(running.address, credentials) as socket,
        streaming(running.address, credentials) as stream,
        asyncio.timeout(PATIENCE_S),
    ):
        await subscribed(socket)
        async with app.transaction() as tx:
            await tx.db.run(DEMOTE, user_id=user_id, role_id=ADMIN)
            tx.emit(PermissionsChanged((user_id,)))
        await socket.wait_closed()
        said = "".join([part async for part in stream.aiter_text()])

    assert (socket.close_code, socket.close_reason) == (1012, "Permissions changed")
    assert "complete" not in said


async def test_a_server_process_ends_with_its_parent(app):
    async with server(app.config) as running:
        running.process.stdin.close()

        assert await running.process.wait() == 0


@pytest.mark.parametrize("module", ["app.main", "app.worker"])
async def test_a_database_without_migrations_is_explained(config, new_database, module):
    url = await new_database()
    await migrate.downgrade(url, "base")

    async with process_of(module, replace(config, database_url=url, port=0)) as process:
        said = (await process.stderr.read()).decode()
        status = await process.wait()

    assert status == 1
    assert said.startswith("error: The database is not migrated")
    assert said.endswith("Run `marquee migrate`.\n")
    assert said.count("\n") == 1


async def test_without_an_account_the_server_says_how_the_first_is_made(app):
    async with server(app.config) as running:
        said = (await running.process.stderr.readline()).decode()
        token = said.rstrip().rpartition("token=")[2]

    assert "There is no account yet." in said
    assert f"http://127.0.0.1:{running.address.rpartition(':')[2]}/set-up?token=mqo_" in said
    assert await one_time.peek(app.db, one_time.Purpose.SET_UP, token) is not None
