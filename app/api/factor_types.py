"""Second factors, in the graph."""

from datetime import datetime
from enum import Enum
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.node import Node, global_id, refetched_by
from app.core.errors import Conflict
from app.identity import enforcement, factor_reads, factors
from app.identity import passkey_writes as keys
from app.identity import trusted_devices as devices


@strawberry.enum(description="How somebody shows who they are after the password.")
class SecondFactorMethod(Enum):
    TOTP = strawberry.enum_value("totp", description="A code of an authenticator app.")
    PASSKEY = strawberry.enum_value("passkey", description="A passkey.")
    BACKUP_CODE = strawberry.enum_value("backup_code", description="One of the codes that were written down.")


@refetched_by(factor_reads.passkeys, Permission.SELF_READ)
@strawberry.type(description="A passkey (WebAuthn) of the viewer.")
class Passkey(Node):
    name: str = strawberry.field(description="What its owner calls it.")
    is_backed_up: bool = strawberry.field(description="Whether it is kept by several devices, or by a cloud.")
    suspected_at: datetime | None = strawberry.field(
        description="When its counter went backwards, as if there were a copy of it; it is not taken since."
    )
    last_used_at: datetime | None = strawberry.field(description="When it was last used.")
    created_at: datetime = strawberry.field(description="When it was registered.")

    @classmethod
    def of(cls, row: keys.Passkey) -> "Passkey":
        return cls(
            id=global_id("Passkey", row.id),
            key=row.id,
            name=row.name,
            is_backed_up=row.is_backed_up,
            suspected_at=row.suspected_at,
            last_used_at=row.last_used_at,
            created_at=row.created_at,
        )


@refetched_by(factor_reads.trusted_devices, Permission.SELF_READ)
@strawberry.type(description="A browser or app of the viewer that needs no second factor for some time.")
class TrustedDevice(Node):
    agent: str | None = strawberry.field(description="What it says of itself: its User-Agent.")
    address: str | None = strawberry.field(description="The network address that it was last at.")
    created_at: datetime = strawberry.field(description="Since when it is trusted.")
    last_used_at: datetime = strawberry.field(description="When somebody last signed in there without one.")
    expires_at: datetime = strawberry.field(description="Until when it is trusted.")

    @classmethod
    def of(cls, row: devices.TrustedDevice) -> "TrustedDevice":
        return cls(
            id=global_id("TrustedDevice", row.id),
            key=row.id,
            agent=row.agent,
            address=row.address,
            created_at=row.created_at,
            last_used_at=row.last_used_at,
            expires_at=row.expires_at,
        )


@strawberry.type(description="The viewer's second factors.")
class SecondFactors:
    methods: list[SecondFactorMethod] = strawberry.field(
        description="What is asked for after the password; empty where the password is enough."
    )
    has_totp: bool = strawberry.field(description="Whether there is an authenticator app.")
    passkeys: list[Passkey] = strawberry.field(
        description=f"The passkeys, oldest first; at most {keys.MOST_PASSKEYS}."
    )
    backup_codes_left: int = strawberry.field(description="How many backup codes are not used yet.")
    trusted_devices: list[TrustedDevice] = strawberry.field(
        description=f"Devices that need no second factor, the one used last first; at most {devices.MOST_DEVICES}."
    )
    is_required: bool = strawberry.field(description="Whether the viewer has to have a second factor.")
    must_enrol: bool = strawberry.field(
        description="Whether the viewer has to set one up before they may do anything else."
    )

    @classmethod
    async def read(cls, info: Info) -> "SecondFactors":
        """The viewer's, as they are now. Raises Conflict for Marquee itself."""
        user_id, db = user_of(info), info.context.app.db
        found = await factors.factors_of(db, user_id)
        is_required = await enforcement.is_required(db, user_id)
        return cls(
            methods=methods(found),
            has_totp=found.has_totp,
            passkeys=[Passkey.of(row) for row in await keys.passkeys_of(db, user_id)],
            backup_codes_left=found.backup_codes,
            trusted_devices=[TrustedDevice.of(row) for row in await devices.trusted_devices(db, user_id)],
            is_required=is_required,
            must_enrol=is_required and not found.are_there,
        )


def methods(found: factors.Factors) -> list[SecondFactorMethod]:
    return [SecondFactorMethod(method.value) for method in found.methods]


def user_of(info: Info) -> UUID:
    """Whose second factors are meant. Raises Conflict for Marquee itself."""
    user_id = info.context.viewer.user_id
    if user_id is None:
        raise Conflict("Only somebody with an account has second factors.")
    return user_id
