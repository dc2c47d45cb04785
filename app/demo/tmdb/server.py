"""Answers as version 3 of TMDb's API does, and as the server of its pictures."""

import asyncio
import hashlib
import json
import re
import unicodedata
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from app.demo.answering import Asked, answering, said
from app.demo.tmdb.entries import Entry, Json

API, PICTURES = "/3", "/t/p"
PAGE = 20
MOST_APPENDED = 20
# Kept for those who ask again; each some tens of kilobytes. Two are drawn at a time, so that the first is soon there.
MOST_DRAWINGS, DRAWN_AT_ONCE = 300, 2
KEY = "0123456789abcdef0123456789abcdef"
SIZES = {
    "poster_sizes": ["w92", "w154", "w185", "w342", "w500", "w780", "original"],
    "backdrop_sizes": ["w300", "w780", "w1280", "original"],
    "logo_sizes": ["w45", "w92", "w154", "w185", "w300", "w500", "original"],
    "profile_sizes": ["w45", "w185", "h632", "original"],
    "still_sizes": ["w92", "w185", "w300", "original"],
}
_PICTURE = re.compile(rf"{PICTURES}/(?:original|[wh][0-9]+)(?P<path>/[\w.-]+)", re.ASCII)
_MESSAGES = {
    401: (7, "Invalid API key: You must be granted a valid key."),
    404: (34, "The resource you requested could not be found."),
    400: (27, f"Too many append to response objects: The maximum number of remote calls is {MOST_APPENDED}."),
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """entries: by path, `/movie/1`, `/tv/2/season/1`. moved: paths of what was merged into another.

    external: `imdb_id`, `tvdb_id` and the id there to a path. changed: ids by kind. pictures: by path, made when asked.
    """

    entries: Mapping[str, Entry]
    moved: Mapping[str, str] = field(default_factory=dict[str, str])
    external: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    changed: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    pictures: Mapping[str, Callable[[], bytes]] = field(default_factory=dict[str, Callable[[], bytes]])


@asynccontextmanager
async def standing_in(shelf: Shelf, *, key: str = KEY, port: int = 0) -> AsyncGenerator[str]:
    """Serve until the block ends. Its address comes back: the API is below `/3`, pictures below `/t/p`."""
    async with answering(Tmdb(shelf, key).answer, port) as url:
        yield url


class Tmdb:
    """key: that of version 3, or the read access token; either is taken in either place."""

    def __init__(self, shelf: Shelf, key: str = KEY) -> None:
        self._shelf = shelf
        self._key = key
        self._drawings: dict[str, asyncio.Task[bytes]] = {}
        self._places = asyncio.Semaphore(DRAWN_AT_ONCE)

    async def answer(self, asked: Asked) -> bytes:
        if match := _PICTURE.fullmatch(asked.path):
            return await self._picture(match["path"])
        given = asked.query.get("api_key") or asked.headers.get("authorization", "").removeprefix("Bearer ")
        if given != self._key:
            return _error(401)
        path = asked.path.removeprefix(API)
        if (target := self._shelf.moved.get(path)) is not None:
            return said(301, b"", {"location": API + target})
        if len(_listed(asked, "append_to_response")) > MOST_APPENDED:
            return _error(400)
        found = self._found(path, asked)
        return _error(404) if found is None else _json(found, asked.headers.get("if-none-match"))

    def _found(self, path: str, asked: Asked) -> Json | None:
        match path.strip("/").split("/"):
            case ["configuration"]:
                return {"images": {"secure_base_url": f"{PICTURES}/", **SIZES}, "change_keys": []}
            case ["search", kind]:
                return self._search(kind, asked.query)
            case ["find", external_id]:
                return self._find(external_id, asked.query)
            case [kind, "changes"]:
                changed = self._shelf.changed.get(kind, ())
                return _paged([{"id": each, "adult": False} for each in changed], asked.query, 100)
            case _:
                return self._entry(path, asked)

    def _entry(self, path: str, asked: Asked) -> Json | None:
        language = asked.query.get("language", "en-US")
        listed = _listed(asked, "include_image_language")
        pictures = frozenset(each.partition("-")[0] for each in listed) if listed else None
        entry = self._shelf.entries.get(path)
        if entry is not None:
            return entry.shown(language, _listed(asked, "append_to_response"), pictures)
        whole, _, part = path.rpartition("/")
        entry = self._shelf.entries.get(whole)
        return entry.part(part, pictures) if entry is not None and part in entry.parts else None

    def _search(self, kind: str, query: Mapping[str, str]) -> Json:
        wanted = _folded(query.get("query", ""))
        date = "release_date" if kind == "movie" else "first_air_date"
        year = query.get("year") or query.get("primary_release_year") or query.get("first_air_date_year")
        found = [
            entry
            for path, entry in self._shelf.entries.items()
            if re.fullmatch(rf"/{kind}/\d+", path)
            and wanted
            and any(wanted in _folded(name) for name in entry.names)
            and (year is None or str(entry.details.get(date) or "").startswith(year))
        ]
        found.sort(key=lambda entry: -entry.details.get("popularity", 0))
        shown = [_brief(entry.shown(query.get("language", "en-US"), (), None)) for entry in found]
        return _paged(shown, query, PAGE)

    def _find(self, external_id: str, query: Mapping[str, str]) -> Json:
        path = self._shelf.external.get((query.get("external_source", ""), external_id), "")
        results: dict[str, list[Json]] = {
            f"{kind}_results": [] for kind in ("movie", "tv", "person", "tv_episode", "tv_season")
        }
        if path in self._shelf.entries:
            kind = path.split("/")[1]
            results[f"{kind}_results"].append(_brief(self._shelf.entries[path].shown("en", (), None)))
        return results

    async def _picture(self, path: str) -> bytes:
        make = self._shelf.pictures.get(path)
        if make is None:
            return said(404)
        if path not in self._drawings:
            self._drawings[path] = asyncio.create_task(self._drawn(make))
            while len(self._drawings) > MOST_DRAWINGS:
                del self._drawings[next(iter(self._drawings))]
        # Who doesn't wait for it, and asks again, finds it drawn.
        picture = await asyncio.shield(self._drawings[path])
        return said(200, picture, {"content-type": "image/jpeg", "cache-control": "public, max-age=31536000"})

    async def _drawn(self, make: Callable[[], bytes]) -> bytes:
        async with self._places:
            return await asyncio.to_thread(make)


def _brief(found: Json) -> Json:
    """As lists have it."""
    left_out = {"belongs_to_collection", "production_companies", "runtime", "seasons", "networks", "tagline"}
    genres = [each["id"] for each in found.get("genres", [])]
    return {name: value for name, value in found.items() if name not in left_out | {"genres"}} | {
        "genre_ids": genres
    }


def _paged(found: list[Json], query: Mapping[str, str], size: int) -> Json:
    page = int(query.get("page", "1"))
    return {
        "page": page,
        "results": found[(page - 1) * size : page * size],
        "total_pages": -(-len(found) // size),
        "total_results": len(found),
    }


def _listed(asked: Asked, name: str) -> list[str]:
    return [each for each in asked.query.get(name, "").split(",") if each]


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in plain if each.isalnum())


def _json(found: Any, known: str | None) -> bytes:
    body = json.dumps(found, ensure_ascii=False).encode()
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    if known == etag:
        return said(304, b"", {"etag": etag})
    return said(200, body, {"content-type": "application/json;charset=utf-8", "etag": etag})


def _error(status: int) -> bytes:
    code, message = _MESSAGES[status]
    body = json.dumps({"success": False, "status_code": code, "status_message": message}).encode()
    return said(status, body, {"content-type": "application/json;charset=utf-8"})
