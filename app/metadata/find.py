"""Asking providers which of their works one of the catalog's is, in as few requests as that takes."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from uuid import UUID

from app.core.app import App
from app.core.config import ConfigError
from app.core.errors import Unreadable
from app.core.http_errors import ProviderError, ProviderRefused, ProviderSaysNo
from app.identify.titles import match_key
from app.metadata import registry
from app.metadata.facts import Candidate, FoundWork, Kind
from app.metadata.guesses import Guess, guess
from app.metadata.links import Found, Link, candidates_of, link_of
from app.metadata.provider import HasExports, NoKey, Provider, Wanted
from app.metadata.score import (
    UNCERTAIN,
    Sought,
    Status,
    Told,
    Verdict,
    decide,
    is_a_year_off,
    is_another,
    is_beyond_doubt,
    next_to_fetch,
    rate,
    told_by_search,
    told_by_work,
)
from app.metadata.sought import Known, sought_of
from app.metadata.tongues import tongue_of

MOST_SEARCHES, MOST_FETCHED, MOST_LISTED = 3, 3, 20
# By which others' ids works are found, the surest first.
SOURCES = ("imdb", "tvdb", "tmdb")
# What is a person's to mend; meanwhile others can be asked. All other errors pass by themselves.
UNASKABLE = (NoKey, ProviderRefused, ConfigError, Unreadable)
SAME = "It has an id of the work that it was matched with at another provider."
NOBODY = "No provider is asked about this library."


@dataclass(slots=True)
class _Asked:
    """What one provider told so far. whole: what was fetched, by the ids that it was listed by.

    guessed: what was fetched before anything was listed, by its id.
    """

    listed: list[Told] = field(default_factory=list[Told])
    whole: dict[str, FoundWork] = field(default_factory=dict[str, FoundWork])
    guessed: dict[str, FoundWork] = field(default_factory=dict[str, FoundWork])

    def told(self) -> dict[str, Told]:
        by_id = {each.id: each for each in self.listed}
        return {id_: told_by_work(work, by_id.get(id_)) for id_, work in self.whole.items()}

    def add(self, found: Sequence[Told]) -> None:
        known = {each.id for each in self.listed}
        self.listed += [each for each in found if each.id not in known]

    def verdict(self, sought: Sought) -> Verdict:
        whole = self.told()
        return decide(sought, [rate(sought, whole.get(each.id, each)) for each in self.listed])


async def find_work(
    app: App,
    kind: Kind,
    work_id: UUID,
    providers: Sequence[Provider],
    languages: Sequence[str],
    *,
    anew: bool = False,
    fallbacks: Collection[str] = (),
) -> Found | None:
    """Which work it is, as far as can be told, and all about it; None where the catalog hasn't got it any more.

    What a person decided, and what was matched by the same names before, isn't looked for again (unless anew: then
    only what a person decided stands), but fetched. No errors of providers are raised: they are the answer's problem.
    fallbacks: ids of providers, the last ones; what was matched with one of these is looked for at the others first,
    and stays where they don't know it for sure.
    Requests: one for what is known, whose id is given, or whose title and year are known to be its alone; two for a
    title that is clear; at most eight for each provider. Nothing is written, and nothing is asked inside of a
    transaction.
    """
    link = (await link_of(app.db, kind, [work_id]))[work_id]
    known = await sought_of(app.db, kind, work_id)
    if known is None:
        return None
    if link is not None and link.status is Status.REJECTED:
        return _as_before(link)
    if link is None or not (link.is_human or (not anew and _stands(link, known.basis, providers))):
        found = await find(app, work_id, known.sought, providers, languages)
    elif (found := await _moved(app, link, known, providers, languages, fallbacks)) is not None:
        pass
    elif (found := await _known(app, link, languages)) is None:
        found = await find(app, work_id, known.sought, providers, languages)
        lost = f"{link.provider}: it was {link.provider_id}, which is not there any more."
        found = replace(found, lost=lost, evidence=(*found.evidence, lost))
    return replace(found, basis=known.basis)


async def _moved(
    app: App,
    link: Link,
    known: Known,
    providers: Sequence[Provider],
    languages: Sequence[str],
    fallbacks: Collection[str],
) -> Found | None:
    """What a fallback was matched with, at others: by the ids that are known of it, or else by its names.

    None where that isn't sure, and where nothing of it is a fallback's.
    """
    if link.is_human or link.provider not in fallbacks:
        return None
    ids = {name: value for name, value in known.ids.items() if name in SOURCES}
    sought = replace(known.sought, provider_ids={**ids, **known.sought.provider_ids})
    others = [each for each in providers if each.about.id not in fallbacks]
    found = await find(app, link.work_id, sought, others, languages)
    if found.status is not Status.MATCHED or found.work is None:
        return None
    theirs = {**found.work.facts.provider_ids, found.work.provider: found.work.id}
    return replace(found, evidence=(SAME,)) if ids.items() & theirs.items() else found


async def find(
    app: App, work_id: UUID, sought: Sought, providers: Sequence[Provider], languages: Sequence[str]
) -> Found:
    """Ask one provider after the other, until one knows anything that may be meant."""
    pending = Found(sought.kind, work_id, Status.PENDING, problem=None if providers else NOBODY)
    unmatched: Found | None = None
    for provider in providers:
        try:
            found = await _ask(app, work_id, sought, provider, languages)
        except UNASKABLE as error:
            pending = replace(pending, problem=pending.problem or str(error), error=pending.error or error)
            continue
        except ProviderError as error:
            return replace(pending, problem=str(error), error=error)
        if found.status is not Status.UNMATCHED:
            return found
        unmatched = unmatched if unmatched and unmatched.candidates else found
    return pending if pending.problem or unmatched is None else unmatched


def _stands(link: Link, basis: object, providers: Sequence[Provider]) -> bool:
    is_asked = any(each.about.id == link.provider for each in providers)
    return link.status is Status.MATCHED and link.basis == basis and is_asked


def _as_before(link: Link) -> Found:
    return Found(
        link.kind,
        link.work_id,
        link.status,
        link.provider,
        link.provider_id,
        link.score,
        link.evidence,
        link.candidates,
        link.basis,
        is_known=True,
    )


async def _known(app: App, link: Link, languages: Sequence[str]) -> Found | None:
    """What is linked, fetched; None where a machine's link leads nowhere any more."""
    before = _as_before(link)
    provider = next(iter(registry.named([link.provider or ""])), None)
    if not isinstance(provider, Provider) or link.provider_id is None:
        return replace(before, problem=f"This version knows no provider {link.provider}.")
    try:
        work = await provider.work(app, link.kind, link.provider_id, languages)
    except ProviderSaysNo as error:
        return (
            replace(before, problem=str(error), error=error) if link.is_human or not error.is_gone else None
        )
    except (*UNASKABLE, ProviderError) as error:
        return replace(before, problem=str(error), error=error)
    return replace(before, work=work, provider_id=work.id)


