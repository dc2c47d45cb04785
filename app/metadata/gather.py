"""Asking providers about one thing that is to be looked at; nothing is written yet, and no transaction is open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.core.app import App
from app.core.clock import now
from app.core.http_errors import ProviderSaysNo
from app.metadata import registry
from app.metadata.facts import FoundCollection, FoundSeason, FoundWork, Kind
from app.metadata.find import find_work
from app.metadata.links import Found, link_of
from app.metadata.looks import Look
from app.metadata.merge import Merged, merge, plan
from app.metadata.ordered_season import season_of
from app.metadata.provider import HasCollections, Online, Provider
from app.metadata.schedule import INCOMPLETE, OLD, UNKNOWN, after_look, after_work
from app.metadata.score import Status
from app.metadata.settings import MERGE
from app.metadata.supplement import Supplement, supplements
from app.metadata.whom import NOBODY, Asked, Whom
from app.settings.values import value


@dataclass(frozen=True, slots=True)
class Terms:
    """How is asked just now. rules: of how what several say is put together."""

    whom: Whom
    languages: tuple[str, ...]
    rules: tuple[str, ...]

    def asked(self, look: Look) -> Asked:
        """Those of the first library that may ask."""
        return next((self.whom[each] for each in look.libraries if each in self.whom), NOBODY)

    def teller(self, look: Look) -> str:
        """Without whom nothing of the library is looked at (`whom_to_ask`)."""
        return next((each.about.id for each in self.asked(look) if isinstance(each, Provider)), "")


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a look brought. wait: until the next. found: what a work was found to be. works: of each who told of it.

    season_of: of which work of which provider the season is.
    problem, fault: what is the matter with it, and its error's code, though it could be looked at.
    """

    look: Look
    wait: timedelta
    problem: str | None = None
    fault: str | None = None
    found: Found | None = None
    merged: Merged | None = None
    works: tuple[FoundWork, ...] = ()
    season: FoundSeason | None = None
    season_of: tuple[str, str] | None = None
    collection: FoundCollection | None = None


async def terms(app: App, whom: Whom) -> Terms:
    return Terms(whom, await registry.languages(app), await value(app, MERGE))


async def gather(app: App, look: Look, settled: Terms) -> Gathered:
    """Raises ProviderError, ConfigError, Unreadable."""
    if look.kind == "season":
        return await _season(app, look, settled)
    if look.kind == "collection":
        return await _collection(app, look, settled)
    return await _work(app, look, settled)


async def _work(app: App, look: Look, settled: Terms) -> Gathered:
    kind, asked = Kind(look.kind), settled.asked(look)
    tellers = [each for each in asked if isinstance(each, Provider)]
    found = await find_work(app, kind, look.work_id, tellers, settled.languages, fallbacks=asked.fallbacks)
    if found is None:
        return Gathered(look, OLD)
    is_gone = isinstance(found.error, ProviderSaysNo) and found.error.is_gone
    if found.error is not None and not is_gone:
        raise found.error
    if found.work is None:
        code = ProviderSaysNo.code if is_gone or found.lost else None
        return Gathered(look, UNKNOWN, found.problem or found.lost, code, found)
    others = await supplements(app, found.work, asked.steady, settled.languages)
    works = (found.work, *(each.work for each in others if each.work is not None))
    merged = merge(works, plan([each.about.id for each in asked], settled.rules))
    problem, code = _missing(asked, others)
    wait = after_work(merged.work, now().date())
    if any(each.may_pass for each in others):
        wait = min(wait, INCOMPLETE)
    return Gathered(look, wait, problem, code, found, merged, works)


def _missing(asked: Iterable[Online], others: Sequence[Supplement]) -> tuple[str | None, str | None]:
    """Whose word is missing or old, and why, for people; and the code of the first of these errors."""
    names = {each.about.id: each.about.name for each in asked}
    wrong = {each.provider: each.error for each in others if each.error is not None}
    said = [f"What {names[key]} adds could not be asked for ({error})." for key, error in wrong.items()]
    first = next(iter(wrong.values()), None)
    return " ".join(said) or None, getattr(first, "code", None)


async def _season(app: App, look: Look, settled: Terms) -> Gathered:
    """Of a series that is known. Where its files go by another order, of each season that is meant."""
    if look.series_id is None or look.number is None:
        return Gathered(look, OLD)
    link = (await link_of(app.db, Kind.TV, [look.series_id]))[look.series_id]
    if link is None or link.status is not Status.MATCHED or link.provider is None or link.provider_id is None:
        return Gathered(look, OLD)
    provider = next((each for each in settled.asked(look) if each.about.id == link.provider), None)
    if not isinstance(provider, Provider):
        return Gathered(look, OLD)
    try:
        season = await season_of(
            app, provider, look.series_id, link.provider_id, look.number, settled.languages
        )
    except ProviderSaysNo as error:
        if not error.is_gone:
            raise
        return Gathered(look, UNKNOWN, f"{provider.about.name} knows no such season.", error.code)
    wait = UNKNOWN if season is None else _until_next(season)
    return Gathered(look, wait, season=season, season_of=(link.provider, link.provider_id))


def _until_next(season: FoundSeason) -> timedelta:
    aired = [each.facts.air_date for each in season.episodes if each.facts.air_date is not None]
    return after_look(max(aired, default=season.facts.air_date), now().date())


async def _collection(app: App, look: Look, settled: Terms) -> Gathered:
    for provider in settled.asked(look):
        own = look.ids.get(provider.about.id)
        if own is None or not isinstance(provider, HasCollections):
            continue
        try:
            found = await provider.collection(app, own, settled.languages)
        except ProviderSaysNo as error:
            if not error.is_gone:
                raise
            return Gathered(look, OLD, f"{provider.about.name} knows no such collection.", error.code)
        return Gathered(look, OLD, collection=found)
    return Gathered(look, OLD)
