"""Signing in: what strangers may ask and do."""

from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Annotated, Any

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.errors import Conflict, Error, InvalidInput, NotFound, PermissionDenied, RateLimited, result
from app.api.filters import argument
from app.api.requires import requires
from app.api.scalars import Locale
from app.api.sessions import Session
from app.core.errors import Invalid
from app.identity import accounts, sessions
from app.identity.client import Client
from app.identity.errors import EmailUnverified as Unverified
from app.identity.errors import LinkInvalid as Bad
from app.identity.errors import RegistrationClosed as Closed
from app.identity.errors import WrongCredentials
from app.identity.lifetimes import SESSION_ABSOLUTE
from app.identity.lockout import Locked
from app.identity.second_step import LetIn, SecondStep
from app.identity.sign_in import sign_in
from app.identity.user_writes import Profile
from app.settings.values import value

MOST_DEVICE_CHARS = 100


@strawberry.enum(description="Where a session's token is kept.")
class Keep(Enum):
    COOKIE = strawberry.enum_value(
        "browser", description="In a cookie that the answer sets: for web pages, over HTTP alone."
    )
    TOKEN = strawberry.enum_value(
        "app", description="By the client, which sends it along as `Authorization: Bearer`."
    )


@strawberry.input(description="Who wants to sign in.")
class SignInInput:
    name: str = strawberry.field(description="Their name or e-mail address, whatever its case.")
    password: str = strawberry.field(description="Their password.")
    keep: Keep = strawberry.field(description="Where the session's token is to be kept.")
    device: str | None = strawberry.field(
        default=None,
        description=f"What the device is called, for its owner to know it by; at most {MOST_DEVICE_CHARS} characters.",
    )
    trusted_device_token: str | None = strawberry.field(
        default=None, description="What an app kept when its device was trusted; browsers have a cookie."
    )


@strawberry.input(description="The first account, which is an admin's.")
class SetUpInput:
    token: str = strawberry.field(description="The token of the link that Marquee printed at its start.")
    name: str = strawberry.field(description="The name to sign in by; at most 64 characters, none of them @.")
    password: str = strawberry.field(description="A password of at least 8 characters.")
    email: str | None = strawberry.field(default=None, description="An e-mail address.")
    language: Locale | None = strawberry.field(default=None, description="The language of texts.")
    keep: Keep = strawberry.field(description="Where the session's token is to be kept.")
    device: str | None = strawberry.field(default=None, description="What the device is called.")


@strawberry.input(description="A new password, by a link.")
class SetPasswordInput:
    token: str = strawberry.field(description="The link's token.")
    password: str = strawberry.field(description="A password of at least 8 characters.")


@strawberry.type(description="The password is set, and all sessions of its owner have ended.")
class SetPasswordPayload:
    name: str = strawberry.field(description="The name to sign in by.")


@strawberry.type(description="How one gets in.")
class SignInOptions:
    needs_set_up: bool = strawberry.field(
        description="Whether there is no account yet: the first is made by the link that Marquee prints at its start."
    )


@strawberry.type(description="They are in.")
class Authenticated:
    session: Session = strawberry.field(description="The new session.")
    token: str | None = strawberry.field(
        description="The session's token, told once and for the client to keep; null where a cookie holds it."
    )
    must_enrol: bool = strawberry.field(
        description="Whether the session can do no more than set up a second factor, since their role asks for one."
    )
    trusted_device_token: str | None = strawberry.field(
        default=None,
        description="What an app hands over at the next `signIn`, to need no second factor; null unless it was asked"
        " for, and where a cookie holds it.",
    )


@strawberry.type(description="The password is right, and a second factor has to be shown.")
class MfaRequired:
    pending_token: str = strawberry.field(
        description="What leads on to the second factor, and is good for that alone."
    )
    methods: list[str] = strawberry.field(description="What there is: `totp`, `passkey`, `backup_code`.")
    expires_at: datetime = strawberry.field(description="How long the token is good.")


@strawberry.type(description="The name or the password is wrong; never which.")
class InvalidCredentials(Error):
    pass


@strawberry.type(description="There were too many failed attempts by this name, or from this address.")
class AccountLocked(Error):
    until: datetime | None = strawberry.field(
        description="When to try again; null where an administrator has to unlock it."
    )


@strawberry.type(description="The link is good no more: it was used, is too old, or was taken back.")
class LinkInvalid(Error):
    pass


@strawberry.type(
    description="The password is right, and the account waits for the link that was sent to its address;"
    " `resendVerification` sends another."
)
class EmailUnverified(Error):
    pass


@strawberry.type(description="Nobody registers just now, or only who was invited.")
class RegistrationClosed(Error):
    pass


SignInResult = Annotated[
    Authenticated
    | MfaRequired
    | EmailUnverified
    | InvalidCredentials
    | AccountLocked
    | RateLimited
    | InvalidInput
    | PermissionDenied,
    strawberry.union("SignInResult", description="That they are in, what is missing, or why they are not."),
]
SetUpResult = Annotated[
    Authenticated | LinkInvalid | Conflict | RateLimited | InvalidInput | PermissionDenied,
    strawberry.union(
        "SetUpResult", description="That the first account is made and its owner in, or why not."
    ),
]

