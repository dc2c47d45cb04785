"""Signing in with second factors: what comes after the password, and passkeys that need none.

Whoever checks a first factor asks `second_step` in the transaction in which it would let somebody in by `let_in`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.activity.actor import Actor
from app.activity.record import record
from app.core.app import App
from app.core.errors import Invalid
from app.core.outbox import Tx
from app.identity import factors, lockout, passkey_writes, passkeys, pending
from app.identity.authority import authority_of
from app.identity.client import Client
from app.identity.lifetimes import lifetimes
from app.identity.notices import notify_of_device
from app.identity.passkey_writes import Purpose, Suspected
from app.identity.passkeys import Options, Site
from app.identity.pending import Pending
from app.identity.sessions import Begun, Method, SessionKind, begin
from app.identity.sso_sessions import adopt
from app.identity.trusted_devices import is_trusted, trust
from app.settings.registry import Scope, setting
from app.settings.values import value_of_user

TRUSTED_DEVICE_LIFETIME = setting(
    "trusted_device_lifetime",
    timedelta(days=30),
    "How long a trusted device needs no second factor; 0 trusts none.",
    minimum=0,
    maximum=365 * 86_400,
    scopes=(Scope.SERVER, Scope.ROLE),
)
IS_DISABLED = text("SELECT disabled_at IS NOT NULL FROM identity.users WHERE id = :user_id FOR SHARE")


@dataclass(frozen=True, slots=True)
class SecondStep:
    """A sign-in that waits for its second factor."""

    token: str = field(repr=False)
    methods: tuple[factors.Method, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LetIn:
    """Somebody is in. must_enrol: with a session that can do no more than set up a second factor.

    device_token: for the device to keep, where it is trusted from now on; it is good for `trusted_for`.
    """

    begun: Begun
    must_enrol: bool
    device_token: str | None = field(default=None, repr=False)
    trusted_for: timedelta = timedelta()


async def second_step(
    tx: Tx,
    client: Client,
    user_id: UUID,
    *,
    kind: SessionKind,
    method: Method,
    device_token: str | None = None,
) -> SecondStep | None:
    """What is needed beside the factor that was just shown; None where it is enough.

    device_token: what the device kept when it was trusted.
    """
    found = await factors.factors_of(tx.db, user_id)
    if not found.are_there:
        return None
    actor = _actor(client, user_id)
    if device_token and await is_trusted(tx, actor, user_id, device_token):
        return None
    token, expires_at = await pending.hold(tx, client, user_id, kind=kind, method=method)
    return SecondStep(token, found.methods, expires_at)


async def let_in(
    app: App,
    tx: Tx,
    client: Client,
    user_id: UUID,
    *,
    kind: SessionKind,
    method: Method,
    second: factors.Method | None = None,
) -> LetIn:
    """Begin the session of somebody who has shown all that they have to."""
    begun = await begin(tx, user_id, client, kind=kind, method=method, lifetimes=await lifetimes(app, tx.db))
    after = {"kind": kind, "method": method, "second_factor": second}
    await record(tx, _actor(client, user_id), "session.begun", "session", begun.session.id, after=after)
    await notify_of_device(tx, _actor(client, user_id), begun.session)
    return LetIn(begun, (await authority_of(tx.db, user_id)).must_enrol)


async def finish_by_code(app: App, client: Client, token: str, code: str, *, trusts: bool) -> LetIn:
    """Go on with a code of the authenticator app, or a backup code. trusts: whether to need none here next time.

    Raises SignInExpired, Invalid for a wrong code, Locked, RateLimited.
    """
    user_id = (await pending.find(app.db, token)).user_id
    async with lockout.attempt(app, lockout.factor_key(user_id), client) as attempt:
        async with app.transaction() as tx:
            found = await pending.held(tx, token)
            used = await factors.use_code(tx, _actor(client, user_id), app.keyring, user_id, code)
            entered = await _enter(app, tx, client, found, used, trusts=trusts) if used else None
            if entered is None:
                await _refuse(tx, client, found)
        attempt.succeeded = entered is not None
    if entered is None:
        raise factors.wrong_code()
    return entered


async def ask_for_passkey(app: App, site: Site, token: str) -> Options:
    """What a passkey is asked as the second factor. Raises SignInExpired, Conflict."""
    found = await pending.find(app.db, token)
    async with app.transaction() as tx:
        return await passkey_writes.ask_to_prove(tx, site, found.user_id, Purpose.SECOND_FACTOR)


async def finish_by_passkey(
    app: App, client: Client, site: Site, token: str, answer: Mapping[str, Any], *, trusts: bool
) -> LetIn:
    """Raises SignInExpired, and Invalid for an answer that doesn't hold, or that may be a copy's."""
    try:
        async with app.transaction() as tx:
            found = await pending.held(tx, token)
            actor = _actor(client, found.user_id)
            proven = await passkey_writes.prove(tx, actor, site, Purpose.SECOND_FACTOR, found.user_id, answer)
            if not isinstance(proven, Suspected):
                return await _enter(app, tx, client, found, factors.Method.PASSKEY, trusts=trusts)
            await _refuse(tx, client, found)
    except Invalid:
        async with app.transaction() as tx:
            await _refuse(tx, client, await pending.held(tx, token))
        raise
    raise suspected()


async def ask_to_sign_in(app: App, site: Site) -> Options:
    """What any passkey of this site is asked that is to be the only factor."""
    async with app.transaction() as tx:
        return await passkey_writes.ask_to_sign_in(tx, site)


async def sign_in_by_passkey(
    app: App, client: Client, site: Site, answer: Mapping[str, Any], *, kind: SessionKind
) -> LetIn:
    """A passkey that made sure who holds it is two factors in one. Raises Invalid."""
    async with app.transaction() as tx:
        proven = await passkey_writes.prove(tx, client.actor(), site, Purpose.SIGN_IN, None, answer)
        if not isinstance(proven, Suspected):
            if await tx.db.value(IS_DISABLED, user_id=proven):
                raise Invalid(passkeys.CREDENTIAL, passkey_writes.UNKNOWN)
            return await let_in(app, tx, client, proven, kind=kind, method=Method.PASSKEY)
    raise suspected()


def suspected() -> Invalid:
    return Invalid(passkeys.CREDENTIAL, passkey_writes.COPIED)


async def _enter(
    app: App, tx: Tx, client: Client, found: Pending, second: factors.Method, *, trusts: bool
) -> LetIn:
    there = replace(client, device=found.device)
    entered = await let_in(app, tx, there, found.user_id, kind=found.kind, method=found.method, second=second)
    await adopt(tx, found.id, entered.begun.session.id)
    await pending.finish(tx, found)
    if not trusts:
        return entered
    lifetime = await value_of_user(app, TRUSTED_DEVICE_LIFETIME, found.user_id, tx.db)
    if not lifetime:
        return entered
    device_token = await trust(tx, _actor(client, found.user_id), found.user_id, lifetime)
    return replace(entered, device_token=device_token, trusted_for=lifetime)


async def _refuse(tx: Tx, client: Client, found: Pending) -> None:
    await pending.guessed(tx, found)
    after = {"wrong": found.wrong + 1}
    await record(tx, client.actor(), "second_factor.refused", "User", found.user_id, after=after)


def _actor(client: Client, user_id: UUID) -> Actor:
    return replace(client.actor(), user_id=user_id)
