"""Which of the media types we serve a client would rather have (RFC 9110, section 12.5.1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.core.short import remembered_if_short


class Media(StrEnum):
    """What GraphQL is served as; where a client has no preference, the first is taken."""

    JSON = "application/json"
    RESPONSE = "application/graphql-response+json"
    EVENTS = "text/event-stream"


@dataclass(frozen=True, slots=True)
class _Range:
    media: str
    quality: float
    position: int

    def covers(self, media: str) -> bool:
        kind = media.partition("/")[0]
        return self.media in {media, f"{kind}/*", "*/*"}

    @property
    def specificity(self) -> int:
        return 2 - self.media.count("*")


@remembered_if_short(256)  # clients send the same few headers with every request
def preferred(accept: str | None, offered: tuple[str, ...]) -> tuple[str, ...]:
    """The acceptable ones of what is offered, best first.

    Of equal quality, what the client names first comes first; under one wildcard, what is offered first.
    No header at all accepts anything.
    """
    ranges = list(_ranges("*/*" if accept is None else accept))
    ranked: list[tuple[float, int, int, str]] = []
    for place, media in enumerate(offered):
        covering = [one for one in ranges if one.covers(media)]
        if not covering:
            continue
        best = max(covering, key=lambda one: one.specificity)
        if best.quality > 0:
            ranked.append((-best.quality, best.position, place, media))
    return tuple(media for *_, media in sorted(ranked))


def parameters_of(value: str) -> tuple[str, dict[str, str]]:
    """Split `text/plain; charset=utf-8` into its lower-cased type and its parameters."""
    media, *pairs = value.split(";")
    parameters: dict[str, str] = {}
    for pair in pairs:
        name, _, text = pair.partition("=")
        parameters[name.strip().lower()] = text.strip().strip('"').lower()
    return media.strip().lower(), parameters


def _ranges(accept: str) -> Iterator[_Range]:
    for position, text in enumerate(accept.split(",")):
        media, parameters = parameters_of(text)
        quality = _quality(parameters.get("q", "1"))
        if media and parameters.get("charset", "utf-8") in {"utf-8", "utf8"}:
            yield _Range(media, quality, position)


def _quality(text: str) -> float:
    try:
        quality = float(text)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0
