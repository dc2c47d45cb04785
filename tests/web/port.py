"""The whole site on a port of its own, for what needs a real connection."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from app.core.app import App
from app.main import build, graph


@asynccontextmanager
async def on_a_port(app: App) -> AsyncIterator[int]:
    graphql = graph(app)
    config = uvicorn.Config(
        build(app, graphql),
        http="httptools",
        ws="websockets-sansio",
        log_config=None,
        lifespan="off",
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve([listening]))
        try:
            yield listening.getsockname()[1]
        finally:
            graphql.close()
            server.should_exit = True
            await serving
