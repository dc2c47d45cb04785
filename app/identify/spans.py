"""What may follow an episode's number: more episodes, a range, the letter of a split episode."""

import re
from dataclasses import dataclass

from app.identify.text import LATIN

LONGEST_SPAN = 60
_ENDS = rf"(?=$|[^{LATIN}]|v[0-9])"
_MORE = re.compile(
    r"(?P<join>\]?[ ._]{0,2}(?:[-~&+,]|to|bis|und|and)?[ ._]{0,2}\[?)"
    r"(?:s?(?P<season>[0-9]{1,4})[ ._]?[ex]|ep?[ ._]?)(?P<episode>[0-9]{1,4})"
    rf"(?=$|[^{LATIN}]|[a-d](?:$|[^{LATIN}])|v[0-9]|e[p0-9]|x[0-9])",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"(?P<join>[-~&+_]| ?[&+] ?|[ ._](?:and|und|et)[ ._])"
    rf"(?P<episode>[0-9]{{1,4}}){_ENDS}(?![.][0-9](?:$|[^0-9])|-[0-9]{{2}}-)",
    re.IGNORECASE,
)
_X = re.compile(r"(?P<join>[-~&+]?)x(?P<episode>[0-9]{2,3})(?![0-9])", re.IGNORECASE)
_LETTER = re.compile(rf"(?P<letter>[a-d])(?=$|[^{LATIN}])", re.IGNORECASE)
_VERSION = re.compile(rf"v[0-9](?=$|[^{LATIN}])", re.IGNORECASE)
_ROMAN = {"i": 1, "v": 5, "x": 10}
_ENGLISH = "one two three four five six seven eight nine ten"
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth"
_WORDS = {word: at for words in (_ENGLISH, _ORDINALS) for at, word in enumerate(words.split(), 1)}
_HAN = {character: at for at, character in enumerate("一二三四五六七八九", 1)}


@dataclass(frozen=True, slots=True)
class Run:
    """Episodes from a first number on, ascending; end: where the name goes on after them."""

    episodes: tuple[int, ...]
    end: int
    episode_part: int | None = None


def after_episode(text: str, end: int, first: int, season: int | None) -> Run:
    """Reads on from the end of the first number; `season` is what a repeated season must equal to belong."""
    episodes, last, letter = [first], first, None
    if match := _LETTER.match(text, end):
        letter, end = ord(match["letter"].lower()) - ord("a") + 1, match.end()
    while match := _next(text, end, season, last):
        number = int(match["episode"])
        is_range = any(mark in match["join"] for mark in "-~") or match["join"].strip(" ._").lower() in (
            "to",
            "bis",
        )
        episodes += range(last + 1, number + 1) if is_range else [number]
        last, end = number, match.end()
        if extra := _LETTER.match(text, end):
            end = extra.end()
    if match := _VERSION.match(text, end):
        end = match.end()
    return Run(tuple(episodes), end, letter if len(episodes) == 1 else None)


def _next(text: str, end: int, season: int | None, last: int) -> re.Match[str] | None:
    for pattern in (_MORE, _BARE, _X):
        match = pattern.match(text, end)
        if match is None or not last < int(match["episode"]) <= last + LONGEST_SPAN:
            continue
        if (
            match["join"] not in ("-", "~", "&", "+")
            and pattern is _BARE
            and int(match["episode"]) > last + 1
        ):
            continue
        if pattern is _MORE and match["season"] and int(match["season"]) != season:
            continue
        return match
    return None


def number_of(text: str) -> int | None:
    """The number that digits, Roman or Chinese numerals or an English word stand for."""
    lowered = text.lower()
    if lowered.isdecimal():
        return int(lowered)
    if lowered in _WORDS:
        return _WORDS[lowered]
    if lowered and all(character in _ROMAN for character in lowered):
        return _from_roman(lowered)
    return _from_han(lowered)


def _from_roman(text: str) -> int:
    values = [_ROMAN[character] for character in text]
    return sum(
        -value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True)
    )


def _from_han(text: str) -> int | None:
    total, digit = 0, 0
    for character in text:
        if character in _HAN:
            digit = _HAN[character]
        elif character in "十百":
            total, digit = total + (digit or 1) * (10 if character == "十" else 100), 0
        elif character.isdecimal():
            digit = digit * 10 + int(character)
        else:
            return None
    return total + digit or None
