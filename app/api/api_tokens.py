"""API tokens of the viewer's own."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.errors import InvalidInput, NotFound, PermissionDenied, StepUpRequired, result
from app.api.filters import argument, is_given
from app.api.requires import requires
from app.api.storable import storable
from app.core.errors import Invalid
from app.identity import api_tokens


@strawberry.type(description="What a program comes by instead of a password.")
class ApiToken:
    id: strawberry.ID = strawberry.field(description="By which it is revoked.")
    name: str = strawberry.field(description="What it is for.")
    scopes: list[str] = strawberry.field(
        description="Permissions, or patterns of them (`movie:*`), of which those count that its owner has."
    )
    created_at: datetime = strawberry.field(description="When it was made.")
    expires_at: datetime | None = strawberry.field(description="When it stops being good; null for never.")
    last_used_at: datetime | None = strawberry.field(description="When it was last used, to the minute.")
    last_used_address: str | None = strawberry.field(description="The address that it was last used from.")

    @classmethod
    def of(cls, row: api_tokens.ApiToken) -> "ApiToken":
        return cls(
            id=strawberry.ID(str(row.id)),
            name=row.name,
            scopes=list(row.scopes),
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
            last_used_address=row.last_used_address,
        )


@strawberry.input(description="A token to make.")
class CreateApiTokenInput:
    name: str = strawberry.field(description="What it is for; at most 100 characters.")
    scopes: list[str] = strawberry.field(
        description="What it may be used for: permissions, or patterns of them. It never makes tokens or changes the"
        " account."
    )
    expires_at: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="When it stops being good; never unless told."
    )


@strawberry.input(description="A token to revoke.")
class RevokeApiTokenInput:
    token_id: strawberry.ID = strawberry.field(description="The token's id.")


@strawberry.type(description="The token was made.")
class CreateApiTokenPayload:
    token: str = strawberry.field(
        description="The token itself, to be sent as `Authorization: Bearer`. It is told this once."
    )
    api_token: ApiToken = strawberry.field(description="What is known of it from now on.")


@strawberry.type(description="The token is good no more.")
class RevokeApiTokenPayload:
    token_id: strawberry.ID = strawberry.field(description="The id that it had.")


CreateApiTokenResult = Annotated[
    CreateApiTokenPayload | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("CreateApiTokenResult", description="The token, or why there is none."),
]
RevokeApiTokenResult = Annotated[
    RevokeApiTokenPayload | NotFound | InvalidInput | PermissionDenied,
    strawberry.union("RevokeApiTokenResult", description="That it is revoked, or why it is not."),
]


@strawberry.type
class ApiTokenQuery:
    @requires(Permission.SELF_READ)
    @strawberry.field(description="The viewer's API tokens that are not revoked, the newest first.")
    async def api_tokens(self, info: Info) -> list[ApiToken]:
        user_id = info.context.viewer.user_id
        rows = await api_tokens.api_tokens(info.context.db, user_id) if user_id else []
        return [ApiToken.of(row) for row in rows]


@strawberry.type
class ApiTokenMutation:
    @requires(Permission.SELF_UPDATE, step_up=True)
    @strawberry.mutation(description="Make an API token of the viewer's.")
    async def create_api_token(
        self, info: Info, wanted: Annotated[CreateApiTokenInput, argument("The token.", "input")]
    ) -> CreateApiTokenResult:
        return await result(_create(info, wanted))

    @requires(Permission.SELF_UPDATE)
    @strawberry.mutation(description="Revoke an API token of the viewer's, at once and everywhere.")
    async def revoke_api_token(
        self, info: Info, wanted: Annotated[RevokeApiTokenInput, argument("The token.", "input")]
    ) -> RevokeApiTokenResult:
        return await result(_revoke(info, wanted))


async def _create(info: Info, wanted: CreateApiTokenInput) -> CreateApiTokenPayload:
    app, viewer = info.context.app, info.context.viewer
    expires_at = wanted.expires_at if is_given(wanted.expires_at) else None
    scopes = [storable(each) for each in wanted.scopes]
    async with app.transaction() as tx:
        key, token = await api_tokens.create_api_token(tx, viewer, storable(wanted.name), scopes, expires_at)
    assert viewer.user_id is not None
    rows = await api_tokens.api_tokens(app.db, viewer.user_id)
    return CreateApiTokenPayload(
        token=token, api_token=next(ApiToken.of(row) for row in rows if row.id == key)
    )


async def _revoke(info: Info, wanted: RevokeApiTokenInput) -> RevokeApiTokenPayload:
    try:
        key = UUID(wanted.token_id)
    except ValueError:
        raise Invalid("tokenId", "That is no token's id.") from None
    async with info.context.app.transaction() as tx:
        await api_tokens.revoke_api_token(tx, info.context.viewer, key)
    return RevokeApiTokenPayload(token_id=wanted.token_id)
