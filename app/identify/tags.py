"""Finds release words in a name and tells where its title ends."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from app.identify import lexicon
from app.identify.lexicon import word_set
from app.identify.reading import Release
from app.identify.text import AFTER, BEFORE, key

_ARTICLES = word_set("the a an my our of in and to with for der die das le la les el los il lo un une")
_SEPARATORS = re.compile(r"[\s._\-]+")
_BEFORE_YEAR = ("edition", "noise", "language", "proper")
_BETWEEN = re.compile(r"[\s._\-\[\](){}+,&|~/]*")
_GROUP_AT_END = re.compile(r"(?:-|\s-\s?)\[?([\w.!@$&']{2,40}?)\]?(?:\[[\w.\- ]{2,30}\])?\s*$")
_NO_GROUP = re.compile(r"(?i)[0-9]+|(?:part|pt|cd|disc|disk|dvd|sample|trailer)[0-9]{0,2}")
_GROUP_IN_BRACKETS = re.compile(r"[\[(]([\w.!@$&' -]{2,30})[\])]\s*$")
_GROUP_AT_START = re.compile(r"^\s*\[([^\[\]]{1,60})\]\s*[-_. ]*(?=\S)")
# A letter, or two numbers: `[Group] 86 - 05`.
_TITLED = re.compile(r"[0-9]*[^\W\d_²³¹½]|[0-9][\s._]+-?[\s._]*[0-9]")
_BRACKETED = re.compile(r"\[[^\[\]]{0,200}\]|\([^()]{0,200}\)")
_NUMBER_ALONE = re.compile(r"[0-9]{1,4}")
_CRC = re.compile(r"[\[(]([0-9A-Fa-f]{8})[\])]")
_VERSION = re.compile(rf"(?:(?<=[0-9])|{BEFORE})v([2-9]){AFTER}", re.IGNORECASE)
_SITE_NAME = (
    r"(?:www\.)?[a-z0-9\-]{2,40}(?:\.[a-z0-9\-]{2,30})?"
    r"\.(?:com|net|org|info|to|me|mx|ru|pl|cz|se|eu|tv|io|cc|in|lat|bz|ag|am|ws|li|xyz|site|club|wtf"
    r"|nz|fm|ms)"
)
_SITE = re.compile(
    rf"^\s*(?:[\[({{]\s*(?:[^\[\](){{}}]{{0,20}}?)?{_SITE_NAME}\s*[\])}}][\s_.\-]*|"
    rf"www\.[a-z0-9\-.]{{2,60}}?\.[a-z]{{2,5}}(?:\s*[-_@]+\s*|\s+|_+)|{_SITE_NAME}(?:\s+-+\s+|\s*@\s*"
    rf"|_-_)|[a-z0-9\-]{{2,40}}\.(?:com|net|org|info|io|ru|xyz|site|club|ws|tv|cc)_+)(?=\S)",
    re.IGNORECASE,
)
_SITE_AT_END = re.compile(
    rf"[\s_.\-]*[\[({{]\s*(?:{_SITE_NAME}|eztv(?:x)?|tgx|rartv|ettv|yts|rarbg|glodls)\s*[\])}}]\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Tag:
    """A release word: where it stands in the name, what it speaks of, and whether it is never part of a title."""

    start: int
    end: int
    kind: str
    value: str
    is_strong: bool


def _rows() -> Iterable[tuple[str, str, str, bool]]:
    tables: Sequence[tuple[str, Sequence[tuple[str, str]], bool]] = (
        ("edition", lexicon.EDITIONS, False),
        ("source", lexicon.SOURCES, True),
        ("resolution", lexicon.RESOLUTIONS, True),
        ("video_codec", lexicon.VIDEO_CODECS, True),
        ("audio_codec", lexicon.AUDIO_CODECS, True),
        ("bit_depth", lexicon.BIT_DEPTHS, True),
        ("hdr", lexicon.HDR_STRONG, True),
        ("streaming_service", lexicon.SERVICES_STRONG, True),
        ("proper", lexicon.PROPERS, False),
        ("language", lexicon.LANGUAGES, False),
        ("noise", [(pattern, "") for pattern in lexicon.NOISE], False),
        ("source", lexicon.SOURCES_WEAK, False),
        ("hdr", lexicon.HDR_WEAK, False),
        ("streaming_service", lexicon.SERVICES_WEAK, False),
    )
    for kind, table, is_strong in tables:
        for pattern, value in table:
            yield kind, pattern.replace("_", r"[ ._\-]?"), value, is_strong


def _alternatives(pattern: str) -> Iterable[str]:
    """The pattern split at its outermost bars."""
    depth, start = 0, 0
    for at, character in enumerate(pattern):
        depth += (character in "([") - (character in ")]")
        if character == "|" and depth == 0:
            yield pattern[start:at]
            start = at + 1
    yield pattern[start:]


_ROWS = tuple(
    (kind, alternative, value, is_strong)
    for kind, pattern, value, is_strong in _rows()
    for alternative in _alternatives(pattern)
)
# The engine skips an alternative by its first letter, if that is a plain one: hence text in lower case, alternatives
# side by side, and an empty group behind each to tell which it was.
_PATTERN = re.compile(BEFORE + "(?:" + "|".join(f"{row[1]}()" for row in _ROWS) + ")" + AFTER)


def scan(text: str) -> list[Tag]:
    """Every release word of the name, in order, none overlapping."""
    found: list[Tag] = []
    for match in _PATTERN.finditer(_lowered(text)):
        kind, _, value, is_strong = _ROWS[(match.lastindex or 1) - 1]
        start, end = match.span()
        if kind == "edition" and not value:
            value = _named(text[start:end])
        found.append(Tag(start, end, kind, value, is_strong))
    return found


def _lowered(text: str) -> str:
    """In lower case and of the same length, which a few letters would change."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(small if len(small := character.lower()) == 1 else character for character in text)


