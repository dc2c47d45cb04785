"""How fast an image is handed out that was made before, against a static file of the same bytes by the same server.

Both lie behind what every request of the site passes. They are asked for in turns, so that a busy machine slows both;
beside the rates stand the server's CPU times, which other work on the machine changes less.
"""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import uvicorn
import uvloop
from PIL import Image
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from app.core import migrate
from app.core.app import open_app
from app.core.config import Config
from app.embedded.servers import embedded
from app.identity.networks import may_reach
from app.images.formats import ImageFormat
from app.images.kinds import Source
from app.images.links import link
from app.images.take import take
from app.images.variants import variants
from app.web import images
from app.web.client import BehindProxies
from app.web.graphql.request_id import RequestIds
from app.web.hosts import KnownHosts
from app.web.known_networks import KnownNetworks

WIDTH = 342
CONNECTIONS = 8
REQUESTS = 4_000
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Measured:
    rate: float
    cpu_us: float


async def run() -> None:
    """Print both rates and their ratio."""
    with tempfile.TemporaryDirectory(prefix="mq-bench-") as folder:
        async with embedded(Path(folder), postgres=True, valkey=True, durable=False) as urls:
            assert urls.database_url
            assert urls.redis_url
            await migrate.upgrade(urls.database_url)
            command = [sys.executable, "-m", "bench.images", folder, urls.database_url, urls.redis_url]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
                assert server.stdout is not None
                try:
                    port, address, size = server.stdout.readline().split()
                    await _compare(psutil.Process(server.pid), int(port), address, int(size))
                finally:
                    server.terminate()


async def _compare(server: psutil.Process, port: int, address: str, size: int) -> None:
    targets = {"image": address, "static file": "/static/image.webp"}
    found: dict[str, list[Measured]] = {name: [] for name in targets}
    for _ in range(ROUNDS):
        for name, target in targets.items():
            found[name].append(await _measured(server, port, target, size))
    rates = {name: statistics.median(each.rate for each in some) for name, some in found.items()}
    costs = {name: statistics.median(each.cpu_us for each in some) for name, some in found.items()}
    for name in targets:
        print(f"{name:12} {rates[name]:8,.0f}/s {costs[name]:6,.0f} us of CPU each, {size:,} bytes")
    print(f"image / static file: {rates['image'] / rates['static file']:.0%} of its rate")


async def _measured(server: psutil.Process, port: int, target: str, size: int) -> Measured:
    before, begun = server.cpu_times(), time.perf_counter()
    await asyncio.gather(*(_ask(port, target, size, REQUESTS // CONNECTIONS) for _ in range(CONNECTIONS)))
    seconds, after = time.perf_counter() - begun, server.cpu_times()
    cpu_s = after.user + after.system - before.user - before.system
    return Measured(REQUESTS / seconds, cpu_s / REQUESTS * 1e6)


async def _ask(port: int, target: str, size: int, times: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET {target} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: image/webp\r\n\r\n".encode()
    for _ in range(times):
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        await reader.readexactly(size)
    writer.close()
    await writer.wait_closed()


def poster() -> bytes:
    """Some 30 KB at 342 wide."""
    channels = [Image.effect_noise((125, 188), 90).resize((1000, 1500)) for _ in range(3)]
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        Image.merge("RGB", channels).save(file.name)
        return Path(file.name).read_bytes()


async def serve(folder: str, database_url: str, redis_url: str) -> None:
    """The server's process: says where it listens, what to ask for, and how large that is."""
    config = Config(data_dir=Path(folder) / "data", database_url=database_url, redis_url=redis_url)
    async with open_app(config) as app:
        image_id = await take(app, poster(), Source.FILE)
        made = await variants(app).get(image_id, WIDTH, ImageFormat.WEBP)
        assert made is not None
        static = Path(folder) / "static"
        static.mkdir()
        (static / "image.webp").write_bytes(made)
        site = Starlette(
            routes=[*images.routes(app), Mount("/static", StaticFiles(directory=static))],
            middleware=[Middleware(RequestIds), Middleware(KnownHosts)],
        )
        reachable = KnownNetworks(site, lambda address: may_reach(app, address))
        behind = BehindProxies(reachable, (), config.forwarded_header)
        server = uvicorn.Server(
            uvicorn.Config(
                behind, port=0, http="httptools", lifespan="off", access_log=False, log_config=None
            )
        )
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        print(port, link(app.keyring, image_id, WIDTH), len(made), flush=True)
        await serving


def main() -> None:
    asyncio.run(run())


if __name__ == "__main__":
    uvloop.run(serve(*sys.argv[1:]))
