"""Titles for telling works apart, and titles that look misread."""

import re
from dataclasses import replace

from app.identify.reading import Reading
from app.identify.text import key

_SELDOM_IN_TITLES = re.compile(
    r"\bs[0-9]{1,2}[ .]?x?e[0-9]|\b[0-9]{1,2}x[0-9]{2}\b|\b(?:ep|episode|folge|cd|disc)[ .]?[0-9]"
    r"|\bwww\b|\.(?:com|net|org|info)\b|[{}@=\\<>|]|[\[(][^\])]*$"
    r"|\b(?=[a-z]*[0-9])(?=[0-9]*[a-z])[0-9a-f]{8,}\b"
    r"|\b(?:2160|1080|720|576|480)[pi]\b|\bblu-?ray\b|\bhdtv\b|\bweb-?(?:dl|rip)\b|\b(?:dvd|bd|br|hd)-?rip\b"
    r"|\b[xh] ?26[45]\b|\bxvid\b|\bhevc\b",
    re.IGNORECASE,
)
_LONGEST_LIKELY = 100
_DOUBTED = 0.5


def match_key(title: str) -> str:
    """Equal for spellings of one title: case, accents, punctuation, spaces and `&` or `and` make no difference.

    A title of nothing but marks is its own key.
    """
    return key(title) or title.casefold()


def is_unlikely(title: str) -> bool:
    """Whether it is as long as titles seldom are, or holds what release names do and titles seldom."""
    return len(title) > _LONGEST_LIKELY or _SELDOM_IN_TITLES.search(title) is not None


def doubted(reading: Reading) -> Reading:
    """The reading, less sure where its title holds what release names do and titles seldom."""
    title = reading.title
    if title is None or reading.provider_ids or reading.confidence <= _DOUBTED:
        return reading
    if not is_unlikely(title):
        return reading
    said = "The title holds what titles seldom do, so it may be misread."
    return replace(reading, confidence=_DOUBTED, evidence=(*reading.evidence, said))
