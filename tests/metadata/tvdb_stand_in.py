"""Answers as version 4 of TheTVDB's API does."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from app.demo.answering import Asked, said

KEY, PIN = "11111111-2222-4333-8444-555555555555", "ABCDEFGH"
Json = Mapping[str, Any]


class TvdbStandIn:
    """records: by path without `/extended`. episodes: by path. updates: by type, the oldest first.

    tokens: those that are good; each login adds one.
    """

    def __init__(self, records: Mapping[str, Json], episodes: Mapping[str, Sequence[Json]]) -> None:
        self.records = records
        self.episodes = episodes
        self.searched: list[Json] = []
        self.remote: dict[str, list[Json]] = {}
        self.updates: dict[str, list[Json]] = {}
        self.tokens: list[str] = []
        self.logins = 0
        self.page_size = 500
        self.pin: str | None = None

    async def answer(self, asked: Asked) -> bytes:
        path = asked.path.removeprefix("/v4")
        if path == "/login":
            return self._login(asked)
        if asked.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return failure(401, "Unauthorized")
        found = self._found(path, asked)
        return failure(404, f"NotFoundException: {path}") if found is None else success(found)

    def _login(self, asked: Asked) -> bytes:
        body = json.loads(asked.body)
        if asked.method != "POST" or body != {"apikey": KEY} | ({"pin": self.pin} if self.pin else {}):
            return failure(401, "InvalidAPIKey: apikey or pin invalid")
        self.logins += 1
        self.tokens.append(f"eyJ.token-{self.logins}.x_-")
        return success({"data": {"token": self.tokens[-1]}})

    def _found(self, path: str, asked: Asked) -> Json | None:
        query = asked.query
        match path.strip("/").split("/"):
            case ["search"]:
                return {"data": self._search(query), "links": self._links(path, 0, 1)}
            case ["search", "remoteid", id_]:
                return {"data": self.remote[id_]} if id_ in self.remote else None
            case ["updates"]:
                return self._updates(query)
            case [_, _, "episodes", *_]:
                return self._episodes(path, query)
            case [*_, "artworks" | "extended"]:
                record = self.records.get(path.rpartition("/")[0])
                return None if record is None else {"data": record}
            case _:
                return None

    def _search(self, query: Mapping[str, str]) -> list[Json]:
        return [
            each
            for each in self.searched
            if each["type"] == query["type"]
            and query["query"].lower() in " ".join([each["name"], *each["translations"].values()]).lower()
            and query.get("year", each["year"]) == each["year"]
        ]

    def _updates(self, query: Mapping[str, str]) -> Json:
        listed = [
            each
            for each in self.updates.get(query["type"], [])
            if each["timeStamp"] >= int(query["since"])
            and query.get("action", each["method"]) == each["method"]
        ]
        return self._paged("/updates", listed, query)

    def _episodes(self, path: str, query: Mapping[str, str]) -> Json | None:
        listed = self.episodes.get(path)
        if listed is None:
            return None
        paged = self._paged(path, listed, query)
        return paged | {"data": {"series": {"id": 7700}, "episodes": paged["data"]}}

    def _paged(self, path: str, listed: Sequence[Json], query: Mapping[str, str]) -> dict[str, Any]:
        page = int(query.get("page", "0"))
        return {
            "data": list(listed[page * self.page_size : (page + 1) * self.page_size]),
            "links": self._links(path, page, -(-len(listed) // self.page_size)),
        }

    def _links(self, path: str, page: int, pages: int) -> dict[str, Any]:
        next_ = f"https://api4.thetvdb.com/v4{path}?page={page + 1}" if page + 1 < pages else None
        return {"prev": None, "self": "x", "next": next_, "total_items": 1, "page_size": self.page_size}


def success(found: Json) -> bytes:
    body = json.dumps({"status": "success", **found}).encode()
    return said(200, body, {"content-type": "application/json"})


def failure(status: int, message: str) -> bytes:
    body = json.dumps({"status": "failure", "message": message, "data": None}).encode()
    return said(status, body, {"content-type": "application/json"})
