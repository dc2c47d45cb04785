"""How likely it is that a provider's work is the one that files hold, and why. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.identify.titles import match_key
from app.metadata.evidence import Said, by_countries, by_runtime, by_seasons, percent
from app.metadata.facts import Candidate, FoundWork, ImageFacts, Kind
from app.metadata.likeness import RENUMBERED, likeness

# What title and year can tell by themselves; the rest is for what confirms them.
BY_NAME = 0.94
# From here on it is taken; from there on a person is asked; what is below is another work.
MATCHED, UNCERTAIN = 0.8, 0.4
# Between two that may both be meant, the better one's doubt is at most this part of the other's.
CLEAR_LEAD = 0.6
# From here on a title may be the one that is meant, and what else is known of the work counts for it.
PLAUSIBLE = 0.6
NEXT_YEAR, NO_YEAR, YEARLESS = 0.93, 0.92, 0.85
# However alike the rest is. Those of a right year and a plausible title are always above.
OTHER_YEAR_MOST, FAR_YEAR_MOST = 0.41, 0.35
FAR_YEARS = 4
# Further titles are many: one of them is likely to be another work's title as well.
FURTHER_TITLE = 0.92
SECOND_TITLE = 0.5
# Titles of so few letters are those of many works.
SHORT_TITLE, OF_SHORT_TITLE = 3, 0.9
OTHER_ID_MOST = 0.39
MOST_TITLES = 300


class Status(StrEnum):
    """pending: nobody could be asked yet. rejected: a person said that it is none that providers know."""

    MATCHED = "matched"
    UNCERTAIN = "uncertain"
    UNMATCHED = "unmatched"
    PENDING = "pending"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Sought:
    """What files and people say of a work. titles: the one that counts first, then others that it is known by.

    provider_ids: by `tmdb`, `imdb`, `tvdb`. runtimes_s: of each version of a film. seasons: of a series, the highest
    episode of each season that is there. counted_to: the highest number that counts through a series.
    """

    kind: Kind
    titles: tuple[str, ...]
    year: int | None = None
    provider_ids: Mapping[str, str] = field(default_factory=dict[str, str])
    runtimes_s: tuple[int, ...] = ()
    seasons: Mapping[int, int] = field(default_factory=dict[int, int])
    counted_to: int | None = None
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What a provider says of a work, as far as it was asked. further: titles beside the two that searches tell.

    seasons: of each season how many episodes it has. is_whole: whether all was fetched that there is.
    """

    provider: str
    id: str
    title: str
    titles: tuple[str, ...]
    further: tuple[str, ...] = ()
    year: int | None = None
    provider_ids: Mapping[str, str] = field(default_factory=dict[str, str])
    runtime_s: int | None = None
    seasons: Mapping[int, int] = field(default_factory=dict[int, int])
    countries: tuple[str, ...] = ()
    popularity: float = 0.0
    overview: str | None = None
    poster: ImageFacts | None = None
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Rated:
    """score: 0 to 1. evidence: sentences. likeness: of the titles. is_other_year: whether the years contradict."""

    told: Told
    score: float
    evidence: tuple[str, ...]
    likeness: float
    is_other_year: bool = False
    is_by_id: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """reason: why it is no match, in a sentence; empty for a match. rated: the best first."""

    status: Status
    reason: str
    rated: tuple[Rated, ...]


def told_by_search(found: Candidate) -> Told:
    return Told(
        found.provider,
        found.id,
        found.title,
        found.titles,
        year=found.year,
        popularity=found.popularity,
        overview=found.overview,
        poster=found.poster,
    )


def told_by_work(found: FoundWork, listed: Told | None = None) -> Told:
    """listed: what the search told of it, whose titles may be in another language."""
    facts = found.facts
    own = [facts.title, facts.original_title, *(listed.titles if listed else ())]
    return Told(
        found.provider,
        found.id,
        facts.title,
        tuple(dict.fromkeys(each for each in own if each)),
        further=found.titles[:MOST_TITLES],
        year=facts.year,
        provider_ids=facts.provider_ids,
        runtime_s=facts.runtime_s,
        seasons={each.facts.number: each.episode_count for each in found.seasons},
        countries=facts.countries,
        popularity=facts.popularity or (listed.popularity if listed else 0.0),
        overview=facts.overview or (listed.overview if listed else None),
        poster=listed.poster if listed else None,
        is_whole=True,
    )


