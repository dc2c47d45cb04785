"""Reads the videos of one folder beside each other."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from app.identify import extensions, siblings
from app.identify.movies import read_film
from app.identify.reading import Reading
from app.identify.television import Look, look, reading_of
from app.identify.text import key

_FEWEST_TO_SHARE_A_TITLE = 3
_FEWEST_IN_A_LIST = 3
# The second reader takes a hundred times as long as ours.
_MOST_TO_ASK_ABOUT = 30
_PLACE = re.compile(r"^(?P<place>[0-9]{1,3})(?:\.\s*|\s*-\s*|\s+|_+)(?=[^\W_])")
_PIECE = re.compile(r"^(?P<whole>.{1,300}?)(?P<piece>[1-9a-dA-D])$", re.DOTALL)


def read_episodes(parents: list[str], names: Sequence[str]) -> list[Reading]:
    looks = _with_days(siblings.judged([look(parents, name) for name in names]))
    may_ask = len(names) <= _MOST_TO_ASK_ABOUT
    return _with_years(_with_common_titles([reading_of(each, may_ask=may_ask) for each in looks]))


def read_films(parents: list[str], names: Sequence[str]) -> list[Reading]:
    may_ask = len(names) <= _MOST_TO_ASK_ABOUT
    readings = [read_film(parents, name, may_ask=may_ask) for name in _without_places(names)]
    return _with_years(_with_pieces(names, readings))


def _without_places(names: Sequence[str]) -> list[str]:
    """The names without the numbers that merely count them: `1. Title`, `2. Other`, `3. Third`."""
    places = [int(match["place"]) if (match := _PLACE.match(name)) else None for name in names]
    if len(names) < _FEWEST_IN_A_LIST or set(places) != set(range(1, len(names) + 1)):
        return list(names)
    return [_PLACE.sub("", name, count=1) for name in names]


def _with_pieces(names: Sequence[str], readings: list[Reading]) -> list[Reading]:
    """Files of one film whose names differ in nothing but a last digit or letter, counted from the first."""
    groups: dict[tuple[str, int | None, str], dict[int, int]] = defaultdict(dict)
    for at, (name, reading) in enumerate(zip(names, readings, strict=True)):
        match = _PIECE.match(extensions.split(name)[0])
        if match and reading.part is None and reading.year:
            piece = match["piece"].lower()
            number = int(piece) if piece.isdecimal() else ord(piece) - ord("a") + 1
            groups[key(reading.title or ""), reading.year, match["whole"]][number] = at
    answer = list(readings)
    for pieces in groups.values():
        if len(pieces) > 1 and set(pieces) == set(range(1, len(pieces) + 1)):
            said = (
                f"The files beside it differ in the last letter alone, so it is one of {len(pieces)} parts."
            )
            for number, at in pieces.items():
                evidence = (*readings[at].evidence, said)
                answer[at] = replace(readings[at], part=number, evidence=evidence)
    return answer


def _with_days(looks: list[Look]) -> list[Look]:
    """Days whose day and month could be swapped, in the order that makes days of all of them."""
    unsure = [at for at, each in enumerate(looks) if each.numbered and each.numbered.orders]
    orders = [dict(numbered.orders) for at in unsure if (numbered := looks[at].numbered)]
    if len(orders) < 2 or (order := _order(orders)) is None:
        return looks
    answer = list(looks)
    for at, days in zip(unsure, orders, strict=True):
        numbered = looks[at].numbered
        if numbered and len(set(days.values())) > 1:
            said = f"a day of broadcast, {order} as its neighbours are written"
            fixed = replace(numbered, air_date=days[order], certainty=0.88, said=said)
            answer[at] = replace(looks[at], numbered=fixed)
    return answer


def _order(orders: Sequence[dict[str, date]]) -> str | None:
    """The one order that all allow; of several the one by which the days lie closest together."""
    common = [order for order in orders[0] if all(order in days for days in orders)]
    if "year first" in common:
        return "year first"
    return min(common, key=lambda order: _days_between(days[order] for days in orders), default=None)


def _days_between(days: Iterable[date]) -> int:
    ordinals = [day.toordinal() for day in days]
    return max(ordinals) - min(ordinals)


def _with_common_titles(readings: list[Reading]) -> list[Reading]:
    """`Series - Title of Episode - 05` without a folder of the series: what all begin with is the series."""
    groups: dict[str, list[int]] = defaultdict(list)
    for at, reading in enumerate(readings):
        head, dash, _ = (reading.title or "").partition(" - ")
        if dash and reading.episode_title is None and reading.episodes + reading.absolutes:
            groups[key(head)].append(at)
    answer = list(readings)
    for group in groups.values():
        if _share_a_title([readings[at] for at in group]):
            for at in group:
                answer[at] = _cut(readings[at])
    return answer


def _share_a_title(group: Sequence[Reading]) -> bool:
    """Every file has a title of its own behind the dash and a number of its own."""
    titles = {key(reading.title or "") for reading in group}
    numbers = {(reading.season, reading.episodes, reading.absolutes) for reading in group}
    return len(group) >= _FEWEST_TO_SHARE_A_TITLE and len(titles) == len(numbers) == len(group)


def _cut(reading: Reading) -> Reading:
    series, _, episode = (reading.title or "").partition(" - ")
    said = f"The files beside it begin with “{series}” too, so that is the series."
    return replace(reading, title=series, episode_title=episode, evidence=(*reading.evidence, said))


def _with_years(readings: list[Reading]) -> list[Reading]:
    """The year that a title has in the only files that give one, for those of the same title that don't."""
    years: dict[str, set[int]] = defaultdict(set)
    for reading in readings:
        if reading.title and reading.year:
            years[key(reading.title)].add(reading.year)
    return [_with_year(reading, years) for reading in readings]


def _with_year(reading: Reading, years: dict[str, set[int]]) -> Reading:
    known = years.get(key(reading.title or ""), set())
    if reading.year or len(known) != 1:
        return reading
    (year,) = known
    said = f"The files of this title beside it are of the year {year}."
    return replace(reading, year=year, evidence=(*reading.evidence, said))
