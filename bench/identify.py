"""How fast names are read, how many are read right, and whether the reader knows which."""

import time
from collections import Counter
from typing import Any

from guessit import guessit
from guessit.api import GuessitException

from app.identify.kinds import LibraryKind
from app.identify.parse import read, read_together
from app.identify.reading import SURE
from app.identify.text import LONGEST, key
from tests.identify.hostile import UNITS
from tests.identify.test_name_corpus import ROWS, expected, fields, read_row

ROUNDS = 2
BY_GUESSIT = 400
FOLDER = 5_000


def main() -> None:
    ours, base = rate(), guessit_rate()
    print(f"  {ours:,.0f} names/s on one core; guessit alone {base:,.0f}; ratio {ours / base:.1f}")
    print(f"  {folder_rate():,.0f} names/s in one folder of {FOLDER:,}, each judged beside the others")
    slowest, unit = max((hostile_s(unit), unit) for unit in UNITS)
    print(f"  {slowest * 1000:.1f} ms for the slowest of {len(UNITS)} hostile names ({unit!r} repeated)")
    accuracy()


def accuracy() -> None:
    totals, right, guessed = Counter[str](), Counter[str](), Counter[str]()
    sure_and_wrong, unsure_and_right = 0, 0
    for row in ROWS:
        name = f"{row['kind']} {row['class']}"
        reading = read_row(row)
        is_right = fields(reading) == expected(row)
        totals[name] += 1
        right[name] += is_right
        guessed[name] += guessit_is_right(row)
        sure_and_wrong += not is_right and reading.confidence >= SURE
        unsure_and_right += is_right and reading.confidence < SURE
    for name in [*sorted(totals), "all"]:
        of = totals[name] or totals.total()
        ours, theirs = (count[name] if name in totals else count.total() for count in (right, guessed))
        print(
            f"  {name:<20} {ours:>5} of {of:>5}   guessit alone {theirs:>5}   ratio {ours / max(theirs, 1):.2f}"
        )
    print(
        f"  at a confidence of {SURE}: {sure_and_wrong} wrong ones above, {unsure_and_right} right ones below"
    )


def guessit_is_right(row: dict[str, str]) -> bool:
    """Title, year, season, episodes and day, where ours is also held to editions and parts. guessit has one number for
    an episode, whether it counts through the season or the series; it takes paths, but no siblings."""
    want = expected(row)
    found = _guessed(row)
    numbers = _numbers(found.get("absolute_episode") or found.get("episode"))
    day = found.get("date")
    return (
        key(_first(found.get("title"))) == key(str(want["title"] or ""))
        and (want["year"] is None or found.get("year") == want["year"])
        and (want["season"] in (None, 1) or _numbers(found.get("season")) == (want["season"],))
        and numbers == (want["episodes"] or want["absolutes"])
        and (day.isoformat() if day else None) == want["air_date"]
    )


def _guessed(row: dict[str, str]) -> dict[str, Any]:
    try:
        return dict(guessit(row["path"], {"type": row["kind"]}))
    except GuessitException:
        return {}


def _first(value: Any) -> str:
    return str(value[0] if isinstance(value, list) else value or "")


def _numbers(value: Any) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, list) else () if value is None else (value,)


def rate() -> float:
    """Every path gets a new folder in each round, so that remembered folders don't flatter."""
    names = [
        (f"shelf {turn}/{row['path']}", LibraryKind(row["kind"])) for turn in range(ROUNDS) for row in ROWS
    ]
    start = time.process_time()
    for path, kind in names:
        read(path, kind)
    return len(names) / (time.process_time() - start)


def folder_rate() -> float:
    names = [f"Some Show {number} - Title {number} of it 720p.mkv" for number in range(1, FOLDER + 1)]
    start = time.process_time()
    read_together("Some Show", names, LibraryKind.EPISODE)
    return FOLDER / (time.process_time() - start)


def hostile_s(unit: str) -> float:
    """Seconds of one reading of the longest name that is looked at in full, made of one piece over and over."""
    name = (unit * LONGEST)[:LONGEST]
    start = time.process_time()
    for kind in LibraryKind:
        read(name, kind)
    return time.process_time() - start


def guessit_rate() -> float:
    rows = ROWS[:: max(len(ROWS) // BY_GUESSIT, 1)]
    start = time.process_time()
    for row in rows:
        guessit(row["path"], {"type": row["kind"]})
    return len(rows) / (time.process_time() - start)