def _named(words: str) -> str:
    """An edition's own words, spelt as a name: `EXTENDED.CUT` is Extended Cut."""
    plain = re.sub(r"[ ._\-]+", " ", words).strip()
    return " ".join(
        word
        if word in ("IMAX", "4K", "TV", "US")
        else word.lower()
        if word.lower() == "and"
        else word.capitalize()
        for word in plain.split()
    )


def boundary(text: str, tags: Sequence[Tag], start: int, *, weak_at_end: bool = True) -> int:
    """Where release words begin after `start`: at the first strong one, or at weak ones that touch it or,
    when allowed, that close the name. The name's length when there are none."""
    at = next((place for place, tag in enumerate(tags) if tag.is_strong and tag.start >= start), None)
    if at is None:
        if not weak_at_end:
            return len(text)
        at, edge = len(tags), len(text)
    else:
        edge = tags[at].start
    while at > 0 and tags[at - 1].start > start and _closes(text, tags[at - 1], edge):
        at -= 1
        edge = tags[at].start
    return edge


def _closes(text: str, tag: Tag, edge: int) -> bool:
    """Whether a weak word just before `edge` is a release word: `Mad Max 1080p` and `A Time of Raw` end in titles."""
    if not _touches(text, tag.end, edge):
        return False
    word = text[tag.start : tag.end]
    if tag.kind in ("source", "streaming_service", "hdr"):
        return word.isupper() and not text[: tag.start].isupper()
    is_bracketed = text[: tag.start].endswith(("[", "("))
    if tag.kind == "noise" and not is_bracketed and not _is_odd(text, tag):
        return edge < len(text) and word.lower() in lexicon.SURE_NOISE
    if _belongs_to_title(text, tag) and not is_bracketed:
        return False
    if (
        tag.kind == "language"
        and edge == len(text)
        and " " in text
        and word == word.capitalize()
        and not is_bracketed
    ):
        return False
    if tag.kind == "language" and word.lower() in lexicon.SURE_LANGUAGES and "." in text:
        return True
    return is_bracketed or len(word) > 4 or not (word[:1].isupper() and word[1:].islower())


def _is_odd(text: str, tag: Tag) -> bool:
    """Whether a word is written as release groups write theirs, unlike the title: in capitals, `iNTERNAL`."""
    word, before = text[tag.start : tag.end], text[: tag.start]
    if word.lower() in lexicon.UNMISTAKABLE_NOISE:
        return True
    return (
        word.upper() != word.lower()
        and word not in (word.lower(), word.capitalize())
        and before != before.upper()
    )


