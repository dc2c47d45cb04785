"""Which languages somebody wants, and what that implies."""

from collections.abc import Sequence

from app.core.short import remembered_if_short


@remembered_if_short(256)  # programs send the same few with every request
def wanted_languages(own: tuple[str, ...], header: str) -> tuple[str, ...]:
    """What texts are wanted in, best first: one's own languages, then those of an Accept-Language header."""
    return with_general((*own, *accepted_languages(header)))


def with_general(languages: Sequence[str]) -> tuple[str, ...]:
    """Each language tag in lower case, followed by the more general ones that it implies: pt-br, pt.

    A more general tag doesn't come before a special one that was wanted too: de-at, de-ch, de.
    """
    chains = [_general(tag.lower()) for tag in languages]
    flat = [tag for chain in chains for tag in chain]
    return tuple(tag for place, tag in enumerate(flat) if tag not in flat[place + 1 :])


def _general(tag: str) -> list[str]:
    parts = tag.split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]


def accepted_languages(header: str) -> tuple[str, ...]:
    """The language tags of an Accept-Language header (RFC 9110 §12.5.4), most wanted first.

    `*`, languages with q=0 and whatever can't be read are left out.
    """
    ranked: list[tuple[float, str]] = []
    for item in header[:1000].split(","):
        tag, _, parameter = item.partition(";")
        tag, quality = tag.strip().lower(), _quality(parameter)
        if quality > 0 and tag.isascii() and tag.replace("-", "").isalnum():
            ranked.append((-quality, tag))
    return tuple(dict.fromkeys(tag for _, tag in sorted(ranked, key=lambda each: each[0])))


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0
