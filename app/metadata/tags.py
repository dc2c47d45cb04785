"""What tags in media files say of works, where it can be believed. Pure.

Tags are written by whoever made the file: stores write them well, and others put in advertisements, the name of the
release, or what belongs to another film. So they are believed only where they speak of the work that the file is, and
they never name one: its title and year come from elsewhere.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from app.catalog.facts import NAMELESS, CreditFacts, EpisodeFacts, WorkFacts
from app.identify.tags import scan
from app.identify.titles import is_unlikely, match_key
from app.metadata.tmdb_json import day
from app.metadata.tmdb_season import named

T = TypeVar("T")
Tags = Mapping[str, str]
# Longer ones are cut where they were read, mid-sentence.
CUT_AT = 1000
SHORTEST_TEXT = 15
LONGEST_NAME = 80
MOST_GENRES, MOST_DIRECTORS = 5, 4
_TEXTS = ("synopsis", "description")
_BETWEEN = re.compile(r"\s*[,;/|]\s*")
_ADDRESS = re.compile(
    r"https?:|www\.|@|\b[a-z0-9-]{2,40}\.(?:com|net|org|info|to|me|ru|io|tv|cc|xyz|site|club|ws|eu|co)\b",
    re.IGNORECASE,
)
# Latin-1 read for UTF-8, and what could not be read at all.
_GARBLED = re.compile("[\u00c2\u00c3\u00e2][\u0080-\u00bf\u20ac\u2122]|\ufffd|[<>{}\\\\^~=]")
_NO_NAMES = frozenset(match_key(each) for each in ("Unknown", "None", "Various", "N/A", "Anonymous"))
_NO_GENRES = frozenset(
    match_key(each)
    for each in ("Other", "Unknown", "Movie", "Film", "Video", "TV Show", "TV Shows", "Misc", "None")
)
_YEAR_AT_END = re.compile(r"\s*[\[(]?(?:18|19|20)[0-9]{2}[\])]?\s*$", re.ASCII)


@dataclass(frozen=True, slots=True)
class TaggedEpisode:
    """An episode, and the tags of a file that holds it alone; keys in lower case, the title among them."""

    season: int
    number: int | None
    air_date: date | None
    tags: Tags


def may_tell(tags: Tags, *, is_episode: bool) -> bool:
    """Whether anything in them could be believed of some work; so few files have it that the others need no look."""
    if _text(tags, ()) or (is_episode and _title(tags, (), None)):
        return True
    return not is_episode and bool(_genres(tags) or _directors(tags))


def film(titles: Collection[str], year: int | None, files: Iterable[Tags]) -> WorkFacts | None:
    """What the files of a film say of it; None for nothing. titles: all by which it is known."""
    believed = [tags for tags in files if _is_of(titles, tags.get("title"))]
    facts = replace(
        NAMELESS,
        overview=_first(_text(tags, titles) for tags in believed),
        released_on=_first(_date(tags, year) for tags in believed),
        terms={"genre": genres} if (genres := _first(_genres(tags) for tags in believed)) else {},
        credits=_first(_directors(tags) for tags in believed) or (),
        is_described=True,
    )
    return None if facts == replace(NAMELESS, is_described=True) else facts


def episodes(titles: Collection[str], files: Sequence[TaggedEpisode]) -> list[EpisodeFacts]:
    """What files say of the episodes of a series, each episode once; titles: all by which the series is known.

    What several episodes say alike is said of none of them: of the series, or of the site that the files come from.
    """
    read: dict[tuple[int, int | str], EpisodeFacts] = {}
    dated: set[tuple[int, int | str]] = set()
    for each in files:
        facts = _episode(titles, each)
        if each.air_date is None and facts.air_date:
            dated.add(facts.key)
        known = read.setdefault(facts.key, facts)
        read[facts.key] = replace(
            known,
            title=known.title or facts.title,
            overview=known.overview or facts.overview,
            air_date=known.air_date or facts.air_date,
        )
    titled = Counter(each.title for each in read.values())
    described = Counter(each.overview for each in read.values())
    found = (
        replace(
            each,
            title=each.title if titled[each.title] == 1 else None,
            overview=each.overview if described[each.overview] == 1 else None,
        )
        for each in read.values()
    )
    return [each for each in found if each.title or each.overview or each.key in dated]


def _episode(titles: Collection[str], file: TaggedEpisode) -> EpisodeFacts:
    facts = EpisodeFacts(file.season, file.number, file.air_date, is_described=True)
    tags = file.tags
    if not _is_of(titles, tags.get("show")) or not _is_numbered(file):
        return facts
    # Without the series' name a date may as well be that of the copy.
    said = day(tags, "date") if "show" in tags else None
    return replace(
        facts,
        title=_title(tags, titles, file.number),
        overview=_text(tags, titles),
        air_date=file.air_date or said,
    )


def _is_of(titles: Collection[str], said: str | None) -> bool:
    """Whether a title in the tags is one of these, if there is any; a year may follow it."""
    if said is None:
        return True
    known = {match_key(title) for title in titles}
    return match_key(said) in known or match_key(_YEAR_AT_END.sub("", said)) in known


def _is_numbered(file: TaggedEpisode) -> bool:
    """Whether the numbers in the tags, where there are any, are those of the episode."""
    season, number = file.tags.get("season_number"), file.tags.get("episode_sort")
    said = [(season, file.season), (number, file.number)]
    return all(text is None or (text.isdecimal() and int(text[:6]) == known) for text, known in said)


def _title(tags: Tags, titles: Collection[str], number: int | None) -> str | None:
    """An episode's: nothing that names its series, only counts, or looks like the name of a file."""
    title = named({"name": tags.get("title")}, -1 if number is None else number)
    if title is None or is_unlikely(title) or not _is_prose(title) or "_" in title:
        return None
    return None if title.count(".") > title.count(" ") + 1 or _is_of(titles, title) else title


