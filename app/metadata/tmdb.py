"""The Movie Database (TMDb), version 3 of its API, as https://developer.themoviedb.org/reference has it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar, cast

from app.core.app import App
from app.core.clock import now
from app.core.http import http
from app.core.http_errors import ProviderBroken, ProviderSaysNo
from app.core.http_messages import Question, Service
from app.metadata.facts import (
    Candidate,
    Changes,
    FoundCollection,
    FoundGroup,
    FoundSeason,
    FoundWork,
    ImageFacts,
    Kind,
)
from app.metadata.keys import key
from app.metadata.provider import About, ExportPlace, Listed, PicturePlace, Wanted, place_of_pictures
from app.metadata.settings import TMDB_IMAGE_URL, TMDB_RATE, TMDB_URL
from app.metadata.stand_in import stand_in
from app.metadata.tmdb_export import export_place, listed
from app.metadata.tmdb_images import ORIGINAL, ImageSizes, image_sizes
from app.metadata.tmdb_json import Json, identity, items, whole
from app.metadata.tmdb_parts import View, images
from app.metadata.tmdb_season import collection, group, season
from app.metadata.tmdb_work import candidate, movie, series
from app.settings.values import value

T = TypeVar("T")

ABOUT = About("tmdb", "TMDb", frozenset(Kind), "tmdb", "https://www.themoviedb.org/settings/api")
# What is appended to a film or series, so that it costs one request; TMDb takes at most 20.
MOVIE_PARTS = (
    "translations,credits,images,release_dates,external_ids,keywords,videos,similar,recommendations,"
    "alternative_titles"
)
SERIES_PARTS = (
    "translations,aggregate_credits,images,content_ratings,external_ids,keywords,videos,similar,recommendations,"
    "alternative_titles,episode_groups"
)
SEASON_PARTS = "translations,aggregate_credits,images,external_ids,videos"
COLLECTION_PARTS = "translations,images"
SOURCES = {"imdb": "imdb_id", "tvdb": "tvdb_id", "wikidata": "wikidata_id"}
HOUR_S, DAY_S = 3600.0, 86_400.0
# A turn that came while the process was busy is made up for at once: still about 40 in any second.
BURST = 2
MOST_DAYS = 14
MOST_PAGES = 500


class Tmdb:
    """Keys are either those of version 3 (a query parameter) or read access tokens (a header); both are taken."""

    about = ABOUT

    async def service(self, app: App) -> Service:
        return Service(ABOUT.id, rate_per_s=await value(app, TMDB_RATE), burst=BURST)

    async def search(self, app: App, wanted: Wanted) -> Sequence[Candidate]:
        """With the year and, where nothing was found, without it: one request, or two."""
        found = await self._search(app, wanted, wanted.year)
        return found or (await self._search(app, wanted, None) if wanted.year else [])

    async def find(self, app: App, kind: Kind, source: str, external_id: str) -> Candidate | None:
        if source not in SOURCES:
            return None
        asked = {"external_source": SOURCES[source]}
        found = await self._ask(app, f"/find/{_part(external_id)}", asked, max_age_s=HOUR_S)
        view = await self._view(app, ())
        listed = items(found, f"{kind}_results")
        return next((one for each in listed if (one := candidate(view, kind, each))), None)

    async def work(self, app: App, kind: Kind, work_id: str, languages: Sequence[str]) -> FoundWork:
        """One request."""
        read, parts = (movie, MOVIE_PARTS) if kind is Kind.MOVIE else (series, SERIES_PARTS)
        asked = {"append_to_response": parts} | _languages(languages)
        found = await self._ask(app, f"/{kind}/{_part(work_id)}", asked)
        return _whole(read(await self._view(app, languages), found))

    async def season(self, app: App, work_id: str, number: int, languages: Sequence[str]) -> FoundSeason:
        """One request, and a small one more for each further language: TMDb names episodes in one at a time."""
        path = f"/tv/{_part(work_id)}/season/{number}"
        first, *others = languages or ("en",)
        asked = {"append_to_response": SEASON_PARTS} | _languages(languages)
        found, *rest = await asyncio.gather(
            self._ask(app, path, asked), *(self._ask(app, path, {"language": _tag(each)}) for each in others)
        )
        view = await self._view(app, languages)
        translated = dict(zip((first, *others), (found, *rest), strict=True))
        return _whole(season(view, found, translated))

    async def images(
        self, app: App, kind: Kind, work_id: str, languages: Sequence[str]
    ) -> Sequence[ImageFacts]:
        asked = {"include_image_language": _image_languages(languages)}
        found = await self._ask(app, f"/{kind}/{_part(work_id)}/images", asked)
        return images(await self._view(app, languages), {"images": found})

    async def changes(self, app: App, kind: Kind, since: date) -> Changes:
        """TMDb remembers 14 days; all pages of them."""
        today = now().date()
        start = max(since, today - timedelta(days=MOST_DAYS))
        ids: set[str] = set()
        page, pages = 0, 1
        while page < min(pages, MOST_PAGES):
            page += 1
            asked = {"start_date": start.isoformat(), "end_date": today.isoformat(), "page": str(page)}
            found = await self._ask(app, f"/{kind}/changes", asked)
            # Without a list nothing is known: else the day would be kept as if nothing had changed on it.
            _whole(found if isinstance(found.get("results"), list) else None)
            ids.update(id_ for each in items(found, "results") if (id_ := identity(each)))
            pages = whole(found, "total_pages") or 0
        return Changes(frozenset(ids), today)

    async def collection(self, app: App, collection_id: str, languages: Sequence[str]) -> FoundCollection:
        asked = {"append_to_response": COLLECTION_PARTS} | _languages(languages)
        found = await self._ask(app, f"/collection/{_part(collection_id)}", asked)
        return _whole(collection(await self._view(app, languages), found))

    async def group(self, app: App, group_id: str) -> FoundGroup:
        return _whole(group(await self._ask(app, f"/tv/episode_group/{_part(group_id)}", {})))

    async def image_sizes(self, app: App) -> ImageSizes:
        """In which sizes pictures are to be had; asked for once a day."""
        return image_sizes(await self._ask(app, "/configuration", {}, max_age_s=DAY_S))

    async def picture_place(self, app: App) -> PicturePlace:
        """Addresses are made of the path and the setting of today, whatever it was when the picture was found."""
        sizes, base = await self.image_sizes(app), await self.image_url(app)

        def address(image: ImageFacts, width: int) -> str:
            return sizes.url(replace(image, url=f"{base}/{ORIGINAL}{image.key}"), width)

        return place_of_pictures(ABOUT.id, base, address)

    async def _search(self, app: App, wanted: Wanted, year: int | None) -> list[Candidate]:
        asked = {"query": wanted.title, "include_adult": "false"}
        if wanted.language:
            asked["language"] = _tag(wanted.language)
        if year is not None:
            asked["year" if wanted.kind is Kind.MOVIE else "first_air_date_year"] = str(year)
        found = await self._ask(app, f"/search/{wanted.kind}", asked, max_age_s=HOUR_S)
        view = await self._view(app, ())
        return [one for each in items(found, "results") if (one := candidate(view, wanted.kind, each))]

    async def export(self, app: App, kind: Kind, day: date) -> ExportPlace | None:
        return await export_place(app, kind, day)

    def listed(self, kind: Kind, line: bytes) -> Listed | None:
        return listed(kind, line)

    async def image_url(self, app: App) -> str:
        """Below which its pictures are."""
        other = await stand_in(app)
        return other.image_url if other else (await value(app, TMDB_IMAGE_URL)).rstrip("/")

    async def _place(self, app: App) -> tuple[str, str]:
        """Where its API is, and the key for that. Raises NoKey, ProviderRefused, Unreadable."""
        other = await stand_in(app)
        if other is not None:
            return other.api_url, other.key
        return (await value(app, TMDB_URL)).rstrip("/"), await key(app, ABOUT)

    async def _view(self, app: App, languages: Sequence[str]) -> View:
        return View(tuple(languages), await self.image_url(app))

    async def _ask(self, app: App, path: str, query: Mapping[str, str], *, max_age_s: float = 0.0) -> Json:
        """Raises ProviderError."""
        url, secret = await self._place(app)
        # Read access tokens are JSON Web Tokens; keys of version 3 have 32 digits and letters.
        is_token = secret.count(".") == 2
        question = Question(
            url + path,
            query,
            secret_headers={"authorization": f"Bearer {secret}"} if is_token else {},
            secret_query={} if is_token else {"api_key": secret},
            max_age_s=max_age_s,
        )
        answer = await http(app).ask(await self.service(app), question)
        if not isinstance(answer.body, dict):
            raise ProviderBroken(ABOUT.id, "it answers something else than was asked for", answer.status)
        return cast("Json", answer.body)


def _whole(found: T | None) -> T:
    """Raises ProviderBroken for an answer without what makes it one."""
    if found is None:
        raise ProviderBroken(ABOUT.id, "it answers something else than was asked for")
    return found


def _languages(languages: Sequence[str]) -> dict[str, str]:
    """The first is that of the plain fields; pictures are of all of them, and without writing."""
    wanted = _image_languages(languages)
    first = languages[0] if languages else "en"
    return {"language": _tag(first), "include_image_language": wanted, "include_video_language": wanted}


def _tag(language: str) -> str:
    """As TMDb writes it: `de`, `pt-BR`; a region that is no country is left out."""
    tag, _, country = language.partition("-")
    return f"{tag}-{country.upper()}" if len(country) == 2 else tag


def _image_languages(languages: Sequence[str]) -> str:
    return ",".join([*dict.fromkeys(each.partition("-")[0] for each in languages), "null"])


def _part(text: str) -> str:
    """A part of a path that can't become another path. Raises ProviderSaysNo."""
    if not text.isascii() or not text.replace("-", "").replace("_", "").isalnum():
        raise ProviderSaysNo(ABOUT.id, "that is no id of its", 404)
    return text


TMDB = Tmdb()
