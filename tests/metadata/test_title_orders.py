"""Lists by title are read from indexes in the languages that texts are fetched in."""

import asyncio

import pytest
from sqlalchemy import text

from app.activity.actor import MARQUEE
from app.catalog.title_indexes import index_titles
from app.core.app import App
from app.core.db import Db
from app.core.ending import end
from app.metadata import title_orders
from app.metadata.title_orders import keep_ordered, order_titles
from app.settings.writes import change_settings
from tests.patience import PATIENCE_S

MADE = text("SELECT indexname FROM pg_indexes WHERE indexname LIKE 'ix_movies_title_%'")
TAKEN = text("DELETE FROM outbox.jobs WHERE name = 'metadata.index_titles'")


async def set_languages(app: App, *languages: str) -> None:
    async with app.transaction() as tx:
        await change_settings(tx, MARQUEE, {"metadata_languages": list(languages)})


async def test_the_job_makes_indexes_for_the_languages_that_are_set(app: App) -> None:
    await set_languages(app, "it", "PT-BR")

    await order_titles.run(app)
    made = {row[0] for row in await app.db.rows(MADE)}

    assert made == {"ix_movies_title_it", "ix_movies_title_pt_br"}
    async with app.database.pool.acquire() as connection:
        await index_titles(Db(connection), ())


async def test_it_is_asked_for_at_the_start_and_once_the_languages_are_others(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(title_orders, "LOOK_S", 0.01)

    async def is_asked_for() -> None:
        while not await app.db.run(TAKEN):  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    keeping = asyncio.create_task(keep_ordered(app))
    try:
        await asyncio.wait_for(is_asked_for(), PATIENCE_S)

        await set_languages(app, "it")

        await asyncio.wait_for(is_asked_for(), PATIENCE_S)
    finally:
        await end(keeping)
