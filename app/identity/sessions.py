"""Sessions: begun at a sign-in, renewed in use, ended for good."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.access.permissions import Permission
from app.access.viewer import Viewer
from app.core.db import Db
from app.core.errors import NotFound
from app.core.ids import new_id
from app.core.outbox import Tx
from app.identity.agents import agent_of
from app.identity.client import Client
from app.identity.lifetimes import Lifetimes
from app.identity.session_events import SessionsEnded
from app.identity.tokens import TokenKind, digest, new_token


class SessionKind(StrEnum):
    """Where the token is kept: in a browser's cookie, or by an app that sends it along."""

    BROWSER = "browser"
    APP = "app"


class Method(StrEnum):
    """How somebody signed in."""

    PASSWORD = "password"  # noqa: S105
    SET_UP = "set_up"
    LINK = "link"
    PASSKEY = "passkey"
    SINGLE_SIGN_ON = "single_sign_on"
    DEVICE_CODE = "device_code"
    REGISTRATION = "registration"


class Ended(StrEnum):
    """Why a session is good no more."""

    SIGNED_OUT = "signed_out"
    BY_USER = "by_user"
    BY_ADMIN = "by_admin"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    DISABLED = "disabled"
    REUSED = "reused"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Session:
    """browser, os, device: what is known of where it is. address: when it was last seen. method: see Method."""

    id: UUID
    user_id: UUID
    kind: SessionKind
    method: str
    browser: str | None
    os: str | None
    device: str | None
    address: str | None
    created_at: datetime
    last_seen_at: datetime
    proved_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Begun:
    """A new session, and the token that only its holder will know."""

    session: Session
    token: str = field(repr=False)


MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Seen:
    """A session as a viewer sees it. is_current: whether they came by it."""

    session: Session
    is_current: bool


@dataclass(frozen=True, slots=True)
class Renewed:
    """A session whose holder has shown again who they are. token: the one to use from now on, if it is another."""

    proved_at: datetime
    kind: SessionKind
    token: str | None = field(repr=False)


_NAMES = "id, user_id, kind, method, browser, os, device, address, created_at, last_seen_at, proved_at"
_COLUMNS = f"{_NAMES}, least(expires_at, idle_expires_at) AS expires_at"
LIVE = "revoked_at IS NULL AND expires_at > now() AND idle_expires_at > now()"
BEGIN = text(
    f"""
    INSERT INTO identity.sessions (id, user_id, token_hash, kind, method, browser, os, device, address, agent,
        idle_expires_at, expires_at)
    VALUES (:id, :user_id, :token_hash, :kind, :method, :browser, :os, :device, :address, :agent,
        now() + make_interval(secs => :idle_s), now() + make_interval(secs => :absolute_s))
    RETURNING {_COLUMNS}
    """  # noqa: S608
)
SESSIONS = text(
    f"SELECT {_COLUMNS} FROM identity.sessions WHERE id = ANY(CAST(:ids AS uuid[])) AND {LIVE}"  # noqa: S608
)
OF_USER = text(
    f"""
    SELECT {_COLUMNS} FROM identity.sessions WHERE user_id = :user_id AND {LIVE}
    ORDER BY last_seen_at DESC, id LIMIT CAST(:most AS int)
    """  # noqa: S608
)
END = text(
    """
    UPDATE identity.sessions SET revoked_at = now(), revoked_why = :why
    WHERE id = ANY(CAST(:ids AS uuid[])) AND user_id = ANY(CAST(:user_ids AS uuid[])) AND revoked_at IS NULL
    RETURNING id
    """
)
END_ALL = text(
    """
    UPDATE identity.sessions SET revoked_at = now(), revoked_why = :why
    WHERE user_id = ANY(CAST(:user_ids AS uuid[])) AND revoked_at IS NULL
      AND id <> ALL(CAST(:spared AS uuid[]))
    RETURNING id
    """
)
# A device that somebody let in and that has not come yet would begin a session after this.
FORGET_DEVICES = text("DELETE FROM identity.device_sign_ins WHERE user_id = ANY(CAST(:user_ids AS uuid[]))")
# By the current token alone: of two requests that come at once, one renews it.
ROTATE = text(
    """
    UPDATE identity.sessions SET
        previous_token_hash = CASE WHEN token_hash = :known THEN token_hash ELSE previous_token_hash END,
        previous_until = NULL, token_hash = :fresh, rotated_at = now()
    WHERE id = :id AND revoked_at IS NULL
      AND (token_hash = :known OR previous_token_hash = :known AND previous_until IS NULL)
      AND rotated_at <= now() - make_interval(secs => :age_s)
    """
)
# What shows more gets a token of its own, as far as that can be handed over; of the two before, the one stays good that
# is in use.
PROVE = text(
    """
    UPDATE identity.sessions SET proved_at = now(),
        previous_token_hash = CASE WHEN NOT (kind = 'app' OR :takes_cookie) THEN previous_token_hash
            WHEN previous_token_hash IS NOT NULL AND previous_until IS NULL THEN previous_token_hash
            ELSE token_hash END,
        previous_until = CASE WHEN kind = 'app' OR :takes_cookie THEN NULL ELSE previous_until END,
        rotated_at = CASE WHEN kind = 'app' OR :takes_cookie THEN now() ELSE rotated_at END,
        token_hash = CASE WHEN kind = 'app' OR :takes_cookie THEN :fresh ELSE token_hash END
    WHERE id = :id AND revoked_at IS NULL
    RETURNING proved_at, kind, kind = 'app' OR :takes_cookie AS is_renewed
    """
)
DROP_OLD = text(
    """
    DELETE FROM identity.sessions
    WHERE least(expires_at, idle_expires_at, revoked_at) < now() - make_interval(days => CAST(:days AS int))
    """
)


