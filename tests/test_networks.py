"""Networks that are shut while somebody there is connected, on every server."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import httpx
import websockets

from app.access.builtin import ADMIN, USER
from app.activity.actor import Actor
from app.settings.registry import SERVER
from app.settings.writes import change_settings
from tests import given
from tests.patience import PATIENCE_S
from tests.test_main import server, subscribed

INSIDE, OUTSIDE = "192.0.2.7", "203.0.113.5"


def opened(address: str, comes_from: str) -> websockets.connect:
    """A socket through a proxy, which says where it comes from."""
    headers = {"x-forwarded-for": comes_from}
    return websockets.connect(
        f"ws://{address}/graphql", subprotocols=["graphql-transport-ws"], additional_headers=headers
    )


@asynccontextmanager
async def connected(
    address: str, comes_from: str, credentials: dict[str, str]
) -> AsyncIterator[websockets.ClientConnection]:
    async with opened(address, comes_from) as socket:
        await socket.send(json.dumps({"type": "connection_init", "payload": credentials}))
        assert json.loads(await socket.recv())["type"] == "connection_ack"
        yield socket


async def limit(app, **changes):
    async with app.transaction() as tx:
        await change_settings(tx, Actor(), changes, SERVER)


async def answers(socket) -> bool:
    await socket.send(json.dumps({"type": "ping"}))
    return json.loads(await socket.recv()) == {"type": "pong"}


async def test_a_network_that_is_blocked_is_cut_off_on_every_server_and_no_other(app):
    credentials = await given.credentials(app)
    config = replace(app.config, trusted_proxies=("127.0.0.1",))
    async with AsyncExitStack() as stack, asyncio.timeout(PATIENCE_S):
        running = await asyncio.gather(*(stack.enter_async_context(server(config)) for _ in range(2)))
        inside, outside = [
            [await stack.enter_async_context(connected(each.address, place, credentials)) for each in running]
            for place in (INSIDE, OUTSIDE)
        ]
        late = await stack.enter_async_context(opened(running[0].address, OUTSIDE))
        for socket in (*inside, *outside):
            await subscribed(socket)

        await limit(app, blocked_networks=["203.0.113.0/24"])

        for socket in outside:
            await socket.wait_closed()
        # It was opened before, and signs in after.
        await late.send(json.dumps({"type": "connection_init", "payload": credentials}))
        await late.wait_closed()
        assert [(each.close_code, each.close_reason) for each in (*outside, late)] == [
            (4403, "Not from this network")
        ] * 3
        assert [await answers(each) for each in inside] == [True, True]


async def test_an_admin_outside_the_admins_networks_begins_anew_with_less(app):
    boss = await given.credentials(app, await given.user(app, roles=[ADMIN]))
    somebody = await given.credentials(app, await given.user(app, roles=[USER]))
    config = replace(app.config, trusted_proxies=("127.0.0.1",))
    async with (
        asyncio.timeout(PATIENCE_S),
        server(config) as running,
        connected(running.address, OUTSIDE, boss) as outside,
        connected(running.address, INSIDE, boss) as inside,
        connected(running.address, OUTSIDE, somebody) as other,
    ):
        await limit(app, admin_networks=["192.0.2.0/24"])

        await outside.wait_closed()
        assert (outside.close_code, outside.close_reason) == (1012, "Permissions changed")
        assert [await answers(inside), await answers(other)] == [True, True]
        assert await settings_error(running.address, INSIDE, boss) is None
        assert await settings_error(running.address, OUTSIDE, boss) == "PERMISSION_DENIED"


async def settings_error(address: str, comes_from: str, credentials: dict[str, str]) -> str | None:
    """What those who ask for settings from there are told; None where they get them."""
    headers = credentials | {"x-forwarded-for": comes_from}
    async with httpx.AsyncClient(base_url=f"http://{address}", headers=headers, timeout=PATIENCE_S) as client:
        answer = await client.post("/graphql", json={"query": "{ settings { name } }"})
    errors = answer.json().get("errors")
    return errors[0]["extensions"]["code"] if errors else None
