"""The database and the servers beside it that the comparison runs on, and who asks."""

import argparse
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from app.access.builtin import ADMIN
from app.access.tables import UserRoleRow
from app.core import migrate
from app.core.app import App, open_app
from app.core.bulk import insert
from app.core.config import Config
from app.core.ids import new_id
from app.embedded.servers import embedded
from app.identity.client import Client
from app.identity.lifetimes import lifetimes
from app.identity.sessions import Method, SessionKind, begin
from app.identity.tables import UserRow


@dataclass(frozen=True, slots=True)
class Options:
    """seconds: of each load. data: a folder in which all of it stays."""

    movies: int
    series: int
    seconds: float
    million: bool
    data: Path | None

    @property
    def most(self) -> int:
        """Films at the end."""
        return max(self.movies, 1_000_000) if self.million else self.movies

    @classmethod
    def of(cls, arguments: Sequence[str]) -> "Options":
        parser = argparse.ArgumentParser(prog="python -m bench graphql", description=__doc__)
        parser.add_argument("--movies", type=int, default=100_000)
        parser.add_argument("--series", type=int, default=5_000)
        parser.add_argument("--seconds", type=float, default=5.0, help="of each load")
        parser.add_argument("--million", action="store_true", help="look at pages of a million films as well")
        parser.add_argument("--data", type=Path, help="a folder to keep the database in, for another run")
        return cls(**vars(parser.parse_args(arguments)))


@dataclass(frozen=True, slots=True)
class Stage:
    """config: of a server of ours. token: an admin's. postgres: the process that is the parent of all of its."""

    app: App
    config: Config
    token: str
    postgres: psutil.Process
    options: Options


@asynccontextmanager
async def staged(options: Options) -> AsyncGenerator[Stage]:
    with tempfile.TemporaryDirectory(prefix="mqb-") as temporary:
        folder = options.data or Path(temporary)
        async with embedded(folder, durable=False) as urls:
            assert urls.database_url
            assert urls.redis_url
            await migrate.upgrade(urls.database_url)
            config = replace(
                Config(),
                data_dir=folder,
                database_url=urls.database_url,
                redis_url=urls.redis_url,
                log_level="error",
            )
            postmaster = int((folder / "postgres/postmaster.pid").read_text().split()[0])
            async with open_app(config) as app:
                yield Stage(app, config, await _admin(app), psutil.Process(postmaster), options)


async def _admin(app: App) -> str:
    """The token of somebody new who may see everything."""
    user_id = new_id()
    name, method = f"asker-{user_id}", Method.PASSWORD
    async with app.transaction() as tx:
        await insert(tx.db, UserRow, [{"id": user_id, "name": name, "name_key": name}])
        await insert(tx.db, UserRoleRow, [{"user_id": user_id, "role_id": ADMIN}])
        session = await begin(
            tx,
            user_id,
            Client("127.0.0.1"),
            kind=SessionKind.APP,
            method=method,
            lifetimes=await lifetimes(app),
        )
    return session.token