async def _ask(
    app: App, work_id: UUID, sought: Sought, provider: Provider, languages: Sequence[str]
) -> Found:
    asked = _Asked()
    taken = await _by_guess(app, work_id, sought, provider, languages, asked)
    if taken is not None:
        return taken
    by_id = await _by_id(app, sought, provider, languages, asked)
    if by_id is not None:
        told = told_by_work(by_id)
        ids = {name: value for name, value in sought.provider_ids.items() if name not in told.provider_ids}
        told = replace(told, provider_ids={**told.provider_ids, **ids, provider.about.id: by_id.id})
        verdict = decide(sought, [rate(_renamed(sought, provider, by_id.id), told)])
        return _found(work_id, sought, verdict, by_id)
    gone = sought.provider_ids.get(provider.about.id)
    sought = _without(sought, provider.about.id)
    await _search(app, sought, provider, languages, asked)
    while len(asked.whole) < MOST_FETCHED:
        wanted = next_to_fetch(sought, asked.listed, asked.told())
        if wanted is None:
            break
        try:
            asked.whole[wanted.id] = await _fetched(app, sought, provider, wanted.id, languages, asked)
        except ProviderSaysNo:
            asked.listed = [each for each in asked.listed if each.id != wanted.id]
    verdict = asked.verdict(sought)
    best = verdict.rated[0].told.id if verdict.status is Status.MATCHED else None
    work = next((each for each in asked.whole.values() if each.id == best), None)
    found = _found(work_id, sought, verdict, work)
    if gone is None:
        return found
    said = f"There is no {gone} at {provider.about.id.upper()}, as the name or an NFO file says."
    return replace(found, evidence=(*found.evidence, said))


def _without(sought: Sought, name: str) -> Sought:
    """An id that leads nowhere excludes nothing."""
    ids = {key: value for key, value in sought.provider_ids.items() if key != name}
    return replace(sought, provider_ids=ids)


def _renamed(sought: Sought, provider: Provider, id_: str) -> Sought:
    """A provider that has merged two of its works answers by the id of the one that is left."""
    name = provider.about.id
    return (
        replace(sought, provider_ids={**sought.provider_ids, name: id_})
        if name in sought.provider_ids
        else sought
    )


