"""How libraries are watched, in the graph."""

from enum import Enum

import strawberry

from app.api.context import Info
from app.api.edge import edge, extend
from app.api.library import Library
from app.api.locations import may_see_paths
from app.library import watch_reads


@strawberry.enum(description="How a library's folders are watched for changes.")
class WatchMode(Enum):
    AUTO = strawberry.enum_value(
        "auto", description="By events on file systems of this machine, by polling on those of others."
    )
    EVENTS = strawberry.enum_value(
        "events", description="The system tells of each change at once; only of those made on this machine."
    )
    POLLING = strawberry.enum_value(
        "polling", description="All folders are looked through every so often (`MARQUEE_WATCH_POLL_S`)."
    )
    OFF = strawberry.enum_value("off", description="Not at all: only scans find what changed.")


@strawberry.enum(description="How the watch of a library stands.")
class WatchState(Enum):
    OFF = strawberry.enum_value("off", description="It isn't watched, as was asked for.")
    UNATTENDED = strawberry.enum_value("unattended", description="No worker watches it just now.")
    STARTING = strawberry.enum_value("starting", description="A worker is about to watch it.")
    WATCHING = strawberry.enum_value("watching", description="What happens in its folders is noticed.")
    OFFLINE = strawberry.enum_value(
        "offline",
        description="One of its folders is offline; once that is back, it is scanned and watched again.",
    )


@strawberry.type(description="How a library is watched.")
class WatchStatus:
    row: strawberry.Private[watch_reads.Watch]
    wanted: WatchMode = strawberry.field(description="How it is to be watched.")
    mode: WatchMode | None = strawberry.field(
        description="How it is watched, EVENTS or POLLING; null while it isn't."
    )
    state: WatchState = strawberry.field(description="Whether it is watched.")

    @classmethod
    def of(cls, row: watch_reads.Watch) -> "WatchStatus":
        return cls(
            wanted=WatchMode(row.wanted),
            mode=None if row.mode is None else WatchMode(row.mode),
            state=WatchState(row.state),
            row=row,
        )

    @strawberry.field(
        description="What keeps it from being watched as it was meant to be, in sentences for people; null if nothing,"
        " and for viewers without `file:paths`."
    )
    def message(self, info: Info) -> str | None:
        return self.row.message if may_see_paths(info) else None


@extend(Library)
class LibraryWatched:
    @edge(watch_reads.watches, description="How its folders are watched for changes.")
    def watch_status(self, row: watch_reads.Watch) -> WatchStatus:
        return WatchStatus.of(row)
