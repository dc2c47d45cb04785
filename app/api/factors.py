"""The viewer's own second factors: setting them up, and taking them away."""

from typing import Annotated

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.errors import Conflict, InvalidInput, NotFound, PermissionDenied, StepUpRequired, result
from app.api.factor_types import Passkey, SecondFactors, user_of
from app.api.filters import argument
from app.api.node import global_id, parse_key
from app.api.requires import requires
from app.api.scalars import JSONObject
from app.identity import factors, passkey_writes, totp, trusted_devices
from app.identity.passkeys import site_of


@strawberry.input(description="A code of the authenticator app that is being set up.")
class ConfirmTotpInput:
    code: str = strawberry.field(description="The six digits that it shows.")


@strawberry.input(description="A passkey that the browser has just made.")
class FinishPasskeyRegistrationInput:
    credential: JSONObject = strawberry.field(
        description="What `navigator.credentials.create` answered, by its `toJSON()`."
    )
    name: str = strawberry.field(description="What to call it, in at most 64 characters.")


@strawberry.input(description="A passkey that is to be called otherwise.")
class RenamePasskeyInput:
    passkey_id: strawberry.ID = strawberry.field(description="The passkey.")
    name: str = strawberry.field(description="What to call it, in at most 64 characters.")


@strawberry.input(description="A passkey to delete.")
class DeletePasskeyInput:
    passkey_id: strawberry.ID = strawberry.field(description="The passkey.")


@strawberry.input(description="A device that is to be trusted no more.")
class ForgetTrustedDeviceInput:
    device_id: strawberry.ID = strawberry.field(description="The device.")


@strawberry.type(
    description="What an authenticator app needs to know. It counts once `confirmTotp` has a code of it."
)
class EnrolTotpPayload:
    secret: str = strawberry.field(description="The secret in base32, to be typed.")
    uri: str = strawberry.field(description="The same as `otpauth://totp/...`, which apps open.")
    qr_svg: str = strawberry.field(description="That as a QR code, an SVG document.")
    qr_png: str = strawberry.field(description="The QR code as the `data:` address of a PNG image.")


@strawberry.type(description="The second factors have changed.")
class SecondFactorsPayload:
    second_factors: SecondFactors = strawberry.field(description="As they are now.")


@strawberry.type(description="The second factors have changed, and there may be new backup codes.")
class BackupCodesPayload:
    backup_codes: list[str] = strawberry.field(
        description="New backup codes, each good once and told this once; empty where the old ones go on."
    )
    second_factors: SecondFactors = strawberry.field(description="The second factors as they are now.")


@strawberry.type(description="What a passkey is to be made of.")
class BeginPasskeyRegistrationPayload:
    options: JSONObject = strawberry.field(
        description="PublicKeyCredentialCreationOptions for `navigator.credentials.create`, by"
        " `PublicKeyCredential.parseCreationOptionsFromJSON`. Good for five minutes."
    )


@strawberry.type(description="The passkey is registered.")
class FinishPasskeyRegistrationPayload:
    passkey: Passkey = strawberry.field(description="The new passkey.")
    backup_codes: list[str] = strawberry.field(
        description="Backup codes, each good once and told this once, where there were none; else empty."
    )
    second_factors: SecondFactors = strawberry.field(description="The second factors as they are now.")


EnrolTotpResult = Annotated[
    EnrolTotpPayload | NotFound | Conflict | PermissionDenied | StepUpRequired,
    strawberry.union("EnrolTotpResult", description="What the app needs, or why it gets nothing."),
]
BackupCodesResult = Annotated[
    BackupCodesPayload | NotFound | Conflict | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("BackupCodesResult", description="New backup codes, or why nothing changed."),
]
SecondFactorsResult = Annotated[
    SecondFactorsPayload | NotFound | Conflict | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("SecondFactorsResult", description="The second factors, or why nothing changed."),
]
BeginPasskeyRegistrationResult = Annotated[
    BeginPasskeyRegistrationPayload | NotFound | Conflict | PermissionDenied | StepUpRequired,
    strawberry.union("BeginPasskeyRegistrationResult", description="What to ask for, or why not."),
]
FinishPasskeyRegistrationResult = Annotated[
    FinishPasskeyRegistrationPayload | NotFound | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("FinishPasskeyRegistrationResult", description="The passkey, or why there is none."),
]


