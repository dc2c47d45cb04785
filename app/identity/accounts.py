"""Accounts: the first one, and what somebody does to their own."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.access.builtin import ADMIN
from app.access.events import PermissionsChanged
from app.access.role_writes import check_gives_no_more
from app.access.roles import roles_of
from app.access.viewer import Viewer, marquee
from app.activity.actor import Actor
from app.activity.record import record
from app.core.app import App
from app.core.db import Db
from app.core.errors import Conflict, Denied, NotFound
from app.core.outbox import Tx
from app.identity import one_time, password_rules
from app.identity.client import Client
from app.identity.errors import LinkInvalid, WrongCredentials
from app.identity.makers import may_still
from app.identity.notices import notify
from app.identity.one_time import OneTime, Purpose
from app.identity.passwords import passwords
from app.identity.second_step import LetIn, let_in
from app.identity.sessions import Ended, Method, Renewed, SessionKind, end_all, prove
from app.identity.sign_in import actor_of, is_password_of
from app.identity.user_writes import Profile, create_user
from app.mail.letters import Template

SET_UP_FOR = timedelta(days=1)
PASSWORD_LINK_FOR = timedelta(days=3)
# One sets up at a time; any constant will do.
LOCK = text("SELECT pg_advisory_xact_lock(7105032)")
IS_EMPTY = text("SELECT NOT EXISTS (SELECT FROM identity.users)")
STORED = text("SELECT name, email, password_hash FROM identity.users WHERE id = :user_id")
HELD = text("SELECT id FROM identity.users WHERE id = :user_id FOR UPDATE")
STORE = text(
    """
    UPDATE identity.users SET password_hash = :hash, password_changed_at = now(), updated_at = now()
    WHERE id = :user_id
    """
)
MADE_BY = "made_by"


async def is_empty(db: Db) -> bool:
    """Whether nobody has an account yet."""
    return await db.value(IS_EMPTY)


async def set_up_token(app: App) -> str | None:
    """A token by which the first account is made, good beside those of other servers; None once there is one."""
    async with app.transaction() as tx:
        if not await is_empty(tx.db):
            return None
        return await one_time.issue(tx, Purpose.SET_UP, SET_UP_FOR)


async def set_up(
    app: App, client: Client, token: str, profile: Profile, password: str, *, kind: SessionKind
) -> LetIn:
    """Make the first account, an admin's, and let them in. Raises LinkInvalid, Invalid, Conflict, RateLimited."""
    profile = profile.checked()
    password_rules.check(password, profile.name, profile.email)
    if await one_time.peek(app.db, Purpose.SET_UP, token) is None:
        raise LinkInvalid
    fresh = await passwords(app).hash(password)
    async with app.transaction() as tx:
        await tx.db.run(LOCK)
        if await one_time.use(tx, Purpose.SET_UP, token) is None:
            raise LinkInvalid
        if not await is_empty(tx.db):
            raise Conflict("There is an account already.")
        await one_time.revoke(tx, Purpose.SET_UP, None)
        user_id = await create_user(tx, marquee(), profile, [ADMIN])
        await tx.db.run(STORE, user_id=user_id, hash=fresh)
        await record(tx, actor_of(user_id, client), "server.set_up", "user", user_id)
        return await let_in(app, tx, client, user_id, kind=kind, method=Method.SET_UP)


@dataclass(frozen=True, slots=True)
class Changed:
    """A password of one's own that was changed. ended: how many other sessions were. renewed: the one that is left."""

    ended: int
    renewed: Renewed


async def change_password(
    app: App, viewer: Viewer, client: Client, current: str, password: str, *, takes_cookie: bool
) -> Changed:
    """Change one's own password; one's other sessions end, and this one gets a new token, for whoever has the old one
    may be why. takes_cookie: see app.identity.sessions.prove.

    Raises WrongCredentials, Locked, Invalid, RateLimited; Denied for an API token.
    """
    user_id = viewer.user_id
    if user_id is None or viewer.session_id is None:
        raise Denied("Only somebody who is signed in changes their password.")
    row = await _stored(app.db, user_id)
    password_rules.check(password, row["name"], row["email"])
    if not await is_password_of(app, user_id, row["password_hash"], current, client):
        raise WrongCredentials
    fresh = await passwords(app).hash(password)
    async with app.transaction() as tx:
        ended = await put_password(tx, viewer.actor, user_id, fresh, but=viewer.session_id)
        tx.emit(PermissionsChanged((user_id,)))
        return Changed(ended, await prove(tx, viewer.session_id, takes_cookie=takes_cookie))


