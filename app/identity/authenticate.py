"""From a token to the viewer who came by it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from app.access.viewer import Viewer
from app.activity.actor import Actor
from app.activity.record import record
from app.core import clock
from app.core.app import App
from app.core.cache import Fresh
from app.identity.api_tokens import by_api_token, still_by_api_token
from app.identity.authority import authority_of
from app.identity.client import Client
from app.identity.known import Known, KnownToken
from app.identity.lifetimes import GRACE, SESSION_ROTATION, lifetimes
from app.identity.networks import restricted
from app.identity.sessions import LIVE, Ended, SessionKind, end, rotate
from app.identity.tokens import TokenKind, digest
from app.identity.viewer_cache import tags_of, viewer_cache
from app.settings.values import value

TOUCH_EVERY_S = 300
MOST_TOKEN_CHARS = 200
# A token that another took the place of: `is_old` once that one was used and the grace is over.
FIND = text(
    f"""
    SELECT s.id AS session_id, s.user_id, s.kind, u.language, s.proved_at, s.rotated_at,
        least(s.expires_at, s.idle_expires_at) AS ends_at,
        s.token_hash = :token_hash AS is_current,
        s.token_hash <> :token_hash AND s.previous_until <= now() AS is_old,
        s.token_hash = :token_hash AND s.previous_token_hash IS NOT NULL AND s.previous_until IS NULL AS is_first_use,
        s.last_seen_at < now() - make_interval(secs => {TOUCH_EVERY_S}) AS is_stale
    FROM identity.sessions s JOIN identity.users u ON u.id = s.user_id
    WHERE (s.token_hash = :token_hash OR s.previous_token_hash = :token_hash) AND {LIVE} AND u.disabled_at IS NULL
    """  # noqa: S608
)
FIND_BY_ID = text(
    f"""
    SELECT s.id AS session_id, s.user_id, s.kind, u.language, s.proved_at, s.rotated_at,
        least(s.expires_at, s.idle_expires_at) AS ends_at
    FROM identity.sessions s JOIN identity.users u ON u.id = s.user_id
    WHERE s.id = :id AND {LIVE} AND u.disabled_at IS NULL
    """  # noqa: S608
)
# Locked in one order, user before session, for all that comes at once.
TOUCH = text(
    """
    WITH seen AS (
        UPDATE identity.users SET last_seen_at = now() WHERE id = :user_id RETURNING id
    )
    UPDATE identity.sessions SET last_seen_at = now(), address = coalesce(:address, address),
        idle_expires_at = now() + make_interval(secs => :idle_s)
    FROM seen WHERE sessions.id = :id AND revoked_at IS NULL
    """
)
CONFIRM = text(
    """
    UPDATE identity.sessions SET previous_until = now() + make_interval(secs => :grace_s)
    WHERE id = :id AND previous_until IS NULL
    """
)


@dataclass(frozen=True, slots=True)
class Authenticated:
    """A viewer and their session. token_hash: of the token that they came by."""

    viewer: Viewer
    known: Known
    token_hash: bytes


async def authenticate(app: App, token: str, client: Client) -> Viewer | None:
    """The viewer who comes by a token, in the language of their profile; None where it is good for nothing.

    No statement while the token is remembered, which is for a minute at most and never past a revocation, and no I/O
    at all while this process remembers it.
    """
    if token.startswith(TokenKind.API) and len(token) <= MOST_TOKEN_CHARS:
        return await by_api_token(app, token, client)
    found = await by_session(app, token, client)
    return found.viewer if found else None


async def by_session(app: App, token: str, client: Client) -> Authenticated | None:
    """The same with the session, for a session's token."""
    if not token.startswith(TokenKind.SESSION) or len(token) > MOST_TOKEN_CHARS:
        return None
    token_hash, cache = digest(token), viewer_cache(app)
    key = token_hash.hex()
    # Held by the process it takes nobody's time but this one's.
    known = cache.held(key) or await cache.get(key, lambda: _read(app, token_hash, client))
    if not isinstance(known, Known) or known.ends_at <= clock.now():
        return None
    return Authenticated(await restricted(app, _viewer(known, client)), known, token_hash)


async def still(app: App, viewer: Viewer) -> Viewer | None:
    """A viewer who came by a session or token, as the database has them now; None once that is over."""
    if viewer.actor.token_id is not None:
        return await still_by_api_token(app, viewer)
    row = await app.db.row(FIND_BY_ID, id=viewer.session_id)
    if row is None:
        return None
    actor = viewer.actor
    client = Client(actor.address, actor.agent, actor.request_id)
    return await restricted(app, _viewer(await _known(app, row), client))


async def renewed(app: App, found: Authenticated) -> str | None:
    """A new token for a browser whose own is a day old; None where it is not, or another request was faster."""
    rotation = await value(app, SESSION_ROTATION)
    if found.known.kind != SessionKind.BROWSER or clock.now() - found.known.rotated_at < rotation:
        return None
    async with app.transaction() as tx:
        return await rotate(tx, found.known.session_id, found.token_hash, older_than=rotation)


async def _read(app: App, token_hash: bytes, client: Client) -> Fresh[Known | KnownToken]:
    """Who has a token now; kept where it is their session's current one."""
    row = await app.db.row(FIND, token_hash=token_hash)
    if row is None:
        return Fresh(None, is_kept=False)
    if row["is_old"]:
        await _end_stolen(app, row, client)
        return Fresh(None, is_kept=False)
    if row["is_first_use"]:
        await app.db.run(CONFIRM, id=row["session_id"], grace_s=GRACE.total_seconds())
    if row["is_stale"]:
        await app.db.run(
            TOUCH,
            id=row["session_id"],
            user_id=row["user_id"],
            address=client.address,
            idle_s=(await lifetimes(app)).idle.total_seconds(),
        )
    known = await _known(app, row)
    tags = tags_of(known.session_id, known.user_id)
    return Fresh(known, tags, for_s=_seconds_until(known.ends_at), is_kept=row["is_current"])


async def _end_stolen(app: App, row: Any, client: Client) -> None:
    """Two hold the same token, since its holder has got and used another: nobody can tell which is the thief."""
    async with app.transaction() as tx:
        if await end(tx, row["user_id"], [row["session_id"]], Ended.REUSED):
            after = {"why": Ended.REUSED}
            await record(tx, client.actor(), "session.ended", "session", row["session_id"], after=after)


async def _known(app: App, row: Any) -> Known:
    authority = await authority_of(app.db, row["user_id"])
    return Known(
        session_id=row["session_id"],
        user_id=row["user_id"],
        kind=row["kind"],
        language=row["language"],
        permissions=authority.permissions,
        access=authority.access,
        proved_at=row["proved_at"],
        rotated_at=row["rotated_at"],
        ends_at=row["ends_at"],
        must_enrol=authority.must_enrol,
    )


def _viewer(known: Known, client: Client) -> Viewer:
    actor = Actor(known.user_id, None, client.address, client.short_agent, client.request_id)
    languages = (known.language,) if known.language else ()
    return Viewer(
        languages,
        known.permissions,
        known.access,
        actor,
        known.session_id,
        known.proved_at,
        must_enrol=known.must_enrol,
    )


def _seconds_until(moment: datetime) -> float:
    return (moment - clock.now()).total_seconds()
