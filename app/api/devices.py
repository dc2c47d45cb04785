"""Signing in televisions: what they ask, and what people decide elsewhere."""

from datetime import datetime
from typing import Annotated

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.errors import (
    Conflict,
    Error,
    InvalidInput,
    NotFound,
    PermissionDenied,
    RateLimited,
    StepUpRequired,
    result,
)
from app.api.filters import argument
from app.api.requires import requires
from app.api.sign_in import AccountLocked, Authenticated, authenticated, entered
from app.identity import device_sign_in
from app.identity.device_sign_in import Waiting

PAGE = "/device"


@strawberry.input(description="A device that wants to be signed in.")
class BeginDeviceSignInInput:
    client_name: str = strawberry.field(
        description="What it is called, for its owner to recognise it by: 1 to 100 characters."
    )


@strawberry.input(description="A device that asks whether it was let in.")
class PollDeviceSignInInput:
    device_code: str = strawberry.field(description="What it was given.")


@strawberry.input(description="A device that shows a code.")
class DecideDeviceSignInInput:
    user_code: str = strawberry.field(description="The code, in whatever case, with or without its hyphen.")


@strawberry.type(description="The device waits for somebody to let it in.")
class BeginDeviceSignInPayload:
    device_code: str = strawberry.field(description="For the device alone: what it asks with.")
    user_code: str = strawberry.field(description="For people to type in, `BCDF-GHJK`.")
    verification_uri: str = strawberry.field(description="Where they do that.")
    verification_uri_complete: str = strawberry.field(
        description="The same with the code in it, for a QR code to show."
    )
    expires_in_seconds: int = strawberry.field(description="How long the codes are good.")
    interval_seconds: int = strawberry.field(description="How long to wait, at least, before each question.")


@strawberry.type(description="Nobody has decided yet: ask again after the interval.")
class DevicePending(Error):
    pass


@strawberry.type(description="Asked too soon: the interval is five seconds longer from now on.")
class DeviceSlowDown(Error):
    pass


@strawberry.type(description="Somebody decided to leave the device out.")
class DeviceDenied(Error):
    pass


@strawberry.type(description="The code is good no more: begin anew.")
class DeviceExpired(Error):
    pass


@strawberry.type(description="A device that waits for somebody to let it in.")
class WaitingDevice:
    client_name: str = strawberry.field(description="What it says that it is called.")
    address: str | None = strawberry.field(description="The network address that it asked from.")
    agent: str | None = strawberry.field(description="The program, as it names itself.")
    created_at: datetime = strawberry.field(description="When it asked.")
    expires_at: datetime = strawberry.field(description="Until when somebody has to decide.")


@strawberry.type(description="It is decided.")
class DecideDeviceSignInPayload:
    device: WaitingDevice = strawberry.field(description="The device that it was decided about.")


BeginDeviceSignInResult = Annotated[
    BeginDeviceSignInPayload | RateLimited | InvalidInput | PermissionDenied,
    strawberry.union("BeginDeviceSignInResult", description="The codes, or why there are none."),
]
PollDeviceSignInResult = Annotated[
    Authenticated | DevicePending | DeviceSlowDown | DeviceDenied | DeviceExpired | PermissionDenied,
    strawberry.union("PollDeviceSignInResult", description="That the device is in, or what it has to do."),
]
FindDeviceResult = Annotated[
    WaitingDevice | NotFound | AccountLocked | RateLimited | PermissionDenied,
    strawberry.union("FindDeviceResult", description="The device, or why none is shown."),
]
DecideDeviceSignInResult = Annotated[
    DecideDeviceSignInPayload
    | NotFound
    | Conflict
    | AccountLocked
    | RateLimited
    | PermissionDenied
    | StepUpRequired,
    strawberry.union("DecideDeviceSignInResult", description="The decision, or why there is none."),
]
WAITING: dict[Waiting, tuple[type[Error], str]] = {
    Waiting.PENDING: (DevicePending, "Nobody has decided yet."),
    Waiting.SLOW_DOWN: (DeviceSlowDown, "Ask more seldom."),
    Waiting.DENIED: (DeviceDenied, "Somebody decided to leave this device out."),
    Waiting.EXPIRED: (DeviceExpired, "The code is good no more. Begin anew."),
}


