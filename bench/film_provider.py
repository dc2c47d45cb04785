"""Stands in for TMDb over many films, each answer 20 ms late. Arguments: how many files, and how many more titles."""

import asyncio
import gzip
import io
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import uvloop

from app.core.lifeline import hang_on
from app.demo.answering import Asked, answering, said
from app.identify.titles import match_key
from bench import film_documents
from bench.films import Work, fillers, made

LATENCY_S = 0.02
KEY = "0123456789abcdef0123456789abcdef"
PAGE = 20
JSON = {"content-type": "application/json;charset=utf-8"}
Json = dict[str, Any]


class Provider:
    """asked: requests by sort, with when the first and the last one came. searched: how often, by titles' keys."""

    def __init__(self, films: int, more: int) -> None:
        works, _ = made(films)
        self._works = {each.id: each for each in works}
        self._more = more
        self._by_word: dict[str, set[int]] = defaultdict(set)
        self._collections: dict[int, list[Work]] = defaultdict(list)
        for each in works:
            for word in {word for title in film_documents.titles(each).values() for word in _words(title)}:
                self._by_word[word].add(each.id)
            if each.collection is not None:
                self._collections[each.collection + 1].append(each)
        self.asked = Counter[str]()
        self.searched = Counter[str]()
        self.first_s = self.last_s = 0.0
        self._export: bytes | None = None

    async def answer(self, asked: Asked) -> bytes:
        if asked.path == "/counts":
            told = {"asked": self.asked, "seconds": self.last_s - self.first_s, "searched": self.searched}
            return said(200, json.dumps(told).encode(), JSON)
        if asked.path.startswith("/exports/"):
            self.asked["export"] += 1
            return self._exported(asked.path)
        self._count(asked.path)
        await asyncio.sleep(LATENCY_S)
        if asked.query.get("api_key") != KEY:
            return said(401, b"{}", JSON)
        found = self._found(asked.path.removeprefix("/3/").split("/"), asked.query)
        if found is None:
            return said(404, b'{"success":false,"status_code":34}', JSON)
        packed = gzip.compress(json.dumps(found, ensure_ascii=False).encode(), 1)
        return said(200, packed, JSON | {"content-encoding": "gzip", "etag": f'W/"{hash(packed):x}"'})

    def _count(self, path: str) -> None:
        self.last_s = time.monotonic()
        self.first_s = self.first_s or self.last_s
        self.asked[path.removeprefix("/3/").partition("/")[0]] += 1

    def _found(self, path: list[str], query: Mapping[str, str]) -> Json | None:
        match path:
            case ["configuration"]:
                return {"images": {"secure_base_url": "/t/p/", "poster_sizes": ["w780", "original"]}}
            case ["search", "movie"]:
                self.searched[match_key(query.get("query", ""))] += 1
                return self._searched(query)
            case ["find", imdb_id]:
                found = self._works.get(int(imdb_id.removeprefix("tt")) - 90_000_000)
                return {"movie_results": [film_documents.brief(found)] if found else [], "tv_results": []}
            case ["movie", number] if int(number) in self._works:
                return film_documents.whole(self._works[int(number)], len(self._works))
            case ["collection", number] if int(number) in self._collections:
                return film_documents.collection(int(number), self._collections[int(number)])
            case _:
                return None

    def _searched(self, query: Mapping[str, str]) -> Json:
        """Whatever has all words in its titles."""
        words = _words(query.get("query", ""))
        having = [self._by_word.get(each, set[int]()) for each in words]
        ids: set[int] = having[0].intersection(*having[1:]) if having else set[int]()
        year = query.get("year")
        found = [self._works[each] for each in ids if year is None or self._works[each].year == int(year)]
        found.sort(key=lambda each: -each.popularity)
        listed = [film_documents.brief(each, query.get("language", "en")[:2]) for each in found[:PAGE]]
        return {
            "page": 1,
            "results": listed,
            "total_pages": -(-len(found) // PAGE),
            "total_results": len(found),
        }

    def _exported(self, path: str) -> bytes:
        """The list of ids, of films alone; today's is there."""
        if "/movie_ids_" not in path or self._export is None:
            return said(404)
        return said(200, self._export, {"content-type": "application/gzip"})

    def prepare(self) -> None:
        """As it lies there for download."""
        buffer = io.BytesIO()
        works = list(self._works.values())
        with gzip.open(buffer, "wb", compresslevel=1) as file:
            for each in works:
                file.write(_line(each.id, each.original_title, each.popularity))
            for id_, title, popularity in fillers(self._more, works):
                file.write(_line(id_, title, popularity))
        self._export = buffer.getvalue()


def _line(id_: int, title: str, popularity: float) -> bytes:
    entry = {"adult": False, "id": id_, "original_title": title, "popularity": popularity, "video": False}
    return json.dumps(entry, ensure_ascii=False).encode() + b"\n"


def _words(text: str) -> list[str]:
    plain = "".join(each if each.isalnum() else " " for each in text.casefold())
    return plain.split()


async def main(films: str, more: str) -> None:
    provider = Provider(int(films), int(more))
    provider.prepare()
    async with answering(provider.answer) as url:
        print(url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    hang_on()
    uvloop.run(main(*sys.argv[1:]))
