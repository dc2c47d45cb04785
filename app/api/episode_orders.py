"""Orders in which a series' episodes may be numbered, and by which its files are."""

from enum import Enum
from typing import Annotated, cast

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.edge import edge, extend
from app.api.errors import InvalidInput, NotFound, PermissionDenied, result
from app.api.filters import argument, is_given
from app.api.node import parse_key
from app.api.requires import requires
from app.api.storable import storable
from app.api.tv import Series
from app.catalog.tv import reads as tv
from app.metadata import episode_order_reads as reads
from app.metadata.choose_order import choose_order


@strawberry.enum(description="By what an order of episodes goes.")
class EpisodeNumberingKind(Enum):
    AIRED = strawberry.enum_value("aired", description="As they were first shown.")
    ABSOLUTE = strawberry.enum_value("absolute", description="Counted through all seasons.")
    DVD = strawberry.enum_value("dvd", description="As on the discs.")
    DIGITAL = strawberry.enum_value("digital", description="As streaming services have them.")
    STORY_ARC = strawberry.enum_value("story_arc", description="By the stories that they tell.")
    PRODUCTION = strawberry.enum_value("production", description="As they were made.")
    TV = strawberry.enum_value("tv", description="As another channel showed them.")


@strawberry.type(description="An order in which a provider has a series' episodes.")
class EpisodeNumbering:
    order_id: str | None = strawberry.field(
        description="Its provider's id, for `chooseEpisodeOrder`; null for the order in which the series aired."
    )
    name: str | None = strawberry.field(description="What its provider calls it.")
    kind: EpisodeNumberingKind = strawberry.field(description="By what it goes.")
    season_count: int = strawberry.field(description="How many seasons or other parts it has.")
    episode_count: int = strawberry.field(description="How many episodes.")
    is_chosen: bool = strawberry.field(
        description="Whether the files of the series are taken to be numbered by it."
    )
    problem: str | None = strawberry.field(
        description="Why choosing it has no effect yet: it could not be fetched."
    )

    @classmethod
    def of(cls, row: reads.EpisodeOrder) -> "EpisodeNumbering":
        return cls(
            order_id=row.id,
            name=row.name,
            kind=EpisodeNumberingKind(row.kind.value),
            season_count=row.season_count,
            episode_count=row.episode_count,
            is_chosen=row.is_chosen,
            problem=row.problem,
        )


@extend(Series)
class SeriesOrders:
    @edge(
        reads.episode_orders,
        description="The orders that its provider has its episodes in, that in which they aired first; empty as long as"
        " no provider tells of it.",
    )
    def episode_orders(self, found: list[reads.EpisodeOrder]) -> list[EpisodeNumbering]:
        return [EpisodeNumbering.of(each) for each in found]


@strawberry.input(description="By which order the files of a series are numbered.")
class ChooseEpisodeOrderInput:
    series_id: strawberry.ID = strawberry.field(description="The series.")
    order_id: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The order, of `episodeOrders`; null, or left out, for that in which the series aired.",
    )


@strawberry.type(description="The series' files are taken to be numbered by that order.")
class ChooseEpisodeOrderPayload:
    series: Series = strawberry.field(
        description="The series; what its episodes are called and about follows soon."
    )


ChooseEpisodeOrderResult = Annotated[
    ChooseEpisodeOrderPayload | NotFound | InvalidInput | PermissionDenied,
    strawberry.union("ChooseEpisodeOrderResult", description="The series, or why all is as before."),
]


@strawberry.type
class EpisodeOrderMutation:
    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(
        description="Say by which order the files of a series are numbered, so that each episode gets the texts of the"
        " one that is meant. Files and numbers stay as they are."
    )
    async def choose_episode_order(
        self, info: Info, wanted: Annotated[ChooseEpisodeOrderInput, argument("The choice.", "input")]
    ) -> ChooseEpisodeOrderResult:
        return await result(_choose(info, wanted))


async def _choose(info: Info, wanted: ChooseEpisodeOrderInput) -> ChooseEpisodeOrderPayload:
    context = info.context
    series_id = parse_key(wanted.series_id, "Series", "seriesId")
    chosen = wanted.order_id if is_given(wanted.order_id) else None
    order_id = None if chosen is None else storable(chosen)
    async with context.app.transaction() as tx:
        series_id = await choose_order(tx, context.viewer.actor, series_id, order_id)
    context.forget()
    row = (await tv.series(context.db, context.viewer, [series_id]))[series_id]
    return ChooseEpisodeOrderPayload(series=Series.of(cast("tv.Series", row)))
