"""Showing once more who one is, for mutations that need a step-up."""

from datetime import datetime
from typing import Annotated

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.errors import Conflict, InvalidInput, NotFound, PermissionDenied, RateLimited
from app.api.filters import argument
from app.api.requires import requires
from app.api.scalars import JSONObject
from app.api.second_step import PasskeyQuestion, PasskeyQuestionResult
from app.api.sign_in import AccountLocked, InvalidCredentials, entered
from app.identity import proofs, sessions
from app.identity.lifetimes import SESSION_ABSOLUTE
from app.identity.passkeys import site_of
from app.settings.values import value


@strawberry.input(description="What shows who somebody is.", one_of=True)
class ProveIdentityInput:
    password: str | None = strawberry.field(default=strawberry.UNSET, description="Their password.")
    code: str | None = strawberry.field(
        default=strawberry.UNSET, description="A code of their authenticator app, or a backup code."
    )
    credential: JSONObject | None = strawberry.field(
        default=strawberry.UNSET,
        description="What `navigator.credentials.get` answered to `beginIdentityProof`, by its `toJSON()`.",
    )


@strawberry.type(description="They have shown who they are.")
class ProveIdentityPayload:
    proved_at: datetime = strawberry.field(
        description="When; `stepUp` is satisfied for a while from then on."
    )
    token: str | None = strawberry.field(
        description="The session's new token, for an app to use from now on; null where a cookie holds it."
    )


ProveIdentityResult = Annotated[
    ProveIdentityPayload
    | InvalidCredentials
    | AccountLocked
    | RateLimited
    | NotFound
    | Conflict
    | InvalidInput
    | PermissionDenied,
    strawberry.union("ProveIdentityResult", description="That they have shown it, or why not."),
]


@strawberry.type
class ProofMutation:
    @requires(Permission.SELF_READ)
    @strawberry.mutation(description="What to ask one of the viewer's passkeys, for `proveIdentity`.")
    async def begin_identity_proof(self, info: Info) -> PasskeyQuestionResult:
        return await entered(_question(info))

    @requires(Permission.SELF_READ)
    @strawberry.mutation(
        description="Show once more who one is, which opens mutations with `stepUp`. The session gets a new token."
    )
    async def prove_identity(
        self, info: Info, wanted: Annotated[ProveIdentityInput, argument("By what.", "input")]
    ) -> ProveIdentityResult:
        return await entered(_prove(info, wanted))


async def _question(info: Info) -> PasskeyQuestion:
    options = await proofs.ask_for_passkey(info.context.app, _holder(info), site_of(info.context.client))
    return PasskeyQuestion(options=JSONObject(options))


async def _prove(info: Info, wanted: ProveIdentityInput) -> ProveIdentityPayload:
    renewed = await _renewed(info, _holder(info), wanted)
    return ProveIdentityPayload(proved_at=renewed.proved_at, token=await handed_over(info, renewed))


async def handed_over(info: Info, renewed: sessions.Renewed) -> str | None:
    """The session's new token, for an app to be told; None where the browser keeps it, or there is none."""
    jar = info.context.jar
    if renewed.kind is sessions.SessionKind.APP or jar is None or renewed.token is None:
        return renewed.token
    jar.keep(renewed.token, (await value(info.context.app, SESSION_ABSOLUTE)).total_seconds())
    return None


async def _renewed(info: Info, who: proofs.Holder, wanted: ProveIdentityInput) -> sessions.Renewed:
    app = info.context.app
    if wanted.password:
        return await proofs.prove_by_password(app, who, wanted.password)
    if wanted.credential:
        return await proofs.prove_by_passkey(app, who, site_of(info.context.client), wanted.credential)
    return await proofs.prove_by_code(app, who, wanted.code or "")


def _holder(info: Info) -> proofs.Holder:
    context = info.context
    return proofs.holder(context.viewer, context.client, takes_cookie=context.jar is not None)
