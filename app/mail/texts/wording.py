"""What a language needs for all letters."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.mail.letters import Factor, Template


@dataclass(frozen=True, slots=True)
class Text:
    """A letter: paragraphs before and after its link. Jinja templates of one line each.

    They are told `server` (its host name), `hours`, `days`, `factor`, `inviter`, `new_address` and `left`.
    """

    subject: str
    before: tuple[str, ...]
    button: str | None = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """A language. at, device, address: labels of when and from where something was done. or_copy: before a link."""

    greeting: str
    greeting_by_name: str
    or_copy: str
    at: str
    device: str
    address: str
    browser_on_os: str
    footer: str
    factors: Mapping[Factor, str]
    texts: Mapping[Template, Text]
