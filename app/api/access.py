"""Which works exist for whom: what was said of users and roles, and why somebody sees a work or doesn't."""

from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from app.access import explain
from app.access.bounds import Bounds, access_by, bounds_of, said_of_users
from app.access.permissions import Permission
from app.access.rule import Window
from app.access.sight import seen_by
from app.api.context import Info
from app.api.filters import argument
from app.api.library import Library, LibraryKind
from app.api.live import WORKS
from app.api.node import parse_id, parse_key
from app.api.requires import requires
from app.api.taxonomy import Genre, Keyword, Network, Studio, Term
from app.catalog.taxonomy import reads as taxonomy
from app.core.clock import now
from app.core.errors import NotFound
from app.identity.users import users
from app.library import reads
from app.library.rule_facts import facts_of

TERMS = {"genre": Genre, "studio": Studio, "network": Network, "keyword": Keyword}


@strawberry.enum(description="A day of the week.")
class Weekday(Enum):
    MONDAY = strawberry.enum_value(0, description="Monday.")
    TUESDAY = strawberry.enum_value(1, description="Tuesday.")
    WEDNESDAY = strawberry.enum_value(2, description="Wednesday.")
    THURSDAY = strawberry.enum_value(3, description="Thursday.")
    FRIDAY = strawberry.enum_value(4, description="Friday.")
    SATURDAY = strawberry.enum_value(5, description="Saturday.")
    SUNDAY = strawberry.enum_value(6, description="Sunday.")


@strawberry.type(description="A time of the week at which works are there.")
class AccessWindow:
    weekday: Weekday = strawberry.field(description="The day on which it begins.")
    start_minute: int = strawberry.field(description="When it begins, in minutes after midnight.")
    end_minute: int = strawberry.field(
        description="When it ends, in minutes after midnight; on the next day unless that is after it begins."
    )

    @classmethod
    def of(cls, row: Window) -> "AccessWindow":
        return cls(weekday=Weekday(row.weekday), start_minute=row.start, end_minute=row.end)


@strawberry.type(description="When works are there at all; at other times there are none.")
class AccessSchedule:
    time_zone: str = strawberry.field(description="Whose clocks count, by its IANA name: `Europe/Berlin`.")
    windows: list[AccessWindow] = strawberry.field(description="The times of the week.")


@strawberry.type(
    description="What was said of which works exist for a user or for those who have a role. All of it has to hold."
)
class AccessBounds:
    library_keys: strawberry.Private[tuple[UUID, ...]]
    blocked_keys: strawberry.Private[tuple[UUID, ...]]
    allowed_keys: strawberry.Private[tuple[UUID, ...]]
    all_libraries: bool | None = strawberry.field(
        description="Whether all libraries are granted, or those that are listed; null where nothing is said: then a"
        " user has what any of their roles grants, and all where none of these says anything."
    )
    max_age: int | None = strawberry.field(description="Only works for this age in years or a younger one.")
    shows_unrated: bool = strawberry.field(
        description="Where there is such an age: whether works are there of which no age is known."
    )
    kinds: list[LibraryKind] | None = strawberry.field(description="Only works of these kinds.")
    schedule: AccessSchedule | None = strawberry.field(description="Only at these times.")

    @classmethod
    def of(cls, row: Bounds) -> "AccessBounds":
        schedule = row.schedule and AccessSchedule(
            time_zone=row.schedule.time_zone, windows=[AccessWindow.of(each) for each in row.schedule.windows]
        )
        return cls(
            library_keys=row.library_ids,
            blocked_keys=row.blocked_terms,
            allowed_keys=row.allowed_terms,
            all_libraries=row.all_libraries,
            max_age=row.max_age,
            shows_unrated=row.shows_unrated,
            kinds=None if row.kinds is None else [LibraryKind(str(kind)) for kind in sorted(row.kinds)],
            schedule=schedule,
        )

    @strawberry.field(description="The libraries that are granted, where not all of them are.")
    async def libraries(self, info: Info) -> list[Library]:
        found = await reads.libraries(info.context.db, info.context.viewer, self.library_keys)
        return [Library.of(row) for row in found.values() if row is not None]

    @strawberry.field(description="No works with any of these genres, studios, networks and keywords.")
    async def blocked_terms(self, info: Info) -> list[Term]:
        return await _terms(info, self.blocked_keys)

    @strawberry.field(description="Only works that have at least one of these, where there are any.")
    async def allowed_terms(self, info: Info) -> list[Term]:
        return await _terms(info, self.allowed_keys)


