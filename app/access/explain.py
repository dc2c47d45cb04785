"""Why a work exists for a user, or doesn't: rule by rule, in words. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.access.bounds import Bounds, Said
from app.access.rule import Kind


class Rule(StrEnum):
    LIBRARIES = "libraries"
    KINDS = "kinds"
    AGE = "age"
    BLOCKED_TERMS = "blocked_terms"
    ALLOWED_TERMS = "allowed_terms"
    SCHEDULE = "schedule"


@dataclass(frozen=True, slots=True)
class Work:
    """What rules ask of a work. libraries, terms: names by id."""

    kind: Kind
    age: int | None
    libraries: Mapping[UUID, str]
    terms: Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class Reason:
    """Whether the work passes a rule. role: of which it was said; None for what was said of the user, or of nobody."""

    rule: Rule
    role: str | None
    holds: bool
    sentence: str


def explain(said: Sequence[Said], work: Work, moment: datetime) -> list[Reason]:
    """One reason for each rule that was said of the user or of a role of theirs; for libraries always one."""
    reasons = [_libraries(said, work)]
    for role, bounds in said:
        reasons += [Reason(rule, role, holds, words) for rule, holds, words in _of(bounds, work, moment)]
    return reasons


def _libraries(said: Sequence[Said], work: Work) -> Reason:
    own = [each for each in said if each.role is None and each.bounds.all_libraries is not None]
    grants = own or [each for each in said if each.bounds.all_libraries is not None]
    role = grants[0].role if len(grants) == 1 else None
    if not grants:
        return Reason(Rule.LIBRARIES, None, True, "Nothing is said of libraries, so all are granted.")
    everything = next((each for each in grants if each.bounds.all_libraries), None)
    if everything is not None:
        return Reason(Rule.LIBRARIES, everything.role, True, "All libraries are granted.")
    granted = {key for each in grants for key in each.bounds.library_ids}
    holding = sorted(name for key, name in work.libraries.items() if key in granted)
    if holding:
        return Reason(Rule.LIBRARIES, role, True, f"It is in {_listed(holding)}, which is granted.")
    where = f"in {_listed(sorted(work.libraries.values()))}" if work.libraries else "in no library"
    return Reason(Rule.LIBRARIES, role, False, f"It is {where}, and that is not granted.")


def _of(bounds: Bounds, work: Work, moment: datetime) -> Iterable[tuple[Rule, bool, str]]:
    if bounds.kinds is not None:
        kinds = _listed(sorted(bounds.kinds)) or "nothing"
        yield Rule.KINDS, work.kind in bounds.kinds, f"It is of the kind {work.kind}; {kinds} is allowed."
    if bounds.max_age is not None:
        yield Rule.AGE, *_age(bounds.max_age, work.age, shows_unrated=bounds.shows_unrated)
    if bounds.blocked_terms:
        found = _named(work, bounds.blocked_terms)
        words = f"It has {_listed(found)}, which is blocked." if found else "It has nothing that is blocked."
        yield Rule.BLOCKED_TERMS, not found, words
    if bounds.allowed_terms:
        found = _named(work, bounds.allowed_terms)
        words = f"It has {_listed(found)}, as it must." if found else "It has none of those that are allowed."
        yield Rule.ALLOWED_TERMS, bool(found), words
    if bounds.schedule is not None:
        is_open = bounds.schedule.is_open(moment)
        words = "Now is a time" if is_open else "Now is not a time"
        yield (
            Rule.SCHEDULE,
            is_open,
            f"{words} at which works are there, by the clocks of {bounds.schedule.time_zone}.",
        )


def _age(max_age: int, age: int | None, *, shows_unrated: bool) -> tuple[bool, str]:
    if age is None:
        words = "works without one are shown" if shows_unrated else "works without one are not shown"
        return shows_unrated, f"No age is known of it, and {words}."
    return age <= max_age, f"It is for {age} years and older; up to {max_age} is allowed."


def _named(work: Work, terms: Iterable[UUID]) -> list[str]:
    return sorted(work.terms[key] for key in terms if key in work.terms)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