async def set_password(app: App, actor: Actor, user_id: UUID, password: str) -> int:
    """Set somebody's password; all their sessions end, and how many did comes back. Raises NotFound, Invalid."""
    row = await _stored(app.db, user_id)
    fresh = await hashed(app, password, row["name"], row["email"])
    async with app.transaction() as tx:
        return await put_password(tx, actor, user_id, fresh)


async def _stored(db: Db, user_id: UUID) -> Any:
    row = await db.row(STORED, user_id=user_id)
    if row is None:
        raise NotFound("user", user_id)
    return row


async def password_link(tx: Tx, viewer: Viewer, user_id: UUID) -> str:
    """A token by which a user sets a password, once; those of before are good no more.

    Raises NotFound; Denied where the user may do what the viewer may not.
    """
    await _stored(tx.db, user_id)
    await check_gives_no_more(tx, viewer, [role.id for role in await roles_of(tx.db, user_id)])
    await one_time.revoke(tx, Purpose.SET_PASSWORD, user_id)
    await record(tx, viewer.actor, "user.password_link_made", "user", user_id)
    payload = {MADE_BY: str(viewer.user_id)} if viewer.user_id else {}
    return await one_time.issue(
        tx,
        Purpose.SET_PASSWORD,
        PASSWORD_LINK_FOR,
        user_id=user_id,
        created_by=viewer.user_id,
        payload=payload,
    )


async def name_of_link(db: Db, token: str) -> str:
    """Whose password an administrator's link sets, without using it. Raises LinkInvalid."""
    link = await one_time.peek(db, Purpose.SET_PASSWORD, token)
    if link is None or link.user_id is None:
        raise LinkInvalid
    return (await _stored(db, link.user_id))["name"]


async def set_password_by_link(app: App, client: Client, token: str, password: str) -> str:
    """Set the password of the link's owner, all of whose sessions end; their name comes back.

    Raises LinkInvalid, Invalid, RateLimited.
    """
    link = await one_time.peek(app.db, Purpose.SET_PASSWORD, token)
    if link is None or link.user_id is None:
        raise LinkInvalid
    row = await _stored(app.db, link.user_id)
    fresh = await hashed(app, password, row["name"], row["email"])
    async with app.transaction() as tx:
        await hold(tx, link.user_id)
        if await one_time.use(tx, Purpose.SET_PASSWORD, token) is None or not await _maker_still_may(
            tx, link
        ):
            raise LinkInvalid
        await put_password(tx, actor_of(link.user_id, client), link.user_id, fresh)
    return row["name"]


async def _maker_still_may(tx: Tx, link: OneTime) -> bool:
    """Whether whoever made the link could make it now: a user who has become an admin is nobody's to let in."""
    if MADE_BY not in link.payload or link.user_id is None:
        return True
    role_ids = [role.id for role in await roles_of(tx.db, link.user_id)]
    return await may_still(tx, UUID(link.payload[MADE_BY]), role_ids)


async def hold(tx: Tx, user_id: UUID) -> None:
    """Have nobody else change the account until the commit; before its links, so that nobody waits in a circle."""
    await tx.db.value(HELD, user_id=user_id)


async def hashed(app: App, password: str, *known: str | None) -> str:
    """Of a new password. known: what others know of whom it is for. Raises Invalid, RateLimited."""
    password_rules.check(password, *known)
    return await passwords(app).hash(password)


async def put_password(tx: Tx, actor: Actor, user_id: UUID, hashed: str, *, but: UUID | None = None) -> int:
    """Store it; the user's sessions end, but one where one is named, and how many did comes back.

    So does what was asked for by whoever knew the old one: links in letters. Raises NotFound.
    """
    if not await tx.db.run(STORE, user_id=user_id, hash=hashed):
        raise NotFound("user", user_id)
    for purpose in (Purpose.SET_PASSWORD, Purpose.RESET_PASSWORD, Purpose.CONFIRM_ADDRESS):
        await one_time.revoke(tx, purpose, user_id)
    ended = await end_all(tx, [user_id], Ended.PASSWORD_CHANGED, but=but)
    await notify(tx, user_id, Template.PASSWORD_CHANGED, actor)
    await record(tx, actor, "user.password_changed", "user", user_id, after={"sessions_ended": len(ended)})
    return len(ended)
