"""The Open Movie Database (OMDb), as https://www.omdbapi.com has it: ratings by ids of IMDb, and nothing else."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from app.catalog.facts import NAMELESS
from app.core.app import App
from app.core.http import http
from app.core.http_errors import ProviderBroken, ProviderLimited, ProviderRefused
from app.core.http_messages import Question, Service
from app.metadata.facts import FoundWork, Kind
from app.metadata.keys import key
from app.metadata.omdb_ratings import ratings
from app.metadata.provider import About, Tells
from app.metadata.settings import OMDB_RATE, OMDB_URL
from app.metadata.tmdb_json import Json, text
from app.settings.values import value

ABOUT = About("omdb", "OMDb", frozenset(Kind), "omdb", "https://www.omdbapi.com/apikey.aspx", Tells.RATINGS)
HOUR_S = 3600.0
# "Request limit reached!" comes as a refusal (401), as a key does that it doesn't know. The limit is one of days, of
# which nobody says when they begin.
LIMIT_SAYS = "limit reached"
_ID = re.compile(r"tt[0-9]{7,10}", re.ASCII)
_TYPES: Mapping[Kind, str] = {Kind.MOVIE: "movie", Kind.TV: "series"}


class Omdb:
    """Its key is a query parameter."""

    about = ABOUT

    async def service(self, app: App) -> Service:
        rate = await value(app, OMDB_RATE)
        return Service(ABOUT.id, rate_per_s=rate, limit_says=LIMIT_SAYS.encode(), limit_s=HOUR_S)

    async def supplement(
        self, app: App, kind: Kind, ids: Mapping[str, str], languages: Sequence[str]
    ) -> FoundWork | None:
        """One request."""
        id_ = ids.get("imdb", "")
        if not _ID.fullmatch(id_):
            return None
        found = await self._ask(app, id_)
        # An id of something else is a mistake of whoever said that it was this work's.
        if found is None or text(found, "Type") != _TYPES[kind] or text(found, "imdbID") != id_:
            return None
        return FoundWork(ABOUT.id, kind, id_, replace(NAMELESS, ratings=ratings(found), is_described=True))

    async def _ask(self, app: App, id_: str) -> Json | None:
        """None where it knows of no such thing. Raises ProviderError, Unreadable."""
        question = Question(
            (await value(app, OMDB_URL)).rstrip("/") + "/",
            {"i": id_, "r": "json"},
            secret_query={"apikey": await key(app, ABOUT)},
        )
        answer = await http(app).ask(await self.service(app), question)
        if not isinstance(answer.body, dict):
            raise ProviderBroken(ABOUT.id, "it answers something else than was asked for", answer.status)
        found = cast("Json", answer.body)
        if text(found, "Response") == "True":
            return found
        return self._no(text(found, "Error") or "")

    def _no(self, said: str) -> None:
        """What it says with 200 although it is an error; nothing for an id that it doesn't know."""
        lowered = said.lower()
        if LIMIT_SAYS in lowered:
            raise ProviderLimited(ABOUT.id, HOUR_S)
        if "api key" in lowered:
            raise ProviderRefused(ABOUT.id, "it doesn't take the key")
        if "incorrect imdb id" not in lowered and "not found" not in lowered:
            raise ProviderBroken(
                ABOUT.id, "it can't tell just now" if said else "it answers something unknown"
            )


OMDB = Omdb()
