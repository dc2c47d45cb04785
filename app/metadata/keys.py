"""Keys of providers: read when they are needed, and not shown again to who has refused them a moment ago."""

from datetime import timedelta

from sqlalchemy import text

from app.core.app import App
from app.core.clock import now
from app.core.crypto import belongs_to
from app.core.http_errors import ProviderRefused
from app.metadata.provider import About, NoKey
from app.settings.tables import SecretRow

# A provider may refuse by mistake; each of thousands of jobs need not find that out anew.
SPARED = timedelta(minutes=15)
KEY = text(
    """
    SELECT s.sealed, s.updated_at, h.refused_at FROM settings.secrets s
    LEFT JOIN http.standings h ON h.service = :service
    WHERE s.name = :name
    """
)


async def key(app: App, about: About) -> str:
    """Raises NoKey; ProviderRefused where it refused this one in the last minutes; Unreadable. One statement."""
    if about.secret_name is None:
        return ""
    row = await app.db.row(KEY, name=about.secret_name, service=about.id)
    if row is None:
        raise NoKey(
            about.id, f"it needs a key: keep one as the secret `{about.secret_name}`", name=about.name
        )
    refused_at = row["refused_at"]
    if refused_at is not None and refused_at > row["updated_at"] and now() - refused_at < SPARED:
        raise ProviderRefused(about.id, "it doesn't take the key", name=about.name)
    return app.keyring.open(row["sealed"], belongs_to(SecretRow.sealed, about.secret_name)).decode()
