"""TMDb's daily lists of ids, as https://developer.themoviedb.org/docs/daily-id-exports has them."""

from datetime import date
from typing import Any, cast

import orjson

from app.core.app import App
from app.core.http_messages import Service
from app.metadata.facts import Kind
from app.metadata.provider import ExportPlace, Listed
from app.metadata.settings import TMDB_EXPORT_URL, TMDB_URL
from app.metadata.stand_in import stand_in
from app.metadata.tmdb_json import Json, identity, number, text
from app.settings.values import value

# That of films has a million lines: 25 MB, packed.
MOST_BYTES = 256 << 20
SERVICE = Service(
    "tmdb_exports", rate_per_s=1.0, read_s=30.0, request_s=900.0, most_bytes=MOST_BYTES, tries=3
)
NAMES = {Kind.MOVIE: "movie_ids", Kind.TV: "tv_series_ids"}
TITLES = {Kind.MOVIE: "original_title", Kind.TV: "original_name"}


async def export_place(app: App, kind: Kind, day: date) -> ExportPlace | None:
    """None where its ids would be those of another: of a stand-in, or of whoever `tmdb_url` names."""
    url = await value(app, TMDB_EXPORT_URL)
    is_elsewhere = await value(app, TMDB_URL) != TMDB_URL.default
    if (is_elsewhere and url == TMDB_EXPORT_URL.default) or await stand_in(app) is not None:
        return None
    return ExportPlace(SERVICE, f"{url.rstrip('/')}/{NAMES[kind]}_{day:%m_%d_%Y}.json.gz")


def listed(kind: Kind, line: bytes) -> Listed | None:
    """None of works for adults, which searches leave out, too. Raises ValueError."""
    said: Any = orjson.loads(line)
    if not isinstance(said, dict):
        raise ValueError("A line of the list is no object.")
    found = cast("Json", said)
    id_, title = identity(found), text(found, TITLES[kind])
    if id_ is None or title is None or found.get("adult") is True:
        return None
    return Listed(id_, title, number(found, "popularity") or 0.0)
