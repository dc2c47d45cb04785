"""Episode numbers that nothing announces: `105`, `- 12v2`, `05 - Title`, `[12]`."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.identify import dates
from app.identify.numbering import Numbering
from app.identify.spans import LONGEST_SPAN

# Seasons seldom have more; a higher last pair of digits speaks for a count through the series.
LIKELY_EPISODES = 40
LONGEST_SEASON = 59
LONGEST_SERIES = 35
_FEWEST_BEFORE = 20
_DASHED = re.compile(
    r"(?:(?<=\s)|(?<=_)|(?<=\.)|^)-[ _.]{1,3}(?P<first>[0-9]{1,4})(?:[ ]?[-~&+,][ ]?"
    r"(?P<last>[0-9]{1,4}))?(?P<half>\.5)?(?P<letter>[a-d])?(?:v(?P<version>[0-9]))?"
    r"(?=$|[ _.]{0,3}[\[(]|[ _.]+-|[ _.]+\D|[ _.]+[0-9]{3,4}[pi])(?![.][0-9])",
    re.IGNORECASE,
)
_BOXED = re.compile(
    r"\[(?P<first>[0-9]{1,4})(?:[-~](?P<last>[0-9]{1,4}))?(?:v(?P<version>[0-9]))?(?:[ _]?(?:end|fin))?\]",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"(?:(?<=[ ._\-(\[+&])|^)(?P<first>[0-9]{1,4})(?:[-~](?P<last>[0-9]{1,4}))?(?P<letter>[a-d])?(?:v"
    r"(?P<version>[0-9]))?(?=$|[ ._\-)\]+&])",
    re.IGNORECASE,
)
_GLUED = re.compile(r"(?<=[A-Za-z]{2})(?P<first>[0-9]{2,4})(?P<letter>[a-d])?(?=$|[ ._\-)\]])", re.IGNORECASE)
_BEHIND_HAN = re.compile(
    r"(?<=[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af])(?P<first>[0-9]{2,3})(?P<letter>[a-d])?(?=$|[ ._\-\[(])"
)
_ANYWHERE = re.compile(
    r"(?<![0-9])(?P<first>[0-9]{1,4})(?:[-~](?P<last>[0-9]{1,4}))?(?P<letter>[a-d])?(?:v(?P<version>[0-9]))?"
    r"(?=$|[ ._\-)\]])",
    re.IGNORECASE,
)
_OWN_SEASON = re.compile(r"\s*(?P<season>[0-9]{1,2})(?P<mark>[.\-])(?P<episode>[0-9]{2})(?![0-9])(?!-[0-9])")
_BETWEEN = re.compile(r"[ ._\-&+]{0,5}(?:and|und|et)?[ ._\-&+]{0,5}", re.IGNORECASE)
_LEADING = re.compile(
    r"\s*[\[(]?(?P<first>[0-9]{1,3})(?:(?:[-+&]| [+&] )(?P<last>[0-9]{1,3}))?(?P<letter>[a-d])?(?:v[0-9])?[\])]?"
    r"(?=$|\s*[-–._)]|\s)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bare number stands: in a season folder, in a name marked as anime, after a title that is known."""

    season: int | None
    is_anime: bool
    start: int
    end: int


def found(text: str, place: Place) -> Numbering | None:
    """The likeliest bare number between place.start and place.end."""
    for find in (_leading, _dashed, _boxed, _hundreds, _loose, _glued):
        if numbering := find(text, place):
            return replace(numbering, is_bare=True)
    return None


def _leading(text: str, place: Place) -> Numbering | None:
    """A number that opens a name whose series the folder names."""
    if place.season is not None and place.start == 0 and (own := _OWN_SEASON.match(text, 0, place.end)):
        season, episode = int(own["season"]), int(own["episode"])
        if season == place.season and (len(own["season"]) < 2 or own["mark"] != "-"):
            said = "season and episode with a mark between"
            return Numbering(own.start(), own.end(), 0.85, said, season, (episode,))
    match = _LEADING.match(text, place.start, place.end)
    if match is None or (place.season is None and (place.start == 0 or len(match["first"]) > 2)):
        return None
    if place.season is not None and _names_season(match["first"], place.season):
        return None
    return _counted(match, place, 0.85 if place.season is not None else 0.6, "a number that opens the name")


