"""How alike two titles are. Pure, and the same either way round."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from rapidfuzz.distance import Levenshtein

from app.catalog.titles import slug, sort_title
from app.identify.text import LONGEST, words
from app.identify.titles import match_key

# Titles that differ in nothing but how their numbers are written, or in an article.
RENUMBERED, WITHOUT_ARTICLE = 0.97, 0.93
# One is the other with a subtitle, or with a name before it.
WITH_SUBTITLE, WITH_PREFIX = 0.8, 0.75
REORDERED, TRANSLITERATED = 0.97, 0.9
# Films of one series: as like as their titles may be, they are others.
OTHER_NUMBER = 0.5
# Likeness of letters from which on two titles have anything to do with each other.
_UNLIKE = 0.4
_ROMAN = {
    numeral: str(number)
    for number, numeral in enumerate(
        [
            "ii",
            "iii",
            "iv",
            "v",
            "vi",
            "vii",
            "viii",
            "ix",
            "x",
            "xi",
            "xii",
            "xiii",
            "xiv",
            "xv",
            "xvi",
            "xvii",
            "xviii",
            "xix",
            "xx",
        ],
        start=2,
    )
} | {"i": "1"}
_SPELT = {
    word: str(number)
    for number, word in enumerate(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
        ],
        start=1,
    )
}
_PART_WORDS = frozenset(
    [
        "part",
        "pt",
        "volume",
        "vol",
        "chapter",
        "episode",
        "teil",
        "kapitel",
        "folge",
        "partie",
        "chapitre",
        "tome",
        "parte",
        "capitulo",
    ]
)
# Letters that are numbers as well are numbers behind a title alone: `Rocky V`, `Star Trek V: The Final Frontier`.
_LETTER_NUMBER = re.compile(r"(?<=[^\W_]\s)([ivx])(?=\s*(?:$|[:(\[]|\s[-–—]\s))", re.IGNORECASE)
_BRACKET_AT_END = re.compile(r"\s*[(\[](?:(?:19|20)[0-9]{2}|[A-Z]{2,3})[)\]]\s*$")
_SUBTITLE = re.compile(r"\s*:\s+|\s+[-–—:|]\s+|\s*[(\[]|,?\s+or:?,?\s+(?=\S)|:(?=\S)", re.IGNORECASE)
_SHORTEST_PART = 4
_SPELLABLE = re.compile(r"[\u0370-\u03ff\u0400-\u04ff]")


@dataclass(frozen=True, slots=True)
class _Forms:
    """A title as it is compared. counted: with numbers as digits. plain: without an article and `1` at the end.

    numbers: those in digits; spelt: those in words. head, tail: what stands before and behind the first mark of a
    subtitle, in plain form.
    """

    key: str
    words: tuple[str, ...]
    counted: str
    plain: str
    numbers: frozenset[str]
    spelt: frozenset[str]
    head: str
    tail: str


def likeness(one: str, other: str) -> float:
    """From 0, nothing in common, to 1: the same but for case, accents, punctuation and spaces."""
    first, second = _forms(one[:LONGEST]), _forms(other[:LONGEST])
    if first.key == second.key:
        return 1.0
    if first.counted == second.counted:
        return RENUMBERED
    if first.plain == second.plain:
        return WITHOUT_ARTICLE
    alike = max(_part(first, second), _part(second, first), _letters(first, second))
    if bool(_SPELLABLE.search(one)) != bool(_SPELLABLE.search(other)):
        alike = max(alike, TRANSLITERATED * _near(_spelt(one), _spelt(other)))
    return min(alike, OTHER_NUMBER) if _count_differently(first, second) else alike


def is_same(one: str, other: str) -> bool:
    """Whether two titles are spellings of one."""
    return likeness(one, other) >= RENUMBERED


def _part(short: _Forms, long: _Forms) -> float:
    if len(short.plain) < _SHORTEST_PART:
        return 0.0
    if short.plain == long.head:
        return WITH_SUBTITLE
    return WITH_PREFIX if short.plain == long.tail else 0.0


def _letters(first: _Forms, second: _Forms) -> float:
    ordered = _near(first.plain, second.plain)
    sorted_ = _near(" ".join(sorted(first.words)), " ".join(sorted(second.words)))
    return max(ordered, REORDERED * sorted_)


def _near(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    same = Levenshtein.normalized_similarity(one, other)
    # What differs is never quite the same.
    return max(0.0, min(WITHOUT_ARTICLE, (same - _UNLIKE) / (1 - _UNLIKE)))


def _count_differently(first: _Forms, second: _Forms) -> bool:
    return bool(first.numbers - second.numbers - second.spelt or second.numbers - first.numbers - first.spelt)


@lru_cache(maxsize=8192)
def _forms(title: str) -> _Forms:
    bare = _BRACKET_AT_END.sub("", title)
    bare = bare if words(bare) else title
    said = _words(bare)
    counted = tuple(_SPELT.get(word, word) for word in said)
    plain = _plain(bare)
    head, *rest = _SUBTITLE.split(bare, maxsplit=1)
    return _Forms(
        key=match_key(title),
        words=said,
        counted="".join(counted) or match_key(title),
        plain="".join(plain) or match_key(title),
        numbers=frozenset(word for word in plain if _is_number(word) and word not in _spelt_in(said)),
        spelt=frozenset(_spelt_in(said)),
        head="".join(_plain(head)),
        tail="".join(_plain(rest[0])) if rest else "",
    )


def _spelt_in(said: tuple[str, ...]) -> list[str]:
    return [_SPELT[word] for word in said if word in _SPELT]


def _plain(text: str) -> tuple[str, ...]:
    """Its words without the article that it opens with, and without the number of a first part."""
    said = tuple(_SPELT.get(word, word) for word in _words(sort_title(text)))
    return said[:-1] if len(said) > 1 and said[-1] == "1" else said


def _words(text: str) -> tuple[str, ...]:
    """Folded, with numbers as digits, and without what announces the number of a part."""
    text = _LETTER_NUMBER.sub(lambda letter: _ROMAN[letter[1].lower()], text.replace("&", " and "))
    said = [_ROMAN.get(word, word) if len(word) > 1 else word for word in words(text)]
    return tuple(
        word
        for word, after in zip_longest(said, said[1:], fillvalue="")
        if not (word in _PART_WORDS and (_is_number(after) or after in _SPELT))
    )


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit()


def _spelt(title: str) -> str:
    """In Latin letters, where it is written in Cyrillic or Greek ones."""
    return slug(title).replace("-", "")
