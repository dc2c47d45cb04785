"""Invitations: links by which accounts are made, as mighty as who made them, and no longer good than that."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select, text

from app.access import roles
from app.access.role_writes import check_gives_no_more
from app.access.tables import RoleRow
from app.access.viewer import Viewer
from app.activity.record import record
from app.core.app import App
from app.core.bulk import insert
from app.core.db import Db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.ids import new_id
from app.core.outbox import Tx
from app.core.paging import Listing, Order, Page, Slice, fetch_page, sorts
from app.identity.errors import LinkInvalid
from app.identity.makers import may_still
from app.identity.names import checked_email, key_of
from app.identity.registration_tables import InvitationRoleRow, InvitationRow
from app.identity.registration_terms import Mode, terms_of
from app.identity.tokens import TokenKind, digest, new_token
from app.mail.letters import Letter, Template, send
from app.mail.settings import link

INVITED = "/invitation"
MOST_USES, MOST_ROLES = 1000, 50
LEAST_LIFETIME, MOST_LIFETIME = timedelta(hours=1), timedelta(days=90)
USUAL_LIFETIME = timedelta(days=7)

_COLUMNS = (
    InvitationRow.id,
    InvitationRow.email,
    InvitationRow.is_mailed,
    InvitationRow.uses,
    InvitationRow.used,
    InvitationRow.created_by,
    InvitationRow.created_at,
    InvitationRow.expires_at,
    InvitationRow.revoked_at,
)
INVITATIONS = select(*_COLUMNS).where(InvitationRow.id == any_(bindparam("ids", type_=ARRAY(Uuid()))))
ROLES_OF_INVITATIONS = (
    select(InvitationRoleRow.invitation_id, *roles.COLUMNS)
    .join(RoleRow, RoleRow.id == InvitationRoleRow.role_id)
    .where(InvitationRoleRow.invitation_id == any_(bindparam("ids", type_=ARRAY(Uuid()))))
    .order_by(*roles.IN_ORDER)
)
ADD = text(
    """
    INSERT INTO identity.invitations (id, token_hash, created_by, email, is_mailed, uses, expires_at)
    VALUES (:id, :token_hash, CAST(:created_by AS uuid), CAST(:email AS text), :is_mailed, :uses,
        now() + make_interval(secs => :for_s))
    """
)
_GOOD = "revoked_at IS NULL AND used < uses"
_NAMES = "id, email, is_mailed, created_by, expires_at"
FIND = text(
    f"SELECT {_NAMES} FROM identity.invitations WHERE token_hash = :token_hash AND {_GOOD} AND expires_at > now()"  # noqa: S608
)
# Of two that take the last use at once, the second waits for the first, and finds none left.
TAKE = text(
    f"""
    UPDATE identity.invitations SET used = used + 1
    WHERE id = :id AND {_GOOD} AND (expires_at > now() OR NOT :in_time)
    RETURNING {_NAMES}
    """  # noqa: S608
)
ROLES = text(
    "SELECT role_id FROM identity.invitation_roles WHERE invitation_id = ANY(CAST(:ids AS uuid[])) ORDER BY role_id"
)
REVOKE = text(
    "UPDATE identity.invitations SET revoked_at = now() WHERE id = :id AND revoked_at IS NULL AND used < uses"
)
MAKER = text("SELECT name FROM identity.users WHERE id = :user_id")
IS_TAKEN = text("SELECT EXISTS (SELECT FROM identity.users WHERE email_key = :email_key)")
PURGE = text(
    """
    DELETE FROM identity.invitations
    WHERE least(expires_at, revoked_at) < now() - interval '30 days' AND NOT EXISTS (
        SELECT FROM identity.registrations r WHERE r.invitation_id = invitations.id)
    """
)
LISTING_ORDER = sorts("id", InvitationRow.__table__.c.id)[Order("id", descending=True)]


@dataclass(frozen=True, slots=True)
class Invitation:
    """email: of the one whom it is for; None for anybody. is_mailed: whether only that address was told the link."""

    id: UUID
    email: str | None
    is_mailed: bool
    uses: int
    used: int
    created_by: UUID | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


LISTING = Listing(select(*_COLUMNS), InvitationRow.id, Invitation)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be said of an invitation. email: of the one whom it is for, who alone can use it, once."""

    role_ids: tuple[UUID, ...]
    email: str | None = None
    uses: int = 1
    lifetime: timedelta = USUAL_LIFETIME

    def checked(self) -> "Draft":
        """As it is kept. Raises Invalid."""
        if not 1 <= self.uses <= MOST_USES or (self.email and self.uses != 1):
            raise Invalid(
                "uses", f"An invitation has 1 to {MOST_USES} uses, and 1 where it is for one address."
            )
        if not LEAST_LIFETIME <= self.lifetime <= MOST_LIFETIME:
            raise Invalid("expiresInHours", "An invitation is good for an hour to 90 days.")
        if not 1 <= len(set(self.role_ids)) <= MOST_ROLES:
            raise Invalid("roleIds", f"An invitation gives 1 to {MOST_ROLES} roles.")
        email = checked_email(self.email) if self.email else None
        return replace(self, role_ids=tuple(sorted(set(self.role_ids))), email=email)


