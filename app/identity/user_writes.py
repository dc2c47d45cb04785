"""Making, changing and deleting others' accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.access.admins import admin_kept
from app.access.events import PermissionsChanged
from app.access.role_writes import check_gives_no_more
from app.access.roles import roles_of
from app.access.user_roles import put_roles, set_roles
from app.access.viewer import Viewer
from app.activity.record import record
from app.core import clock
from app.core.bulk import insert
from app.core.errors import Conflict, NotFound
from app.core.ids import new_id
from app.core.outbox import Tx
from app.identity.events import UserChanged
from app.identity.former_address import address_changed
from app.identity.names import checked_email, checked_name, key_of
from app.identity.sessions import Ended, end_all
from app.identity.tables import UserRow
from app.identity.users import User, users

LOCK_USER = text("SELECT id FROM identity.users WHERE id = :user_id FOR UPDATE")
TAKEN = text(
    """
    SELECT name_key = :name_key AS by_name FROM identity.users
    WHERE (name_key = :name_key OR email_key = CAST(:email_key AS text)) AND id IS DISTINCT FROM CAST(:user_id AS uuid)
    """
)
UPDATE = text(
    """
    UPDATE identity.users SET name = :name, name_key = :name_key, email = CAST(:email AS text),
        email_key = CAST(:email_key AS text), language = CAST(:language AS text), updated_at = now(),
        email_verified_at = CASE WHEN email_key IS NOT DISTINCT FROM CAST(:email_key AS text) THEN email_verified_at END
    WHERE id = :user_id
    """
)
DISABLE = text("UPDATE identity.users SET disabled_at = now(), updated_at = now() WHERE id = :user_id")
ENABLE = text("UPDATE identity.users SET disabled_at = NULL, updated_at = now() WHERE id = :user_id")
DELETE = text("DELETE FROM identity.users WHERE id = :user_id")


@dataclass(frozen=True, slots=True)
class Profile:
    """What others may say of a user. language: a BCP 47 tag."""

    name: str
    email: str | None = None
    language: str | None = None

    def checked(self) -> "Profile":
        """As it is kept. Raises Invalid."""
        return Profile(
            checked_name(self.name), checked_email(self.email) if self.email else None, self.language or None
        )

    def columns(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "name_key": key_of(self.name),
            "email": self.email,
            "email_key": key_of(self.email) if self.email else None,
            "language": self.language,
        }

    def told(self) -> dict[str, Any]:
        """As the activity log has it."""
        return {"name": self.name, "email": self.email, "language": self.language}


async def create_user(
    tx: Tx,
    viewer: Viewer,
    profile: Profile,
    role_ids: Sequence[UUID],
    *,
    password_hash: str | None = None,
) -> UUID:
    """Make an account; without a password, its owner sets one by a link.

    Raises Invalid; Conflict where the name or the address is taken; Denied where the roles give what the viewer may
    not do. Emits UserChanged, PermissionsChanged.
    """
    profile = profile.checked()
    async with admin_kept(tx):
        await check_gives_no_more(tx, viewer, role_ids)
        await _check_is_free(tx, profile)
        user_id = new_id()
        secret = {
            "password_hash": password_hash,
            "password_changed_at": clock.now() if password_hash else None,
        }
        await insert(tx.db, UserRow, [{"id": user_id} | profile.columns() | secret])
        await record(tx, viewer.actor, "user.created", "user", user_id, after=profile.told())
        await put_roles(tx, viewer.actor, user_id, role_ids)
    tx.emit(UserChanged(user_id, "added"))
    return user_id


async def update_user(tx: Tx, viewer: Viewer, user_id: UUID, changes: Mapping[str, Any]) -> None:
    """changes: fields of Profile by name. A new e-mail address has to be verified anew.

    Raises NotFound; Invalid; Conflict where the name or the address is taken; Denied where the user may do what the
    viewer may not. Emits UserChanged.
    """
    async with admin_kept(tx):
        user = await hold_user(tx, viewer, user_id)
        old = Profile(user.name, user.email, user.language)
        new = Profile(**old.told() | dict(changes)).checked()
        await _check_is_free(tx, new, user_id)
        await tx.db.run(UPDATE, user_id=user_id, **new.columns())
        await address_changed(tx, user_id, old.told(), new.email)
    tx.emit(UserChanged(user_id, "updated"))
    await record(tx, viewer.actor, "user.updated", "user", user_id, before=old.told(), after=new.told())


async def disable_user(tx: Tx, viewer: Viewer, user_id: UUID) -> None:
    """Keep somebody out, at once and until they are enabled again; nothing of theirs is lost.

    Raises NotFound; Denied; Conflict where they are disabled, or no admin would be left. Emits UserChanged,
    PermissionsChanged, SessionsEnded.
    """
    async with admin_kept(tx):
        user = await hold_user(tx, viewer, user_id)
        if user.disabled_at is not None:
            raise Conflict(f"{user.name} is disabled already.")
        await tx.db.run(DISABLE, user_id=user_id)
        await end_all(tx, [user_id], Ended.DISABLED)
    await _announce(tx, viewer, user_id, "disabled")


async def enable_user(tx: Tx, viewer: Viewer, user_id: UUID) -> None:
    """Raises NotFound; Denied; Conflict where they are not disabled. Emits UserChanged, PermissionsChanged."""
    async with admin_kept(tx):
        user = await hold_user(tx, viewer, user_id)
        if user.disabled_at is None:
            raise Conflict(f"{user.name} is not disabled.")
        await tx.db.run(ENABLE, user_id=user_id)
    await _announce(tx, viewer, user_id, "enabled")


async def delete_user(tx: Tx, viewer: Viewer, user_id: UUID) -> None:
    """Delete an account with all that belongs to it; what its owner did stays in the activity log.

    Raises NotFound; Denied; Conflict where no admin would be left. Emits UserChanged, PermissionsChanged,
    SessionsEnded.
    """
    async with admin_kept(tx):
        user = await hold_user(tx, viewer, user_id)
        await end_all(tx, [user_id], Ended.BY_ADMIN)
        await tx.db.run(DELETE, user_id=user_id)
    before = Profile(user.name, user.email, user.language).told()
    await _announce(tx, viewer, user_id, "removed", before=before)


async def set_user_roles(tx: Tx, viewer: Viewer, user_id: UUID, role_ids: Sequence[UUID]) -> None:
    """Give a user these roles, and no others. Raises NotFound, and what app.access.user_roles.set_roles raises."""
    async with admin_kept(tx):
        await hold_user(tx, viewer, user_id)
        await set_roles(tx, viewer, user_id, role_ids)


async def hold_user(tx: Tx, viewer: Viewer, user_id: UUID) -> User:
    """A user whom the viewer may change and nobody else changes until the commit. Raises NotFound, Denied."""
    if await tx.db.value(LOCK_USER, user_id=user_id) is None:
        raise NotFound("user", user_id)
    await check_gives_no_more(tx, viewer, [role.id for role in await roles_of(tx.db, user_id)])
    user = (await users(tx.db, viewer, [user_id]))[user_id]
    assert user is not None
    return user


async def _check_is_free(tx: Tx, profile: Profile, user_id: UUID | None = None) -> None:
    columns = profile.columns()
    keys = {"name_key": columns["name_key"], "email_key": columns["email_key"]}
    taken = await tx.db.row(TAKEN, user_id=user_id, **keys)
    if taken is not None:
        what = f"the name {profile.name}" if taken["by_name"] else f"the address {profile.email}"
        raise Conflict(f"There is an account with {what} already.")


async def _announce(
    tx: Tx, viewer: Viewer, user_id: UUID, change: str, before: Mapping[str, Any] | None = None
) -> None:
    tx.emit(UserChanged(user_id, change))
    tx.emit(PermissionsChanged((user_id,)))
    action = "deleted" if change == "removed" else change
    await record(tx, viewer.actor, f"user.{action}", "user", user_id, before=before)
