"""A provider of works that are said in the test, and what it was asked."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.catalog.facts import SeasonFacts, WorkFacts
from app.core.http_errors import ProviderSaysNo
from app.identify.titles import match_key
from app.metadata.facts import Candidate, FoundWork, Kind, SeasonInBrief
from app.metadata.provider import Wanted
from tests.metadata.fakes import Fake


def work(
    id_: str, title: str, year: int | None = None, *titles: str, minutes: int | None = None, **facts: Any
) -> FoundWork:
    """seasons: `(6, 22)` are the episodes of each."""
    seasons = tuple(
        SeasonInBrief(f"{id_}-{number}", SeasonFacts(number), count)
        for number, count in enumerate(facts.pop("seasons", ()), start=1)
    )
    said = WorkFacts(
        title=title,
        match_key=match_key(title),
        sort_title=title,
        year=year,
        runtime_s=minutes * 60 if minutes else None,
        **facts,
    )
    return FoundWork("tmdb", Kind.MOVIE, id_, said, titles=(title, *titles), seasons=seasons)


class Shelf(Fake):
    """Finds whatever it is asked for, in its order. asked: `search Title 1999`, `work 7`. fails: raised instead.

    merged: ids that answer with another work. says_no: its status for works that it hasn't got. found: what searches
    find; all of it unless told.
    """

    def __init__(self, *works: FoundWork, name: str = "tmdb", fails: Exception | None = None) -> None:
        super().__init__(name)
        self.works = {each.id: replace(each, provider=name) for each in works}
        self.fails = fails
        self.merged: dict[str, str] = {}
        self.says_no = 404
        self.asked: list[str] = []

    async def search(self, _: Any, wanted: Wanted) -> Sequence[Candidate]:
        self._hear(f"search {wanted.title} {wanted.year or ''}".strip())
        return [
            Candidate(
                self.about.id,
                wanted.kind,
                id_,
                each.facts.title,
                each.facts.original_title,
                year=each.facts.year,
            )
            for id_, each in self.works.items()
            if wanted.year is None or each.facts.year in (None, wanted.year)
        ]

    async def find(self, _: Any, kind: Kind, source: str, external_id: str) -> Candidate | None:
        self._hear(f"find {source} {external_id}")
        found = [each for each in self.works.values() if each.facts.provider_ids.get(source) == external_id]
        return next((Candidate(self.about.id, kind, each.id, each.facts.title) for each in found), None)

    async def work(self, _: Any, kind: Kind, work_id: str, languages: Sequence[str]) -> FoundWork:
        self._hear(f"work {work_id}")
        found = self.works.get(self.merged.get(work_id, work_id))
        if found is None:
            raise ProviderSaysNo(self.about.id, "it has no such thing", self.says_no)
        return found

    def _hear(self, question: str) -> None:
        self.asked.append(question)
        if self.fails is not None:
            raise self.fails


class ListedShelf(Shelf):
    """Puts out a list of all titles, which a test has put into the database."""

    export = listed = Fake.season
