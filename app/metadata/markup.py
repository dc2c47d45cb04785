"""Texts that come as HTML, as plain ones. Pure."""

import re
from html import unescape

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)[^<>]*>|<!--[^<>]*-->")
_SILENT = frozenset({"script", "style"})
_BREAKS = {"br": "\n", "li": "\n", "tr": "\n", "p": "\n\n", "div": "\n\n", "ul": "\n\n", "ol": "\n\n"}
_GAPS = re.compile(r"\n{3,}")


def plain(html: str) -> str | None:
    """The text alone, with an empty line between paragraphs; None where there is none.

    What it says is no HTML: signs that were escaped are signs.
    """
    said: list[str] = []
    at, silent = 0, None
    for tag in _TAG.finditer(html):
        name = (tag["name"] or "").lower()
        if silent is None:
            said += [html[at : tag.start()].replace("\n", " "), _BREAKS.get(name, "")]
            silent = name if name in _SILENT and not tag["end"] else None
        elif name == silent and tag["end"]:
            silent = None
        at = tag.end()
    if silent is None:
        said.append(html[at:].replace("\n", " "))
    lines = (" ".join(line.split()) for line in unescape("".join(said)).replace("\0", "").split("\n"))
    return _GAPS.sub("\n\n", "\n".join(lines)).strip() or None
