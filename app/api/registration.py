"""Making an account, and getting back into one by mail: what strangers may ask and do."""

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.errors import (
    Conflict,
    InvalidInput,
    MailNotConfigured,
    PermissionDenied,
    RateLimited,
)
from app.api.filters import argument
from app.api.requires import requires
from app.api.scalars import Locale
from app.api.sign_in import (
    Authenticated,
    Keep,
    LinkInvalid,
    RegistrationClosed,
    authenticated,
    entered,
    kept,
    on_device,
)
from app.api.storable import storable
from app.identity import email_changes, invitations, password_resets, registration
from app.identity.errors import LinkInvalid as Bad
from app.identity.registration import Applicant
from app.identity.registration_terms import terms_of
from app.identity.user_writes import Profile


@strawberry.enum(description="Who may make an account of their own.")
class RegistrationMode(Enum):
    CLOSED = strawberry.enum_value("closed", description="Nobody.")
    INVITATION = strawberry.enum_value("invitation", description="Who was invited, by a link.")
    OPEN = strawberry.enum_value("open", description="Everybody.")


@strawberry.type(description="On what terms people make accounts of their own.")
class Registration:
    mode: RegistrationMode = strawberry.field(description="Who may.")
    verifies_address: bool = strawberry.field(
        description="Whether an e-mail address is needed, by whose letter the account is made."
    )
    sends_mail: bool = strawberry.field(
        description="Whether the server sends letters: without them nobody gets back in who forgot their password."
    )


@strawberry.type(description="An invitation that can be used still.")
class OpenInvitation:
    email: str | None = strawberry.field(
        description="The address that it is for, and that the account gets; null where it is for anybody."
    )
    expires_at: datetime = strawberry.field(description="How long it is good.")


@strawberry.input(description="An account to make for oneself.")
class RegisterInput:
    name: str = strawberry.field(description="The name to sign in by; at most 64 characters, none of them @.")
    password: str = strawberry.field(description="A password of at least 8 characters.")
    email: str | None = strawberry.field(
        default=None, description="An e-mail address; needed where `registration.verifiesAddress`."
    )
    language: Locale | None = strawberry.field(
        default=None, description="The language of texts, and of letters."
    )
    invitation: str | None = strawberry.field(default=None, description="The token of an invitation's link.")
    keep: Keep = strawberry.field(description="Where the session's token is to be kept.")
    device: str | None = strawberry.field(default=None, description="What the device is called.")


@strawberry.input(description="The link of a letter to somebody who registered.")
class VerifyEmailInput:
    token: str = strawberry.field(description="The link's token.")


@strawberry.input(description="Somebody who waits for a letter.")
class ResendVerificationInput:
    name: str = strawberry.field(description="The name that they registered with.")


@strawberry.input(description="Somebody who forgot their password.")
class RequestPasswordResetInput:
    name: str = strawberry.field(description="Their name or e-mail address, whatever its case.")


@strawberry.input(description="A new password, by the link of a letter.")
class ResetPasswordInput:
    token: str = strawberry.field(description="The link's token.")
    password: str = strawberry.field(description="A password of at least 8 characters.")


@strawberry.input(description="The link of a letter to a new address.")
class ConfirmEmailInput:
    token: str = strawberry.field(description="The link's token.")


@strawberry.type(
    description="A letter is under way, and the account is made once its link is opened (`verifyEmail`). An address"
    " that has an account already gets a letter, too, which says so."
)
class VerificationSent:
    email: str = strawberry.field(description="The address.")


@strawberry.type(description="The account is made.")
class VerifyEmailPayload:
    name: str = strawberry.field(description="The name to sign in by.")


@strawberry.type(description="If an account of that name waits for its address, another letter is under way.")
class ResendVerificationPayload:
    name: str = strawberry.field(description="The name that was asked about.")


@strawberry.type(description="If there is such an account with an address, a letter is under way.")
class RequestPasswordResetPayload:
    name: str = strawberry.field(description="The name or address that was asked about.")


@strawberry.type(
    description="The password is set, all sessions of its owner have ended, and devices are trusted no more. A second"
    " factor is asked for as before."
)
class ResetPasswordPayload:
    name: str = strawberry.field(description="The name to sign in by.")


@strawberry.type(description="The address is the account's.")
class ConfirmEmailPayload:
    email: str = strawberry.field(description="The address.")


RegisterResult = Annotated[
    Authenticated
    | VerificationSent
    | RegistrationClosed
    | LinkInvalid
    | MailNotConfigured
    | Conflict
    | RateLimited
    | InvalidInput
    | PermissionDenied,
    strawberry.union("RegisterResult", description="That they are in, or what comes next, or why not."),
]
VerifyEmailResult = Annotated[
    VerifyEmailPayload | LinkInvalid | RegistrationClosed | Conflict | PermissionDenied,
    strawberry.union("VerifyEmailResult", description="That the account is made, or why not."),
]
ResendVerificationResult = Annotated[
    ResendVerificationPayload | MailNotConfigured | RateLimited | InvalidInput | PermissionDenied,
    strawberry.union(
        "ResendVerificationResult", description="The same whether there is such an account or not."
    ),
]
RequestPasswordResetResult = Annotated[
    RequestPasswordResetPayload | MailNotConfigured | RateLimited | InvalidInput | PermissionDenied,
    strawberry.union(
        "RequestPasswordResetResult", description="The same whether there is such an account or not."
    ),
]
ResetPasswordResult = Annotated[
    ResetPasswordPayload | LinkInvalid | RateLimited | InvalidInput | PermissionDenied,
    strawberry.union("ResetPasswordResult", description="That it is set, or why not."),
]
ConfirmEmailResult = Annotated[
    ConfirmEmailPayload | LinkInvalid | Conflict | PermissionDenied,
    strawberry.union("ConfirmEmailResult", description="That it is the account's, or why not."),
]


