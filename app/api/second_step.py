"""Signing in with second factors, and by a passkey alone: what strangers may do beside `signIn`."""

from collections.abc import Awaitable
from typing import Annotated, Any

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.errors import Conflict, Error, InvalidInput, PermissionDenied, RateLimited
from app.api.filters import argument
from app.api.requires import requires
from app.api.scalars import JSONObject
from app.api.sign_in import AccountLocked, Authenticated, Keep, authenticated, entered, kept, on_device
from app.identity import second_step
from app.identity.passkeys import site_of
from app.identity.pending import SignInExpired as Expired

PENDING_TOKEN = "The `pendingToken` of `MfaRequired`."  # noqa: S105
TRUST = "Whether this device is to need no second factor for some time."


@strawberry.input(description="A code as the second factor.")
class FinishSignInInput:
    pending_token: str = strawberry.field(description=PENDING_TOKEN)
    code: str = strawberry.field(description="A code of the authenticator app, or a backup code.")
    trust_device: bool = strawberry.field(default=False, description=TRUST)


@strawberry.input(description="A sign-in that is to go on by a passkey.")
class BeginPasskeyStepInput:
    pending_token: str = strawberry.field(description=PENDING_TOKEN)


@strawberry.input(description="A passkey as the second factor.")
class FinishPasskeyStepInput:
    pending_token: str = strawberry.field(description=PENDING_TOKEN)
    credential: JSONObject = strawberry.field(
        description="What `navigator.credentials.get` answered, by its `toJSON()`."
    )
    trust_device: bool = strawberry.field(default=False, description=TRUST)


@strawberry.input(description="A passkey as the only factor.")
class FinishPasskeySignInInput:
    credential: JSONObject = strawberry.field(
        description="What `navigator.credentials.get` answered, by its `toJSON()`."
    )
    keep: Keep = strawberry.field(description="Where the session's token is to be kept.")
    device: str | None = strawberry.field(default=None, description="What the device is called.")


@strawberry.type(description="What a passkey is asked.")
class PasskeyQuestion:
    options: JSONObject = strawberry.field(
        description="PublicKeyCredentialRequestOptions for `navigator.credentials.get`, by"
        " `PublicKeyCredential.parseRequestOptionsFromJSON`. Good for five minutes."
    )


@strawberry.type(description="The sign-in took too long, or had too many wrong codes: begin anew.")
class SignInExpired(Error):
    pass


FinishSignInResult = Annotated[
    Authenticated | SignInExpired | AccountLocked | RateLimited | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("FinishSignInResult", description="That they are in, or why they are not."),
]
PasskeyStepResult = Annotated[
    PasskeyQuestion | SignInExpired | Conflict | PermissionDenied,
    strawberry.union("PasskeyStepResult", description="What to ask the passkey, or why not."),
]
PasskeyQuestionResult = Annotated[
    PasskeyQuestion | Conflict | PermissionDenied,
    strawberry.union("PasskeyQuestionResult", description="What to ask the passkey, or why not."),
]
PasskeySignInResult = Annotated[
    Authenticated | Conflict | RateLimited | InvalidInput | PermissionDenied,
    strawberry.union("PasskeySignInResult", description="That they are in, or why they are not."),
]


@strawberry.type
class SecondStepMutation:
    @requires(Permission.SIGN_IN)
    @strawberry.mutation(
        description="Go on with a sign-in by a code. The fifth wrong one ends it. Strangers may do this."
    )
    async def finish_sign_in(
        self, info: Info, wanted: Annotated[FinishSignInInput, argument("The code.", "input")]
    ) -> FinishSignInResult:
        return await _stepped(_by_code(info, wanted))

    @requires(Permission.SIGN_IN)
    @strawberry.mutation(description="What to ask a passkey as the second factor. Strangers may do this.")
    async def begin_passkey_step(
        self, info: Info, wanted: Annotated[BeginPasskeyStepInput, argument("Of what.", "input")]
    ) -> PasskeyStepResult:
        return await _stepped(_question(info, wanted))

    @requires(Permission.SIGN_IN)
    @strawberry.mutation(description="Go on with a sign-in by a passkey. Strangers may do this.")
    async def finish_passkey_step(
        self, info: Info, wanted: Annotated[FinishPasskeyStepInput, argument("The passkey.", "input")]
    ) -> FinishSignInResult:
        return await _stepped(_by_passkey(info, wanted))

    @requires(Permission.SIGN_IN)
    @strawberry.mutation(
        description="What to ask any passkey of this site, to sign in by it alone. Strangers may do this."
    )
    async def begin_passkey_sign_in(self, info: Info) -> PasskeyQuestionResult:
        return await entered(_any_question(info))

    @requires(Permission.SIGN_IN)
    @strawberry.mutation(
        description="Sign in by a passkey alone, which has made sure who holds it. Strangers may do this."
    )
    async def finish_passkey_sign_in(
        self, info: Info, wanted: Annotated[FinishPasskeySignInInput, argument("The passkey.", "input")]
    ) -> PasskeySignInResult:
        return await entered(_by_passkey_alone(info, wanted))


async def _stepped(work: Awaitable[object]) -> Any:
    try:
        return await entered(work)
    except Expired as error:
        return SignInExpired(message=str(error))


async def _by_code(info: Info, wanted: FinishSignInInput) -> Authenticated:
    app, client = info.context.app, info.context.client
    let_in = await second_step.finish_by_code(
        app, client, wanted.pending_token, wanted.code, trusts=wanted.trust_device
    )
    return await authenticated(info, let_in)


async def _question(info: Info, wanted: BeginPasskeyStepInput) -> PasskeyQuestion:
    options = await second_step.ask_for_passkey(
        info.context.app, site_of(info.context.client), wanted.pending_token
    )
    return PasskeyQuestion(options=JSONObject(options))


async def _by_passkey(info: Info, wanted: FinishPasskeyStepInput) -> Authenticated:
    app, client, site = info.context.app, info.context.client, site_of(info.context.client)
    let_in = await second_step.finish_by_passkey(
        app, client, site, wanted.pending_token, wanted.credential, trusts=wanted.trust_device
    )
    return await authenticated(info, let_in)


async def _any_question(info: Info) -> PasskeyQuestion:
    options = await second_step.ask_to_sign_in(info.context.app, site_of(info.context.client))
    return PasskeyQuestion(options=JSONObject(options))


async def _by_passkey_alone(info: Info, wanted: FinishPasskeySignInInput) -> Authenticated:
    client, kind = on_device(info, wanted.device), kept(info, wanted.keep)
    let_in = await second_step.sign_in_by_passkey(
        info.context.app, client, site_of(info.context.client), wanted.credential, kind=kind
    )
    return await authenticated(info, let_in)