def rate(sought: Sought, told: Told) -> Rated:
    """One work by itself: title times year, confirmed or doubted by whatever else both sides say."""
    alike = _titles(sought, told)
    said = [alike, _years(sought, told, alike)]
    if (shared := _shared_id(sought, told)) is not None:
        evidence = (shared, *(each.sentence for each in said))
        return Rated(told, 1.0, evidence, alike.factor, is_by_id=True)
    score = BY_NAME * alike.factor * said[1].factor
    if alike.factor >= PLAUSIBLE:
        for each in _besides(sought, told):
            score = each.weigh(score)
            said.append(each)
    gap = _gap(sought, told)
    if gap >= 2:
        score = min(score, OTHER_YEAR_MOST if gap < FAR_YEARS else FAR_YEAR_MOST)
    if (other := _other_id(sought, told)) is not None:
        score, said = min(score, OTHER_ID_MOST), [*said, other]
    evidence = tuple(each.sentence for each in said if each.sentence)
    return Rated(told, round(max(0.0, min(1.0, score)), 3), evidence, alike.factor, gap >= 2)


def rank(rated: Iterable[Rated]) -> tuple[Rated, ...]:
    """The best first, each once; of those that are equally good the more popular one."""
    found: dict[str, Rated] = {}
    for each in sorted(rated, key=lambda each: (-each.score, -each.told.popularity, each.told.id)):
        found.setdefault(each.told.id, each)
    return tuple(found.values())


def decide(sought: Sought, rated: Iterable[Rated]) -> Verdict:
    """Matched only where one is good enough and clearly better than every other."""
    ranked = rank(rated)
    if not ranked:
        return Verdict(Status.UNMATCHED, f"Nobody knows anything called “{_called(sought)}”.", ())
    best = ranked[0]
    if best.score < UNCERTAIN:
        return Verdict(
            Status.UNMATCHED, f"The likeliest is {named(best.told)}, and it is another one.", ranked
        )
    rivals = [each for each in ranked[1:] if not _leads(best, each)]
    if best.score >= MATCHED and not rivals:
        return Verdict(Status.MATCHED, "", ranked)
    if best.score >= MATCHED:
        either = " or ".join(named(each.told) for each in (best, *rivals[:2]))
        return Verdict(Status.UNCERTAIN, f"It may be {either}.", ranked)
    return Verdict(Status.UNCERTAIN, f"It may be {named(best.told)}, but that is not sure.", ranked)


def is_beyond_doubt(sought: Sought, verdict: Verdict, *, has_namesakes: bool) -> bool:
    """Whether the one work of a verdict may be taken though nobody has searched for others.

    Title and year are exactly those, an id that is given is its own, and nothing speaks against it; but another cut may
    run otherwise, since a search could show nothing better of that title. Where others are called so, of which it isn't
    known when they came out, something has to lift it clear above what these could reach.
    """
    best = verdict.rated[0]
    if verdict.status is not Status.MATCHED or sought.year is None or best.told.year != sought.year:
        return False
    if best.is_by_id or sought.provider_ids:
        return best.is_by_id
    if has_namesakes:
        return best.score >= 1 - CLEAR_LEAD * (1 - BY_NAME)
    by_name = best if best.likeness < 1 else rate(replace(sought, runtimes_s=()), best.told)
    return by_name.score >= BY_NAME


def is_another(rated: Rated) -> bool:
    """Whether it is sure by its year, its titles or an id that it isn't the one that is meant."""
    return rated.is_other_year or rated.score < UNCERTAIN


def is_a_year_off(sought: Sought, told: Told) -> bool:
    """Whether nothing but the year is another, and that the next."""
    return _gap(sought, told) == 1 and rate(sought, told).likeness == 1


def named(told: Told) -> str:
    return f"“{told.title}” ({told.year})" if told.year else f"“{told.title}”"


def _leads(best: Rated, other: Rated) -> bool:
    """What the year contradicts is no rival of what it doesn't."""
    if other.score < UNCERTAIN or (other.is_other_year and not best.is_other_year):
        return True
    return 1 - best.score <= CLEAR_LEAD * (1 - other.score) and best.score > other.score


def _called(sought: Sought) -> str:
    title = next(iter(sought.titles), "")
    return f"{title} ({sought.year})" if sought.year else title


def _shared_id(sought: Sought, told: Told) -> str | None:
    known = {**told.provider_ids, told.provider: told.id}
    for name, value in sought.provider_ids.items():
        if known.get(name) == value:
            return f"Its id at {name.upper()}, {value}, is given by the name or an NFO file."
    return None