SetPasswordResult = Annotated[
    SetPasswordPayload | LinkInvalid | NotFound | RateLimited | InvalidInput | PermissionDenied,
    strawberry.union("SetPasswordResult", description="That it is set, or why not."),
]


@strawberry.type
class SignInQuery:
    @requires(Permission.SIGN_IN)
    @strawberry.field(description="How one gets in. Strangers may ask this.")
    async def sign_in_options(self, info: Info) -> SignInOptions:
        return SignInOptions(needs_set_up=await accounts.is_empty(info.context.app.db))


@strawberry.type
class SignInMutation:
    @requires(Permission.SIGN_IN)
    @strawberry.mutation(description="Sign in by a password. Strangers may do this.")
    async def sign_in(
        self, info: Info, wanted: Annotated[SignInInput, argument("Who they are.", "input")]
    ) -> SignInResult:
        return await entered(_sign_in(info, wanted))

    @requires(Permission.SIGN_IN)
    @strawberry.mutation(
        description="Make the first account, by the link that Marquee prints at its start. Strangers may do this."
    )
    async def set_up(
        self, info: Info, wanted: Annotated[SetUpInput, argument("The account.", "input")]
    ) -> SetUpResult:
        return await entered(_set_up(info, wanted))

    @requires(Permission.SIGN_IN)
    @strawberry.mutation(
        description="Set one's password by a link (`createPasswordLink`). Strangers may do this."
    )
    async def set_password(
        self, info: Info, wanted: Annotated[SetPasswordInput, argument("The password.", "input")]
    ) -> SetPasswordResult:
        return await entered(_set_password(info, wanted))


async def entered(work: Awaitable[object]) -> Any:
    """What came of somebody's trying to get in, as a member of the mutation's union."""
    try:
        return await result(_plain(work))
    except WrongCredentials as error:
        return InvalidCredentials(message=str(error))
    except Bad as error:
        return LinkInvalid(message=str(error))
    except Unverified as error:
        return EmailUnverified(message=str(error))
    except Closed as error:
        return RegistrationClosed(message=str(error))


def kept(info: Info, keep: Keep) -> sessions.SessionKind:
    """Raises Invalid where the answer can set no cookie."""
    kind = sessions.SessionKind(keep.value)
    if kind is sessions.SessionKind.BROWSER and info.context.jar is None:
        raise Invalid("keep", "A socket can set no cookie: sign in by an HTTP request.")
    return kind


def on_device(info: Info, device: str | None) -> Client:
    """The client, with what its device is called. Raises Invalid."""
    device = (device or "").strip() or None
    if device is not None and (len(device) > MOST_DEVICE_CHARS or not device.isprintable()):
        raise Invalid("device", f"A device's name has at most {MOST_DEVICE_CHARS} printable characters.")
    return replace(info.context.client, device=device)


async def authenticated(info: Info, entered: LetIn) -> Authenticated:
    """Hands the tokens over, or has the browser keep them."""
    begun, app, jar = entered.begun, info.context.app, info.context.jar
    session, must_enrol = Session.of(sessions.Seen(begun.session, is_current=True)), entered.must_enrol
    if begun.session.kind is not sessions.SessionKind.BROWSER or jar is None:
        return Authenticated(
            session=session,
            token=begun.token,
            must_enrol=must_enrol,
            trusted_device_token=entered.device_token,
        )
    jar.keep(begun.token, (await value(app, SESSION_ABSOLUTE)).total_seconds())
    if entered.device_token is not None:
        jar.keep_device(entered.device_token, entered.trusted_for.total_seconds())
    return Authenticated(session=session, token=None, must_enrol=must_enrol)


async def _plain(work: Awaitable[object]) -> object:
    try:
        return await work
    except Locked as error:
        return AccountLocked(message=str(error), until=error.until)


async def _sign_in(info: Info, wanted: SignInInput) -> Authenticated | MfaRequired:
    client, kind = on_device(info, wanted.device), kept(info, wanted.keep)
    jar = info.context.jar
    device_token = wanted.trusted_device_token or (jar.device_token if jar is not None else None)
    outcome = await sign_in(
        info.context.app, client, wanted.name, wanted.password, kind=kind, device_token=device_token
    )
    if isinstance(outcome, SecondStep):
        methods = [method.value for method in outcome.methods]
        return MfaRequired(pending_token=outcome.token, methods=methods, expires_at=outcome.expires_at)
    return await authenticated(info, outcome)


async def _set_up(info: Info, wanted: SetUpInput) -> Authenticated:
    client, kind = on_device(info, wanted.device), kept(info, wanted.keep)
    profile = Profile(wanted.name, wanted.email, wanted.language)
    app = info.context.app
    return await authenticated(
        info, await accounts.set_up(app, client, wanted.token, profile, wanted.password, kind=kind)
    )


async def _set_password(info: Info, wanted: SetPasswordInput) -> SetPasswordPayload:
    context = info.context
    return SetPasswordPayload(
        name=await accounts.set_password_by_link(context.app, context.client, wanted.token, wanted.password)
    )