def _touches(text: str, end: int, start: int) -> bool:
    return _BETWEEN.fullmatch(text, end, start) is not None


def trailing_editions(text: str, tags: Sequence[Tag], end: int, kinds: Collection[str] = _BEFORE_YEAR) -> int:
    """Where the editions and languages just before `end` begin (`Title Directors Cut 1982`); `end` without any."""
    for tag in reversed(tags):
        if tag.end <= end and _touches(text, tag.end, end):
            is_shouted = (
                tag.kind == "source"
                and text[tag.start : tag.end].isupper()
                and not text[: tag.start].isupper()
            )
            if not (is_shouted or tag.kind in kinds) or _belongs_to_title(text, tag):
                break
            if tag.kind == "noise" and not _is_odd(text, tag):
                break
            end = tag.start
    return end


def _belongs_to_title(text: str, tag: Tag) -> bool:
    before = _SEPARATORS.split(text[: tag.start].rstrip(" ._-"))[-1].lower()
    return tag.start == 0 or before in _ARTICLES or key(text[: tag.end]) in lexicon.TITLES_LIKE_TAGS


def without_site(text: str) -> str:
    """The name without a web site's name before or after it."""
    shorter = _SITE.sub("", text, count=1)
    shorter = _SITE_AT_END.sub("", shorter, count=1) or shorter
    return shorter if any(character.isalnum() for character in shorter) else text


def leading_group(text: str) -> tuple[str | None, str]:
    """(group, rest) of `[Group] Title ...`; (None, text) when the bracket is all there is or holds a release word."""
    match = _GROUP_AT_START.match(text)
    if match is None or not _TITLED.search(_strip_brackets(text[match.end() :])):
        return None, text
    inner = match[1].strip()
    if _NUMBER_ALONE.fullmatch(inner):
        return None, text
    if scan(inner) and not re.search(r"(?i)sub|fan|raws?|team", inner):
        return None, text[match.end() :]
    return inner, text[match.end() :]


def _strip_brackets(text: str) -> str:
    return _BRACKETED.sub(" ", text)


def release_of(
    text: str, tags: Sequence[Tag], edge: int, container: str | None, group: str | None
) -> Release:
    """What the release words from `edge` on say; the first of a kind counts, the more telling one where they add up."""
    said: dict[str, str] = {}
    languages: list[str] = []
    for tag in tags:
        if tag.start < edge:
            continue
        if tag.kind == "language" and tag.value not in languages:
            languages.append(tag.value)
        elif tag.value and (tag.kind not in said or _tells_more(tag.kind, tag.value, said[tag.kind])):
            said[tag.kind] = tag.value
    crc = _CRC.search(text)
    version = _VERSION.search(text)
    depth = said.get("bit_depth") or ("10" if re.search(r"(?i)hi10p?", text[edge:]) else None)
    return Release(
        source=said.get("source"),
        streaming_service=said.get("streaming_service"),
        resolution=said.get("resolution"),
        video_codec=said.get("video_codec"),
        audio_codec=said.get("audio_codec"),
        hdr=said.get("hdr"),
        bit_depth=int(depth) if depth else None,
        group=group or _group(text, tags, edge),
        version=int(version[1]) if version else (2 if "proper" in said else None),
        crc32=crc[1].upper() if crc and not crc[1].isdigit() else None,
        container=container,
        proper="proper" in said,
        languages=tuple(languages),
    )


def _tells_more(kind: str, value: str, said: str) -> bool:
    if kind == "hdr":
        return said in ("HDR", "SDR", "HDR10") and value in ("HDR10", "HDR10+", "Dolby Vision")
    if kind == "source":
        return value.endswith("Remux") and said in ("Blu-ray", "Remux")
    return kind == "resolution" and said == "2160p" and value in ("1080p", "720p")


def _group(text: str, tags: Sequence[Tag], edge: int) -> str | None:
    """The name after the last hyphen, if release words stand before it and it is none itself."""
    if edge >= len(text):
        return None
    match = _GROUP_AT_END.search(text, edge) or _GROUP_IN_BRACKETS.search(text, edge)
    if (
        match is None
        or _NO_GROUP.fullmatch(match[1])
        or any(tag.start <= match.start(1) < tag.end for tag in tags)
    ):
        return None
    return match[1].strip(" .")
