"""Reads the name of a film's file or folder by itself."""

import re
from dataclasses import dataclass
from functools import lru_cache

from app.identify import dates, extensions
from app.identify.dates import LAST_YEAR, Year
from app.identify.hints import Hints, hints
from app.identify.lexicon import YEARS_OF_TITLES
from app.identify.reading import Release
from app.identify.spans import number_of
from app.identify.tags import Tag, boundary, leading_group, release_of, scan, trailing_editions, without_site
from app.identify.text import AFTER, BEFORE, cleaned, key, latin_part, title_of, without_alias

_DISC = re.compile(
    rf"{BEFORE}(?:cd|disc|disk|dvd(?![59]{AFTER}))[ ._\-]?(?P<number>[0-9]{{1,2}}|[a-d]){AFTER}",
    re.IGNORECASE,
)
_PART = re.compile(
    rf"{BEFORE}(?:part|pt|parte|teil|partie|часть)[ ._\-]?(?P<number>[0-9]{{1,2}}|[ivx]{{1,4}}|[a-d]"
    rf"|one|two|three|four){AFTER}",
    re.IGNORECASE,
)
# The place in a list: `07. Goldfinger (1964)`, `01 - Title (2010)`.
_LISTED = re.compile(
    r"^(?:(?:[0-9]{1,2}\.\s+|[0-9]\s+-\s+|0[0-9](?:\s*-)?\s+)(?=[^\W\d_].*[(\[](?:19|20)[0-9]{2}[)\]])"
    r"|[0-9]{1,3}\s*[-.]\s*(?=(?:19|20)[0-9]{2}\s*-\s*\S))"
)
_GLUED_YEAR = re.compile(r"(?<=[^\W\d_]{2})((?:19[2-9]|20[0-3])[0-9])(?=$|[ ._(\[\-])")
# Before nothing but a year, a bracket holds the title.
_YEAR_FIRST = re.compile(r"[\s._\-]*[(\[]?(?:19|20)[0-9]{2}(?:[)\]]|[._](?![^\W\d_]*[a-z]{2})|$)")
_KIND_AT_END = re.compile(r"[(\[]\s*(?:tv )?(?:film|movie|фильм)\s*,?\s*$", re.IGNORECASE)
_OF = re.compile(
    r"(?<![0-9A-Za-z])(?P<number>[1-9])[ ]?(?:of|von|de|из)[ ]?[2-9](?![0-9A-Za-z])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class FilmName:
    """alias: the title in another language or script. ends_in_part: a part's number stood where the title ends.

    has_marks: a year or release words say where the title ends.
    """

    hints: Hints
    title: str | None
    alias: str | None
    year: int | None
    edition: str | None
    part: int | None
    ends_in_part: bool
    release: Release
    has_marks: bool


@lru_cache(maxsize=4096)
def film_name(name: str, *, is_file: bool) -> FilmName:
    stem, container = extensions.split(name) if is_file else (name, None)
    hint = hints(cleaned(stem))
    whole = without_site(hint.text)
    group, text = leading_group(whole)
    if text is not whole and _YEAR_FIRST.match(text):
        group, text = None, whole
    text = _LISTED.sub("", text, count=1)
    tags = scan(text)
    start, text_end = _start(text, tags), len(text)
    edge = boundary(text, tags, start)
    year = _choose(text, start, edge, dates.years(text)) or _glued(text, edge)
    if year and not _has_letters(text[: year.start]) and text[year.end :].strip(" ._-)]"):
        start, edge = year.end, boundary(text, tags, _skip(text, year.end))
        title_end = edge
    else:
        title_end = min(edge, year.start) if year else edge
    title_end = max(trailing_editions(text, tags, title_end), start) or text_end
    part, title_end, ends_in_part = _part(text, start, title_end, year)
    title, alias = _titles(text[start:title_end])
    after = (
        min(title_end, edge) if year is None else min(edge, max(year.end, title_end)) if edge else title_end
    )
    marks = title_end if year is None or year.start > title_end else min(year.end, text_end)
    return FilmName(
        hint,
        title or title_of(text),
        alias,
        year.value if year else None,
        hint.edition or _edition(tags, min(marks, title_end) if title_end > start else after),
        part,
        ends_in_part,
        release_of(text, tags, min(marks, title_end), container, group),
        has_marks=year is not None or edge < text_end,
    )


def _start(text: str, tags: list[Tag]) -> int:
    """Where the title begins: after release words in brackets that open the name, never at the name's end."""
    start = 0
    for tag in tags:
        if text[start : tag.start].strip(" [(") or not text[: tag.start].rstrip().endswith(("[", "(")):
            break
        start = tag.end
    return start if _has_letters(text[start:]) else 0


def _skip(text: str, start: int) -> int:
    return next((at for at in range(start, len(text)) if text[at].isalnum()), start)


def _has_letters(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _choose(text: str, start: int, edge: int, found: list[Year]) -> Year | None:
    """The year of release: one in brackets, else the last before the release words that leaves a title."""
    titled = [year for year in found if _has_letters(text[start : year.start])]
    if bracketed := [year for year in titled if year.is_bracketed]:
        return bracketed[0]
    if before := [year for year in titled if year.start <= edge]:
        return None if len(before) == 1 and dates.is_of_title(text, before[0]) else before[-1]
    if titled:
        return titled[0]
    first = found[0] if found else None
    rest = text[first.end :] if first else ""
    if first and _has_letters(rest) and (first.is_bracketed or re.match(r"\s+-\s", rest)):
        return first
    if (
        first
        and _has_letters(_DISC.sub("", text[first.end : edge]))
        and key(text[:edge]) not in YEARS_OF_TITLES
    ):
        return first
    return None


def _glued(text: str, edge: int) -> Year | None:
    """A year right behind the title's last word: `Akira1988`."""
    match = _GLUED_YEAR.search(text, 0, min(edge + 1, len(text)))
    value = int(match[1]) if match else 0
    return (
        Year(match.start(), match.end(), value, is_bracketed=False) if match and value <= LAST_YEAR else None
    )


def _part(text: str, start: int, title_end: int, year: Year | None) -> tuple[int | None, int, bool]:
    """(part, end of the title, whether a part's words ended the title): `cd1` anywhere, `part 1` after the year;
    before it or without one `Part 1` is the title's, unless it is hyphenated on to the end."""
    for pattern in (_DISC, _OF, _PART):
        for match in pattern.finditer(text, start + 1):
            if pattern is _PART and match.start() < title_end and not _is_appended(text, match, year):
                continue
            if (number := _numbered(match["number"])) is not None:
                ends_title = match.start() < title_end
                return number, min(title_end, match.start()), ends_title and pattern is _PART
    return None, title_end, False


def _is_appended(text: str, match: re.Match[str], year: Year | None) -> bool:
    if year is not None and year.start > match.start():
        return False
    before = text[: match.start()]
    return before.endswith(("-", "- ")) and not text[match.end() :].strip(" )]") and match[0][-1].isdigit()


def _numbered(text: str) -> int | None:
    if len(text) == 1 and text.lower() in "abcd":
        return "abcd".index(text.lower()) + 1
    return number_of(text)


def _titles(raw: str) -> tuple[str | None, str | None]:
    """(title, other title): of names in two scripts the Latin one, of `A AKA B` the first."""
    if at := latin_part(raw):
        return title_of(raw[at:]), title_of(raw[:at])
    title = title_of(_KIND_AT_END.sub("", raw))
    return without_alias(title) if title else (None, None)


def _edition(tags: list[Tag], start: int) -> str | None:
    editions = [tag.value for tag in tags if tag.kind == "edition" and tag.start >= start]
    return " ".join(dict.fromkeys(editions)) or None