@strawberry.type
class RegistrationQuery:
    @requires(Permission.SIGN_IN)
    @strawberry.field(description="On what terms people make accounts of their own. Strangers may ask this.")
    async def registration(self, info: Info) -> Registration:
        terms = await terms_of(info.context.app)
        return Registration(
            mode=RegistrationMode(terms.mode.value),
            verifies_address=terms.verifies,
            sends_mail=terms.sends_mail,
        )

    @requires(Permission.SIGN_IN)
    @strawberry.field(
        description="What the link of an invitation is good for; null where that is nothing. Strangers may ask this."
    )
    async def invitation(
        self, info: Info, token: Annotated[str, argument("The link's token.")]
    ) -> OpenInvitation | None:
        try:
            found = await invitations.look(info.context.app, token)
        except Bad:
            return None
        return OpenInvitation(email=found.email, expires_at=found.expires_at)


@strawberry.type
class RegistrationMutation:
    @requires(Permission.SIGN_IN)
    @strawberry.mutation(
        description="Make an account for oneself: at once, or once the link of a letter is opened. Strangers may do"
        " this, as far as `registration` says so."
    )
    async def register(
        self, info: Info, wanted: Annotated[RegisterInput, argument("The account.", "input")]
    ) -> RegisterResult:
        return await entered(_register(info, wanted))

    @requires(Permission.SIGN_IN)
    @strawberry.mutation(
        description="Make the account that waits for the link of a letter. Strangers may do this."
    )
    async def verify_email(
        self, info: Info, wanted: Annotated[VerifyEmailInput, argument("The link.", "input")]
    ) -> VerifyEmailResult:
        return await entered(_verify(info, wanted))

    @requires(Permission.SIGN_IN)
    @strawberry.mutation(
        description="Send the letter once more whose link makes an account. Strangers may do this."
    )
    async def resend_verification(
        self, info: Info, wanted: Annotated[ResendVerificationInput, argument("Who waits.", "input")]
    ) -> ResendVerificationResult:
        return await entered(_resend(info, wanted))

    @requires(Permission.SIGN_IN)
    @strawberry.mutation(
        description="Have a letter sent by whose link a forgotten password is replaced. Strangers may do this."
    )
    async def request_password_reset(
        self, info: Info, wanted: Annotated[RequestPasswordResetInput, argument("Who forgot it.", "input")]
    ) -> RequestPasswordResetResult:
        return await entered(_request_reset(info, wanted))

    @requires(Permission.SIGN_IN)
    @strawberry.mutation(
        description="Set one's password by the link of a letter, and sign out everywhere. Strangers may do this."
    )
    async def reset_password(
        self, info: Info, wanted: Annotated[ResetPasswordInput, argument("The password.", "input")]
    ) -> ResetPasswordResult:
        return await entered(_reset(info, wanted))

    @requires(Permission.SIGN_IN)
    @strawberry.mutation(
        description="Make an address one's own by the link of a letter to it (`changeEmail`). Strangers may do this:"
        " letters are opened anywhere."
    )
    async def confirm_email(
        self, info: Info, wanted: Annotated[ConfirmEmailInput, argument("The link.", "input")]
    ) -> ConfirmEmailResult:
        return await entered(_confirm(info, wanted))


async def _register(info: Info, wanted: RegisterInput) -> Authenticated | VerificationSent:
    client, kind = on_device(info, wanted.device), kept(info, wanted.keep)
    email = storable(wanted.email) if wanted.email else None
    profile = Profile(storable(wanted.name), email, wanted.language)
    who = Applicant(profile, storable(wanted.password), wanted.invitation)
    outcome = await registration.register(info.context.app, client, who, kind=kind)
    if isinstance(outcome, registration.VerificationSent):
        return VerificationSent(email=outcome.email)
    return await authenticated(info, outcome)


async def _verify(info: Info, wanted: VerifyEmailInput) -> VerifyEmailPayload:
    context = info.context
    return VerifyEmailPayload(name=await registration.verify(context.app, context.client, wanted.token))


async def _resend(info: Info, wanted: ResendVerificationInput) -> ResendVerificationPayload:
    await registration.resend(info.context.app, info.context.client, wanted.name)
    return ResendVerificationPayload(name=wanted.name)


async def _request_reset(info: Info, wanted: RequestPasswordResetInput) -> RequestPasswordResetPayload:
    await password_resets.request_reset(info.context.app, info.context.client, wanted.name)
    return RequestPasswordResetPayload(name=wanted.name)


async def _reset(info: Info, wanted: ResetPasswordInput) -> ResetPasswordPayload:
    context = info.context
    name = await password_resets.reset_password(context.app, context.client, wanted.token, wanted.password)
    return ResetPasswordPayload(name=name)


async def _confirm(info: Info, wanted: ConfirmEmailInput) -> ConfirmEmailPayload:
    context = info.context
    return ConfirmEmailPayload(
        email=await email_changes.confirm_email(context.app, context.client, wanted.token)
    )
