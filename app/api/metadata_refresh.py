"""Having works looked at again with their providers, and how that goes."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.api.coalesce import coalesced
from app.api.context import Context, Info
from app.api.edge import edge, extend
from app.api.errors import Conflict, InvalidInput, NotFound, PermissionDenied, result
from app.api.filters import argument, is_given
from app.api.movie_inputs import MovieFilter
from app.api.movies import Movie
from app.api.node import Node, find_nodes, global_id, parse_id, parse_key, refetched_by
from app.api.requires import requires
from app.api.tv import Series
from app.api.tv_inputs import SeriesFilter
from app.core.errors import Invalid
from app.core.errors import NotFound as Missing
from app.core.paging import MOST
from app.library import reads as libraries
from app.metadata import refresh_reads as reads
from app.metadata.events import RefreshProgressed
from app.metadata.refreshes import begin_refresh, cancel_refresh
from app.metadata.whom import whom_to_ask

MOST_IDS = 1000
_KINDS = {"Movie": "movie", "Series": "tv", "Season": "season", "Collection": "collection"}
_TYPES = {kind: name for name, kind in _KINDS.items()}


@strawberry.type(description="When providers were asked about a work.")
class MetadataLook:
    looked_at: datetime | None = strawberry.field(description="When they last were; null if never.")
    due_at: datetime | None = strawberry.field(
        description="When they are again; null while it waits for its turn."
    )
    failure_count: int = strawberry.field(description="How often that could not be done since it last was.")
    problem: str | None = strawberry.field(
        description="What is the matter, in a sentence for people; null if nothing."
    )
    code: str | None = strawberry.field(description="The same for programs: `PROVIDER_UNREACHABLE`.")

    @classmethod
    def of(cls, row: reads.LookedAt) -> "MetadataLook":
        return cls(
            looked_at=row.looked_at,
            due_at=row.due_at,
            failure_count=row.failures,
            problem=row.problem,
            code=row.fault,
        )


LOOK = "When providers were asked about it; null for what is not to be asked about."


@extend(Movie)
class MovieLook:
    @edge(reads.looks_at_movies, description=LOOK)
    def metadata_look(self, row: reads.LookedAt | None) -> MetadataLook | None:
        return None if row is None else MetadataLook.of(row)


@extend(Series)
class SeriesLook:
    @edge(reads.looks_at_series, description=LOOK)
    def metadata_look(self, row: reads.LookedAt | None) -> MetadataLook | None:
        return None if row is None else MetadataLook.of(row)


@strawberry.enum(description="How far a refresh is.")
class MetadataRefreshStatus(Enum):
    RUNNING = strawberry.enum_value("running", description="Something of it is left.")
    COMPLETED = strawberry.enum_value("completed", description="All of it was looked at, or could not be.")
    CANCELLED = strawberry.enum_value("cancelled", description="It was called off.")


@strawberry.type(description="Something that could not be looked at, and has not been since.")
class MetadataFailure:
    work_id: strawberry.ID = strawberry.field(description="Id of the film, series, season or collection.")
    problem: str | None = strawberry.field(description="Why, in a sentence for people.")
    code: str | None = strawberry.field(description="Why, for programs.")
    next_try_at: datetime = strawberry.field(description="When it is tried again.")


@refetched_by(reads.refreshes, Permission.CONTENT_MODERATE)
@strawberry.type(description="Works that somebody had looked at with their providers at once.")
class MetadataRefresh(Node):
    status: MetadataRefreshStatus = strawberry.field(description="How far it is.")
    total: int = strawberry.field(
        description="How much there is to look at; grows as series name their seasons, and films their collections."
    )
    done: int = strawberry.field(description="How much was looked at.")
    failed: int = strawberry.field(description="How much could not be.")
    per_second: float | None = strawberry.field(description="Pace over its whole time; null before it began.")
    eta_seconds: float | None = strawberry.field(
        description="How long the rest takes at this pace; null unless it runs."
    )
    requested_at: datetime = strawberry.field(description="When it was asked for.")
    started_at: datetime | None = strawberry.field(description="When the first of it was done.")
    finished_at: datetime | None = strawberry.field(description="When it was over.")

    @classmethod
    def of(cls, row: reads.Refresh) -> "MetadataRefresh":
        return cls(
            id=global_id("MetadataRefresh", row.id),
            key=row.id,
            status=MetadataRefreshStatus(row.status),
            total=row.total,
            done=row.done,
            failed=row.failed,
            per_second=row.rate_per_s,
            eta_seconds=row.eta_s,
            requested_at=row.requested_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
        )

    @edge(reads.failures_of_refreshes, description="What could not be looked at, and has not been since.")
    def failures(
        self,
        rows: list[reads.FailedLook],
        first: Annotated[int, argument(f"How many to show, at most {MOST}.")] = 20,
    ) -> list[MetadataFailure]:
        return [
            MetadataFailure(
                work_id=global_id(_TYPES[row.kind], row.work_id),
                problem=row.problem,
                code=row.fault,
                next_try_at=row.due_at,
            )
            for row in rows[: max(0, min(first, MOST))]
        ]


@strawberry.input(description="Which works to look at: all that any of these means.")
class RefreshMetadataInput:
    ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET,
        description=f"Films, series, seasons or collections, at most {MOST_IDS}.",
    )
    library_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="All works of a library."
    )
    movies: MovieFilter | None = strawberry.field(
        default=strawberry.UNSET, description="All films that a filter means."
    )
    series: SeriesFilter | None = strawberry.field(
        default=strawberry.UNSET, description="All series that a filter means."
    )
    dry_run: bool = strawberry.field(
        default=False, description="Whether only to say what would be looked at."
    )
    first: int = strawberry.field(default=20, description=f"How many of the works to show, at most {MOST}.")


@strawberry.input(description="A refresh to call off.")
class CancelMetadataRefreshInput:
    refresh_id: strawberry.ID = strawberry.field(description="The refresh.")


@strawberry.type(description="The works are looked at, one after the other; or would be.")
class RefreshMetadataPayload:
    refresh: MetadataRefresh | None = strawberry.field(description="How that goes; null for a dry run.")
    matched_count: int = strawberry.field(description="How many works are meant.")
    askable_count: int = strawberry.field(
        description="About how many films and series of them providers may be asked just now: their library asks"
        " somebody, who has a key and answers. The others wait for that."
    )
    works: list[Node] = strawberry.field(description="The first of them, as many as asked for.")


@strawberry.type(description="The refresh was called off; what was looked at stays.")
class CancelMetadataRefreshPayload:
    refresh: MetadataRefresh = strawberry.field(description="The refresh as it is now.")


RefreshMetadataResult = Annotated[
    RefreshMetadataPayload | NotFound | InvalidInput | PermissionDenied,
    strawberry.union("RefreshMetadataResult", description="What is looked at, or why nothing is."),
]
CancelMetadataRefreshResult = Annotated[
    CancelMetadataRefreshPayload | NotFound | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("CancelMetadataRefreshResult", description="The refresh, or why it goes on."),
]


@strawberry.type
class MetadataRefreshQuery:
    @requires(Permission.CONTENT_MODERATE)
    @strawberry.field(description="A refresh; null where there is none, or it was over 30 days ago.")
    async def metadata_refresh(
        self,
        info: Info,
        wanted: Annotated[strawberry.ID, strawberry.argument(name="id", description="The refresh.")],
    ) -> MetadataRefresh | None:
        row = await info.context.load(reads.refreshes, parse_key(wanted, "MetadataRefresh"))
        return None if row is None else MetadataRefresh.of(row)


@strawberry.type
class MetadataRefreshMutation:
    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(
        description="Have works looked at with their providers out of turn: by id, or all of a library or filter. What"
        " people said or locked stays."
    )
    async def refresh_metadata(
        self, info: Info, wanted: Annotated[RefreshMetadataInput, argument("Which works.", "input")]
    ) -> RefreshMetadataResult:
        return await result(_refresh(info, wanted))

    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(description="Call a refresh off. What was looked at so far stays.")
    async def cancel_metadata_refresh(
        self, info: Info, wanted: Annotated[CancelMetadataRefreshInput, argument("The refresh.", "input")]
    ) -> CancelMetadataRefreshResult:
        return await result(_cancel(info, wanted))


@strawberry.type
class MetadataRefreshSubscription:
    @requires(Permission.CONTENT_MODERATE)
    @strawberry.subscription(
        description="A refresh, at once and whenever it got further; ends when it is over."
    )
    async def metadata_refresh_changed(
        self,
        info: Info,
        wanted: Annotated[strawberry.ID, strawberry.argument(name="id", description="The refresh.")],
    ) -> AsyncGenerator[MetadataRefresh, None]:
        key, context = parse_key(wanted, "MetadataRefresh"), info.context
        # The place comes first: what happens while it is read is heard of afterwards.
        head = context.app.stream.head
        row = (await reads.refreshes(context.db, context.viewer, [key]))[key]
        if row is None:
            raise Missing("metadata refresh", wanted)
        return _progress(context, row, head)


async def _progress(context: Context, row: reads.Refresh, head: int) -> AsyncGenerator[MetadataRefresh, None]:
    yield MetadataRefresh.of(row)
    if row.is_over:
        return
    async with aclosing(coalesced(_steps(context, row.id, head))) as bunches:
        async for _ in bunches:
            found = (await reads.refreshes(context.db, context.viewer, [row.id]))[row.id]
            if found is None:
                return
            yield MetadataRefresh.of(found)
            if found.is_over:
                return


async def _steps(context: Context, refresh_id: UUID, head: int) -> AsyncGenerator[UUID, None]:
    async with aclosing(context.app.stream.listen(head)) as events:
        async for delivered in events:
            event = delivered.event
            if isinstance(event, RefreshProgressed) and event.refresh_id == refresh_id:
                yield refresh_id


async def _refresh(info: Info, wanted: RefreshMetadataInput) -> RefreshMetadataPayload:
    if not 0 <= wanted.first <= MOST:
        raise Invalid("first", f"It has to be between 0 and {MOST}.")
    works = await _meant(info, wanted)
    app, refresh = info.context.app, None
    if not wanted.dry_run:
        async with app.transaction() as tx:
            key = await begin_refresh(tx, info.context.viewer.actor, works)
        info.context.forget()
        refresh = MetadataRefresh.of(await info.context.load(reads.refreshes, key))
    whom = await whom_to_ask(app)
    shown = [global_id(_TYPES[kind], key) for kind, keys in works.items() for key in keys][: wanted.first]
    found: list[Any] = await find_nodes(info, shown)
    return RefreshMetadataPayload(
        refresh=refresh,
        matched_count=sum(map(len, works.values())),
        askable_count=await reads.askable(app.db, works, sorted(whom)),
        works=[each for each in found if isinstance(each, Node)],
    )


async def _meant(info: Info, wanted: RefreshMetadataInput) -> dict[str, list[UUID]]:
    """By kind, each once. Raises Invalid, NotFound."""
    db, found = info.context.db, {kind: dict[UUID, None]() for kind in _TYPES}
    if not any(map(is_given, (wanted.ids, wanted.library_id, wanted.movies, wanted.series))):
        raise Invalid("ids", "Say which works: by `ids`, `libraryId`, `movies` or `series`.")
    if is_given(wanted.ids) and len(wanted.ids or ()) > MOST_IDS:
        raise Invalid("ids", f"At most {MOST_IDS} ids at a time.")
    for each in wanted.ids or ():
        name, key = parse_id(each, *_KINDS, field="ids")
        found[_KINDS[name]][key] = None
    if is_given(wanted.movies) and wanted.movies is not None:
        found["movie"] |= dict.fromkeys(await reads.works_meant(db, "movie", wanted.movies.plain()))
    if is_given(wanted.series) and wanted.series is not None:
        found["tv"] |= dict.fromkeys(await reads.works_meant(db, "tv", wanted.series.plain()))
    if is_given(wanted.library_id) and wanted.library_id is not None:
        library_id = parse_key(wanted.library_id, "Library", "libraryId")
        if (await libraries.libraries(db, info.context.viewer, [library_id]))[library_id] is None:
            raise Missing("library", wanted.library_id)
        for kind in ("movie", "tv"):
            found[kind] |= dict.fromkeys(await reads.works_held(db, kind, library_id))
    return {kind: list(keys) for kind, keys in found.items()}


async def _cancel(info: Info, wanted: CancelMetadataRefreshInput) -> CancelMetadataRefreshPayload:
    key = parse_key(wanted.refresh_id, "MetadataRefresh", "refreshId")
    async with info.context.app.transaction() as tx:
        await cancel_refresh(tx, info.context.viewer.actor, key)
    info.context.forget()
    return CancelMetadataRefreshPayload(
        refresh=MetadataRefresh.of(await info.context.load(reads.refreshes, key))
    )