def _other_id(sought: Sought, told: Told) -> Said | None:
    known = {**told.provider_ids, told.provider: told.id}
    for name, value in sought.provider_ids.items():
        if name in known and known[name] != value:
            return Said(
                f"Its id at {name.upper()} is {known[name]}, and not {value} as the name or an NFO file says."
            )
    return None


def _titles(sought: Sought, told: Told) -> Said:
    best, whose, ours = 0.0, "", ""
    for wanted in sought.titles:
        if not match_key(wanted):
            continue
        for title in told.titles:
            if match_key(title) and (alike := likeness(wanted, title)) > best:
                best, whose, ours = alike, title, wanted
        for title in told.further if best < FURTHER_TITLE else ():
            if match_key(title) and (alike := FURTHER_TITLE * likeness(wanted, title)) > best:
                best, whose, ours = alike, title, wanted
    factor = best * (OF_SHORT_TITLE if sought.year is None and _is_short(ours) else 1.0)
    return Said(_title_sentence(told, whose, ours, best), factor)


def _is_short(title: str) -> bool:
    return title.isascii() and len(match_key(title)) <= SHORT_TITLE


def _title_sentence(told: Told, whose: str, ours: str, best: float) -> str:
    if not whose:
        return "Its title has nothing in common."
    called = "Its title" if whose == told.title else f"Its other title, “{whose}”,"
    if match_key(whose) == match_key(ours):
        return f"{called} is the same."
    if best >= RENUMBERED * FURTHER_TITLE:
        return f"{called} is the same, written otherwise."
    return f"{called} is like “{ours}”: {percent(best)}."


def _gap(sought: Sought, told: Told) -> int:
    return abs(sought.year - told.year) if sought.year and told.year else 0


def _years(sought: Sought, told: Told, alike: Said) -> Said:
    if not sought.year:
        return Said("The name says no year.", NO_YEAR)
    if not told.year:
        return Said("Its year is not known.", YEARLESS)
    gap = _gap(sought, told)
    if gap == 0:
        return Said("So is its year." if alike.factor == 1 else "Its year is the same.")
    if gap == 1:
        return Said(f"Its year, {told.year}, is next to {sought.year}.", NEXT_YEAR)
    return Said(f"It is of {told.year}, and not of {sought.year}.")


def _besides(sought: Sought, told: Told) -> list[Said]:
    """What confirms or doubts a title that may be the right one."""
    said = [_second_title(sought, told), by_countries(sought.countries, told.countries)]
    if sought.kind is Kind.MOVIE:
        said.append(by_runtime(sought.runtimes_s, told.runtime_s))
    else:
        said.append(by_seasons(sought.seasons, sought.counted_to, told.seasons))
    return [each for each in said if each is not None]


def _second_title(sought: Sought, told: Told) -> Said | None:
    """Two titles of the same work, the original one and a translated one say, are seldom both another's as well."""
    theirs = {match_key(title) for title in (*told.titles, *told.further)} - {""}
    shared = {match_key(title): title for title in sought.titles if match_key(title) in theirs}
    if len(shared) < 2:
        return None
    return Said(f"It is called “{list(shared.values())[1]}” too.", lift=SECOND_TITLE)


def next_to_fetch(sought: Sought, listed: Sequence[Told], whole: Mapping[str, Told]) -> Told | None:
    """Of which one all should be known before it is decided; None where nothing is left to ask.

    listed: as a search told them, in its order. whole: by the ids that they are listed by. Whoever is best, and
    whoever can't be told from it by title and year, is looked at; where none of these is meant, what is somewhat
    alike, and then what the provider put first: it may have found a title that it doesn't tell.
    """
    by_name = rank(rate(sought, each) for each in listed)
    if not by_name:
        return None
    by_id = {each.id: each for each in listed}
    equals = [each.told for each in by_name if each is by_name[0] or not _leads(by_name[0], each)]
    verdict = decide(sought, (rate(sought, whole.get(each.id, each)) for each in listed))
    best = [each.told.id for each in verdict.rated[:1] if each.score >= UNCERTAIN]
    wanted = [by_id[each] for each in best if each in by_id]
    wanted += equals if by_name[0].score >= UNCERTAIN else []
    if verdict.status is not Status.MATCHED:
        wanted += [each.told for each in by_name if each.score >= UNCERTAIN and not each.is_other_year]
        wanted += [each for each in listed if _gap(sought, each) < 2]
    return next((each for each in wanted if each.id not in whole), None)
