"""Which session of a provider a session of ours hangs on."""

from uuid import UUID

from sqlalchemy import text

from app.core.crypto import Keyring, belongs_to
from app.core.ids import new_id
from app.core.outbox import Tx
from app.identity.sso_flows import Told
from app.identity.sso_tables import ProviderSessionRow
from app.identity.tokens import digest

REMEMBER = text(
    """
    INSERT INTO identity.sso_sessions (id, session_id, provider_id, subject, sid, id_token)
    VALUES (:id, :session_id, :provider_id, :subject, CAST(:sid AS text), :id_token)
    """
)
REMEMBER_PENDING = text(
    """
    INSERT INTO identity.sso_sessions (id, pending_id, provider_id, subject, sid, id_token)
    SELECT :id, t.id, :provider_id, :subject, CAST(:sid AS text), :id_token
    FROM identity.one_time_tokens t WHERE t.token_hash = :token_hash
    """
)
ADOPT = text(
    """
    UPDATE identity.sso_sessions SET session_id = :session_id, pending_id = NULL WHERE pending_id = :pending_id
    """
)


async def remember(tx: Tx, keyring: Keyring, session_id: UUID, told: Told) -> None:
    """A new session hangs on what the provider told."""
    await tx.db.run(REMEMBER, session_id=session_id, **_columns(keyring, told))


async def remember_pending(tx: Tx, keyring: Keyring, token: str, told: Told) -> None:
    """The session will, that a sign-in with this token becomes after its second factor."""
    await tx.db.run(REMEMBER_PENDING, token_hash=digest(token), **_columns(keyring, told))


async def adopt(tx: Tx, pending_id: UUID, session_id: UUID) -> None:
    """A sign-in has become a session; before the sign-in is forgotten. One statement, whoever signed in."""
    await tx.db.run(ADOPT, pending_id=pending_id, session_id=session_id)


def _columns(keyring: Keyring, told: Told) -> dict[str, object]:
    key = new_id()
    return {
        "id": key,
        "provider_id": told.provider.id,
        "subject": told.subject,
        "sid": told.sid,
        "id_token": keyring.seal(told.id_token.encode(), belongs_to(ProviderSessionRow.id_token, key)),
    }
