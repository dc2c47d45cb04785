"""What the pages say, in every language.

English sentences stand where they are said; `languages/*.json` hold what they are elsewhere. Names in braces are filled
in. What an error says is looked up in the same way, so that slices below need not know of languages.
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import cast

from markupsafe import Markup, escape

from app.core.languages import with_general

FOLDER = Path(__file__).parent / "languages"
ENGLISH = "en"
LANGUAGES = (ENGLISH, "de", "fr", "es", "ja")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Texts:
    """The texts in one language."""

    def __init__(self, language: str, translations: Mapping[str, str]) -> None:
        self.language = language
        self._translations = translations
        self._patterns = [(_pattern(english), english) for english in translations if "{" in english]

    def __call__(self, english: str, /, **values: object) -> Markup:
        """A text of ours, with values filled in, which are escaped. Raises KeyError for what is not translated."""
        text = english if self.language == ENGLISH else self._translations[english]
        return escape(text).format(**values) if values else escape(text)

    def said(self, message: object) -> str:
        """What an error says; in English where it is none of our texts."""
        words = str(message)
        if words in self._translations:
            return self._translations[words]
        for pattern, english in self._patterns:
            if found := pattern.fullmatch(words):
                return self._translations[english].format(**found.groupdict())
        return words


@cache
def texts_in(language: str) -> Texts:
    """language: one of LANGUAGES."""
    return Texts(language, {} if language == ENGLISH else translations(language))


def translations(language: str) -> dict[str, str]:
    """What each English text is in that language, in the order of the file."""
    read = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return cast("dict[str, str]", read)


def language_of(wanted: Iterable[str]) -> str:
    """The first of the languages wanted, as BCP 47 tags, that we have texts in."""
    return next((tag for tag in with_general(tuple(wanted)) if tag in LANGUAGES), ENGLISH)


def _pattern(english: str) -> re.Pattern[str]:
    parts = _PLACEHOLDER.split(english)
    return re.compile(
        "".join(f"(?P<{part}>.+)" if place % 2 else re.escape(part) for place, part in enumerate(parts)),
        re.DOTALL,
    )