async def _by_guess(
    app: App, work_id: UUID, sought: Sought, provider: Provider, languages: Sequence[str], asked: _Asked
) -> Found | None:
    """What a list of all works has by that title, where the work itself leaves no doubt; None where it is searched for.

    Namesakes are looked at one after the other while they turn out to be others. What was fetched in vain is not
    fetched again.
    """
    name = provider.about.id
    keys = [key for title in sought.titles if (key := match_key(title))]
    if not keys or sought.year is None or name in sought.provider_ids or not isinstance(provider, HasExports):
        return None
    guessed = await guess(app.db, name, sought.kind, keys)
    if guessed is None:
        return None
    rivals = guessed.namesakes
    for id_ in (guessed.id, *guessed.others):
        try:
            work = await provider.work(app, sought.kind, id_, languages)
        except ProviderSaysNo as error:
            rivals -= error.is_gone
            continue
        asked.guessed[work.id] = work
        verdict = decide(sought, [rate(sought, told_by_work(work))])
        if is_beyond_doubt(sought, verdict, has_namesakes=rivals > 0):
            found = _found(work_id, sought, verdict, work)
            return replace(found, evidence=(*found.evidence, _why_guessed(provider, guessed)))
        if not is_another(verdict.rated[0]):
            return None
        rivals -= 1
    return None


def _why_guessed(provider: Provider, guessed: Guess) -> str:
    listed = f"It was not searched for: in {provider.about.name}'s list of all titles"
    if not guessed.namesakes:
        return f"{listed}, it is the only one that is called so."
    return f"{listed}, it is one of {guessed.namesakes + 1} that are called so."


async def _fetched(
    app: App, sought: Sought, provider: Provider, id_: str, languages: Sequence[str], asked: _Asked
) -> FoundWork:
    known = asked.guessed.get(id_)
    return await provider.work(app, sought.kind, id_, languages) if known is None else known


async def _by_id(
    app: App, sought: Sought, provider: Provider, languages: Sequence[str], asked: _Asked
) -> FoundWork | None:
    """The work whose id, or whose id elsewhere, is given; None where there is none by it."""
    own = sought.provider_ids.get(provider.about.id)
    if own is not None:
        with suppress(ProviderSaysNo):
            return await provider.work(app, sought.kind, own, languages)
    for source in SOURCES:
        if source in sought.provider_ids and source != provider.about.id:
            with suppress(ProviderSaysNo):
                listed = await provider.find(app, sought.kind, source, sought.provider_ids[source])
                if listed is not None:
                    return await _fetched(app, sought, provider, listed.id, languages, asked)
    return None


async def _search(
    app: App, sought: Sought, provider: Provider, languages: Sequence[str], asked: _Asked
) -> None:
    """By title and year; then, while nothing is alike, without the year, and by the other titles.

    Where a guess is called so and a year off, without the year at once, which shows those of either year.
    """
    is_off = any(is_a_year_off(sought, told_by_work(work)) for work in asked.guessed.values())
    for title, year in _questions(sought, is_any_year_first=is_off):
        wanted = Wanted(sought.kind, title, year, tongue_of(title, languages))
        found: Sequence[Candidate] = ()
        with suppress(ProviderSaysNo):
            found = await provider.search(app, wanted)
            asked.add([told_by_search(each) for each in found[:MOST_LISTED]])
        # What has so many may have more, and the one of the right year among these.
        is_cut_off = is_off and year is None and len(found) >= MOST_LISTED
        if not is_cut_off and any(rate(sought, each).score >= UNCERTAIN for each in asked.listed):
            return


def _questions(sought: Sought, *, is_any_year_first: bool) -> list[tuple[str, int | None]]:
    titles = [title for title in sought.titles if match_key(title)]
    if not titles:
        return []
    years = (None, sought.year) if is_any_year_first else (sought.year, None)
    first = dict.fromkeys((titles[0], year) for year in years)
    return [*first, *((title, sought.year) for title in titles[1:])][:MOST_SEARCHES]


def _found(work_id: UUID, sought: Sought, verdict: Verdict, work: FoundWork | None) -> Found:
    best = verdict.rated[0] if verdict.rated else None
    said = (verdict.reason,) if verdict.reason else ()
    is_matched = verdict.status is Status.MATCHED and work is not None
    return Found(
        sought.kind,
        work_id,
        verdict.status,
        work.provider if is_matched and work else None,
        work.id if is_matched and work else None,
        best.score if best else 0.0,
        (*said, *(best.evidence if best else ())),
        candidates_of(verdict.rated),
        work=work if is_matched else None,
    )
