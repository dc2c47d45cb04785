"""A real Uvicorn on a free loopback port, in a thread, as the product runs it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from app.web.graphql.asgi import GraphQL
from app.web.wire import HttpConnection


@dataclass(frozen=True)
class Served:
    app: GraphQL
    port: int
    server: uvicorn.Server

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graphql"

    @property
    def ws_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/graphql"


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, app: GraphQL) -> None:
        super().__init__(config)
        self._graphql = app
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._graphql.close()
        await super().shutdown(sockets)


@contextmanager
def serving(app: GraphQL, *, keep_alive_s: int = 5) -> Iterator[Served]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        http=HttpConnection,
        ws="websockets-sansio",
        ws_max_size=1_048_576,
        log_config=None,
        lifespan="off",
        timeout_graceful_shutdown=10,
        timeout_keep_alive=keep_alive_s,
    )
    server = _Server(config, app)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        assert server.ready.wait(20)
        yield Served(app, listener.getsockname()[1], server)
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()
    assert not thread.is_alive()
