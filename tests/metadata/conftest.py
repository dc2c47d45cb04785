"""Stand-ins for providers, TMDb's over the demo library, and applications that ask them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.activity.actor import Actor
from app.core.app import App, open_app
from app.demo.tmdb.records import shelf
from app.demo.tmdb.server import KEY, Shelf, Tmdb
from app.settings.secrets import set_secret
from app.settings.writes import change_settings
from tests.metadata.standing import Service, Standing, standing
from tests.metadata.web_wire import FANART_KEY, OMDB_KEY, Fanart, Omdb

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


@asynccontextmanager
async def asking(
    app: App, service: Service, secret: str, key: str, **settings: Any
) -> AsyncIterator[Standing]:
    """A stand-in for a service whose key is kept, and an application of its own that asks it.

    settings: of the addresses; `{}` is where it stands.
    """
    async with open_app(app.config) as own, standing(service) as stand_in:
        placed = {
            name: value.format(stand_in.url) if isinstance(value, str) else value
            for name, value in settings.items()
        }
        async with own.transaction() as tx:
            await change_settings(tx, Actor(), placed)
            await set_secret(tx, Actor(), own.keyring, secret, key)
        stand_in.app = own
        yield stand_in


@pytest.fixture
async def fanart(app: App) -> AsyncIterator[Standing]:
    places = {"fanart_url": "{}/v3.2", "fanart_image_url": "{}/assets", "fanart_rate": 1000.0}
    async with asking(app, Fanart(), "fanart", FANART_KEY, **places) as stand_in:
        yield stand_in


@pytest.fixture
async def omdb(app: App) -> AsyncIterator[Standing]:
    async with asking(app, Omdb(), "omdb", OMDB_KEY, omdb_url="{}", omdb_rate=1000.0) as stand_in:
        yield stand_in
