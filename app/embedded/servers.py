"""Both servers together: started at once, kept running, stopped in order."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import asyncpg

from app.embedded.errors import EmbeddedError
from app.embedded.identity import Identity, identity_for
from app.embedded.lock import DataDirLock
from app.embedded.postgres import Postgres
from app.embedded.sockets import SocketDir
from app.embedded.valkey import Valkey

log = logging.getLogger(__name__)

_ANNOUNCEMENT = "running.json"
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 10.0
_STABLE_S = 60.0


@dataclass(frozen=True, slots=True)
class Urls:
    """Each None if that server was not wanted."""

    database_url: str | None
    redis_url: str | None


class Server(Protocol):
    name: str

    async def start(self) -> str: ...
    async def stop(self) -> None: ...
    async def ended(self) -> int: ...


@asynccontextmanager
async def embedded(
    data_dir: Path, *, postgres: bool = True, valkey: bool = True, durable: bool = True
) -> AsyncGenerator[Urls]:
    """Run the wanted servers on `data_dir`, which is made if need be, and restart them if they die, at the same URLs.

    durable: False, for tests, may lose the last second at a crash of a server, and all at one of the machine.
    Raises AlreadyRunning, VersionMismatch, or EmbeddedError with what a server said.
    """
    data_dir = _make(data_dir)
    with _held(data_dir), _sockets(data_dir, identity := await identity_for(data_dir)) as sockets:
        database = (
            Postgres(data_dir, sockets=sockets, identity=identity, durable=durable) if postgres else None
        )
        redis = Valkey(data_dir, sockets=sockets, identity=identity, durable=durable) if valkey else None
        async with _running([server for server in (database, redis) if server is not None]):
            urls = Urls(database.url if database else None, redis.url if redis else None)
            with _announced(data_dir, urls):
                yield urls


def running_urls(data_dir: Path) -> Urls | None:
    """Where the servers of a Marquee that runs on `data_dir` are, in this process or another one; None if none runs."""
    data_dir = data_dir.resolve()
    try:
        urls = Urls(**json.loads((data_dir / _ANNOUNCEMENT).read_text()))
    except FileNotFoundError:
        return None
    return urls if DataDirLock(data_dir).is_held() else None


def _make(data_dir: Path) -> Path:
    with _in_plain_words(f"The data directory {data_dir} can't be used"):
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        data_dir = data_dir.resolve()
        (data_dir / "log").mkdir(mode=0o700, exist_ok=True)
    return data_dir


@contextmanager
def _in_plain_words(what: str) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise EmbeddedError(f"{what}: {error.strerror or error}.") from error


@contextmanager
def _held(data_dir: Path) -> Generator[None]:
    lock = DataDirLock(data_dir)
    with _in_plain_words(f"The data directory {data_dir} can't be used"):
        lock.take()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _sockets(data_dir: Path, identity: Identity) -> Generator[Path]:
    folder = SocketDir(data_dir, identity)
    with _in_plain_words("There is no room for the servers' sockets"):
        path = folder.prepare()
    try:
        yield path
    finally:
        folder.remove()


@contextmanager
def _announced(data_dir: Path, urls: Urls) -> Generator[None]:
    path = data_dir / _ANNOUNCEMENT
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(urls)))
    fresh.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


@asynccontextmanager
async def _running(servers: list[Server]) -> AsyncGenerator[None]:
    """Start them at once, restart those that end, stop them last to first."""
    keepers: list[asyncio.Task[None]] = []
    try:
        await _start(servers)
        keepers = [asyncio.create_task(_keep(server), name=f"keep {server.name}") for server in servers]
        yield
    finally:
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)
        for server in reversed(servers):
            await server.stop()


async def _start(servers: list[Server]) -> None:
    """All are given the time to finish, so that none is left half started when another fails."""
    results = await asyncio.gather(*(server.start() for server in servers), return_exceptions=True)
    for server, result in zip(servers, results, strict=True):
        with _in_plain_words(f"{server.name} did not start"):
            if isinstance(result, BaseException):
                raise result


async def _keep(server: Server) -> None:
    """Start the server again whenever it ends, at ever longer intervals unless it held for a while in between."""
    pause_s = 0.0
    while True:
        since = time.monotonic()
        status = await server.ended()
        if time.monotonic() - since > _STABLE_S:
            pause_s = 0.0
        log.error("%s ended unexpectedly (status %d); starting it again", server.name, status)
        pause_s = await _restart(server, pause_s)
        log.warning("%s runs again", server.name)


async def _restart(server: Server, pause_s: float) -> float:
    """Try until it starts. Returns how long to pause should it end soon again."""
    while True:
        await asyncio.sleep(pause_s)
        pause_s = min(max(2 * pause_s, _FIRST_PAUSE_S), _LONGEST_PAUSE_S)
        try:
            await server.start()
        except (EmbeddedError, OSError, asyncpg.PostgresError) as error:
            log.error("%s; trying again in %.1f s", error, pause_s)
        else:
            return pause_s
