"""Browser and operating system out of a User-Agent, for people to know their devices by; nothing depends on it."""

import re
from dataclasses import dataclass

# In this order: most browsers also name those that they are like.
_BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Vivaldi", r"Vivaldi/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/|Chromium/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS = (
    ("Windows", r"Windows"),
    ("iPadOS", r"iPad"),
    ("iOS", r"iPhone|iPod"),
    ("tvOS", r"AppleTV|Apple TV|tvOS"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Tizen", r"Tizen"),
    ("webOS", r"Web0S|webOS"),
    ("Android", r"Android"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux|X11"),
)


@dataclass(frozen=True, slots=True)
class Agent:
    """browser: or the name of a program that is none, as it names itself. Each None where nothing is said of it."""

    browser: str | None
    os: str | None


def agent_of(user_agent: str | None) -> Agent:
    text = (user_agent or "")[:1000]
    return Agent(_first(_BROWSERS, text) or _product(text), _first(_SYSTEMS, text))


def _first(known: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((name for name, pattern in known if re.search(pattern, text)), None)


def _product(text: str) -> str | None:
    """`Infuse/7.6 (tvOS)`: the first product that is named (RFC 9110 §10.1.5)."""
    name = text.partition("/")[0].strip()
    return name[:60] if "/" in text and name not in {"", "Mozilla"} else None
