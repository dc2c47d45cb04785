"""Asking for a season of the catalog's, whatever the order by which its files are numbered."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.core.http_errors import ProviderSaysNo
from app.metadata.episode_order import aired_seasons, in_order
from app.metadata.episode_order_reads import chosen_orders
from app.metadata.facts import FoundSeason
from app.metadata.provider import Provider

NUMBERS = text(
    """
    SELECT number FROM tv.episodes WHERE series_id = :id AND season_number = :season AND number IS NOT NULL
    ORDER BY number
    """
)


async def season_of(
    app: App, provider: Provider, series_id: UUID, work_id: str, number: int, languages: Sequence[str]
) -> FoundSeason | None:
    """What a provider says of a season, its episodes under the numbers that they have in the catalog.

    Where a person chose another order for the series, each aired season is asked for of which an episode is meant; None
    where none is. work_id: the provider's. Raises ProviderError, ConfigError, Unreadable.
    """
    order = (await chosen_orders(app.db, [series_id]))[series_id]
    if order is None or order.provider != provider.about.id:
        return await provider.season(app, work_id, number, languages)
    numbers = await app.db.rows(NUMBERS, id=series_id, season=number)
    places = [(number, row[0]) for row in numbers]
    asked = (_aired(app, provider, work_id, each, languages) for each in aired_seasons(order, places))
    found = [season for season in await asyncio.gather(*asked) if season is not None]
    return next(iter(in_order(order, places, found)), None)


async def _aired(
    app: App, provider: Provider, work_id: str, number: int, languages: Sequence[str]
) -> FoundSeason | None:
    """None for a season that an order names, and the provider has not (any more)."""
    try:
        return await provider.season(app, work_id, number, languages)
    except ProviderSaysNo as error:
        if not error.is_gone:
            raise
        return None
