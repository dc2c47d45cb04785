"""TVmaze, which knows series and asks for no key, as https://www.tvmaze.com/api has it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, cast

from app.core.app import App
from app.core.clock import now
from app.core.http import http
from app.core.http_errors import ProviderBroken, ProviderSaysNo
from app.core.http_messages import Question, Service
from app.metadata.facts import Candidate, Changes, FoundSeason, FoundWork, ImageFacts, Kind
from app.metadata.provider import About, PicturePlace, Wanted, place_of_pictures
from app.metadata.settings import TVMAZE_IMAGE_URL, TVMAZE_RATE, TVMAZE_URL
from app.metadata.tmdb_json import Json, items, mapping, whole
from app.metadata.tmdb_parts import View
from app.metadata.tvmaze_parts import images
from app.metadata.tvmaze_season import season
from app.metadata.tvmaze_show import candidate, series
from app.settings.values import value

ABOUT = About("tvmaze", "TVmaze", frozenset({Kind.TV}), None, "https://www.tvmaze.com/api")
# What is embedded in a show, so that it costs one request with all of its seasons.
PARTS = ("cast", "crew", "seasons", "episodeswithspecials", "akas", "images")
SOURCES = {"imdb": "imdb", "tvdb": "thetvdb"}
HOUR_S = 3600.0
# A show is asked for anew, but its answer kept, for seasons to be read from.
MOMENT_S = 1.0
# Soaps have ten thousands of episodes.
MOST_BYTES = 64 * 1024 * 1024
# How much the list of changes may be narrowed, by its age in hours.
PERIODS = ((24, "day"), (7 * 24, "week"), (28 * 24, "month"))


class Tvmaze:
    about = ABOUT

    async def service(self, app: App) -> Service:
        return Service(ABOUT.id, rate_per_s=await value(app, TVMAZE_RATE), most_bytes=MOST_BYTES)

    async def search(self, app: App, wanted: Wanted) -> Sequence[Candidate]:
        """By title alone: TVmaze doesn't ask for years, and forgives two letters that are wrong."""
        if wanted.kind is not Kind.TV:
            return []
        found = await self._ask(app, "/search/shows", {"q": wanted.title}, max_age_s=HOUR_S)
        view = await self._view(app, ())
        listed = (mapping(each, "show") for each in items({"found": found}, "found"))
        return [one for each in listed if (one := candidate(view, each))]

    async def find(self, app: App, kind: Kind, source: str, external_id: str) -> Candidate | None:
        """It answers a redirect to the show: two requests."""
        if kind is not Kind.TV or source not in SOURCES:
            return None
        asked = {SOURCES[source]: external_id}
        try:
            found = await self._ask(app, "/lookup/shows", asked, max_age_s=HOUR_S)
        except ProviderSaysNo as error:
            if error.is_gone:
                return None
            raise
        return candidate(await self._view(app, ()), _object(found))

    async def work(self, app: App, kind: Kind, work_id: str, languages: Sequence[str]) -> FoundWork:
        """One request, with all seasons and episodes."""
        show = await self._show(app, kind, work_id, MOMENT_S)
        found = series(await self._view(app, languages), show)
        if found is None:
            raise ProviderBroken(ABOUT.id, "it answers something else than was asked for")
        return found

    async def season(self, app: App, work_id: str, number: int, languages: Sequence[str]) -> FoundSeason:
        """No request, where the show was asked for in the last hour."""
        show = await self._show(app, Kind.TV, work_id, HOUR_S)
        found = season(await self._view(app, languages), show, number)
        if found is None:
            raise ProviderSaysNo(ABOUT.id, "it knows of no such season", 404)
        return found

    async def images(
        self, app: App, kind: Kind, work_id: str, languages: Sequence[str]
    ) -> Sequence[ImageFacts]:
        """All of them: of writing on them TVmaze tells nothing."""
        if kind is not Kind.TV:
            return []
        found = await self._ask(app, f"/shows/{_part(work_id)}/images", {})
        return images(await self._view(app, languages), {"_embedded": {"images": found}})

    async def changes(self, app: App, kind: Kind, since: date) -> Changes:
        """One request. TVmaze remembers when each show changed last, however long ago."""
        today = now().date()
        if kind is not Kind.TV:
            return Changes(frozenset(), today)
        start = datetime.combine(since, time(), UTC)
        hours = (now() - start).total_seconds() / 3600
        period = next((name for most, name in PERIODS if hours <= most), None)
        found = _object(await self._ask(app, "/updates/shows", {"since": period} if period else {}))
        moments = {id_: whole(found, id_, 2**53) for id_ in found if id_.isascii() and id_.isdigit()}
        ids = frozenset(id_ for id_, at in moments.items() if at is not None and at >= start.timestamp())
        return Changes(ids, today)

    async def picture_place(self, app: App) -> PicturePlace:
        return place_of_pictures(ABOUT.id, await value(app, TVMAZE_IMAGE_URL))

    async def _show(self, app: App, kind: Kind, show_id: str, max_age_s: float) -> Json:
        if kind is not Kind.TV:
            raise ProviderSaysNo(ABOUT.id, "it knows of no films", 404)
        asked = {"embed[]": PARTS}
        return _object(await self._ask(app, f"/shows/{_part(show_id)}", asked, max_age_s=max_age_s))

    async def _view(self, app: App, languages: Sequence[str]) -> View:
        return View(tuple(languages), (await value(app, TVMAZE_IMAGE_URL)).rstrip("/"))

    async def _ask(
        self, app: App, path: str, query: Mapping[str, str | tuple[str, ...]], *, max_age_s: float = 0.0
    ) -> Any:
        """Raises ProviderError."""
        url = (await value(app, TVMAZE_URL)).rstrip("/") + path
        return (await http(app).ask(await self.service(app), Question(url, query, max_age_s=max_age_s))).body


def _object(found: Any) -> Json:
    """Raises ProviderBroken for what is none."""
    if not isinstance(found, dict):
        raise ProviderBroken(ABOUT.id, "it answers something else than was asked for")
    return cast("Json", found)


def _part(text: str) -> str:
    """A part of a path that can't become another path. Raises ProviderSaysNo."""
    if not text.isascii() or not text.isdigit():
        raise ProviderSaysNo(ABOUT.id, "that is no id of its", 404)
    return text


TVMAZE = Tvmaze()