@strawberry.type
class FactorQuery:
    @requires(Permission.SELF_READ)
    @strawberry.field(description="The viewer's second factors; null for Marquee itself.")
    async def second_factors(self, info: Info) -> SecondFactors | None:
        return None if info.context.viewer.user_id is None else await SecondFactors.read(info)


@strawberry.type
class FactorMutation:
    @requires(Permission.SELF_UPDATE, step_up=True)
    @strawberry.mutation(
        description="Begin to set up an authenticator app; as often as need be until `confirmTotp` ends it."
    )
    async def enrol_totp(self, info: Info) -> EnrolTotpResult:
        return await result(_enrol_totp(info))

    @requires(Permission.SELF_UPDATE)
    @strawberry.mutation(
        description="Have the authenticator app count from now on, once it shows right codes. Whoever had to set up a"
        " second factor first may do everything else from then on."
    )
    async def confirm_totp(
        self, info: Info, wanted: Annotated[ConfirmTotpInput, argument("The code.", "input")]
    ) -> BackupCodesResult:
        return await result(_confirm_totp(info, wanted))

    @requires(Permission.SELF_UPDATE, step_up=True)
    @strawberry.mutation(
        description="Do without the authenticator app. With the last factor go backup codes and trusted devices."
    )
    async def remove_totp(self, info: Info) -> SecondFactorsResult:
        return await result(_remove_totp(info))

    @requires(Permission.SELF_UPDATE, step_up=True)
    @strawberry.mutation(description="Ten new backup codes. The old ones are void.")
    async def renew_backup_codes(self, info: Info) -> BackupCodesResult:
        return await result(_renew_backup_codes(info))

    @requires(Permission.SELF_UPDATE, step_up=True)
    @strawberry.mutation(description="Begin to register a passkey: what to ask the browser for.")
    async def begin_passkey_registration(self, info: Info) -> BeginPasskeyRegistrationResult:
        return await result(_begin_registration(info))

    @requires(Permission.SELF_UPDATE)
    @strawberry.mutation(description="Register the passkey that the browser made of the options.")
    async def finish_passkey_registration(
        self, info: Info, wanted: Annotated[FinishPasskeyRegistrationInput, argument("The passkey.", "input")]
    ) -> FinishPasskeyRegistrationResult:
        return await result(_finish_registration(info, wanted))

    @requires(Permission.SELF_UPDATE)
    @strawberry.mutation(description="Call a passkey otherwise.")
    async def rename_passkey(
        self, info: Info, wanted: Annotated[RenamePasskeyInput, argument("Its name.", "input")]
    ) -> SecondFactorsResult:
        return await result(_rename_passkey(info, wanted))

    @requires(Permission.SELF_UPDATE, step_up=True)
    @strawberry.mutation(
        description="Delete a passkey. With the last factor go backup codes and trusted devices."
    )
    async def delete_passkey(
        self, info: Info, wanted: Annotated[DeletePasskeyInput, argument("The passkey.", "input")]
    ) -> SecondFactorsResult:
        return await result(_delete_passkey(info, wanted))

    @requires(Permission.SELF_UPDATE)
    @strawberry.mutation(description="Have a device need the second factor again.")
    async def forget_trusted_device(
        self, info: Info, wanted: Annotated[ForgetTrustedDeviceInput, argument("The device.", "input")]
    ) -> SecondFactorsResult:
        return await result(_forget_device(info, wanted))

    @requires(Permission.SELF_UPDATE)
    @strawberry.mutation(description="Have all devices need the second factor again.")
    async def forget_trusted_devices(self, info: Info) -> SecondFactorsResult:
        return await result(_forget_devices(info))


