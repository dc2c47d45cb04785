"""Who came by a token: remembered for a minute, and for nobody once what they are or may do has changed."""

from uuid import UUID

from app.core.app import App
from app.core.cache import Cache
from app.identity.known import Known, KnownAsJson, KnownToken

FAMILY = "viewer"
KEPT_S = 60
MOST = 10_000

ViewerCache = Cache[Known | KnownToken]


def viewer_cache(app: App) -> ViewerCache:
    """The application's one, by the hash of the token."""
    return app.own(_cache)


def _cache(app: App) -> ViewerCache:
    return Cache(app, FAMILY, kept_s=KEPT_S, most=MOST, codec=KnownAsJson())


def tags_of(*ids: UUID) -> tuple[str, ...]:
    """What is void by an event that names one of these users, sessions or tokens."""
    return tuple(str(each) for each in ids)
