"""Providers of single sign-on: for the sign-in page, for admins, and those that one is linked to."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.errors import Conflict, InvalidInput, NotFound, PermissionDenied, StepUpRequired, result
from app.api.filters import argument, is_given
from app.api.node import global_id, parse_key
from app.api.requires import requires
from app.api.storable import storable
from app.core.errors import Denied
from app.identity import sso_accounts, sso_providers
from app.identity.sso_providers import MOST_PROVIDERS, ProviderDraft


@strawberry.type(description="A provider by which one can sign in: a browser posts to `/sso/KEY`.")
class SignInProvider:
    key: str = strawberry.field(description="Its name in addresses.")
    name: str = strawberry.field(description="Its name for people.")


@strawberry.type(description="A role by what an identity provider says of somebody.")
class RoleRule:
    role_id: strawberry.ID = strawberry.field(description="The role.")
    claim: str | None = strawberry.field(
        description="Path of the claim, `realm_access.roles`; null: for all who come from there."
    )
    value: str | None = strawberry.field(
        description="What the claim has to be, or its list to hold; null with it."
    )


@strawberry.type(description="An OpenID provider by whose word people sign in.")
class IdentityProvider:
    key: str = strawberry.field(description="Its name in addresses, `/sso/KEY`; of no other and for good.")
    name: str = strawberry.field(description="Its name for people.")
    issuer: str = strawberry.field(description="Where it is, as it writes that itself.")
    client_id: str = strawberry.field(description="What Marquee is called there.")
    has_client_secret: bool = strawberry.field(
        description="Whether it has a secret with Marquee; nobody can read it."
    )
    scopes: list[str] = strawberry.field(description="What it is asked for.")
    may_register: bool = strawberry.field(description="Whether who is new gets an account.")
    may_link_by_email: bool = strawberry.field(
        description="Whether who is new gets the account with their address, where both sides have verified it."
    )
    is_second_factor: bool = strawberry.field(description="Whether its word stands for a second factor, too.")
    is_enabled: bool = strawberry.field(description="Whether one can sign in by it.")
    rules: list[RoleRule] = strawberry.field(description="The roles that it gives, at each sign-in.")
    created_at: datetime = strawberry.field(description="When it was made known.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")

    @classmethod
    def of(cls, row: sso_providers.Provider) -> "IdentityProvider":
        draft = row.draft
        return cls(
            key=draft.key,
            name=draft.name,
            issuer=draft.issuer,
            client_id=draft.client_id,
            has_client_secret=row.has_secret,
            scopes=list(draft.scopes),
            may_register=draft.may_register,
            may_link_by_email=draft.may_link_by_email,
            is_second_factor=draft.is_second_factor,
            is_enabled=draft.is_enabled,
            rules=[
                RoleRule(role_id=global_id("Role", rule.role_id), claim=rule.claim, value=rule.value)
                for rule in draft.rules
            ],
            created_at=row.created_at,
            updated_at=row.updated_at,
        )


@strawberry.type(description="One's identity at a provider, whose word lets one in.")
class LinkedIdentity:
    provider_key: str = strawberry.field(description="The provider's name in addresses.")
    provider_name: str = strawberry.field(description="The provider's name for people.")
    name: str | None = strawberry.field(description="What one is called there.")
    created_at: datetime = strawberry.field(description="When it was linked.")
    last_used_at: datetime = strawberry.field(description="When one last came in by it.")


@strawberry.input(description="A role by what an identity provider says of somebody.")
class RoleRuleInput:
    role_id: strawberry.ID = strawberry.field(description="The role.")
    claim: str | None = strawberry.field(
        default=None, description="Path of the claim; null: for all who come from there."
    )
    value: str | None = strawberry.field(
        default=None, description="What the claim has to be, or its list to hold; null with it."
    )


@strawberry.input(description="A provider to make known.")
class CreateIdentityProviderInput:
    key: str = strawberry.field(
        description="Its name in addresses: letters a to z, digits, hyphens; for good."
    )
    name: str = strawberry.field(description="Its name for people.")
    issuer: str = strawberry.field(
        description="Where it is, to the last slash as it writes that itself; https, or a loopback address; for good."
    )
    client_id: str = strawberry.field(description="What Marquee is called there.")
    client_secret: str | None = strawberry.field(
        default=None, description="The secret that Marquee has with it; null for a public client."
    )
    scopes: list[str] = strawberry.field(
        default_factory=lambda: ["openid", "profile", "email"], description="What it is asked for."
    )
    may_register: bool = strawberry.field(default=False, description="Whether who is new gets an account.")
    may_link_by_email: bool = strawberry.field(
        default=False,
        description="Whether who is new gets the account with their address, where both sides have verified it;"
        " only those who may do everything may say so.",
    )
    is_second_factor: bool = strawberry.field(
        default=False, description="Whether its word stands for a second factor, too."
    )
    is_enabled: bool = strawberry.field(default=True, description="Whether one can sign in by it.")
    rules: list[RoleRuleInput] = strawberry.field(
        default_factory=list[RoleRuleInput],
        description="Roles by what it says; none that give more than the viewer has.",
    )


@strawberry.input(description="What is to change of a provider; what is left out stays.")
class UpdateIdentityProviderInput:
    key: str = strawberry.field(description="The provider's key.")
    name: str | None = strawberry.field(default=strawberry.UNSET, description="Its name for people.")
    client_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="What Marquee is called there."
    )
    client_secret: str | None = strawberry.field(
        default=strawberry.UNSET, description="A new secret; null to have none."
    )
    scopes: list[str] | None = strawberry.field(default=strawberry.UNSET, description="What it is asked for.")
    may_register: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether who is new gets an account."
    )
    may_link_by_email: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether who is new gets the account with their address."
    )
    is_second_factor: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether its word stands for a second factor, too."
    )
    is_enabled: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether one can sign in by it."
    )
    rules: list[RoleRuleInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Roles by what it says, instead of those that there are."
    )


@strawberry.input(description="A provider whose word counts no more.")
class DeleteIdentityProviderInput:
    key: str = strawberry.field(description="The provider's key.")


@strawberry.input(description="An identity by which one no longer wants to come in.")
class UnlinkIdentityInput:
    provider_key: str = strawberry.field(description="The provider's key.")


@strawberry.type(description="The provider is known.")
class CreateIdentityProviderPayload:
    provider: IdentityProvider = strawberry.field(description="The new provider.")


@strawberry.type(description="The provider was changed.")
class UpdateIdentityProviderPayload:
    provider: IdentityProvider = strawberry.field(description="The provider as it is now.")


@strawberry.type(description="The provider is gone, with all ties to it and the roles that it gave.")
class DeleteIdentityProviderPayload:
    key: str = strawberry.field(description="The key that it had.")


@strawberry.type(description="The identity is linked no more; the sessions that it began have ended.")
class UnlinkIdentityPayload:
    provider_key: str = strawberry.field(description="The provider's key.")


CreateIdentityProviderResult = Annotated[
    CreateIdentityProviderPayload | Conflict | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("CreateIdentityProviderResult", description="The provider, or why there is none."),
]
UpdateIdentityProviderResult = Annotated[
    UpdateIdentityProviderPayload | NotFound | Conflict | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("UpdateIdentityProviderResult", description="The provider, or why nothing changed."),
]
DeleteIdentityProviderResult = Annotated[
    DeleteIdentityProviderPayload | NotFound | Conflict | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("DeleteIdentityProviderResult", description="That it is gone, or why it is not."),
]
UnlinkIdentityResult = Annotated[
    UnlinkIdentityPayload | NotFound | Conflict | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("UnlinkIdentityResult", description="That it is unlinked, or why it is not."),
]


@strawberry.type
class SignInProviderQuery:
    @requires(Permission.SIGN_IN)
    @strawberry.field(description="The providers by which one can sign in, by name. Strangers may ask this.")
    async def sign_in_providers(self, info: Info) -> list[SignInProvider]:
        names = await sso_providers.provider_names(info.context.app.db)
        return [SignInProvider(key=each.key, name=each.name) for each in names]


@strawberry.type
class IdentityProviderQuery:
    @requires(Permission.SECURITY_MANAGE)
    @strawberry.field(description=f"All identity providers, by name; at most {MOST_PROVIDERS}.")
    async def identity_providers(self, info: Info) -> list[IdentityProvider]:
        return [IdentityProvider.of(row) for row in await sso_providers.providers(info.context.app.db)]

    @requires(Permission.SELF_READ)
    @strawberry.field(description="The viewer's identities at providers, one of each at most.")
    async def linked_identities(self, info: Info) -> list[LinkedIdentity]:
        viewer = info.context.viewer
        if viewer.user_id is None:
            return []
        ties = await sso_accounts.ties_of(info.context.app.db, viewer.user_id)
        return [
            LinkedIdentity(
                provider_key=tie.provider_key,
                provider_name=tie.provider_name,
                name=tie.name,
                created_at=tie.created_at,
                last_used_at=tie.last_used_at,
            )
            for tie in ties
        ]


@strawberry.type
class IdentityProviderMutation:
    @requires(Permission.SECURITY_MANAGE, step_up=True)
    @strawberry.mutation(description="Make a provider known, by whose word people sign in from then on.")
    async def create_identity_provider(
        self,
        info: Info,
        wanted: Annotated[CreateIdentityProviderInput, argument("The provider.", "input")],
    ) -> CreateIdentityProviderResult:
        return await result(_create(info, wanted))

    @requires(Permission.SECURITY_MANAGE, step_up=True)
    @strawberry.mutation(
        description="Change what a provider may do; new rules count from the next sign-in on."
    )
    async def update_identity_provider(
        self,
        info: Info,
        wanted: Annotated[UpdateIdentityProviderInput, argument("The changes.", "input")],
    ) -> UpdateIdentityProviderResult:
        return await result(_update(info, wanted))

    @requires(Permission.SECURITY_MANAGE, step_up=True)
    @strawberry.mutation(description="Forget a provider, all ties to it, and the roles that it gave.")
    async def delete_identity_provider(
        self,
        info: Info,
        wanted: Annotated[DeleteIdentityProviderInput, argument("The provider.", "input")],
    ) -> DeleteIdentityProviderResult:
        return await result(_delete(info, wanted))

    @requires(Permission.SELF_UPDATE, step_up=True)
    @strawberry.mutation(
        description="Take a provider's word no more; not where it is the last way to sign in."
    )
    async def unlink_identity(
        self, info: Info, wanted: Annotated[UnlinkIdentityInput, argument("The identity.", "input")]
    ) -> UnlinkIdentityResult:
        return await result(_unlink(info, wanted))


async def _create(info: Info, wanted: CreateIdentityProviderInput) -> CreateIdentityProviderPayload:
    app, viewer = info.context.app, info.context.viewer
    values = {name: _plain(value) for name, value in vars(wanted).items() if name != "client_secret"}
    async with app.transaction() as tx:
        draft = ProviderDraft(**values)
        key = await sso_providers.create_provider(tx, viewer, app.keyring, draft, wanted.client_secret)
    return CreateIdentityProviderPayload(
        provider=IdentityProvider.of(await sso_providers.provider(app.db, key))
    )


async def _update(info: Info, wanted: UpdateIdentityProviderInput) -> UpdateIdentityProviderPayload:
    app = info.context.app
    kept = {"key", "client_secret"}
    changes = {name: _plain(value) for name, value in vars(wanted).items() if name not in kept}
    changes = {name: value for name, value in changes.items() if is_given(value)}
    secret = None if wanted.client_secret is strawberry.UNSET else wanted.client_secret or ""
    key = storable(wanted.key)
    async with app.transaction() as tx:
        known = await sso_providers.provider_of_key(tx.db, key)
        await sso_providers.update_provider(tx, info.context.viewer, app.keyring, known.id, changes, secret)
    return UpdateIdentityProviderPayload(
        provider=IdentityProvider.of(await sso_providers.provider_of_key(app.db, key))
    )


async def _delete(info: Info, wanted: DeleteIdentityProviderInput) -> DeleteIdentityProviderPayload:
    async with info.context.app.transaction() as tx:
        known = await sso_providers.provider_of_key(tx.db, storable(wanted.key))
        await sso_providers.delete_provider(tx, info.context.viewer, known.id)
    return DeleteIdentityProviderPayload(key=wanted.key)


async def _unlink(info: Info, wanted: UnlinkIdentityInput) -> UnlinkIdentityPayload:
    viewer, key = info.context.viewer, storable(wanted.provider_key)
    if viewer.user_id is None:
        raise Denied("Only somebody with an account has identities.")
    async with info.context.app.transaction() as tx:
        await sso_accounts.unlink(tx, viewer.actor, viewer.user_id, key)
    return UnlinkIdentityPayload(provider_key=key)


def _plain(value: Any) -> Any:
    """As drafts have it."""
    if isinstance(value, RoleRuleInput):
        claim, expected = value.claim, value.value
        role_id = parse_key(value.role_id, "Role", "rules.roleId")
        return sso_providers.RoleRule(role_id, claim and storable(claim), expected and storable(expected))
    if isinstance(value, list):
        return tuple(_plain(each) for each in value)  # pyright: ignore[reportUnknownVariableType]
    return storable(value) if isinstance(value, str) else value
