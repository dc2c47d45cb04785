"""fanart.tv, version 3 of its API and its successors, as https://api.fanart.tv has it: pictures, and nothing else."""

import re
from collections.abc import Mapping, Sequence
from typing import cast

from app.catalog.facts import NAMELESS
from app.core.app import App
from app.core.http import http
from app.core.http_errors import ProviderBroken, ProviderSaysNo
from app.core.http_messages import Question, Service
from app.metadata.facts import FoundWork, Kind
from app.metadata.fanart_pictures import View, pictures, season_pictures
from app.metadata.keys import key
from app.metadata.provider import About, PicturePlace, Tells, place_of_pictures
from app.metadata.settings import FANART_IMAGE_URL, FANART_RATE, FANART_URL
from app.metadata.tmdb_json import Json
from app.settings.secrets import secret
from app.settings.values import value

ABOUT = About(
    "fanart", "fanart.tv", frozenset(Kind), "fanart", "https://fanart.tv/get-an-api-key/", Tells.PICTURES
)
# A person's own key, beside that of the project: with it new pictures are to be had sooner.
CLIENT_SECRET = "fanart_client"  # noqa: S105
# Where works are, and by whose ids it knows them, the best first.
_WAYS: Mapping[Kind, tuple[str, tuple[str, ...]]] = {
    Kind.MOVIE: ("movies", ("tmdb", "imdb")),
    Kind.TV: ("tv", ("tvdb",)),
}
_ID = re.compile(r"(?:tt)?[0-9]{1,15}", re.ASCII)
HOUR_S = 3600.0


class Fanart:
    """Both keys travel in headers."""

    about = ABOUT

    async def service(self, app: App) -> Service:
        return Service(ABOUT.id, rate_per_s=await value(app, FANART_RATE))

    async def supplement(
        self, app: App, kind: Kind, ids: Mapping[str, str], languages: Sequence[str]
    ) -> FoundWork | None:
        """One request."""
        way, sources = _WAYS[kind]
        id_ = next((each for source in sources if _ID.fullmatch(each := ids.get(source, ""))), None)
        if id_ is None:
            return None
        try:
            found = await self._ask(app, f"/{way}/{id_}")
        except ProviderSaysNo as error:
            # That is how it says that nobody has drawn anything yet.
            if error.is_gone:
                return None
            raise
        view = View(tuple(languages), (await value(app, FANART_IMAGE_URL)).rstrip("/"))
        return FoundWork(
            ABOUT.id,
            kind,
            id_,
            NAMELESS,
            images=pictures(view, kind, found),
            season_images=season_pictures(view, found) if kind is Kind.TV else {},
        )

    async def picture_place(self, app: App) -> PicturePlace:
        return place_of_pictures(ABOUT.id, await value(app, FANART_IMAGE_URL))

    async def _ask(self, app: App, path: str) -> Json:
        """Raises ProviderError, Unreadable."""
        keys = {"api-key": await key(app, ABOUT)}
        if own := await secret(app, CLIENT_SECRET):
            keys["client-key"] = own
        url = (await value(app, FANART_URL)).rstrip("/") + path
        answer = await http(app).ask(
            await self.service(app), Question(url, secret_headers=keys, max_age_s=HOUR_S)
        )
        if not isinstance(answer.body, dict):
            raise ProviderBroken(ABOUT.id, "it answers something else than was asked for", answer.status)
        return cast("Json", answer.body)


FANART = Fanart()
