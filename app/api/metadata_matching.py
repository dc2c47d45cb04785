"""Mutations by which people decide which works of providers films and series are."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.edge import edge
from app.api.errors import InvalidInput, NotFound, PermissionDenied, result
from app.api.filters import argument
from app.api.metadata_matches import work_of
from app.api.movies import Movie
from app.api.requires import requires
from app.api.storable import storable
from app.api.tv import Series
from app.catalog.movies import reads as movies
from app.catalog.tv import reads as tv
from app.core.outbox import Tx
from app.curation import linking
from app.metadata.facts import Kind

WORK = "The film or series."


@strawberry.input(description="Which work of a provider a film or series is.")
class ChooseMetadataInput:
    work_id: strawberry.ID = strawberry.field(description=WORK)
    provider: str = strawberry.field(description="The provider: `tmdb`.")
    provider_id: str = strawberry.field(description="The work's id there.")


@strawberry.input(description="A film or series that no provider knows.")
class RejectMetadataInput:
    work_id: strawberry.ID = strawberry.field(description=WORK)


@strawberry.input(description="A film or series about which nobody is to have said anything.")
class ResetMetadataInput:
    work_id: strawberry.ID = strawberry.field(description=WORK)


@strawberry.type(description="The film or series about which something was decided: one of both.")
class DecidedWork:
    movie_key: strawberry.Private[UUID | None]
    series_key: strawberry.Private[UUID | None]

    @edge(movies.movies, key="movie_key", description="The film, if it is one.")
    def movie(self, row: movies.Movie | None) -> Movie | None:
        return None if row is None else Movie.of(row)

    @edge(tv.series, key="series_key", description="The series, if it is one.")
    def series(self, row: tv.Series | None) -> Series | None:
        return None if row is None else Series.of(row)


@strawberry.type(description="It is that work, and the provider is asked about it in a moment.")
class ChooseMetadataPayload:
    work: DecidedWork = strawberry.field(description=WORK)


@strawberry.type(description="Nobody is asked about it any more; what was told of it before stays.")
class RejectMetadataPayload:
    work: DecidedWork = strawberry.field(description=WORK)


@strawberry.type(description="Providers are asked anew in a moment.")
class ResetMetadataPayload:
    work: DecidedWork = strawberry.field(description=WORK)


ChooseMetadataResult = Annotated[
    ChooseMetadataPayload | NotFound | InvalidInput | PermissionDenied,
    strawberry.union("ChooseMetadataResult", description="The work, or why nothing was decided."),
]
RejectMetadataResult = Annotated[
    RejectMetadataPayload | NotFound | InvalidInput | PermissionDenied,
    strawberry.union("RejectMetadataResult", description="The work, or why nothing was decided."),
]
ResetMetadataResult = Annotated[
    ResetMetadataPayload | NotFound | InvalidInput | PermissionDenied,
    strawberry.union("ResetMetadataResult", description="The work, or why it is as it was."),
]


@strawberry.type
class MetadataMatchMutation:
    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(
        description="Say which work of a provider a film or series is; no provider ever says otherwise. What was said"
        " of another one goes."
    )
    async def choose_metadata(
        self, info: Info, wanted: Annotated[ChooseMetadataInput, argument("The choice.", "input")]
    ) -> ChooseMetadataResult:
        provider, provider_id = storable(wanted.provider), storable(wanted.provider_id)

        async def choose(tx: Tx, kind: Kind, key: UUID) -> UUID:
            return await linking.choose(tx, info.context.viewer.actor, kind, key, provider, provider_id)

        return await result(_decide(info, wanted.work_id, ChooseMetadataPayload, choose))

    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(
        description="Say that a film or series is none that providers know: what they said of it goes, and it is left"
        " alone from now on."
    )
    async def reject_metadata(
        self, info: Info, wanted: Annotated[RejectMetadataInput, argument("The work.", "input")]
    ) -> RejectMetadataResult:
        async def reject(tx: Tx, kind: Kind, key: UUID) -> UUID:
            return await linking.reject(tx, info.context.viewer.actor, kind, key)

        return await result(_decide(info, wanted.work_id, RejectMetadataPayload, reject))

    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(
        description="Take back what was said of which work of a provider a film or series is, by whomever: what"
        " providers said goes, and they are asked anew."
    )
    async def reset_metadata(
        self, info: Info, wanted: Annotated[ResetMetadataInput, argument("The work.", "input")]
    ) -> ResetMetadataResult:
        async def reset(tx: Tx, kind: Kind, key: UUID) -> UUID:
            return await linking.reset(tx, info.context.viewer.actor, kind, key)

        return await result(_decide(info, wanted.work_id, ResetMetadataPayload, reset))


async def _decide(
    info: Info,
    work_id: strawberry.ID,
    payload: Callable[..., Any],
    decide: Callable[[Tx, Kind, UUID], Awaitable[UUID]],
) -> Any:
    kind, key = work_of(work_id)
    async with info.context.app.transaction() as tx:
        decided = await decide(tx, kind, key)
    info.context.forget()
    is_film = kind is Kind.MOVIE
    return payload(
        work=DecidedWork(movie_key=decided if is_film else None, series_key=None if is_film else decided)
    )
