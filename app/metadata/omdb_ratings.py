"""What OMDb says of ratings, as the catalog has them: out of ten. Pure; what can't be used is not there."""

import re
from typing import Any

from app.metadata.tmdb_json import Json, items, text

IMDB, METACRITIC = "imdb", "metacritic"
# As NFO files call them, too.
_SOURCES = {
    "internet movie database": IMDB,
    "rotten tomatoes": "rottentomatoes",
    "metacritic": METACRITIC,
}
_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3})?)\s*(?:/\s*([0-9]{1,3})|%)", re.ASCII)
_OUT_OF_TEN = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,3})?", re.ASCII)
_OUT_OF_HUNDRED = re.compile(r"[0-9]{1,3}", re.ASCII)
_VOTES = re.compile(r"[0-9]{1,3}(?:,?[0-9]{3}){0,3}", re.ASCII)


def ratings(found: Json) -> dict[str, Any]:
    """By source, `{"imdb": {"value": 7.8, "votes": 1234}}`; of the older fields where the list lacks one.

    What nobody rated is `N/A`, which is no number.
    """
    read: dict[str, Any] = {}
    for each in items(found, "Ratings"):
        source = _SOURCES.get((text(each, "Source") or "").lower())
        rated = _share(text(each, "Value"))
        if source is not None and rated is not None:
            read.setdefault(source, {"value": rated, "votes": None})
    older = {
        IMDB: _number(text(found, "imdbRating"), _OUT_OF_TEN, 10),
        METACRITIC: _number(text(found, "Metascore"), _OUT_OF_HUNDRED, 100),
    }
    for source, rated in older.items():
        if rated is not None:
            read.setdefault(source, {"value": rated, "votes": None})
    if IMDB in read:
        read[IMDB]["votes"] = _votes(text(found, "imdbVotes"))
    return read


def _share(said: str | None) -> float | None:
    """Of `7.8/10`, `74/100` and `93%`."""
    match = _SHARE.fullmatch(said or "")
    return _out_of_ten(float(match[1]), float(match[2] or 100)) if match else None


def _number(said: str | None, form: re.Pattern[str], best: int) -> float | None:
    return _out_of_ten(float(said), best) if said and form.fullmatch(said) else None


def _out_of_ten(rated: float, best: float) -> float | None:
    """None for more than there is to have."""
    return round(rated * 10 / best, 2) if 0 <= rated <= best > 0 else None


def _votes(said: str | None) -> int | None:
    """With commas between the thousands."""
    return int(said.replace(",", "")) if said and _VOTES.fullmatch(said) else None
