"""Signing out with a provider: at its word (OpenID Connect Back-Channel Logout 1.0), and telling it of ours."""

from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

from app.activity.record import record
from app.core.app import App
from app.core.crypto import belongs_to
from app.core.db import Db
from app.core.errors import NotFound
from app.core.outbox import Tx
from app.identity.client import Client
from app.identity.oidc_discovery import directory
from app.identity.oidc_http import Unreachable
from app.identity.oidc_tokens import LEEWAY_S, LOGOUT_TOKEN_AGE_S, BadToken, logout_token_claims
from app.identity.sessions import Ended, end
from app.identity.sso_providers import enabled_provider, provider
from app.identity.sso_tables import ProviderSessionRow
from app.identity.tokens import digest

HEED_ONCE = text(
    """
    INSERT INTO identity.sso_logouts (provider_id, jti_hash, expires_at)
    VALUES (:provider_id, :jti_hash, now() + make_interval(secs => :for_s)) ON CONFLICT DO NOTHING
    """
)
# Both where both are given: the session is then that user's.
MEANT = text(
    """
    SELECT s.user_id, array_agg(s.id) AS ids
    FROM identity.sso_sessions o JOIN identity.sessions s ON s.id = o.session_id
    WHERE o.provider_id = :provider_id AND s.revoked_at IS NULL
      AND (CAST(:sid AS text) IS NULL OR o.sid = :sid)
      AND (CAST(:subject AS text) IS NULL OR o.subject = :subject)
    GROUP BY s.user_id
    """
)
# Those who have still to show a second factor, with what hangs on them.
DROP_PENDING = text(
    """
    DELETE FROM identity.one_time_tokens t USING identity.sso_sessions o
    WHERE t.id = o.pending_id AND o.provider_id = :provider_id
      AND (CAST(:sid AS text) IS NULL OR o.sid = :sid)
      AND (CAST(:subject AS text) IS NULL OR o.subject = :subject)
    """
)
HINT = text("SELECT id, provider_id, id_token FROM identity.sso_sessions WHERE session_id = :session_id")
PURGE = text("DELETE FROM identity.sso_logouts WHERE expires_at < now()")


async def heed(app: App, client: Client, key: str, logout_token: str) -> int:
    """End the sessions that a provider says are over; answers how many. Emits SessionsEnded.

    Raises NotFound for an unknown provider, BadToken for a token that doesn't hold or was heeded, and Unreachable.
    """
    meant = await enabled_provider(app.db, key)
    metadata = await directory(app).metadata(meant.draft.issuer)
    claims = await logout_token_claims(app, metadata, meant.draft.client_id, logout_token)
    # Longer than the token is taken for.
    for_s = LOGOUT_TOKEN_AGE_S + 4 * LEEWAY_S
    async with app.transaction() as tx:
        if not await tx.db.run(HEED_ONCE, provider_id=meant.id, jti_hash=digest(claims["jti"]), for_s=for_s):
            raise BadToken("The logout token was heeded already.")
        whose = {"provider_id": meant.id, "sid": claims.get("sid"), "subject": claims.get("sub")}
        await tx.db.run(DROP_PENDING, **whose)
        rows = await tx.db.rows(MEANT, **whose)
        return sum([await _end(tx, client, key, row) for row in rows])


async def way_out(app: App, session_id: UUID, *, back_to: str) -> str | None:
    """Where a browser has to go to be signed out at the provider too (RP-Initiated Logout 1.0).

    None for a session that no provider began, or whose provider doesn't offer that or can't be asked.
    """
    row = await app.db.row(HINT, session_id=session_id)
    if row is None:
        return None
    try:
        draft = (await provider(app.db, row["provider_id"])).draft
        metadata = await directory(app).metadata(draft.issuer)
    except (NotFound, Unreachable):
        return None
    if metadata.end_session_endpoint is None:
        return None
    id_token = app.keyring.open(row["id_token"], belongs_to(ProviderSessionRow.id_token, row["id"]))
    form = {
        "id_token_hint": id_token.decode(),
        "client_id": draft.client_id,
        "post_logout_redirect_uri": back_to,
    }
    return _with_query(metadata.end_session_endpoint, form)


async def purge(db: Db) -> int:
    """Forget logouts whose tokens are not taken any more."""
    return await db.run(PURGE)


async def _end(tx: Tx, client: Client, key: str, row: Any) -> int:
    ended = await end(tx, row["user_id"], row["ids"], Ended.PROVIDER)
    after = {"provider": key, "sessions": len(ended)}
    await record(tx, client.actor(), "session.ended_by_provider", "User", row["user_id"], after=after)
    return len(ended)


def _with_query(url: str, form: dict[str, str]) -> str:
    return str(httpx.URL(url).copy_merge_params(form))
