"""Data directories that need no first start."""

import shutil

import pytest
from redis.asyncio import Redis

from app.embedded.servers import embedded


@pytest.fixture(scope="session")
async def used_data_dir(tmp_path_factory):
    data_dir = tmp_path_factory.mktemp("used") / "data"
    async with embedded(data_dir, durable=False) as urls, Redis.from_url(urls.redis_url) as redis:
        await redis.set("film", "Alien")
        await redis.set("series", "Fargo")
    return data_dir


@pytest.fixture
def data_dir(used_data_dir, tmp_path):
    """One that both servers ran on before: Valkey has `film` and, last, `series`."""
    shutil.copytree(used_data_dir, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def valkey_data_dir(used_data_dir, tmp_path):
    """The same without PostgreSQL's part, which takes its time to copy."""
    shutil.copytree(used_data_dir, tmp_path / "data", ignore=shutil.ignore_patterns("postgres"))
    return tmp_path / "data"
