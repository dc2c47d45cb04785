"""Searching a provider by hand for what a work is."""

import re
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from app.core.app import App
from app.core.db import Db
from app.core.errors import Invalid, NotFound
from app.metadata.facts import Candidate as Listed
from app.metadata.facts import Kind
from app.metadata.links import Candidate, candidates_of
from app.metadata.provider import Provider, Wanted
from app.metadata.score import Sought, rank, rate, told_by_search
from app.metadata.sought import sought_of
from app.metadata.tongues import tongue_of

LONGEST_TEXT = 300
YEARS = range(1850, 2200)
_IMDB = re.compile(r"tt[0-9]{5,12}", re.ASCII)


async def search_metadata(
    app: App,
    db: Db,
    kind: Kind,
    work_id: UUID,
    provider: Provider,
    languages: Sequence[str],
    *,
    text: str | None = None,
    year: int | None = None,
) -> tuple[Candidate, ...]:
    """What the provider finds, scored by what is known of the work, the best first; at most ten.

    text: a title, or an id of IMDb's; by what the work is called unless given. One statement, one or two requests.
    Raises NotFound, Invalid, ProviderError.
    """
    known = await sought_of(db, kind, work_id)
    if known is None:
        raise NotFound("film" if kind is Kind.MOVIE else "series", work_id)
    title = _title(known.sought, text)
    if _IMDB.fullmatch(title):
        sought = known.sought
        found = await provider.find(app, kind, "imdb", title)
        listed: Sequence[Listed] = [found] if found else []
    else:
        sought = _asked_for(known.sought, title, year)
        wanted = Wanted(kind, title, year if text else sought.year, tongue_of(title, languages))
        listed = await provider.search(app, wanted)
    return candidates_of(rank(rate(sought, told_by_search(each)) for each in listed))


def _title(sought: Sought, text: str | None) -> str:
    """Raises Invalid."""
    title = " ".join((sought.titles[0] if text is None else text).split())
    if not title or len(title) > LONGEST_TEXT:
        raise Invalid("text", f"A title to search for has 1 to {LONGEST_TEXT} characters.")
    return title


def _asked_for(sought: Sought, title: str, year: int | None) -> Sought:
    """Raises Invalid."""
    if year is not None and year not in YEARS:
        raise Invalid("year", f"{year} is no year of a film or series.")
    return replace(sought, titles=tuple(dict.fromkeys((title, *sought.titles))), year=year or sought.year)
