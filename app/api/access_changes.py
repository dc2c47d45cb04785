"""Saying which works exist for whom."""

from typing import Annotated
from uuid import UUID

import strawberry

from app.access.bound_writes import Holder, set_bounds
from app.access.bounds import Bounds, bounds_of
from app.access.permissions import Permission
from app.access.rule import Kind, Schedule, Window
from app.api.access import AccessBounds, Weekday
from app.api.context import Info
from app.api.errors import InvalidInput, NotFound, PermissionDenied, StepUpRequired, result
from app.api.filters import argument
from app.api.library import LibraryKind
from app.api.node import parse_id
from app.api.requires import requires

TERMS = ("Genre", "Studio", "Network", "Keyword")


@strawberry.input(description="A time of the week at which works are there.")
class AccessWindowInput:
    weekday: Weekday = strawberry.field(description="The day on which it begins.")
    start_minute: int = strawberry.field(description="When it begins, in minutes after midnight, 0 to 1439.")
    end_minute: int = strawberry.field(
        description="When it ends, likewise; on the next day unless that is after it begins."
    )


@strawberry.input(description="When works are there at all.")
class AccessScheduleInput:
    time_zone: str = strawberry.field(description="Whose clocks count, by its IANA name: `Europe/Berlin`.")
    windows: list[AccessWindowInput] = strawberry.field(description="The times of the week, at most 50.")

    def plain(self) -> Schedule:
        windows = (
            Window(int(each.weekday.value), each.start_minute, each.end_minute) for each in self.windows
        )
        return Schedule(self.time_zone, tuple(windows))


@strawberry.input(
    description="Which works are to exist for a user, or for all who have a role. What is left out is not limited:"
    " all is said at once, and nothing of what was said before holds any more."
)
class SetAccessInput:
    holder_id: strawberry.ID = strawberry.field(description="A user's or a role's id.")
    all_libraries: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Whether all libraries are granted, also later ones, or only `libraryIds`. Left out for a user,"
        " their roles say it; left out for a role, it says nothing of libraries.",
    )
    library_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="The libraries that are granted, where not all of them are."
    )
    max_age: int | None = strawberry.field(
        default=strawberry.UNSET, description="Only works for this age in years or a younger one, 0 to 21."
    )
    shows_unrated: bool = strawberry.field(
        default=True, description="Where there is such an age: whether works show of which no age is known."
    )
    blocked_term_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET,
        description="No works with any of these genres, studios, networks and keywords.",
    )
    allowed_term_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="Only works that have at least one of these."
    )
    kinds: list[LibraryKind] | None = strawberry.field(
        default=strawberry.UNSET, description="Only works of these kinds."
    )
    schedule: AccessScheduleInput | None = strawberry.field(
        default=strawberry.UNSET, description="Only at these times; at others nothing is there."
    )


@strawberry.type(description="It was said, and holds at once.")
class SetAccessPayload:
    bounds: AccessBounds = strawberry.field(description="What holds for the user or the role from now on.")


SetAccessResult = Annotated[
    SetAccessPayload | NotFound | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("SetAccessResult", description="What was said, or why all is as it was."),
]


@strawberry.type
class AccessMutation:
    @requires(Permission.ACCESS_MANAGE, step_up=True)
    @strawberry.mutation(
        description="Say which works exist for a user, or for all who have a role. Of what is said of a user and of"
        " all of their roles everything has to hold; only libraries of several roles add up, and a user's own stand"
        " alone."
    )
    async def set_access(
        self, info: Info, wanted: Annotated[SetAccessInput, argument("The bounds.", "input")]
    ) -> SetAccessResult:
        return await result(_set(info, wanted))


async def _set(info: Info, wanted: SetAccessInput) -> SetAccessPayload:
    kind, key = parse_id(wanted.holder_id, "User", "Role", field="holderId")
    bounds = _bounds(wanted)
    async with info.context.app.transaction() as tx:
        await set_bounds(tx, info.context.viewer, Holder(kind.lower(), key), bounds)
    info.context.forget()
    now = await bounds_of(info.context.db, info.context.viewer, [key])
    return SetAccessPayload(bounds=AccessBounds.of(now[key]))


def _bounds(wanted: SetAccessInput) -> Bounds:
    is_all = None if wanted.all_libraries is strawberry.UNSET else wanted.all_libraries
    max_age = None if wanted.max_age is strawberry.UNSET else wanted.max_age
    return Bounds(
        all_libraries=is_all,
        library_ids=_keys(wanted.library_ids, "libraryIds", "Library"),
        max_age=max_age,
        shows_unrated=wanted.shows_unrated,
        blocked_terms=_keys(wanted.blocked_term_ids, "blockedTermIds", *TERMS),
        allowed_terms=_keys(wanted.allowed_term_ids, "allowedTermIds", *TERMS),
        kinds=_kinds(wanted.kinds),
        schedule=wanted.schedule.plain() if wanted.schedule else None,
    )


def _kinds(wanted: list[LibraryKind] | None) -> frozenset[Kind] | None:
    if wanted is None or wanted is strawberry.UNSET:
        return None
    return frozenset(Kind(str(kind.value)) for kind in wanted)


def _keys(ids: list[strawberry.ID] | None, field: str, *kinds: str) -> tuple[UUID, ...]:
    """Each once, in one order, so that what is said again is known for the same."""
    given = enumerate(ids or ())
    return tuple(sorted({parse_id(each, *kinds, field=f"{field}.{place}")[1] for place, each in given}))