@strawberry.type
class DeviceQuery:
    @requires(Permission.SELF_UPDATE)
    @strawberry.field(description="The device that shows a code. Wrong codes count as failed sign-ins.")
    async def waiting_device(
        self, info: Info, user_code: Annotated[str, argument("The code that it shows.")]
    ) -> FindDeviceResult:
        return await entered(_find(info, user_code))


@strawberry.type
class DeviceSignInMutation:
    @requires(Permission.SIGN_IN)
    @strawberry.mutation(
        description="Have a television wait for somebody to let it in (RFC 8628). Strangers may do this."
    )
    async def begin_device_sign_in(
        self, info: Info, wanted: Annotated[BeginDeviceSignInInput, argument("The device.", "input")]
    ) -> BeginDeviceSignInResult:
        return await result(_begin(info, wanted))

    @requires(Permission.SIGN_IN)
    @strawberry.mutation(description="Ask whether somebody has let the device in. Strangers may do this.")
    async def poll_device_sign_in(
        self, info: Info, wanted: Annotated[PollDeviceSignInInput, argument("The device.", "input")]
    ) -> PollDeviceSignInResult:
        return await result(_poll(info, wanted))


@strawberry.type
class DeviceMutation:
    @requires(Permission.SELF_UPDATE, step_up=True)
    @strawberry.mutation(
        description="Let a device in, as the viewer. Show first what `waitingDevice` tells of it."
    )
    async def approve_device_sign_in(
        self, info: Info, wanted: Annotated[DecideDeviceSignInInput, argument("Which.", "input")]
    ) -> DecideDeviceSignInResult:
        return await entered(_approve(info, wanted))

    @requires(Permission.SELF_UPDATE)
    @strawberry.mutation(description="Leave a device out.")
    async def deny_device_sign_in(
        self, info: Info, wanted: Annotated[DecideDeviceSignInInput, argument("Which.", "input")]
    ) -> DecideDeviceSignInResult:
        return await entered(_deny(info, wanted))


async def _begin(info: Info, wanted: BeginDeviceSignInInput) -> BeginDeviceSignInPayload:
    asked = await device_sign_in.begin(info.context.app, info.context.client, wanted.client_name)
    place = f"{info.context.origin}{PAGE}"
    return BeginDeviceSignInPayload(
        device_code=asked.device_code,
        user_code=asked.user_code,
        verification_uri=place,
        verification_uri_complete=f"{place}?code={asked.user_code}",
        expires_in_seconds=asked.for_s,
        interval_seconds=asked.interval_s,
    )


async def _poll(info: Info, wanted: PollDeviceSignInInput) -> Authenticated | Error:
    found = await device_sign_in.poll(info.context.app, info.context.client, wanted.device_code)
    if isinstance(found, Waiting):
        kind, message = WAITING[found]
        return kind(message=message)
    return await authenticated(info, found)


async def _find(info: Info, user_code: str) -> WaitingDevice:
    return _shown(await device_sign_in.find(info.context.app, info.context.viewer, user_code))


async def _approve(info: Info, wanted: DecideDeviceSignInInput) -> DecideDeviceSignInPayload:
    context = info.context
    device = await device_sign_in.approve(context.app, context.viewer, wanted.user_code)
    return DecideDeviceSignInPayload(device=_shown(device))


async def _deny(info: Info, wanted: DecideDeviceSignInInput) -> DecideDeviceSignInPayload:
    context = info.context
    return DecideDeviceSignInPayload(
        device=_shown(await device_sign_in.deny(context.app, context.viewer, wanted.user_code))
    )


def _shown(device: device_sign_in.Device) -> WaitingDevice:
    return WaitingDevice(
        client_name=device.client_name,
        address=device.address,
        agent=device.agent,
        created_at=device.created_at,
        expires_at=device.expires_at,
    )
