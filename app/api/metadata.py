"""Providers of metadata: how it stands with them, and which of them a library asks."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated, cast

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.edge import edge, extend
from app.api.errors import InvalidInput, NotFound, PermissionDenied, StepUpRequired, result
from app.api.filters import argument, is_given
from app.api.library import Library, LibraryKind
from app.api.node import parse_key
from app.api.requires import requires
from app.api.scalars import URL
from app.api.storable import storable
from app.library import reads
from app.metadata import registry, status
from app.metadata.choices import choices, choose
from app.metadata.provider import Local, Online


@strawberry.enum(description="Whether a provider can be asked.")
class MetadataProviderState(Enum):
    READY = strawberry.enum_value("ready", description="As far as is known it can.")
    NO_KEY = strawberry.enum_value("no_key", description="It needs a key, and has none: `setSecret`.")
    KEY_REFUSED = strawberry.enum_value("key_refused", description="It doesn't take the key.")
    UNREACHABLE = strawberry.enum_value(
        "unreachable", description="It doesn't answer, or nothing that can be used."
    )
    LIMITED = strawberry.enum_value("limited", description="It was asked too often, and has everybody wait.")


@strawberry.enum(description="What a provider tells.")
class MetadataTold(Enum):
    WORKS = strawberry.enum_value("works", description="Films or series, with all there is about them.")
    TEXTS = strawberry.enum_value("texts", description="Some texts, for works that nobody else describes.")
    PICTURES = strawberry.enum_value("pictures", description="Pictures, for works that another found.")
    RATINGS = strawberry.enum_value("ratings", description="Ratings, for works that another found.")


@strawberry.type(description="How it stands with a provider.")
class MetadataProviderStatus:
    state: MetadataProviderState = strawberry.field(description="Whether it can be asked.")
    message: str | None = strawberry.field(
        description="What is amiss, in a sentence for people; null if nothing."
    )
    since: datetime | None = strawberry.field(description="Since when that is so, where it is known.")
    until: datetime | None = strawberry.field(description="Until when it has everybody wait.")
    last_answered_at: datetime | None = strawberry.field(
        description="When it last answered, to within a minute; null if it never did."
    )

    @classmethod
    def of(cls, found: status.Status) -> "MetadataProviderStatus":
        return cls(
            state=MetadataProviderState(found.state.value),
            message=found.message,
            since=found.since,
            until=found.until,
            last_answered_at=found.answered_at,
        )


@strawberry.type(description="What tells of films and series: a service, or what lies in the library.")
class MetadataProvider:
    id: str = strawberry.field(description="What settings, libraries and ids of works call it: `tmdb`.")
    name: str = strawberry.field(description="Its name.")
    kinds: list[LibraryKind] = strawberry.field(description="Of what it knows.")
    tells: MetadataTold = strawberry.field(description="What it tells of it.")
    is_local: bool = strawberry.field(
        description="Whether it lies in the library and is read with it: it needs not be asked, and its place is fixed."
    )
    secret: str | None = strawberry.field(
        description="Name of the secret that holds its key; null if it needs none."
    )
    home: URL = strawberry.field(description="Where people get a key, or read about it.")
    is_asked: bool = strawberry.field(
        description="Whether it counts for libraries that choose nobody else: the setting `metadata_providers`. What is"
        " local always does."
    )
    status: MetadataProviderStatus = strawberry.field(description="How it stands with it.")


@strawberry.input(description="Which providers a library is to ask.")
class ChooseMetadataProvidersInput:
    library_id: strawberry.ID = strawberry.field(description="The library.")
    providers: list[str] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Their ids, whose word counts most first; empty for none, null, or left out, to ask as the server"
        " is set.",
    )


@strawberry.type(description="The library asks them from now on.")
class ChooseMetadataProvidersPayload:
    library: Library = strawberry.field(description="The library as it is now.")


ChooseMetadataProvidersResult = Annotated[
    ChooseMetadataProvidersPayload | NotFound | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("ChooseMetadataProvidersResult", description="The library, or why it asks as before."),
]


@extend(Library)
class LibraryProviders:
    @edge(
        choices,
        description="Ids of the providers that it asks, whose word counts most first; null where it asks as the server"
        " is set.",
    )
    def metadata_providers(self, chosen: list[str] | None) -> list[str] | None:
        return chosen


@strawberry.type
class MetadataQuery:
    @requires(Permission.SETTINGS_READ)
    @strawberry.field(
        description="All providers of metadata, those that count first, whose word counts most; then those that nobody"
        " asks."
    )
    async def metadata_providers(self, info: Info) -> list[MetadataProvider]:
        app = info.context.app
        counting = [
            *registry.FIRST,
            *await registry.default_order(app),
            *await registry.fallbacks(app),
            *registry.LAST,
        ]
        providers = [*counting, *(each for each in registry.ALL if each not in counting)]
        return _shown(providers, counting, await status.statuses(app, providers))


@strawberry.type
class MetadataMutation:
    @requires(Permission.LIBRARY_MANAGE, step_up=True)
    @strawberry.mutation(description="Say which providers a library asks, and whose word counts most.")
    async def choose_metadata_providers(
        self, info: Info, wanted: Annotated[ChooseMetadataProvidersInput, argument("The choice.", "input")]
    ) -> ChooseMetadataProvidersResult:
        return await result(_choose(info, wanted))


async def _choose(info: Info, wanted: ChooseMetadataProvidersInput) -> ChooseMetadataProvidersPayload:
    context = info.context
    library_id = parse_key(wanted.library_id, "Library", "libraryId")
    chosen = wanted.providers if is_given(wanted.providers) else None
    names = None if chosen is None else [storable(each) for each in chosen]
    async with context.app.transaction() as tx:
        known = [each.about.id for each in registry.ALL]
        await choose(tx, context.viewer.actor, library_id, names, known)
    row = (await reads.libraries(context.db, context.viewer, [library_id]))[library_id]
    return ChooseMetadataProvidersPayload(library=Library.of(cast("reads.Library", row)))


def _shown(
    providers: Sequence[Online | Local], counting: Sequence[Online | Local], found: Sequence[status.Status]
) -> list[MetadataProvider]:
    return [
        MetadataProvider(
            id=each.about.id,
            name=each.about.name,
            kinds=[kind for kind in LibraryKind if kind.value in each.about.kinds],
            tells=MetadataTold(each.about.tells.value),
            is_local=isinstance(each, Local),
            secret=each.about.secret_name,
            home=URL(each.about.home),
            is_asked=each in counting,
            status=MetadataProviderStatus.of(one),
        )
        for each, one in zip(providers, found, strict=True)
    ]
