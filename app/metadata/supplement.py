"""What further providers add to a work that one of them found; what each can't tell is its own matter."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.app import App
from app.core.config import ConfigError
from app.core.errors import Unreadable
from app.core.http_errors import ProviderBroken, ProviderError, ProviderLimited, ProviderUnreachable
from app.metadata.facts import FoundWork
from app.metadata.provider import Online, Provider, Supplements

# By whose ids works are found elsewhere, the surest first.
SOURCES = ("imdb", "tvdb", "tmdb")


@dataclass(frozen=True, slots=True)
class Supplement:
    """work: what it says, for `merge`; None where it knows nothing. error: why it could not be asked."""

    provider: str
    work: FoundWork | None = None
    error: ProviderError | ConfigError | Unreadable | None = None

    @property
    def may_pass(self) -> bool:
        """Whether it may be asked again in some days, without anybody's doing."""
        return isinstance(self.error, ProviderUnreachable | ProviderBroken | ProviderLimited)


async def supplements(
    app: App, found: FoundWork, providers: Sequence[Online], languages: Sequence[str]
) -> list[Supplement]:
    """Of each of these but the one who found the work, in order; all are asked at the same time, by ids alone.

    Who only adds costs one request. Who tells of works costs one for each id until it knows one, and one for the work;
    who has nothing to go by costs none.
    """
    others = [
        each for each in providers if each.about.id != found.provider and found.kind in each.about.kinds
    ]
    return list(await asyncio.gather(*(_supplement(app, found, each, languages) for each in others)))


async def _supplement(app: App, found: FoundWork, provider: Online, languages: Sequence[str]) -> Supplement:
    try:
        return Supplement(provider.about.id, await _told(app, found, provider, languages))
    except (ProviderError, ConfigError, Unreadable) as error:
        return Supplement(provider.about.id, error=error)


async def _told(app: App, found: FoundWork, provider: Online, languages: Sequence[str]) -> FoundWork | None:
    ids = {**found.facts.provider_ids, found.provider: found.id}
    if isinstance(provider, Supplements):
        return await provider.supplement(app, found.kind, ids, languages)
    if not isinstance(provider, Provider):
        return None
    own = ids.get(provider.about.id)
    for source in SOURCES:
        if own is None and source in ids:
            candidate = await provider.find(app, found.kind, source, ids[source])
            own = candidate.id if candidate else None
    return await provider.work(app, found.kind, own, languages) if own else None
