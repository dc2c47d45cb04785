"""Hints that people write into names for media servers: provider ids and editions."""

import re
from dataclasses import dataclass

_PROVIDER = re.compile(
    r"[\[{(]\s*(?P<provider>tmdb|themoviedb|imdb|tvdb|thetvdb)[ _-]?(?:id)?\s*[-=: ]\s*"
    r"(?P<value>tt[0-9]{5,10}|[0-9]{1,10})"
    r"\s*[\]})]|[\[{(]\s*(?P<bare>tt[0-9]{6,10})\s*[\]})]|(?<![A-Za-z0-9])(?P<naked>tt[0-9]{7,9})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_EDITION = re.compile(r"[{\[]\s*edition\s*[-=:]\s*([^{}\[\]]{1,80}?)\s*[}\]]", re.IGNORECASE)
_OTHER = re.compile(r"\{[a-z]{2,10}[-=][^{}]{0,80}\}", re.IGNORECASE)
_NAMES = {"themoviedb": "tmdb", "thetvdb": "tvdb"}


@dataclass(frozen=True, slots=True)
class Hints:
    """text: the name without its hints. ids: provider to value, IMDb's with its `tt`."""

    text: str
    ids: tuple[tuple[str, str], ...] = ()
    edition: str | None = None


def hints(text: str) -> Hints:
    if "{" not in text and "[" not in text and "(" not in text and "tt" not in text.lower():
        return Hints(text)
    ids: dict[str, str] = {}
    for match in _PROVIDER.finditer(text):
        provider, value = _identified(match)
        ids.setdefault(provider, value)
    edition = _EDITION.search(text)
    bare = _OTHER.sub(" ", _EDITION.sub(" ", _PROVIDER.sub(" ", text)))
    return Hints(bare.strip(), tuple(sorted(ids.items())), edition[1] if edition else None)


def _identified(match: re.Match[str]) -> tuple[str, str]:
    provider = (match["provider"] or "imdb").lower()
    value = (match["value"] or match["bare"] or match["naked"]).lower()
    if value.startswith("tt"):
        return "imdb", value
    provider = _NAMES.get(provider, provider)
    return provider, f"tt{value}" if provider == "imdb" else value.lstrip("0") or value


def nearest(levels: list[Hints]) -> tuple[tuple[str, str], ...]:
    """The ids of all levels of a path, given from the file upwards; the nearest of each provider wins."""
    ids: dict[str, str] = {}
    for level in levels:
        for provider, value in level.ids:
            ids.setdefault(provider, value)
    return tuple(sorted(ids.items()))
