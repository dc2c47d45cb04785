"""How fast names are read, and how many are read right."""

import time
from collections import Counter

from guessit import guessit

from app.identify.kinds import LibraryKind
from app.identify.parse import read
from tests.identify.test_name_corpus import ROWS, expected, fields

ROUNDS = 5
BY_GUESSIT = 60


def main() -> None:
    ours = rate()
    base = guessit_rate()
    print(f"  {ours:,.0f} names/s on one core; guessit alone {base:,.0f}; ratio {ours / base:.1f}")
    totals, right = Counter[str](), Counter[str]()
    for row in ROWS:
        totals[row["class"]] += 1
        right[row["class"]] += fields(read(row["path"], LibraryKind(row["kind"]))) == expected(row)
    for name in sorted(totals):
        print(f"  {name:<24} {right[name]:>3} of {totals[name]}")
    print(f"  {'all':<24} {right.total():>3} of {totals.total()}")


def rate() -> float:
    """Every path gets a new folder in each round, so that remembered folders don't flatter."""
    names = [
        (f"shelf {turn}/{row['path']}", LibraryKind(row["kind"])) for turn in range(ROUNDS) for row in ROWS
    ]
    start = time.perf_counter()
    for path, kind in names:
        read(path, kind)
    return len(names) / (time.perf_counter() - start)


def guessit_rate() -> float:
    start = time.perf_counter()
    for row in ROWS[:BY_GUESSIT]:
        guessit(row["path"], {"type": row["kind"]})
    return BY_GUESSIT / (time.perf_counter() - start)
