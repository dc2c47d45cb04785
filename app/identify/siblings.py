"""What the files beside an episode's say about its numbers: which of them runs through the folder."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from app.identify import bare
from app.identify.bare import LIKELY_EPISODES, Place
from app.identify.dates import FIRST_YEAR, LAST_YEAR
from app.identify.folders import season_in_title
from app.identify.numbering import Numbering
from app.identify.spans import LONGEST_SPAN
from app.identify.tags import boundary
from app.identify.television import Look
from app.identify.text import key

_NUMBERS_LOOKED_AT = 6
_EARLY = 10
# Stands for whatever words come before the only number of a name, which it ends with. No key holds a space.
_AT_END = " "


@dataclass(frozen=True, slots=True)
class _Slot:
    """A number of one name: which name, and where."""

    at: int
    match: re.Match[str]

    @property
    def value(self) -> int:
        return int(self.match["first"])


@dataclass(frozen=True, slots=True)
class _Run:
    """The numbers that stand behind the same words in several names. values: ascending, each once."""

    slots: list[_Slot]
    values: tuple[int, ...]

    @property
    def weight(self) -> float:
        """More numbers weigh more, repeated ones less: `Show 1 - 01` and `Show 2 - 01` count behind the dash."""
        return len(self.values) ** 2 / len(self.slots)

    @property
    def is_unbroken(self) -> bool:
        return len(self.values) > 2 and all(after == before + 1 for before, after in pairwise(self.values))

    @property
    def said(self) -> str:
        return f"the number that changes among the files of the folder, from {self.values[0]} to {self.values[-1]}"


def judged(looks: Sequence[Look]) -> list[Look]:
    """The looks of one folder, with the numbering that their siblings make likely where none is announced."""
    open_to_doubt = [at for at, look in enumerate(looks) if _is_open(look)]
    if len(open_to_doubt) < 2:
        return list(looks)
    answer = list(looks)
    for run in _runs(looks, open_to_doubt):
        for slot in run.slots:
            if numbered := _numbering(looks[slot.at], slot, run):
                answer[slot.at] = replace(looks[slot.at], numbered=_fuller(looks[slot.at].numbered, numbered))
    return answer


def _is_open(look: Look) -> bool:
    return look.numbered is None or look.numbered.is_bare


def _fuller(alone: Numbering | None, beside: Numbering) -> Numbering:
    """The name's own reading where it begins alike, since it may have seen more episodes follow."""
    if alone is None or (alone.season, alone.episodes[:1], alone.absolutes[:1]) != (
        beside.season,
        beside.episodes[:1],
        beside.absolutes[:1],
    ):
        return beside
    certainty = max(alone.strength, alone.certainty, beside.strength)
    return replace(alone, certainty=certainty, said=beside.said)


def _runs(looks: Sequence[Look], candidates: Sequence[int]) -> list[_Run]:
    """Every name's number belongs to the weightiest run that it could be part of."""
    behind: dict[tuple[int | None, str], list[_Slot]] = defaultdict(list)
    for at in candidates:
        for words, slot in _slots(looks[at], at):
            behind[looks[at].series.season, words].append(slot)
    runs = [_run(slots) for slots in behind.values()]
    taken: set[int] = set()
    chosen: list[_Run] = []
    for run in sorted((run for run in runs if len(run.values) > 1), key=lambda run: -run.weight):
        left = [slot for slot in run.slots if slot.at not in taken]
        taken.update(slot.at for slot in left)
        if left:
            chosen.append(replace(run, slots=left))
    return chosen


def _run(slots: list[_Slot]) -> _Run:
    """Years count only where a long run goes through them."""
    plain = [slot for slot in slots if not bare.looks_like_year(slot.match["first"])]
    if len(plain) < len(slots) and not any(slot.value in (FIRST_YEAR - 1, LAST_YEAR + 1) for slot in plain):
        slots = plain
    return _Run(slots, tuple(sorted({slot.value for slot in slots})))


def _slots(look: Look, at: int) -> list[tuple[str, _Slot]]:
    """(letters and digits before it, number) for each number of a name that its release words don't hold."""
    text = look.name.text
    first = next((place for place, character in enumerate(text) if character.isalnum()), 0)
    place = Place(
        look.series.season, look.name.is_anime, 0, boundary(text, look.name.tags, first, weak_at_end=False)
    )
    found = list(islice(bare.numbers_anywhere(text, place), _NUMBERS_LOOKED_AT))
    slots = [(key(text[: match.start()]), _Slot(at, match)) for match in found]
    if len(found) == 1 and look.series.title and not text[found[0].end() : place.end].strip(" ._-)]"):
        slots.append((_AT_END, _Slot(at, found[0])))
    return slots


def _numbering(look: Look, slot: _Slot, run: _Run) -> Numbering | None:
    """None where the siblings leave open whether the number counts or holds a season."""
    text, season = look.name.text, look.series.season
    if season is None:
        words = season_in_title(text[: slot.match.start()])
        season = words.season if words else None
    strength = 0.88 if len(run.values) > 2 else 0.78
    if season is not None:
        is_split = season > 0 and all(value // 100 == season for value in run.values)
        if is_split:
            return _split(slot, run, strength)
        return _counted(slot, run, season, strength, is_anime=look.name.is_anime)
    if look.name.is_anime or not _may_hold_seasons(run.values):
        return _counted(slot, run, None, strength, is_anime=look.name.is_anime)
    if _begins_seasons(run.values):
        return _split(slot, run, strength)
    is_dashed = text[: slot.match.start()].rstrip(" _").endswith("-")
    return _counted(slot, run, None, 0.75, is_anime=False) if run.is_unbroken and is_dashed else None


def _may_hold_seasons(values: tuple[int, ...]) -> bool:
    return all(value > 100 and 1 <= value % 100 <= LIKELY_EPISODES for value in values)


def _begins_seasons(values: tuple[int, ...]) -> bool:
    """Whether a season is there from one of its first episodes on, or another follows before a hundred is full."""
    seasons = {value // 100 for value in values}
    return len(seasons) > 1 or values[0] % 100 <= _EARLY


def _split(slot: _Slot, run: _Run, strength: float) -> Numbering:
    season, first = divmod(slot.value, 100)
    last = int(slot.match["last"] or slot.value) % 100
    said = f"{run.said}: season {season}, episode {first}"
    return replace(_at(slot, strength, said), season=season, episodes=_span(first, last))


def _counted(slot: _Slot, run: _Run, season: int | None, strength: float, *, is_anime: bool) -> Numbering:
    first = slot.value
    numbers = _span(first, int(slot.match["last"] or first))
    found = _at(slot, strength, run.said)
    if season is not None:
        if bare.counts_through(slot.match["first"], season):
            return replace(found, absolutes=numbers)
        return replace(found, season=season, episodes=numbers)
    counts_on = is_anime or run.values[-1] > 99 or len(slot.match["first"]) > 2
    return replace(found, absolutes=numbers) if counts_on else replace(found, episodes=numbers)


def _span(first: int, last: int) -> tuple[int, ...]:
    return tuple(range(first, last + 1)) if first <= last <= first + LONGEST_SPAN else (first,)


def _at(slot: _Slot, strength: float, said: str) -> Numbering:
    letter = slot.match["letter"]
    part = ord(letter.lower()) - ord("a") + 1 if letter else None
    return Numbering(slot.match.start(), slot.match.end(), strength, said, episode_part=part, is_bare=True)
