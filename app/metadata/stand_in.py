"""What stands in for TMDb about the demo library, as long as nobody has said how TMDb itself is to be asked."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.metadata.settings import TMDB_URL
from app.settings.values import value

PROVIDER, SECRET = "tmdb", "tmdb"
# A library of which a part lies elsewhere is somebody's own.
IS_NEEDED = text(
    """
    SELECT EXISTS (SELECT FROM settings.secrets WHERE name = :secret) AS has_key, ARRAY(
        SELECT r.library_id FROM library.roots r GROUP BY r.library_id
        HAVING bool_and(starts_with(r.path, CAST(:folder AS text) || '/'))) AS libraries
    """
)


@dataclass(frozen=True, slots=True)
class StandIn:
    """libraries: about whose works it may be asked, and about no others'."""

    api_url: str
    image_url: str
    key: str = field(repr=False)
    libraries: frozenset[UUID]


async def stand_in(app: App) -> StandIn | None:
    """None wherever TMDb itself is asked: with a key or an address of the user's own, and without a demo library.

    No statement where this process was not told of one, else one.
    """
    if not app.config.demo_tmdb or await value(app, TMDB_URL) != TMDB_URL.default:
        return None
    row = await app.db.row(IS_NEEDED, secret=SECRET, folder=str(app.config.demo_path))
    if row is None or row["has_key"] or not row["libraries"]:
        return None
    parts = urlsplit(app.config.demo_tmdb)
    url = f"http://{parts.hostname}:{parts.port}"
    return StandIn(f"{url}/3", f"{url}/t/p", parts.username or "", frozenset(row["libraries"]))
