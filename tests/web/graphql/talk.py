"""A client of graphql-transport-ws that says exactly what a test wants said."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import websockets
from websockets.asyncio.client import ClientConnection

from tests.patience import PATIENCE_S
from tests.web.graphql.serving import Served

PROTOCOL = "graphql-transport-ws"


class Talk:
    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, message: object) -> None:
        await self.socket.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        return json.loads(await self.socket.recv())

    async def greet(self, **params: object) -> None:
        await self.say({"type": "connection_init", "payload": params})
        assert await self.hear() == {"type": "connection_ack"}

    async def subscribe(self, id_: str, query: str, **rest: object) -> None:
        await self.say({"id": id_, "type": "subscribe", "payload": {"query": query, **rest}})

    async def closed(self) -> tuple[int | None, str | None]:
        await self.socket.wait_closed()
        return self.socket.close_code, self.socket.close_reason


@asynccontextmanager
async def talk_to(served: Served, *, greet: bool = True, **options: Any) -> AsyncIterator[Talk]:
    options = {"subprotocols": [PROTOCOL], "compression": None, "max_size": None, **options}
    async with asyncio.timeout(PATIENCE_S), websockets.connect(served.ws_url, **options) as socket:
        talk = Talk(socket)
        if greet:
            await talk.greet()
        yield talk