async def _terms(info: Info, keys: tuple[UUID, ...]) -> list[Term]:
    found = await taxonomy.terms_of_any_kind(info.context.db, info.context.viewer, keys) if keys else []
    return [TERMS[row.kind].of(row) for row in found]


@strawberry.enum(description="A part of the rule that says which works exist for a user.")
class AccessRule(Enum):
    LIBRARIES = strawberry.enum_value(explain.Rule.LIBRARIES, description="Libraries that are granted.")
    KINDS = strawberry.enum_value(explain.Rule.KINDS, description="Kinds of works that are allowed.")
    AGE = strawberry.enum_value(explain.Rule.AGE, description="The age up to which works are allowed.")
    BLOCKED_TERMS = strawberry.enum_value(explain.Rule.BLOCKED_TERMS, description="Terms that are blocked.")
    ALLOWED_TERMS = strawberry.enum_value(explain.Rule.ALLOWED_TERMS, description="Terms that are needed.")
    SCHEDULE = strawberry.enum_value(explain.Rule.SCHEDULE, description="Times of the week.")


@strawberry.type(description="What one part of the rule says of a work.")
class AccessReason:
    rule: AccessRule = strawberry.field(description="Which part.")
    role: str | None = strawberry.field(
        description="Name of the role of which it was said; null for what was said of the user, or of several roles."
    )
    holds: bool = strawberry.field(description="Whether the work passes it.")
    explanation: str = strawberry.field(description="Why, in a sentence for people.")

    @classmethod
    def of(cls, row: explain.Reason) -> "AccessReason":
        return cls(rule=AccessRule(row.rule), role=row.role, holds=row.holds, explanation=row.sentence)


@strawberry.type(description="Whether a work exists for a user, and why.")
class AccessExplanation:
    is_visible: bool = strawberry.field(description="Whether it does, right now.")
    reasons: list[AccessReason] = strawberry.field(description="What each part of the rule says.")


@strawberry.type
class AccessQuery:
    @requires(Permission.ACCESS_MANAGE)
    @strawberry.field(description="What was said of which works exist for a user or a role.")
    async def access_bounds(
        self, info: Info, holder_id: Annotated[strawberry.ID, argument("A user's or a role's id.")]
    ) -> AccessBounds:
        _, key = parse_id(holder_id, "User", "Role", field="holderId")
        return AccessBounds.of((await bounds_of(info.context.db, info.context.viewer, [key]))[key])

    @requires(Permission.ACCESS_MANAGE)
    @strawberry.field(
        description="Whether a film, series, season or episode exists for a user, and why or why not, rule by rule."
        " What doesn't exist for the viewer is not told of."
    )
    async def explain_access(
        self,
        info: Info,
        user_id: Annotated[strawberry.ID, argument("The user.")],
        item_id: Annotated[strawberry.ID, argument("A film, series, season or episode.")],
    ) -> AccessExplanation:
        kind, key = parse_id(item_id, *(works.name for works in WORKS.values()), field="itemId")
        return await _explained(info, parse_key(user_id, "User", "userId"), kind.lower(), key)


async def _explained(info: Info, user_id: UUID, kind: str, key: UUID) -> AccessExplanation:
    db, viewer, works = info.context.db, info.context.viewer, WORKS[kind]
    if (await users(db, viewer, [user_id]))[user_id] is None:
        raise NotFound("user", user_id)
    facts = await facts_of(db, kind, key)
    if facts is None:
        raise NotFound(kind, key)
    said = (await said_of_users(db, viewer, [user_id]))[user_id]
    seen = await works.read(seen_by(db, access_by(said)), viewer, [key])
    reasons = explain.explain(said, facts, now())
    return AccessExplanation(
        is_visible=seen[key] is not None, reasons=[AccessReason.of(each) for each in reasons]
    )
