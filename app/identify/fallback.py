"""guessit's opinion, asked only where our own rules found too little; it is some hundred times slower than they."""

from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from app.identify.dates import FIRST_YEAR, LAST_YEAR
from app.identify.reading import Reading
from app.identify.text import title_of

# Beyond a file system's longest name the time it takes can't be foreseen.
_LONGEST = 255
_CONFIDENCE = 0.45


@lru_cache(maxsize=1024)
def _guess(name: str, kind: str) -> dict[str, Any]:
    if len(name) > _LONGEST or not name.isprintable():
        return {}
    # Imported on first need: most processes that read names never ask it, and loading its rules takes long.
    from guessit import guessit  # pyright: ignore[reportUnknownVariableType]
    from guessit.api import GuessitException

    try:
        return dict(guessit(name, {"type": kind}))
    except (GuessitException, ValueError, RecursionError):
        return {}


def film(reading: Reading, name: str) -> Reading:
    """The reading with the year that guessit sees, if it sees one and its title goes with it."""
    guess = _guess(name, "movie")
    year, title = guess.get("year"), guess.get("title")
    if not isinstance(year, int) or not FIRST_YEAR <= year <= LAST_YEAR or not isinstance(title, str):
        return reading
    said = f"A second reader takes {year} for the year."
    return replace(
        reading, title=title_of(title), year=year, confidence=_CONFIDENCE, evidence=(*reading.evidence, said)
    )


def episode(reading: Reading, name: str) -> Reading:
    """The reading with the numbers or the day that guessit sees, where ours has none."""
    guess = _guess(name, "episode")
    episodes, season, day = _numbers(guess.get("episode")), _numbers(guess.get("season")), guess.get("date")
    if not episodes and not isinstance(day, date):
        return reading
    title = guess.get("title")
    return replace(
        reading,
        title=reading.title or (title_of(title) if isinstance(title, str) else None),
        season=reading.season if reading.season is not None else (season[0] if season else None),
        episodes=episodes if season or reading.season is not None else (),
        absolutes=() if season or reading.season is not None else episodes,
        air_date=day if isinstance(day, date) else None,
        confidence=_CONFIDENCE,
        evidence=(*reading.evidence, "The numbers were found by a second reader alone."),
    )


def _numbers(value: Any) -> tuple[int, ...]:
    values: list[Any] = value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType]
    return tuple(sorted({number for number in values if isinstance(number, int) and 0 <= number < 10_000}))