async def begin(
    tx: Tx,
    user_id: UUID,
    client: Client,
    *,
    kind: SessionKind,
    method: Method,
    lifetimes: Lifetimes,
) -> Begun:
    """Let somebody in who has shown who they are. One statement; to be recorded by the caller."""
    token, agent = new_token(TokenKind.SESSION), agent_of(client.agent)
    row = await tx.db.row(
        BEGIN,
        id=new_id(),
        user_id=user_id,
        token_hash=digest(token),
        kind=kind,
        method=method,
        browser=agent.browser,
        os=agent.os,
        device=client.device,
        address=client.address,
        agent=client.short_agent,
        idle_s=lifetimes.idle.total_seconds(),
        absolute_s=lifetimes.absolute.total_seconds(),
    )
    return Begun(_session(row), token)


async def sessions(db: Db, ids: Iterable[UUID]) -> dict[UUID, Session | None]:
    """Those that are good still, by id. One statement."""
    wanted = list(ids)
    found = {row["id"]: _session(row) for row in await db.rows(SESSIONS, ids=wanted)}
    return {key: found.get(key) for key in wanted}


async def sessions_seen(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Seen | None]:
    """Those that are good still, by id; others' only for who may end them. One statement."""
    found = await sessions(db, ids)
    may_all = viewer.may(Permission.SECURITY_MANAGE)
    return {
        key: Seen(each, each.id == viewer.session_id)
        if each is not None and (may_all or each.user_id == viewer.user_id)
        else None
        for key, each in found.items()
    }


async def sessions_of(db: Db, viewer: Viewer, user_id: UUID) -> list[Seen]:
    """A user's sessions that are good still, the last seen first."""
    rows = await db.rows(OF_USER, user_id=user_id, most=MOST_LISTED)
    return [Seen(_session(row), row["id"] == viewer.session_id) for row in rows]


async def end(tx: Tx, user_id: UUID, ids: Sequence[UUID], why: Ended) -> tuple[UUID, ...]:
    """End those of the user's sessions; answers which were good until now. Emits SessionsEnded."""
    return _announce(tx, await tx.db.rows(END, ids=list(ids), user_ids=[user_id], why=why))


async def end_all(
    tx: Tx, user_ids: Sequence[UUID], why: Ended, *, but: UUID | None = None
) -> tuple[UUID, ...]:
    """End all sessions of users, but one where one is named, and those that devices wait for. Emits SessionsEnded."""
    await tx.db.run(FORGET_DEVICES, user_ids=list(user_ids))
    spared = [] if but is None else [but]
    return _announce(tx, await tx.db.rows(END_ALL, user_ids=list(user_ids), why=why, spared=spared))


async def rotate(tx: Tx, session_id: UUID, known: bytes, *, older_than: timedelta) -> str | None:
    """A new token in place of the one with this hash, which stays good until the new one is used.

    None where the token is not that old, or was renewed meanwhile.
    """
    token = new_token(TokenKind.SESSION)
    age_s = older_than.total_seconds()
    done = await tx.db.run(ROTATE, id=session_id, known=known, fresh=digest(token), age_s=age_s)
    return token if done else None


async def prove(tx: Tx, session_id: UUID, *, takes_cookie: bool) -> Renewed:
    """Note that whoever has the session has just shown again who they are, and give it a new token.

    takes_cookie: whether a browser can be given one just now; if not, it goes on with its own. Raises NotFound.
    """
    token = new_token(TokenKind.SESSION)
    row = await tx.db.row(PROVE, id=session_id, fresh=digest(token), takes_cookie=takes_cookie)
    if row is None:
        raise NotFound("session", session_id)
    return Renewed(row["proved_at"], SessionKind(row["kind"]), token if row["is_renewed"] else None)


async def drop_old(db: Db, *, days: int) -> int:
    """Forget sessions that ended so long ago."""
    return await db.run(DROP_OLD, days=days)


def _announce(tx: Tx, rows: Sequence[Any]) -> tuple[UUID, ...]:
    ids: tuple[UUID, ...] = tuple(row["id"] for row in rows)
    if ids:
        tx.emit(SessionsEnded(ids))
    return ids


def _session(row: Any) -> Session:
    values = dict[str, Any](row)
    return Session(kind=SessionKind(values.pop("kind")), **values)
