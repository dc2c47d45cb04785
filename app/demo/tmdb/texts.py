"""What the demo library's works are called and about in five languages; all of it invented."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# `{"title": ..., "overview": ..., "tagline": ...}` by language; a tagline, or all but the title, may be missing.
Texts = Mapping[str, Mapping[str, str]]
# Where each language is at home.
COUNTRIES = {"en": "US", "de": "DE", "fr": "FR", "es": "ES", "ja": "JP", "pt": "PT"}
_FOUND: Mapping[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))


def texts_of(work: str) -> Texts:
    """By the work's title in the demo library; empty for what has none."""
    return _FOUND["works"].get(work, {})


def texts_of_episode(series: str, season: int, number: int) -> Texts:
    return _FOUND["episodes"].get(f"{series} {season}x{number}", {})