async def _enrol_totp(info: Info) -> EnrolTotpPayload:
    app, viewer, user_id = info.context.app, info.context.viewer, user_of(info)
    async with app.transaction() as tx:
        made = await factors.enrol_totp(tx, viewer.actor, app.keyring, user_id)
    svg, png = totp.qr_svg(made.uri), totp.qr_png(made.uri)
    return EnrolTotpPayload(secret=made.secret, uri=made.uri, qr_svg=svg, qr_png=png)


async def _confirm_totp(info: Info, wanted: ConfirmTotpInput) -> BackupCodesPayload:
    app, viewer, user_id = info.context.app, info.context.viewer, user_of(info)
    async with app.transaction() as tx:
        codes = await factors.confirm_totp(tx, viewer.actor, app.keyring, user_id, wanted.code)
    return BackupCodesPayload(backup_codes=codes, second_factors=await SecondFactors.read(info))


async def _remove_totp(info: Info) -> SecondFactorsPayload:
    user_id = user_of(info)
    async with info.context.app.transaction() as tx:
        await factors.remove_totp(tx, info.context.viewer.actor, user_id)
    return SecondFactorsPayload(second_factors=await SecondFactors.read(info))


async def _renew_backup_codes(info: Info) -> BackupCodesPayload:
    user_id = user_of(info)
    async with info.context.app.transaction() as tx:
        codes = await factors.renew_backup_codes(tx, info.context.viewer.actor, user_id)
    return BackupCodesPayload(backup_codes=codes, second_factors=await SecondFactors.read(info))


async def _begin_registration(info: Info) -> BeginPasskeyRegistrationPayload:
    user_id, site = user_of(info), site_of(info.context.client)
    async with info.context.app.transaction() as tx:
        options = await passkey_writes.ask_to_register(tx, site, user_id)
    return BeginPasskeyRegistrationPayload(options=JSONObject(options))


async def _finish_registration(
    info: Info, wanted: FinishPasskeyRegistrationInput
) -> FinishPasskeyRegistrationPayload:
    user_id, site, actor = user_of(info), site_of(info.context.client), info.context.viewer.actor
    async with info.context.app.transaction() as tx:
        key, codes = await passkey_writes.register(tx, actor, site, user_id, wanted.credential, wanted.name)
    now = await SecondFactors.read(info)
    passkey = next(each for each in now.passkeys if each.id == global_id("Passkey", key))
    return FinishPasskeyRegistrationPayload(passkey=passkey, backup_codes=codes, second_factors=now)


async def _rename_passkey(info: Info, wanted: RenamePasskeyInput) -> SecondFactorsPayload:
    user_id, key = user_of(info), parse_key(wanted.passkey_id, "Passkey", "passkeyId")
    async with info.context.app.transaction() as tx:
        await passkey_writes.rename(tx, info.context.viewer.actor, user_id, key, wanted.name)
    return SecondFactorsPayload(second_factors=await SecondFactors.read(info))


async def _delete_passkey(info: Info, wanted: DeletePasskeyInput) -> SecondFactorsPayload:
    user_id, key = user_of(info), parse_key(wanted.passkey_id, "Passkey", "passkeyId")
    async with info.context.app.transaction() as tx:
        await passkey_writes.delete(tx, info.context.viewer.actor, user_id, key)
    return SecondFactorsPayload(second_factors=await SecondFactors.read(info))


async def _forget_device(info: Info, wanted: ForgetTrustedDeviceInput) -> SecondFactorsPayload:
    user_id, key = user_of(info), parse_key(wanted.device_id, "TrustedDevice", "deviceId")
    async with info.context.app.transaction() as tx:
        await trusted_devices.forget_device(tx, info.context.viewer.actor, user_id, key)
    return SecondFactorsPayload(second_factors=await SecondFactors.read(info))


async def _forget_devices(info: Info) -> SecondFactorsPayload:
    user_id = user_of(info)
    async with info.context.app.transaction() as tx:
        await trusted_devices.forget_devices(tx, info.context.viewer.actor, user_id)
    return SecondFactorsPayload(second_factors=await SecondFactors.read(info))
