"""Signing in a television by a code that is typed in elsewhere (OAuth 2.0 Device Authorization Grant, RFC 8628)."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.access.viewer import Viewer
from app.activity.record import record
from app.core.app import App
from app.core.db import Db
from app.core.errors import Conflict, Denied, Invalid, NotFound, RateLimited
from app.core.ids import new_id
from app.core.outbox import Tx
from app.identity.client import Client
from app.identity.lockout import attempt, device_key
from app.identity.second_step import LetIn, let_in
from app.identity.sessions import Method, SessionKind
from app.identity.tokens import TokenKind, digest, new_token

LIFETIME_S, INTERVAL_S = 600, 5
# RFC 8628 §3.5: whoever asks too soon has to ask this much more seldom from then on.
SLOWER_S = 5
# No vowels, so that no code is a word, and nothing that is taken for something else; 34 bits (RFC 8628 §6.1).
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
CODE_CHARS = 8
NAME_CHARS = 100
MOST_WAITING_BY_ADDRESS, MOST_WAITING = 10, 10_000

IS_FULL = text(
    """
    SELECT count(*) >= :most
        OR count(*) FILTER (WHERE address IS NOT DISTINCT FROM CAST(:address AS text)) >= :most_there
    FROM identity.device_sign_ins WHERE expires_at > now()
    """
)
PURGE = text("DELETE FROM identity.device_sign_ins WHERE expires_at < now()")
# The code of one that is over is free again.
BEGIN = text(
    """
    INSERT INTO identity.device_sign_ins
        (id, device_hash, user_code_hash, client_name, address, agent, interval_s, expires_at)
    VALUES (:id, :device_hash, :user_code_hash, :client_name, CAST(:address AS text), CAST(:agent AS text),
        :interval_s, now() + make_interval(secs => :for_s))
    ON CONFLICT (user_code_hash) DO NOTHING
    """
)
POLL = text(
    """
    SELECT d.id, d.client_name, d.user_id, d.interval_s, d.denied_at IS NOT NULL AS is_denied,
        d.expires_at <= now() AS is_over, u.disabled_at IS NOT NULL AS is_disabled,
        d.polled_at > now() - make_interval(secs => d.interval_s) AS is_hasty
    FROM identity.device_sign_ins d LEFT JOIN identity.users u ON u.id = d.user_id
    WHERE d.device_hash = :device_hash FOR UPDATE OF d
    """
)
POLLED = text(
    "UPDATE identity.device_sign_ins SET polled_at = now(), interval_s = :interval_s WHERE id = :id"
)
DROP = text("DELETE FROM identity.device_sign_ins WHERE id = :id")
FIND = text(
    """
    SELECT id, client_name, address, agent, created_at, expires_at FROM identity.device_sign_ins
    WHERE user_code_hash = :user_code_hash AND expires_at > now() AND user_id IS NULL AND denied_at IS NULL
    """
)
APPROVE = text(
    """
    UPDATE identity.device_sign_ins SET user_id = :user_id
    WHERE id = :id AND expires_at > now() AND user_id IS NULL AND denied_at IS NULL
    RETURNING client_name, address
    """
)
DENY = text(
    """
    UPDATE identity.device_sign_ins SET denied_at = now()
    WHERE id = :id AND expires_at > now() AND user_id IS NULL AND denied_at IS NULL
    RETURNING client_name, address
    """
)


class Waiting(StrEnum):
    """What a device hears that is not signed in yet, in the words of RFC 8628 §3.5."""

    PENDING = "authorization_pending"
    SLOW_DOWN = "slow_down"
    DENIED = "access_denied"
    EXPIRED = "expired_token"


@dataclass(frozen=True, slots=True)
class Asked:
    """device_code: for the device alone. user_code: for people to type, `BCDF-GHJK`."""

    device_code: str = field(repr=False)
    user_code: str = field(repr=False)
    for_s: int = LIFETIME_S
    interval_s: int = INTERVAL_S


@dataclass(frozen=True, slots=True)
class Device:
    """A device that waits. address, agent: of where it asked from. client_name: what it says that it is."""

    id: UUID
    client_name: str
    address: str | None
    agent: str | None
    created_at: datetime
    expires_at: datetime


async def begin(app: App, client: Client, client_name: str) -> Asked:
    """Have a device wait for somebody to let it in. Raises Invalid, RateLimited."""
    name = " ".join(client_name.split())
    if not 0 < len(name) <= NAME_CHARS or not name.isprintable():
        raise Invalid("clientName", f"The name of a device has 1 to {NAME_CHARS} characters.")
    async with app.transaction() as tx:
        await tx.db.run(PURGE)
        if await tx.db.value(
            IS_FULL, address=client.address, most=MOST_WAITING, most_there=MOST_WAITING_BY_ADDRESS
        ):
            raise RateLimited("Many devices wait to be signed in. Try again later.", 60.0)
        while True:
            asked = Asked(new_token(TokenKind.ONE_TIME), _new_code())
            if await _kept(tx, client, name, asked):
                return asked


async def poll(app: App, client: Client, device_code: str) -> LetIn | Waiting:
    """Ask whether somebody has let the device in; a session is begun once, and after that the code is worth nothing."""
    async with app.transaction() as tx:
        row = await tx.db.row(POLL, device_hash=digest(device_code))
        if row is None or row["is_over"]:
            return Waiting.EXPIRED
        if row["is_hasty"]:
            await tx.db.run(POLLED, id=row["id"], interval_s=row["interval_s"] + SLOWER_S)
            return Waiting.SLOW_DOWN
        if row["is_denied"] or row["is_disabled"]:
            await tx.db.run(DROP, id=row["id"])
            return Waiting.DENIED
        if row["user_id"] is None:
            await tx.db.run(POLLED, id=row["id"], interval_s=row["interval_s"])
            return Waiting.PENDING
        await tx.db.run(DROP, id=row["id"])
        there = replace(client, device=row["client_name"])
        kind, method = SessionKind.APP, Method.DEVICE_CODE
        return await let_in(app, tx, there, row["user_id"], kind=kind, method=method)


async def purge(db: Db) -> int:
    """Forget devices that nobody let in in time."""
    return await db.run(PURGE)


async def find(app: App, viewer: Viewer, user_code: str) -> Device:
    """The device that shows this code, for its owner to recognise.

    Guesses count as failed sign-ins do, by user and by address. Raises NotFound, Denied, Locked, RateLimited.
    """
    actor = viewer.actor
    if actor.user_id is None:
        raise Denied("Only somebody with an account can let a device in.")
    client = Client(actor.address, actor.agent, actor.request_id)
    async with attempt(app, device_key(actor.user_id), client) as guess:
        row = await app.db.row(FIND, user_code_hash=_hash(user_code))
        guess.succeeded = row is not None
    if row is None:
        raise NotFound("device with the code", user_code[:20])
    return Device(*row)


async def approve(app: App, viewer: Viewer, user_code: str) -> Device:
    """Let the device in, as the viewer. Raises NotFound, Conflict, Locked, RateLimited."""
    return await _decide(app, viewer, user_code, APPROVE, "device.approved")


async def deny(app: App, viewer: Viewer, user_code: str) -> Device:
    """Leave the device out. Raises NotFound, Conflict, Locked, RateLimited."""
    return await _decide(app, viewer, user_code, DENY, "device.denied")


async def _decide(app: App, viewer: Viewer, user_code: str, statement: Any, action: str) -> Device:
    device = await find(app, viewer, user_code)
    params: dict[str, Any] = {"id": device.id}
    if statement is APPROVE:
        params["user_id"] = viewer.user_id
    async with app.transaction() as tx:
        row = await tx.db.row(statement, **params)
        if row is None:
            raise Conflict("Somebody has decided about that device already.")
        after = {"device": row["client_name"], "address": row["address"]}
        await record(tx, viewer.actor, action, "User", viewer.user_id, after=after)
    return device


async def _kept(tx: Tx, client: Client, name: str, asked: Asked) -> bool:
    kept = await tx.db.run(
        BEGIN,
        id=new_id(),
        device_hash=digest(asked.device_code),
        user_code_hash=_hash(asked.user_code),
        client_name=name,
        address=client.address,
        agent=client.short_agent,
        interval_s=asked.interval_s,
        for_s=asked.for_s,
    )
    return kept == 1


def _new_code() -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(CODE_CHARS))
    return f"{letters[:4]}-{letters[4:]}"


def _hash(user_code: str) -> bytes:
    """However it was typed."""
    letters = "".join(letter for letter in user_code[:100].upper() if letter in LETTERS)
    return digest(f"device {letters}")
