"""Subscriptions: scans as they proceed, and what changes in the catalog."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, cast
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.access.rule import EVERYTHING, Kind
from app.api.coalesce import coalesced
from app.api.context import Context, Info
from app.api.edge import edge
from app.api.filters import argument
from app.api.library import Library, Scan
from app.api.movies import Movie
from app.api.node import Node, global_id, parse_key
from app.api.places import Place
from app.api.requires import requires
from app.api.tv import Episode, Season, Series
from app.catalog.events import WorksChanged
from app.catalog.identity import redirects
from app.catalog.identity.gone import seen_before
from app.catalog.identity.regraded import seen_otherwise
from app.catalog.movies import reads as movies
from app.catalog.tv import reads as tv
from app.core.clock import now
from app.core.errors import NotFound
from app.library import reads
from app.library.events import LibraryChanged, ScanProgressed

# Most works that one payload tells of.
MOST = 100


@strawberry.enum(description="A kind of work.")
class WorkKind(Enum):
    MOVIE = strawberry.enum_value("movie", description="Films.")
    SERIES = strawberry.enum_value("series", description="Series.")
    SEASON = strawberry.enum_value("season", description="Seasons.")
    EPISODE = strawberry.enum_value("episode", description="Episodes.")


@dataclass(frozen=True, slots=True)
class Works:
    """How works of one kind are read, and made nodes of. name: of their type."""

    name: str
    read: Callable[..., Awaitable[dict[UUID, Any]]]
    of: Callable[[Any], Node]


WORKS = {
    "movie": Works("Movie", movies.movies, Movie.of),
    "series": Works("Series", tv.series, Series.of),
    "season": Works("Season", tv.seasons, Season.of),
    "episode": Works("Episode", tv.episodes, Episode.of),
}


@strawberry.type(description="An id that leads to another work from now on.")
class Redirect:
    id: strawberry.ID = strawberry.field(description="The id of the work that is no more.")
    became_id: strawberry.ID = strawberry.field(description="Id of the work that it became.")


@strawberry.type(description="Works of one kind that changed in one library; at most 100 at a time.")
class CatalogChange:
    library_key: strawberry.Private[UUID]
    removed_keys: strawberry.Private[Sequence[UUID]]
    kind: WorkKind = strawberry.field(description="What they are.")
    library_id: strawberry.ID = strawberry.field(description="Id of the library.")
    added: list[Node] = strawberry.field(
        description="Works that are new, as they are now; also those that the viewer may see from now on."
    )
    updated: list[Node] = strawberry.field(description="Works of which something changed, as they are now.")
    removed: list[strawberry.ID] = strawberry.field(
        description="Ids of works that the library no longer holds, though another one may, or that the viewer may see"
        " no more. A series takes its seasons and episodes with it."
    )
    cursor: str = strawberry.field(description="Its place, to resume `after`.")

    @property
    def tells_anything(self) -> bool:
        return bool(self.added or self.updated or self.removed)

    @strawberry.field(
        description="Of the removed works, those that became others: move what you know of them there."
    )
    async def redirected(self, info: Info) -> list[Redirect]:
        kind = cast("str", self.kind.value)
        ways = await redirects.became(info.context.db, kind, self.removed_keys)
        name = WORKS[kind].name
        return [
            Redirect(id=global_id(name, key), became_id=global_id(name, ways[key]))
            for key in self.removed_keys
            if key in ways
        ]

    @edge(reads.libraries, key="library_key", description="The library; null once it is deleted.")
    def library(self, row: reads.Library | None) -> Library | None:
        return None if row is None else Library.of(row)


@strawberry.enum(description="What happened to a library.")
class LibraryChangeKind(Enum):
    ADDED = strawberry.enum_value("added", description="It was made.")
    UPDATED = strawberry.enum_value(
        "updated",
        description="Its name, its folders or how it is watched changed, or one of its folders went on- or offline.",
    )
    REMOVED = strawberry.enum_value("removed", description="It was deleted.")


@strawberry.type(description="A library that was made, changed or deleted.")
class LibraryChange:
    library_key: strawberry.Private[UUID]
    kind: LibraryChangeKind = strawberry.field(description="What happened to it.")
    library_id: strawberry.ID = strawberry.field(description="Id of the library.")
    cursor: str = strawberry.field(description="Its place, to resume `after`.")

    @edge(
        reads.libraries, key="library_key", description="The library as it is now; null once it is deleted."
    )
    def library(self, row: reads.Library | None) -> Library | None:
        return None if row is None else Library.of(row)


@strawberry.type
class LiveQuery:
    @requires(Permission.CATALOG_WATCH)
    @strawberry.field(
        description="The present place among all changes: ask for it together with what you show, and subscribe to"
        " `catalogChanged` or `libraryChanged` after it, to miss nothing in between."
    )
    def catalog_cursor(self, info: Info) -> str:
        return Place(info.context.app.stream.head).cursor


@strawberry.type
class LiveSubscription:
    @requires(Permission.LIBRARY_GET)
    @strawberry.subscription(
        description="The scan of a library that is under way, at once and whenever it got further;"
        " then each later one. Ends when the library is deleted."
    )
    async def scan_progress(
        self, info: Info, library_id: Annotated[strawberry.ID, argument("The library.")]
    ) -> AsyncGenerator[Scan, None]:
        context, key = info.context, parse_key(library_id, "Library", "libraryId")
        # The place comes first: what happens while the scan is read is heard of afterwards.
        head = context.app.stream.head
        if (await reads.libraries(context.db, context.viewer, [key]))[key] is None:
            raise NotFound("library", library_id)
        latest = (await reads.latest_scans(context.db, context.viewer, [key]))[key]
        return _scans(context, key, head, latest)

    @requires(Permission.CATALOG_WATCH)
    @strawberry.subscription(
        description="Films, series, seasons and episodes that are added, changed or removed from now on, or after"
        " a cursor. A cursor that is too old is an error: everything has to be read anew then."
    )
    async def catalog_changed(
        self,
        info: Info,
        kinds: Annotated[
            list[WorkKind] | None, argument("Only works of these kinds; of all unless told.")
        ] = strawberry.UNSET,
        library_ids: Annotated[
            list[strawberry.ID] | None, argument("Only what changes in these libraries; in all unless told.")
        ] = strawberry.UNSET,
        after: Annotated[
            str | None, argument("Only what comes after this cursor; from now on unless told.")
        ] = strawberry.UNSET,
    ) -> AsyncGenerator[CatalogChange, None]:
        wanted = Wanted(
            [cast("str", kind.value) for kind in kinds] if kinds else WORKS.keys(),
            [parse_key(each, "Library", "libraryIds") for each in library_ids] if library_ids else None,
        )
        place = Place.of(after) if after else Place(info.context.app.stream.head)
        return _changes(info.context, wanted, place)

    @requires(Permission.LIBRARY_LIST)
    @strawberry.subscription(
        description="Libraries that are made, changed or deleted, or have a folder that goes on- or offline, from now"
        " on or after a cursor. A cursor that is too old is an error: everything has to be read anew then. Told of"
        " one library, it ends when that is deleted."
    )
    async def library_changed(
        self,
        info: Info,
        library_id: Annotated[
            strawberry.ID | None, argument("Only this library; all of them unless told.")
        ] = strawberry.UNSET,
        after: Annotated[
            str | None, argument("Only what comes after this cursor; from now on unless told.")
        ] = strawberry.UNSET,
    ) -> AsyncGenerator[LibraryChange, None]:
        key = parse_key(library_id, "Library", "libraryId") if library_id else None
        place = Place.of(after) if after else Place(info.context.app.stream.head)
        return _library_changes(info.context, key, place)


async def _library_changes(
    context: Context, library_id: UUID | None, place: Place
) -> AsyncGenerator[LibraryChange, None]:
    async with aclosing(context.app.stream.listen(place.seq)) as events:
        async for delivered in events:
            event = delivered.event
            if not isinstance(event, LibraryChanged) or library_id not in {None, event.library_id}:
                continue
            if not await _is_told(context, event):
                continue
            yield LibraryChange(
                library_key=event.library_id,
                kind=LibraryChangeKind(event.change),
                library_id=global_id("Library", event.library_id),
                cursor=Place(delivered.seq).cursor,
            )
            if library_id is not None and event.change == "removed":
                return


async def _is_told(context: Context, event: LibraryChanged) -> bool:
    """Whether the library exists for the viewer, or did before it was deleted."""
    access, key = context.viewer.access.at(now()), event.library_id
    if access == EVERYTHING or event.change == "removed":
        return access.tells_of(key, None)
    return (await reads.libraries(context.db, context.viewer, [key]))[key] is not None


async def _scans(
    context: Context, library_id: UUID, head: int, latest: reads.Scan | None
) -> AsyncGenerator[Scan, None]:
    if latest is not None and not latest.is_over:
        yield Scan.of(latest)
    async with aclosing(coalesced(_scan_ids(context, library_id, head))) as bunches:
        async for scan_ids in bunches:
            found = await reads.scans(context.db, context.viewer, scan_ids)
            for scan_id in scan_ids:
                if (row := found[scan_id]) is not None:
                    yield Scan.of(row)


async def _scan_ids(context: Context, library_id: UUID, head: int) -> AsyncGenerator[UUID, None]:
    """The scan of the library of every step; ends with the library."""
    async with aclosing(context.app.stream.listen(head)) as events:
        async for delivered in events:
            match delivered.event:
                case ScanProgressed(library_id=here, scan_id=scan_id) if here == library_id:
                    yield scan_id
                case LibraryChanged(library_id=here, change="removed") if here == library_id:
                    return
                case _:
                    pass


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes a subscriber asked for; library_ids None for all."""

    kinds: Collection[str]
    library_ids: Collection[UUID] | None

    def __contains__(self, event: WorksChanged) -> bool:
        return event.kind in self.kinds and (self.library_ids is None or event.library_id in self.library_ids)