def opening(text: str, end: int) -> Numbering | None:
    """A number that opens a name in a folder of its series without seasons: `05 - Title`."""
    match = _LEADING.match(text[:end])
    if match is None:
        return None
    found = _counted(match, Place(None, False, 0, end), 0.55, "a number that opens the name")
    return replace(found, is_bare=True, certainty=0.84)


def _dashed(text: str, place: Place) -> Numbering | None:
    """`Title - 12`; but `Title - 105 - Name` outside of anime is left to be split into season and episode."""
    for match in _DASHED.finditer(text, place.start, min(len(text), place.end + 8)):
        if match.start() >= place.end or is_year(match["first"], place):
            continue
        if place.season is None and not place.is_anime and _may_split(text, match):
            return None
        strength = 0.85 if place.is_anime or place.season is not None else 0.7
        found = _counted(match, place, strength, "a number after a dash")
        return replace(found, certainty=0.88) if len(match["first"]) < 3 and not match["half"] else found
    return None


def _may_split(text: str, match: re.Match[str]) -> bool:
    """Four digits only where a title follows or a nought pads them: counts through a series are as long."""
    number, last = match["first"], match["last"]
    if len(number) < 3 or number.startswith("00") or not 1 <= int(number) % 100 <= LIKELY_EPISODES:
        return False
    if last:
        return len(last) == len(number) and int(last) == int(number) + 1
    if len(number) == 4 and number[0] != "0":
        return int(number) < 100 * LONGEST_SERIES and re.match(r"\s+-\s+\S", text[match.end() :]) is not None
    return len(number) == 4 or number[0] != "0"


def _boxed(text: str, place: Place) -> Numbering | None:
    for match in _BOXED.finditer(text, place.start):
        if match.start() > 0 and not is_year(match["first"], place):
            if place.season is None and not place.is_anime and _may_split(text, match):
                return None
            return _counted(match, place, 0.8, "a number in a bracket of its own")
    return None


def _hundreds(text: str, place: Place) -> Numbering | None:
    """`105` and `1105` as season and episode, several in a row as several episodes."""
    if place.is_anime:
        return None
    numbers = [match for match in _numbers(text, place) if _splits(match, place)]
    if not numbers:
        return None
    numbers = numbers[_first_of(text, numbers) :]
    first, season = numbers[0], int(numbers[0]["first"]) // 100
    episodes, end = _in_a_row(text, numbers, season)
    strength = 0.85 if place.season == season else 0.65
    certainty = 0.9 if place.season == season else 0.8
    said = "a number of season and episode"
    return Numbering(first.start(), end, strength, said, season, episodes, certainty=certainty)


def _first_of(text: str, numbers: list[re.Match[str]]) -> int:
    """The first number is the title's when it opens the name or another stands right behind it (`The.100.105`)."""
    if len(numbers) < 2:
        return 0
    one, other = numbers[:2]
    return int(not _runs_on(one, other) and (_opens(text, one) or _follows(text, one, other)))


