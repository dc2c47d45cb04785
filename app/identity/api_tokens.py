"""API tokens: a program comes by one instead of a password, and may do less than who made it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.access.permissions import Permission, expand
from app.access.viewer import Viewer
from app.activity.actor import Actor
from app.activity.record import record
from app.core import clock
from app.core.app import App
from app.core.cache import Fresh
from app.core.db import Db
from app.core.errors import Denied, Invalid, NotFound
from app.core.ids import new_id
from app.core.outbox import Tx
from app.identity.authority import authority_of
from app.identity.client import Client
from app.identity.known import Known, KnownToken
from app.identity.networks import restricted
from app.identity.session_events import SessionsEnded
from app.identity.tokens import TokenKind, digest, new_token
from app.identity.viewer_cache import tags_of, viewer_cache

MOST_NAME_CHARS = 100
MOST_SCOPES = 50
MOST_TOKENS = 100
TOUCH_EVERY_S = 60
# Signing in is nothing for programs, and what changes who may come in is for people.
NEVER = frozenset({Permission.SIGN_IN, Permission.SELF_UPDATE})
LIVE = "t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now()) AND u.disabled_at IS NULL"

LOCK_USER = text("SELECT id FROM identity.users WHERE id = :user_id FOR UPDATE")
COUNT = text(
    """
    SELECT count(*) FROM identity.api_tokens
    WHERE user_id = :user_id AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
    """
)
CREATE = text(
    """
    INSERT INTO identity.api_tokens (id, user_id, token_hash, name, scopes, expires_at)
    VALUES (:id, :user_id, :token_hash, :name, CAST(:scopes AS text[]), CAST(:expires_at AS timestamptz))
    """
)
TOKENS = text(
    """
    SELECT id, name, scopes, created_at, expires_at, last_used_at, last_used_address FROM identity.api_tokens
    WHERE user_id = :user_id AND revoked_at IS NULL ORDER BY id DESC
    """
)
REVOKE = text(
    """
    UPDATE identity.api_tokens SET revoked_at = now() WHERE id = :id AND user_id = :user_id AND revoked_at IS NULL
    """
)
FIND = text(
    f"""
    SELECT t.id, t.user_id, t.scopes, t.expires_at, u.language,
        coalesce(t.last_used_at < now() - make_interval(secs => {TOUCH_EVERY_S}), true) AS is_stale
    FROM identity.api_tokens t JOIN identity.users u ON u.id = t.user_id WHERE t.token_hash = :token_hash AND {LIVE}
    """  # noqa: S608
)
FIND_BY_ID = text(
    f"""
    SELECT t.id, t.user_id, t.scopes, t.expires_at, u.language
    FROM identity.api_tokens t JOIN identity.users u ON u.id = t.user_id WHERE t.id = :id AND {LIVE}
    """  # noqa: S608
)
GOOD = text(
    f"""
    SELECT t.id FROM identity.api_tokens t JOIN identity.users u ON u.id = t.user_id
    WHERE t.id = ANY(CAST(:ids AS uuid[])) AND {LIVE}
    """  # noqa: S608
)
TOUCH = text(
    "UPDATE identity.api_tokens SET last_used_at = now(), last_used_address = coalesce(:address, last_used_address)"
    " WHERE id = :id"
)


@dataclass(frozen=True, slots=True)
class ApiToken:
    """expires_at: None for one that doesn't."""

    id: UUID
    name: str
    scopes: Sequence[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    last_used_address: str | None


async def api_tokens(db: Db, user_id: UUID) -> list[ApiToken]:
    """The newest first; without those that were revoked."""
    return [ApiToken(*row) for row in await db.rows(TOKENS, user_id=user_id)]


async def create_api_token(
    tx: Tx, viewer: Viewer, name: str, scopes: Sequence[str], expires_at: datetime | None
) -> tuple[UUID, str]:
    """The token's id, and the token, which nobody can be told again. Raises Denied, Invalid."""
    user_id = _person(viewer)
    wanted = _checked_scopes(viewer, scopes)
    if not 0 < len(name.strip()) <= MOST_NAME_CHARS or not name.isprintable():
        raise Invalid("name", f"A token's name has 1 to {MOST_NAME_CHARS} characters.")
    if expires_at is not None and expires_at <= clock.now():
        raise Invalid("expiresAt", "A token can't have expired before it is made.")
    await tx.db.run(LOCK_USER, user_id=user_id)
    if await tx.db.value(COUNT, user_id=user_id) >= MOST_TOKENS:
        raise Invalid("name", f"Nobody has more than {MOST_TOKENS} tokens. Revoke those that are not used.")
    token, key = new_token(TokenKind.API), new_id()
    row: dict[str, Any] = {"name": name.strip(), "scopes": wanted, "expires_at": expires_at}
    await tx.db.run(CREATE, id=key, user_id=user_id, token_hash=digest(token), **row)
    after = {"name": row["name"], "scopes": wanted, "expiresAt": expires_at}
    await record(tx, viewer.actor, "api_token.created", "ApiToken", key, after=after)
    return key, token


async def revoke_api_token(tx: Tx, viewer: Viewer, token_id: UUID) -> None:
    """It is good no more, at once and everywhere. Raises Denied, NotFound. Emits SessionsEnded."""
    if not await tx.db.run(REVOKE, id=token_id, user_id=_person(viewer)):
        raise NotFound("API token", token_id)
    await record(tx, viewer.actor, "api_token.revoked", "ApiToken", token_id)
    tx.emit(SessionsEnded((token_id,)))


async def by_api_token(app: App, token: str, client: Client) -> Viewer | None:
    """The viewer who comes by a token; None where it is good for nothing. Remembered as sessions are."""
    token_hash, cache = digest(token), viewer_cache(app)
    key = token_hash.hex()
    known = cache.held(key) or await cache.get(key, lambda: _read(app, token_hash, client))
    if not isinstance(known, KnownToken) or (known.ends_at is not None and known.ends_at <= clock.now()):
        return None
    return await restricted(app, _viewer(known, client.actor()))


async def still_by_api_token(app: App, viewer: Viewer) -> Viewer | None:
    """The same viewer as the database has them now; None where the token is good no more."""
    row = await app.db.row(FIND_BY_ID, id=viewer.actor.token_id)
    return None if row is None else await restricted(app, _viewer(await _known(app, row), viewer.actor))


async def good_tokens(db: Db, ids: Sequence[UUID]) -> set[UUID]:
    return {row["id"] for row in await db.rows(GOOD, ids=list(ids))}


async def _read(app: App, token_hash: bytes, client: Client) -> Fresh[Known | KnownToken]:
    row = await app.db.row(FIND, token_hash=token_hash)
    if row is None:
        return Fresh(None, is_kept=False)
    if row["is_stale"]:
        await app.db.run(TOUCH, id=row["id"], address=client.address)
    known = await _known(app, row)
    for_s = inf if known.ends_at is None else (known.ends_at - clock.now()).total_seconds()
    return Fresh(known, tags_of(known.token_id, known.user_id), for_s)


async def _known(app: App, row: Any) -> KnownToken:
    authority = await authority_of(app.db, row["user_id"])
    return KnownToken(
        token_id=row["id"],
        user_id=row["user_id"],
        language=row["language"],
        permissions=(authority.permissions & expand(row["scopes"])) - NEVER,
        access=authority.access,
        ends_at=row["expires_at"],
    )


def _viewer(known: KnownToken, seen: Actor) -> Viewer:
    actor = replace(seen, user_id=known.user_id, token_id=known.token_id)
    languages = (known.language,) if known.language else ()
    return Viewer(languages, known.permissions, known.access, actor)


def _person(viewer: Viewer) -> UUID:
    if viewer.user_id is None or viewer.actor.token_id is not None:
        raise Denied("Tokens are made and revoked by people who are signed in, not by other tokens.")
    return viewer.user_id


def _checked_scopes(viewer: Viewer, scopes: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(scopes))
    if not 0 < len(wanted) <= MOST_SCOPES:
        raise Invalid("scopes", f"A token has 1 to {MOST_SCOPES} scopes.")
    for scope in wanted:
        if not (expand([scope]) - NEVER) & viewer.permissions:
            raise Invalid("scopes", f"{scope[:100]!r} stands for nothing that you may have a token do.")
    return wanted
