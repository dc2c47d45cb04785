"""Mail: how it stands, and whether it can be sent."""

from datetime import datetime
from typing import Annotated

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.errors import (
    Error,
    InvalidInput,
    MailNotConfigured,
    PermissionDenied,
    RateLimited,
    result,
)
from app.api.filters import argument
from app.api.requires import requires
from app.api.storable import storable
from app.identity.rates import Rate, take
from app.mail import reads, settings, trial
from app.mail.errors import MailRefused as Refused


@strawberry.type(description="How it stands with letters to people, of the last seven days.")
class MailStatus:
    is_configured: bool = strawberry.field(description="Whether letters can be sent.")
    missing: list[str] = strawberry.field(
        description="Names of the settings that have to be set before letters can be sent."
    )
    waiting: int = strawberry.field(description="Letters that are still to be sent.")
    given_up: int = strawberry.field(
        description="Letters that the mail server refused for good, or that could not be sent in time."
    )
    last_sent_at: datetime | None = strawberry.field(description="When a letter was sent last.")
    last_failed_at: datetime | None = strawberry.field(description="When a letter could not be sent last.")
    last_error: str | None = strawberry.field(description="Why not, as the mail server said it.")


@strawberry.input(description="To whom a test letter goes.")
class SendTestMailInput:
    to: str = strawberry.field(description="An e-mail address.")


@strawberry.type(description="The mail server took the letter.")
class SendTestMailPayload:
    said: str = strawberry.field(description="What it said.")


@strawberry.type(
    description="The mail server did not take the letter: `message` is what it said, or why it could not."
)
class MailRefused(Error):
    pass


SendTestMailResult = Annotated[
    SendTestMailPayload | MailRefused | MailNotConfigured | InvalidInput | RateLimited | PermissionDenied,
    strawberry.union("SendTestMailResult", description="What the mail server said, or why it was not asked."),
]


@strawberry.type
class MailQuery:
    @requires(Permission.SETTINGS_READ)
    @strawberry.field(description="How it stands with letters to people.")
    async def mail_status(self, info: Info) -> MailStatus:
        missing = await settings.missing(info.context.app)
        found = await reads.standing(info.context.db)
        return MailStatus(
            is_configured=not missing,
            missing=missing,
            waiting=found.waiting,
            given_up=found.given_up,
            last_sent_at=found.last_sent_at,
            last_failed_at=found.last_failed_at,
            last_error=found.last_error,
        )


@strawberry.type
class MailMutation:
    @requires(Permission.SETTINGS_UPDATE)
    @strawberry.mutation(
        description="Send a letter at once, to see whether mail can be sent. Takes as long as the mail server does, at"
        " most three minutes."
    )
    async def send_test_mail(
        self, info: Info, wanted: Annotated[SendTestMailInput, argument("To whom.", "input")]
    ) -> SendTestMailResult:
        try:
            return await result(_send(info, wanted))
        except Refused as error:
            return MailRefused(message=str(error))


async def _send(info: Info, wanted: SendTestMailInput) -> SendTestMailPayload:
    app, viewer = info.context.app, info.context.viewer
    await take(app, Rate.MAIL, f"user:{viewer.user_id}")
    language = viewer.languages[0] if viewer.languages else None
    said = await trial.send_trial(app, viewer.actor, storable(wanted.to), language)
    return SendTestMailPayload(said=said)
