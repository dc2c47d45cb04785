"""What runtimes, seasons and countries tell of whether a work is meant. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# What is shorter is a piece of the film, if it is one, and tells nothing of how long that is.
LARGEST_PIECE = 0.1
SAME_S, SAME_PART, SAME_RUNTIME = 120, 0.02, 0.5
# Other frame rates, credits that were cut off, logos put before.
NEAR_S, NEAR_PART, NEAR_RUNTIME = 300, 0.07, 0.2
# Longer cuts are longer by as much, shorter ones shorter; what is beyond is another film, or half of one.
LONGER_CUT, SHORTER_CUT, OTHER_CUT, OTHER_RUNTIME = 1.4, 0.85, 0.93, 0.8
TELLING_EPISODES = 3
WHOLE_SEASONS, FITTING_SEASONS, SOME_SEASONS, OTHER_SEASONS = 0.5, 0.1, 0.93, 0.8
SAME_COUNTRY, OTHER_COUNTRY = 0.45, 0.92


@dataclass(frozen=True, slots=True)
class Said:
    """factor: what a score is multiplied by. lift: which part of what it lacks it gains."""

    sentence: str
    factor: float = 1.0
    lift: float = 0.0

    def weigh(self, score: float) -> float:
        return score * self.factor + (1 - score) * self.lift


def percent(part: float) -> str:
    return f"{part:.0%}"


def by_runtime(files_s: Sequence[int], runtime_s: int | None) -> Said | None:
    """One of the versions is enough: editions differ, and a provider tells of one."""
    films = [each for each in files_s if runtime_s and each >= LARGEST_PIECE * runtime_s]
    if not films or not runtime_s:
        return None
    nearest = min(films, key=lambda each: abs(each - runtime_s))
    away, theirs, ours = abs(nearest - runtime_s), round(runtime_s / 60), round(nearest / 60)
    if away <= max(SAME_S, SAME_PART * runtime_s):
        return Said(f"It runs {theirs} min, as what is there does.", lift=SAME_RUNTIME)
    if away <= max(NEAR_S, NEAR_PART * runtime_s):
        return Said(f"It runs {theirs} min, nearly as what is there does ({ours}).", lift=NEAR_RUNTIME)
    if SHORTER_CUT <= nearest / runtime_s <= LONGER_CUT:
        return Said(f"It runs {theirs} min, what is there {ours}: perhaps another cut.", OTHER_CUT)
    return Said(f"It runs {theirs} min, and what is there {ours}.", OTHER_RUNTIME)


def by_seasons(ours: Mapping[int, int], counted_to: int | None, theirs: Mapping[int, int]) -> Said | None:
    """ours: the highest episode of each season; theirs: how many there are. Specials are counted by everybody
    otherwise."""
    here = {season: highest for season, highest in ours.items() if season > 0 and highest > 0}
    there = {season: count for season, count in theirs.items() if season > 0}
    every = sum(there.values())
    if not here or not every:
        return None
    if counted_to is not None and counted_to <= every:
        return Said(f"It has {every} episodes, among them number {counted_to}.", lift=FITTING_SEASONS)
    fitting = [season for season, highest in here.items() if highest <= there.get(season, 0)]
    if len(fitting) == len(here):
        whole = all(highest == there[season] for season, highest in here.items())
        if whole and max(here.values()) >= TELLING_EPISODES:
            return Said("Its seasons have as many episodes as what is there.", lift=WHOLE_SEASONS)
        return Said("It has all seasons and episodes that are there.", lift=FITTING_SEASONS)
    lacking = min(here.keys() - set(fitting))
    missing = f"It has no episode {here[lacking]} in season {lacking}."
    return Said(missing, SOME_SEASONS if fitting else OTHER_SEASONS)


def by_countries(ours: Sequence[str], theirs: Sequence[str]) -> Said | None:
    if not ours or not theirs:
        return None
    if shared := [each for each in ours if each in theirs]:
        return Said(f"It was made in {shared[0]}.", lift=SAME_COUNTRY)
    return Said(f"It was made in {', '.join(theirs[:3])}, and not in {ours[0]}.", OTHER_COUNTRY)