def _text(tags: Tags, titles: Collection[str]) -> str | None:
    for name in _TEXTS:
        text = _uncut(tags.get(name, ""))
        if len(text) >= SHORTEST_TEXT and _is_prose(text) and not _is_of(titles, text):
            return text
    return None


def _uncut(text: str) -> str:
    """To the end of its last sentence, where it was cut."""
    if len(text) < CUT_AT:
        return text
    end = max(text.rfind(mark) for mark in (". ", "! ", "? ", "。"))
    return text[: end + 1] if end > 0 else text


def _is_prose(text: str) -> bool:
    """Words, and no advertisement, garbled text, or name of a release."""
    if _ADDRESS.search(text) or _GARBLED.search(text) or any(tag.is_strong for tag in scan(text)):
        return False
    letters = sum(unicodedata.category(character)[0] in "LMZ" for character in text)
    return letters * 5 >= len(text) * 4


def _date(tags: Tags, year: int | None) -> date | None:
    """A whole date, in the year that is known: others may be of the copy."""
    said = day(tags, "date")
    return said if said is not None and said.year == year else None


def _genres(tags: Tags) -> tuple[str, ...]:
    names = (name for name in _names(tags.get("genre", "")) if match_key(name) not in _NO_GENRES)
    return tuple(names)[:MOST_GENRES]


def _directors(tags: Tags) -> tuple[CreditFacts, ...]:
    names = [name for name in _names(tags.get("director", "")) if match_key(name) not in _NO_NAMES]
    names = names[:MOST_DIRECTORS]
    return tuple(
        CreditFacts(name, "Directing", "Director", None, billing) for billing, name in enumerate(names)
    )


def _names(text: str) -> list[str]:
    """The names of a list, each once; none where one of them can't be a name: `N/A` is none, nor are its letters."""
    names = list(dict.fromkeys(name for name in _BETWEEN.split(text) if name))
    return names if all(1 < len(name) <= LONGEST_NAME and _is_prose(name) for name in names) else []


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value), None)
