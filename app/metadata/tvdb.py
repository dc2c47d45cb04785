"""TheTVDB, version 4 of its API, as https://thetvdb.github.io/v4-api has it."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar, cast

from app.core.app import App
from app.core.clock import now
from app.core.http import http
from app.core.http_errors import ProviderBroken, ProviderRefused, ProviderSaysNo
from app.core.http_messages import Question, Service
from app.metadata import tvdb_login
from app.metadata.facts import Candidate, Changes, FoundGroup, FoundSeason, FoundWork, ImageFacts, Kind
from app.metadata.provider import About, PicturePlace, Wanted, place_of_pictures
from app.metadata.settings import TVDB_IMAGE_URL, TVDB_RATE, TVDB_URL
from app.metadata.tmdb_json import Json, identity, items, mapping, text, whole
from app.metadata.tmdb_parts import View
from app.metadata.tvdb_parts import PROVIDER, code_of
from app.metadata.tvdb_season import OFFICIAL, episodes_of, group, season
from app.metadata.tvdb_work import candidate, orders_of, pictures, work
from app.settings.values import value

T = TypeVar("T")

ABOUT = About(
    PROVIDER, "TheTVDB", frozenset(Kind), "tvdb", "https://www.thetvdb.com/dashboard/account/apikey"
)
# What it calls kinds in paths, and in searches.
_PATHS = {Kind.MOVIE: "movies", Kind.TV: "series"}
_TYPES = {Kind.MOVIE: "movie", Kind.TV: "series"}
# Ids that are nobody else's: it looks for them in all sources at once.
SOURCES = frozenset({"imdb", "wikidata"})
# In which of its records a change is one of a work, and which field of theirs is the work.
CHANGED = {
    Kind.MOVIE: {"movies": "recordId", "translatedmovies": "recordId"},
    Kind.TV: {
        "series": "recordId",
        "translatedseries": "recordId",
        "seasons": "seriesId",
        "episodes": "seriesId",
    },
}
HOUR_S = 3600.0
# A series is asked for anew, but its episodes are kept, for seasons to be read from.
MOMENT_S = 1.0
MOST_PAGES, MOST_PAGES_OF_CHANGES = 50, 400
# How long ago an id may have been merged into another, to be followed.
MERGED = timedelta(days=90)


class Tvdb:
    about = ABOUT

    async def service(self, app: App) -> Service:
        return Service(ABOUT.id, rate_per_s=await value(app, TVDB_RATE))

    async def search(self, app: App, wanted: Wanted) -> Sequence[Candidate]:
        """With the year and, where nothing was found, without it: one request, or two."""
        found = await self._search(app, wanted, wanted.year)
        return found or (await self._search(app, wanted, None) if wanted.year else [])

    async def find(self, app: App, kind: Kind, source: str, external_id: str) -> Candidate | None:
        if source not in SOURCES:
            return None
        try:
            found = await self._ask(app, f"/search/remoteid/{_part(external_id)}", {}, max_age_s=HOUR_S)
        except ProviderSaysNo as error:
            if error.is_gone:
                return None
            raise
        view = await self._view(app, ())
        listed = (mapping(each, _TYPES[kind]) for each in items(found, "data"))
        return next((one for each in listed if (one := candidate(view, kind, each))), None)

    async def work(self, app: App, kind: Kind, work_id: str, languages: Sequence[str]) -> FoundWork:
        """A film: one request. A series: one, and one for each 500 episodes in each order that it has; two orders are
        asked for once an hour. Follows ids that were merged lately.
        """
        own_id = _part(work_id)
        try:
            return await self._work(app, kind, own_id, languages)
        except ProviderSaysNo as error:
            other_id = await self._merged_into(app, kind, own_id) if error.is_gone else None
            if other_id is None:
                raise
            return await self._work(app, kind, other_id, languages)

    async def season(self, app: App, work_id: str, number: int, languages: Sequence[str]) -> FoundSeason:
        """One request; for the whole series, once an hour, one more and one for each language and 500 episodes."""
        path = f"/series/{_part(work_id)}"
        series = await self._record(app, path, max_age_s=HOUR_S)
        season_id = next(
            (
                id_
                for each in items(series, "seasons")
                if whole(each, "number") == number
                and text(mapping(each, "type"), "type") == OFFICIAL
                and (id_ := identity(each))
            ),
            None,
        )
        if season_id is None:
            raise ProviderSaysNo(ABOUT.id, "it knows of no such season", 404)
        wanted = languages or ("en",)
        found = await self._record(app, f"/seasons/{season_id}")
        paths = [f"{path}/episodes/{OFFICIAL}/{code_of(each)}" for each in wanted]
        listed = await asyncio.gather(*(self._listed(app, each, HOUR_S) for each in paths))
        in_language = dict(zip(wanted, listed, strict=True))
        return _whole(season(await self._view(app, languages), found, in_language))

    async def images(
        self, app: App, kind: Kind, work_id: str, languages: Sequence[str]
    ) -> Sequence[ImageFacts]:
        path = f"/{_PATHS[kind]}/{_part(work_id)}"
        found = await self._ask(app, path + ("/artworks" if kind is Kind.TV else "/extended"), {})
        return pictures(await self._view(app, languages), kind, mapping(found, "data"))

    async def changes(self, app: App, kind: Kind, since: date) -> Changes:
        """All pages; also works of which a season, an episode or a translation changed, or that are gone."""
        ids: set[str] = set()
        until = now().date()
        for type_, name in CHANGED[kind].items():
            asked = {"since": str(_seconds(since)), "type": type_}
            pages = await self._pages(app, "/updates", asked, most=MOST_PAGES_OF_CHANGES)
            listed = [each for page in pages for each in items(page, "data")]
            ids.update(id_ for each in listed if (id_ := identity(each, name)))
            if len(pages) == MOST_PAGES_OF_CHANGES:
                until = min(until, _last_day(listed, since))
        return Changes(frozenset(ids), until)

    async def picture_place(self, app: App) -> PicturePlace:
        return place_of_pictures(ABOUT.id, await value(app, TVDB_IMAGE_URL))

    async def group(self, app: App, group_id: str) -> FoundGroup:
        """group_id: that of the series, and the order's name. Two requests for each 500 episodes, once an hour."""
        series_id, _, name = group_id.partition("-")
        path = f"/series/{_part(series_id)}"
        listed, aired = await asyncio.gather(
            self._order(app, f"{path}/episodes/{_part(name)}", HOUR_S),
            self._order(app, f"{path}/episodes/{OFFICIAL}", HOUR_S),
        )
        return _whole(group(group_id, name, listed, aired))

    async def _work(self, app: App, kind: Kind, work_id: str, languages: Sequence[str]) -> FoundWork:
        path = f"/{_PATHS[kind]}/{work_id}"
        view = await self._view(app, languages)
        if kind is Kind.MOVIE:
            return _whole(work(view, kind, await self._record(app, path)))
        first = code_of(languages[0]) if languages else "eng"
        found = await self._record(app, path, max_age_s=MOMENT_S)
        aired = await self._listed(app, f"{path}/episodes/{OFFICIAL}/{first}", MOMENT_S)
        names = orders_of(found)
        listed = await asyncio.gather(
            *(self._listed(app, f"{path}/episodes/{name}", HOUR_S) for name in names)
        )
        return _whole(work(view, kind, found, aired, dict(zip(names, listed, strict=True))))

    async def _search(self, app: App, wanted: Wanted, year: int | None) -> list[Candidate]:
        asked = {"query": wanted.title, "type": _TYPES[wanted.kind], "limit": "30"}
        if year is not None:
            asked["year"] = str(year)
        found = await self._ask(app, "/search", asked, max_age_s=HOUR_S)
        view = await self._view(app, ())
        listed = items(found, "data")
        return [one for each in listed if (one := candidate(view, wanted.kind, each, wanted.language))]

    async def _merged_into(self, app: App, kind: Kind, work_id: str) -> str | None:
        """The id of the work that a deleted one was a duplicate of."""
        asked = {"since": str(_seconds(now().date() - MERGED)), "type": _PATHS[kind], "action": "delete"}
        pages = await self._pages(app, "/updates", asked, most=MOST_PAGES_OF_CHANGES, max_age_s=HOUR_S)
        merged = (
            identity(each, "mergeToId")
            for page in pages
            for each in items(page, "data")
            if identity(each, "recordId") == work_id
            and text(each, "mergeToEntityType", "mergeToType") in (None, _PATHS[kind])
        )
        return next((id_ for id_ in merged if id_ and id_ != work_id), None)

    async def _record(self, app: App, path: str, *, max_age_s: float = 0.0) -> Json:
        found = await self._ask(app, f"{path}/extended", {"meta": "translations"}, max_age_s=max_age_s)
        return mapping(found, "data")

    async def _listed(self, app: App, path: str, max_age_s: float) -> list[Json]:
        """Episodes in an order, maybe with texts in a language; empty where the series hasn't got that."""
        try:
            return await self._order(app, path, max_age_s)
        except ProviderSaysNo:
            return []

    async def _order(self, app: App, path: str, max_age_s: float) -> list[Json]:
        return episodes_of(await self._pages(app, path, {}, most=MOST_PAGES, max_age_s=max_age_s))

    async def _pages(
        self, app: App, path: str, query: Mapping[str, str], *, most: int, max_age_s: float = 0.0
    ) -> list[Json]:
        """Of what its links say only that there is a next page: not where."""
        found: list[Json] = []
        while len(found) < most:
            asked = {**query, "page": str(len(found))}
            found.append(await self._ask(app, path, asked, max_age_s=max_age_s))
            if not text(mapping(found[-1], "links"), "next", most=2000):
                break
        return found

    async def _view(self, app: App, languages: Sequence[str]) -> View:
        return View(tuple(languages), (await value(app, TVDB_IMAGE_URL)).rstrip("/"))

    async def _ask(self, app: App, path: str, query: Mapping[str, str], *, max_age_s: float = 0.0) -> Json:
        """With a token, and once more with a new one, where that has ended. Raises ProviderError."""
        url, service = (await value(app, TVDB_URL)).rstrip("/"), await self.service(app)

        async def asked(token: str, *, is_lent: bool) -> Json:
            shown = {"authorization": f"Bearer {token}"}
            question = Question(url + path, query, shown, max_age_s=max_age_s, is_lent=is_lent)
            answer = await http(app).ask(service, question)
            if not isinstance(answer.body, dict):
                raise ProviderBroken(ABOUT.id, "it answers something else than was asked for", answer.status)
            return cast("Json", answer.body)

        token = await tvdb_login.token(app, ABOUT, service, url)
        try:
            return await asked(token, is_lent=True)
        except ProviderRefused:
            token = await tvdb_login.token(app, ABOUT, service, url, refused=token)
            return await asked(token, is_lent=False)


def _whole(found: T | None) -> T:
    """Raises ProviderBroken for an answer without what makes it one."""
    if found is None:
        raise ProviderBroken(ABOUT.id, "it answers something else than was asked for")
    return found


def _part(part: str) -> str:
    """A part of a path that can't become another path. Raises ProviderSaysNo."""
    if not part.isascii() or not part.isalnum():
        raise ProviderSaysNo(ABOUT.id, "that is no id of its", 404)
    return part


def _seconds(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())


def _last_day(listed: Sequence[Json], since: date) -> date:
    """The latest day of changes that were told, the oldest first."""
    latest = max((whole(each, "timeStamp", 2**33) or 0 for each in listed), default=0)
    return max(since, datetime.fromtimestamp(latest, UTC).date())


TVDB = Tvdb()
