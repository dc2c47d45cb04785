"""Showing once more who one is, by password, code or passkey, which opens what is dangerous for a while."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.access.events import PermissionsChanged
from app.access.viewer import Viewer
from app.activity.record import record
from app.core.app import App
from app.core.errors import Denied
from app.core.outbox import Tx
from app.identity import factors, lockout, passkey_writes, sessions
from app.identity.client import Client
from app.identity.errors import WrongCredentials
from app.identity.passkey_writes import Purpose, Suspected
from app.identity.passkeys import Options, Site
from app.identity.second_step import suspected
from app.identity.sign_in import MOST_CHARS, is_password_of

PASSWORD = text("SELECT password_hash FROM identity.users WHERE id = :user_id")


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever came by a session. takes_cookie: whether the answer can set one."""

    viewer: Viewer
    user_id: UUID
    session_id: UUID
    client: Client
    takes_cookie: bool


def holder(viewer: Viewer, client: Client, *, takes_cookie: bool) -> Holder:
    """Raises Denied for API tokens, and where nobody is signed in."""
    if viewer.user_id is None or viewer.session_id is None:
        raise Denied("Only somebody who is signed in shows once more who they are.")
    return Holder(viewer, viewer.user_id, viewer.session_id, client, takes_cookie)


async def prove_by_password(app: App, who: Holder, password: str) -> sessions.Renewed:
    """Raises WrongCredentials, Locked, RateLimited."""
    if len(password) > MOST_CHARS:
        raise WrongCredentials
    stored = await app.db.value(PASSWORD, user_id=who.user_id)
    if not await is_password_of(app, who.user_id, stored, password, who.client):
        raise WrongCredentials
    async with app.transaction() as tx:
        return await _proved(tx, who, "password")


async def prove_by_code(app: App, who: Holder, code: str) -> sessions.Renewed:
    """By a code of the authenticator app, or a backup code. Raises Invalid, Locked, RateLimited."""
    async with lockout.attempt(app, lockout.factor_key(who.user_id), who.client) as attempt:
        async with app.transaction() as tx:
            used = await factors.use_code(tx, who.viewer.actor, app.keyring, who.user_id, code)
            renewed = await _proved(tx, who, used) if used else None
        attempt.succeeded = renewed is not None
    if renewed is None:
        raise factors.wrong_code()
    return renewed


async def ask_for_passkey(app: App, who: Holder, site: Site) -> Options:
    """What one of the holder's passkeys is asked. Raises Conflict where they have none."""
    async with app.transaction() as tx:
        return await passkey_writes.ask_to_prove(tx, site, who.user_id, Purpose.STEP_UP)


async def prove_by_passkey(app: App, who: Holder, site: Site, answer: Mapping[str, Any]) -> sessions.Renewed:
    """Raises Invalid for an answer that doesn't hold, or that may be a copy's."""
    async with app.transaction() as tx:
        proven = await passkey_writes.prove(tx, who.viewer.actor, site, Purpose.STEP_UP, who.user_id, answer)
        if not isinstance(proven, Suspected):
            return await _proved(tx, who, factors.Method.PASSKEY)
    raise suspected()


async def _proved(tx: Tx, who: Holder, method: str) -> sessions.Renewed:
    renewed = await sessions.prove(tx, who.session_id, takes_cookie=who.takes_cookie)
    # What they may do is remembered with when they last showed who they are.
    tx.emit(PermissionsChanged((who.user_id,)))
    await record(tx, who.viewer.actor, "session.proved", "session", who.session_id, after={"method": method})
    return renewed
