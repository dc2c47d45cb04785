"""The providers that there are, and which of them are asked for what, in which order."""

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from app.core.app import App
from app.core.db import Db
from app.metadata.choices import choice_of
from app.metadata.facts import Kind
from app.metadata.fanart import FANART
from app.metadata.local import NFO, TAGS
from app.metadata.omdb import OMDB
from app.metadata.provider import Local, Online
from app.metadata.settings import FALLBACKS, LANGUAGES, PROVIDERS
from app.metadata.stand_in import PROVIDER, stand_in
from app.metadata.tmdb import TMDB
from app.metadata.tvdb import TVDB
from app.metadata.tvmaze import TVMAZE
from app.settings.values import value

# Those that can be chosen, in any order.
ALL: tuple[Online, ...] = (TMDB, TVMAZE, TVDB, FANART, OMDB)
# What needs not be asked, and whose place is fixed: it counts before the others, or after them.
FIRST: tuple[Local, ...] = (NFO,)
LAST: tuple[Local, ...] = (TAGS,)


def named(names: Sequence[str]) -> list[Online]:
    """Those by these ids, in their order; what this version doesn't know is left out."""
    known = {each.about.id: each for each in ALL}
    return [known[name] for name in dict.fromkeys(names) if name in known]


async def default_order(app: App, db: Db | None = None) -> list[Online]:
    """As the server is set."""
    return named(await value(app, PROVIDERS, db))


async def fallbacks(app: App) -> list[Online]:
    """Whom to ask where none of the default order knows a work, or has a key; nobody where that names nobody."""
    order = await default_order(app)
    return [each for each in named(await value(app, FALLBACKS)) if order and each not in order]


async def everyone_of(app: App, library_id: UUID, kind: Kind) -> list[Online]:
    """Whom to ask about a library's works: whom it was given, else as the server is set; only who knows such works."""
    chosen = await choice_of(app.db, library_id)
    order = await default_order(app) if chosen is None else named(chosen)
    return await allowed(app, library_id, [each for each in order if kind in each.about.kinds])


async def allowed(app: App, library_id: UUID, order: Sequence[Online]) -> list[Online]:
    """Without whom is only stood in for, where the library is somebody's own."""
    other = await stand_in(app)
    is_own = other is not None and library_id not in other.libraries
    return [each for each in order if not (is_own and each.about.id == PROVIDER)]


async def languages(app: App) -> tuple[str, ...]:
    """In which texts are fetched, as BCP 47 in lower case."""
    return _lowered(tuple(await value(app, LANGUAGES)))


async def all_languages(app: App) -> frozenset[str]:
    """The same in no order, for each request."""
    return _as_set(tuple(await value(app, LANGUAGES)))


@lru_cache(maxsize=8)
def _as_set(tags: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_lowered(tags))


@lru_cache(maxsize=8)
def _lowered(tags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.lower() for each in tags))
