"""Answers as TVmaze's API does."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from app.demo.answering import Asked, said

EMBEDDABLE = ("cast", "crew", "seasons", "episodes", "episodeswithspecials", "akas", "images")


class TvmazeStandIn:
    """shows: by id, with everything embedded. updated: seconds since 1970 by id."""

    def __init__(
        self, shows: Mapping[int, Mapping[str, Any]], updated: Mapping[int, int] | None = None
    ) -> None:
        self.shows = shows
        self.updated = updated or {}
        self.now = 0

    async def answer(self, asked: Asked) -> bytes:
        match asked.path.strip("/").split("/"):
            case ["search", "shows"]:
                return said_json(self._search(asked.query.get("q", "")))
            case ["lookup", "shows"]:
                return self._lookup(asked)
            case ["updates", "shows"]:
                return said_json(self._updates(asked.query.get("since")))
            case ["shows", id_] if int(id_) in self.shows:
                return said_json(self._shown(self.shows[int(id_)], asked.repeated.get("embed[]", ())))
            case ["shows", id_, "images"] if int(id_) in self.shows:
                return said_json(self.shows[int(id_)]["_embedded"]["images"])
            case _:
                return missing()

    def _search(self, query: str) -> list[dict[str, Any]]:
        found = [show for show in self.shows.values() if query.lower() in show["name"].lower()]
        return [{"score": 0.9, "show": self._shown(show, ())} for show in found]

    def _lookup(self, asked: Asked) -> bytes:
        for id_, show in self.shows.items():
            for name in ("tvrage", "thetvdb", "imdb"):
                if name in asked.query and str(show["externals"][name]) == asked.query[name]:
                    return said(301, b"", {"location": f"http://{asked.headers['host']}/shows/{id_}"})
        return missing()

    def _updates(self, since: str | None) -> dict[str, int]:
        days = {None: 10**6, "day": 1, "week": 7, "month": 30}[since]
        return {str(id_): at for id_, at in self.updated.items() if self.now - at <= days * 86_400}

    @staticmethod
    def _shown(show: Mapping[str, Any], wanted: tuple[str, ...]) -> dict[str, Any]:
        assert set(wanted) <= set(EMBEDDABLE), wanted
        plain = {name: value for name, value in show.items() if name != "_embedded"}
        embedded = {name: value for name, value in show["_embedded"].items() if name in wanted}
        return plain | ({"_embedded": embedded} if embedded else {})


def said_json(found: Any) -> bytes:
    body = json.dumps(found).encode()
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:16]}"'
    return said(200, body, {"content-type": "application/json; charset=UTF-8", "etag": etag})


def missing() -> bytes:
    body = {"name": "Not Found", "message": "", "code": 0, "status": 404}
    return said(404, json.dumps(body).encode(), {"content-type": "application/json; charset=UTF-8"})
