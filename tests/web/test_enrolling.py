"""Who has to set up a second factor first can do nothing else, by whatever way they come."""

import asyncio
import json
from typing import Any

import httpx
import websockets

from app.access.builtin import ADMIN
from app.access.permissions import ALL
from app.access.viewer import Viewer
from app.activity.actor import Actor
from app.core.app import App
from app.identity.api_tokens import create_api_token
from tests import given
from tests.patience import PATIENCE_S
from tests.web.port import on_a_port

ASKED = {
    "query": "{ movies { totalCount } }",
    "mutation": 'mutation { scanLibrary(input: {libraryId: "x"}) { __typename } }',
    "own": "{ secondFactors { hasTotp } }",
    "subscription": "subscription { libraryChanged { libraryId } }",
}


async def over_a_socket(port: int, credentials: dict[str, str]) -> dict[str, Any]:
    """What each of these is answered first."""
    answers: dict[str, Any] = {}
    url = f"ws://127.0.0.1:{port}/graphql"
    async with (
        asyncio.timeout(PATIENCE_S),
        websockets.connect(url, subprotocols=[websockets.Subprotocol("graphql-transport-ws")]) as socket,
    ):
        await socket.send(json.dumps({"type": "connection_init", "payload": credentials}))
        assert json.loads(await socket.recv())["type"] == "connection_ack"
        for name, query in ASKED.items():
            await socket.send(json.dumps({"id": name, "type": "subscribe", "payload": {"query": query}}))
        while len(answers) < len(ASKED):
            message = json.loads(await socket.recv())
            if message["type"] in {"next", "error"}:
                answers.setdefault(message["id"], message["payload"])
    return answers


def code_of(answer: Any) -> str:
    errors = answer if isinstance(answer, list) else answer["errors"]
    return errors[0]["extensions"]["code"]


async def test_nothing_is_done_on_any_way_before_there_is_a_second_factor(app: App) -> None:
    role = await given.role(app, parents=[ADMIN], requires_second_factor=True)
    user_id = await given.user(app, roles=[role])
    credentials = await given.credentials(app, user_id)
    owner = Viewer(permissions=ALL, actor=Actor(user_id))
    async with app.transaction() as tx:
        _, token = await create_api_token(tx, owner, "Script", ["*"], None)

    async with (
        on_a_port(app) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S) as http,
    ):
        answers = await over_a_socket(port, credentials)
        asked = {"query": ASKED["query"]}
        by_http = await http.post("/graphql", json=asked, headers=credentials)
        by_token = await http.post("/graphql", json=asked, headers={"authorization": f"Bearer {token}"})

    assert [code_of(answers[name]) for name in ("query", "subscription")] == ["PERMISSION_DENIED"] * 2
    assert answers["mutation"]["data"]["scanLibrary"]["__typename"] == "PermissionDenied"
    assert answers["own"]["data"] == {"secondFactors": {"hasTotp": False}}
    assert [code_of(each.json()) for each in (by_http, by_token)] == ["PERMISSION_DENIED"] * 2