@dataclass(frozen=True, slots=True)
class Made:
    """token: for whoever made it to hand on, this once; None where a letter has it."""

    id: UUID
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Good:
    """An invitation that can be used still, as whoever has its link may know it."""

    id: UUID
    email: str | None
    is_mailed: bool
    created_by: UUID | None
    expires_at: datetime


async def invitations(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Invitation | None]:
    return dict.fromkeys(ids) | {row[0]: Invitation(*row) for row in await db.rows(INVITATIONS, ids=ids)}


async def list_invitations(db: Db, viewer: Viewer, *, page: Page) -> Slice[Invitation]:
    """The newest first, those that are over too, for a month."""
    return await fetch_page(db, LISTING, LISTING_ORDER, page)


async def roles_of_invitations(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[roles.Role]]:
    """The roles that accounts made by each get."""
    return await roles.grouped(db, ROLES_OF_INVITATIONS, ids)


async def invite(app: App, viewer: Viewer, draft: Draft) -> Made:
    """Make a link by which an account is made. With an address, and where mail is set up, a letter has it.

    Raises Invalid; Conflict where nobody can register, or the address has an account; Denied where the roles give what
    the viewer may not do.
    """
    draft, terms, token = draft.checked(), await terms_of(app), new_token(TokenKind.ONE_TIME)
    if terms.mode is Mode.CLOSED:
        raise Conflict("Nobody can register: the setting registration_mode says so.")
    made = Made(new_id(), None if draft.email and terms.sends_mail else token)
    async with app.transaction() as tx:
        await _check_roles(tx, viewer, draft.role_ids)
        if draft.email and await tx.db.value(IS_TAKEN, email_key=key_of(draft.email)):
            raise Conflict(f"There is an account with the address {draft.email} already.")
        await _add(tx, viewer, made, draft, token)
        if draft.email and terms.sends_mail:
            await send(tx, await _letter(app, tx, viewer, draft, draft.email, token))
    return made


async def revoke(tx: Tx, viewer: Viewer, invitation_id: UUID) -> None:
    """Raises NotFound where there is none that could be used still."""
    if not await tx.db.run(REVOKE, id=invitation_id):
        raise NotFound("invitation", invitation_id)
    await record(tx, viewer.actor, "invitation.revoked", "invitation", invitation_id)


async def look(app: App, token: str) -> Good:
    """What a link is good for, without using it. Raises LinkInvalid."""
    async with app.transaction() as tx:
        found = await find(tx.db, token)
        await roles_of_maker(tx, found)
        return found


async def find(db: Db, token: str) -> Good:
    """Raises LinkInvalid."""
    row = await db.row(FIND, token_hash=digest(token))
    if row is None:
        raise LinkInvalid
    return Good(*row)


async def take(tx: Tx, invitation_id: UUID, *, in_time: bool = True) -> list[UUID]:
    """Use it once, if the transaction is committed; the roles that it gives.

    in_time: whether it must not have expired; whoever came in time may take their time to verify an address.
    Raises LinkInvalid.
    """
    row = await tx.db.row(TAKE, id=invitation_id, in_time=in_time)
    if row is None:
        raise LinkInvalid
    return await roles_of_maker(tx, Good(*row))


async def roles_of_maker(tx: Tx, found: Good) -> list[UUID]:
    """The roles that it gives. Raises LinkInvalid where there are none, or its maker couldn't make it any more."""
    role_ids = [row[0] for row in await tx.db.rows(ROLES, ids=[found.id])]
    if not role_ids or (found.created_by and not await may_still(tx, found.created_by, role_ids)):
        raise LinkInvalid
    return role_ids


async def purge(tx: Tx) -> int:
    """Drop what has been over for a month."""
    return await tx.db.run(PURGE)


async def _check_roles(tx: Tx, viewer: Viewer, role_ids: Sequence[UUID]) -> None:
    known = await roles.roles(tx.db, viewer, role_ids)
    for key in role_ids:
        if known[key] is None:
            raise Invalid("roleIds", f"There is no role {key}.")
    await check_gives_no_more(tx, viewer, role_ids)


async def _add(tx: Tx, viewer: Viewer, made: Made, draft: Draft, token: str) -> None:
    await tx.db.run(
        ADD,
        id=made.id,
        token_hash=digest(token),
        created_by=viewer.user_id,
        email=draft.email,
        is_mailed=made.token is None,
        uses=draft.uses,
        for_s=draft.lifetime.total_seconds(),
    )
    await insert(
        tx.db, InvitationRoleRow, [{"invitation_id": made.id, "role_id": key} for key in draft.role_ids]
    )
    after: dict[str, Any] = {
        "email": draft.email,
        "uses": draft.uses,
        "roles": list(map(str, draft.role_ids)),
    }
    await record(tx, viewer.actor, "invitation.created", "invitation", made.id, after=after)


async def _letter(app: App, tx: Tx, viewer: Viewer, draft: Draft, to: str, token: str) -> Letter:
    maker = await tx.db.value(MAKER, user_id=viewer.user_id) if viewer.user_id else None
    facts = {
        "link": await link(app, INVITED, token=token),
        "hours": str(ceil(draft.lifetime / timedelta(hours=1))),
    }
    return Letter(template=Template.INVITATION, to=to, facts=facts | ({"inviter": maker} if maker else {}))