def _in_a_row(text: str, numbers: list[re.Match[str]], season: int) -> tuple[tuple[int, ...], int]:
    """(episodes, end) of `105-106`, `105-06` and `105.106.107`."""
    first = numbers[0]
    episodes, end = [int(first["first"]) % 100], first.end()
    if (last := first["last"]) and (len(last) <= 2 or int(last) // 100 == season):
        episodes += range(episodes[0] + 1, int(last) % 100 + 1)
    for before, match in itertools.pairwise(numbers):
        if not (_follows(text, before, match) and _runs_on(before, match)):
            break
        episodes.append(int(match["first"]) % 100)
        end = match.end()
    return tuple(dict.fromkeys(episodes)), end


def _numbers(text: str, place: Place) -> Iterator[re.Match[str]]:
    return _LOOSE.finditer(text, place.start, place.end)


def numbers_anywhere(text: str, place: Place) -> Iterator[re.Match[str]]:
    """Also those that letters touch (`ns12`), and years; groups as in the other patterns here."""
    return _ANYWHERE.finditer(text, place.start, place.end)


def _opens(text: str, match: re.Match[str]) -> bool:
    return not text[: match.start()].strip(" ._-[(")


def _splits(match: re.Match[str], place: Place) -> bool:
    number = match["first"]
    if len(number) < 3 or number.endswith("00"):
        return False
    if number.startswith("00" if len(number) == 4 else "0"):
        return False
    if place.season is not None:
        return int(number) // 100 == place.season
    return int(number) % 100 <= LONGEST_SEASON and not is_year(number, place)


def _follows(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    return _BETWEEN.fullmatch(text, one.end(), other.start()) is not None


def _runs_on(one: re.Match[str], other: re.Match[str]) -> bool:
    return int(other["first"]) == int(one["first"]) + 1


def _loose(text: str, place: Place) -> Numbering | None:
    """The last number of one to three digits before the release words: `[Group] Title 12 [1080p]`, `Title 012`."""
    numbers = [
        match
        for match in _numbers(text, place)
        if not _opens(text, match) and not is_year(match["first"], place)
    ]
    for match in reversed(numbers):
        if place.is_anime or place.season is not None or len(match["first"]) >= 2:
            strength = 0.7 if place.is_anime else 0.5
            certainty = 0.8 if place.is_anime or place.season is not None else 0.5
            return replace(_counted(match, place, strength, "a number of its own"), certainty=certainty)
    return None


def _glued(text: str, place: Place) -> Numbering | None:
    """`ns12` in a folder of a season."""
    if place.season is None:
        match = _BEHIND_HAN.search(text, place.start, place.end)
        return _counted(match, place, 0.5, "a number behind the title") if match else None
    numbers = [
        match for match in _GLUED.finditer(text, place.start, place.end) if not is_year(match["first"], place)
    ]
    return _counted(numbers[-1], place, 0.6, "a number behind letters") if numbers else None


def is_year(number: str, place: Place) -> bool:
    return looks_like_year(number) and place.season != int(number)


def looks_like_year(number: str) -> bool:
    return len(number) == 4 and dates.FIRST_YEAR <= int(number) <= dates.LAST_YEAR


def _counted(match: re.Match[str], place: Place, strength: float, said: str) -> Numbering:
    """A count of episodes within the season where one is given, else through the whole series."""
    groups = match.groupdict()
    first = int(groups["first"])
    if groups.get("half"):
        return Numbering(match.start(), match.end(), 0.4, f"a special after episode {first}", 0)
    last = int(groups.get("last") or first)
    numbers = tuple(range(first, last + 1)) if first <= last <= first + LONGEST_SPAN else (first,)
    letter = ord(groups["letter"].lower()) - ord("a") + 1 if groups.get("letter") else None
    found = Numbering(match.start(), match.end(), strength, said, episode_part=letter)
    if place.season is None:
        # Three digits are written where a count goes on for long.
        counts_on = place.is_anime or len(groups["first"]) > 2
        return replace(found, absolutes=numbers) if counts_on else replace(found, episodes=numbers)
    if counts_through(groups["first"], place.season):
        return replace(found, absolutes=numbers)
    if _names_season(groups["first"], place.season):
        numbers = (first % 100,)
    return replace(found, season=place.season, episodes=numbers)


def counts_through(number: str, season: int) -> bool:
    """Whether `405` in season 13 counts through the series: three digits, and more than earlier seasons may hold."""
    return (
        len(number) >= 3
        and 2 <= season < 100
        and int(number) // 100 != season
        and int(number) >= _FEWEST_BEFORE * (season - 1)
    )


def _names_season(number: str, season: int) -> bool:
    """Whether `205` in season 2 is its fifth episode."""
    return len(number) >= 3 and season > 0 and int(number) // 100 == season
