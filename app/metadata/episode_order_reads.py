"""Reading the orders that series' episodes can have, and which of them people chose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.access.viewer import Viewer
from app.core.db import Db, Row
from app.metadata.episode_order import ChosenOrder
from app.metadata.facts import GroupOrder, GroupPart

# An order counts as long as the provider names it: of a series that was matched with another work it is none any more.
ORDERS = text(
    """
    SELECT d.work_id, d.provider, d.seasons, d.episode_orders, c.order_id, c.parts, c.problem
    FROM metadata.details d
    LEFT JOIN metadata.episode_orders c ON c.series_id = d.work_id AND c.provider = d.provider
        AND d.episode_orders @> jsonb_build_array(jsonb_build_object('id', c.order_id))
    WHERE d.work_id = ANY(CAST(:ids AS uuid[]))
    """
)
CHOSEN = text(
    """
    SELECT c.series_id, c.provider, c.order_id, c.kind, c.parts FROM metadata.episode_orders c
    JOIN metadata.details d ON d.work_id = c.series_id AND d.provider = c.provider
        AND d.episode_orders @> jsonb_build_array(jsonb_build_object('id', c.order_id))
    WHERE c.series_id = ANY(CAST(:ids AS uuid[])) AND c.parts IS NOT NULL
    """
)


@dataclass(frozen=True, slots=True)
class EpisodeOrder:
    """An order in which a provider has a series' episodes. id: the provider's; None for that in which it aired.

    is_chosen: whether the files are taken to be numbered by it. problem: why that has no effect yet.
    """

    id: str | None
    name: str | None
    kind: GroupOrder
    season_count: int
    episode_count: int
    is_chosen: bool
    problem: str | None


async def episode_orders(
    db: Db, viewer: Viewer, series_ids: Sequence[UUID]
) -> dict[UUID, list[EpisodeOrder]]:
    """That in which each series aired, and then the others in the provider's order; none where it tells of none."""
    found: dict[UUID, list[EpisodeOrder]] = {key: [] for key in series_ids}
    for row in await db.rows(ORDERS, ids=series_ids):
        found[row["work_id"]] = [_as_aired(row), *(_order(row, each) for each in row["episode_orders"])]
    return found


async def chosen_orders(db: Db, series_ids: Sequence[UUID]) -> dict[UUID, ChosenOrder | None]:
    """The order by which each series' files are numbered, as far as it is known what it means; None: as it aired."""
    found: dict[UUID, ChosenOrder | None] = dict.fromkeys(series_ids)
    for key, provider, order_id, kind, parts in await db.rows(CHOSEN, ids=series_ids):
        found[key] = ChosenOrder(provider, order_id, GroupOrder(kind), tuple(map(_part, parts)))
    return found


def _as_aired(row: Row) -> EpisodeOrder:
    seasons = [each for each in row["seasons"] if each["number"]]
    episodes = sum(each["episode_count"] for each in seasons)
    return EpisodeOrder(None, None, GroupOrder.AIRED, len(seasons), episodes, row["order_id"] is None, None)


def _order(row: Row, found: Mapping[str, Any]) -> EpisodeOrder:
    is_chosen = found["id"] == row["order_id"]
    problem = row["problem"] if is_chosen and row["parts"] is None else None
    return EpisodeOrder(
        found["id"],
        found["name"],
        GroupOrder(found["kind"]),
        found["group_count"],
        found["episode_count"],
        is_chosen,
        problem,
    )


def _part(document: Sequence[Any]) -> GroupPart:
    number, name, episodes = document
    return GroupPart(number, name, tuple((season, episode) for season, episode in episodes))
