"""Signing in: what strangers may ask and do."""

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.requires import requires
from app.identity import accounts


@strawberry.type(description="How one gets in.")
class SignInOptions:
    needs_set_up: bool = strawberry.field(
        description="Whether there is no account yet: the first is made by the link that Marquee prints at its start."
    )


@strawberry.type
class SignInQuery:
    @requires(Permission.SIGN_IN)
    @strawberry.field(description="How one gets in. Strangers may ask this.")
    async def sign_in_options(self, info: Info) -> SignInOptions:
        return SignInOptions(needs_set_up=await accounts.is_empty(info.context.app.db))
