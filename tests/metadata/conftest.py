"""TMDb's stand-in over the demo library, and an application that asks it."""

from collections.abc import AsyncIterator

import pytest

from app.activity.actor import Actor
from app.core.app import App, open_app
from app.demo.tmdb.records import shelf
from app.demo.tmdb.server import KEY, Shelf, Tmdb
from app.settings.secrets import set_secret
from app.settings.writes import change_settings
from tests.metadata.standing import Standing, standing

SHELF = shelf()


async def keep_key(app: App, key: str = KEY) -> None:
    async with app.transaction() as tx:
        await set_secret(tx, Actor(), app.keyring, "tmdb", key)


@pytest.fixture
def demo_shelf() -> Shelf:
    return SHELF


@pytest.fixture
async def tmdb(app: App) -> AsyncIterator[Standing]:
    """A stand-in that an application of the test's own asks: what that learns of a provider ends with it."""
    async with open_app(app.config) as own, standing(Tmdb(SHELF)) as stand_in:
        async with own.transaction() as tx:
            await change_settings(
                tx,
                Actor(),
                {
                    "tmdb_url": f"{stand_in.url}/3",
                    "tmdb_image_url": f"{stand_in.url}/t/p",
                    "tmdb_rate": 1000.0,
                },
            )
        await keep_key(own)
        stand_in.app = own
        yield stand_in