async def _changes(context: Context, wanted: Wanted, place: Place) -> AsyncGenerator[CatalogChange, None]:
    async with aclosing(context.app.stream.listen(place.after)) as events:
        async for delivered in events:
            event = delivered.event
            if isinstance(event, WorksChanged) and event in wanted and _tells(context, event):
                for end, works in _parts(event, place.told(delivered.seq)):
                    change = await _change(context, event, works, Place(delivered.seq, end))
                    if change.tells_anything or context.viewer.access == EVERYTHING:
                        yield change


def _tells(context: Context, event: WorksChanged) -> bool:
    kind = Kind.MOVIE if event.kind == "movie" else Kind.TV
    return context.viewer.access.at(now()).tells_of(event.library_id, kind)


def _parts(event: WorksChanged, told: int) -> Iterator[tuple[int | None, list[tuple[str, UUID]]]]:
    """The event's works in runs of at most 100, from the one after the first `told` on.

    Each with how many are told of after it; None after all.
    """
    works = [(change, key) for change in ("added", "updated", "removed") for key in getattr(event, change)]
    for start in range(told, len(works), MOST):
        end = start + MOST
        yield end if end < len(works) else None, works[start:end]


async def _change(
    context: Context, event: WorksChanged, changes: Sequence[tuple[str, UUID]], place: Place
) -> CatalogChange:
    """The works as they are now; one that is gone meanwhile is left out: a later event tells of it."""
    works = WORKS[event.kind]
    present = [key for change, key in changes if change != "removed"]
    rows = await works.read(context.db, context.viewer, present) if present else {}
    nodes = {key: works.of(row) for key, row in rows.items() if row is not None}
    access = context.viewer.access.at(now())
    gone = [key for change, key in changes if change == "removed"]
    removed = await seen_before(context.app.db, context.db, access, event.kind, gone)
    came, went = seen_otherwise(access, event.was, nodes.keys())
    removed += [key for change, key in changes if change == "updated" and key in went]
    return CatalogChange(
        library_key=event.library_id,
        removed_keys=removed,
        kind=WorkKind(event.kind),
        library_id=global_id("Library", event.library_id),
        added=[nodes[key] for change, key in changes if key in nodes and (change == "added" or key in came)],
        updated=[nodes[key] for change, key in changes if change == "updated" and key in nodes.keys() - came],
        removed=[global_id(works.name, key) for key in removed],
        cursor=place.cursor,
    )
