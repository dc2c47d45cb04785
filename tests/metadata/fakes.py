"""Providers that are known by name alone."""

from collections.abc import Sequence
from typing import Any

from app.core.http_messages import Service
from app.metadata.facts import Kind
from app.metadata.provider import About


class Silent:
    """Never asked: what it is, and how it may be asked, is all that it says."""

    def __init__(self, name: str, kinds: Sequence[Kind] = tuple(Kind), secret: str | None = None) -> None:
        self.about = About(name, name.title(), frozenset(kinds), secret, f"https://{name}.example")

    async def service(self, _: Any) -> Service:
        return Service(self.about.id, rate_per_s=10.0)

    async def _never(self, *_: Any) -> Any:
        raise AssertionError("was asked")


class Fake(Silent):
    """A provider of works."""

    search = find = work = season = images = changes = Silent._never


class Adding(Silent):
    """A provider that only adds to works."""

    supplement = Silent._never
