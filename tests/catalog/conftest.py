"""A crowded catalog, made once."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from app.catalog.title_indexes import index_titles
from app.core.app import App, open_app
from app.core.config import Config
from app.core.db import Db
from tests.catalog.crowd import crowd

INDEXED = ("en", "de", "pt-br", "zh-hans")


@pytest.fixture(scope="session")
async def crowded(config: Config, new_database: Callable[[], Any]) -> AsyncIterator[App]:
    """An application of its own with a crowd of works, which none may change."""
    own = replace(config, database_url=await new_database(), namespace=f"{config.namespace}-crowd")
    async with open_app(own) as app:
        await crowd(app)
        async with app.database.pool.acquire() as connection:
            await index_titles(Db(connection), INDEXED)
        yield app
