"""From an NFO's bytes to the XML documents it holds: encodings, and several documents one after another."""

import codecs
import re

MOST_DOCUMENTS = 200
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"<\?xml[^>]{0,100}encoding\s*=\s*[\"']([A-Za-z0-9_.\-]{1,40})[\"']")
_ROOT = re.compile(r"<(movie|tvshow|season|episodedetails)(?=[\s>/])", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
# Characters that no XML 1.0 document may hold, which broken tools write into plots.
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_BARE_AMPERSAND = re.compile(r"&(?!#?[A-Za-z0-9]{1,30};)")


def decoded(data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    if data[:2] == b"<\x00":
        return data.decode("utf-16-le", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(_declared(data), "replace")


def _declared(data: bytes) -> str:
    """The declared encoding if it is one and not the UTF-8 that the bytes just disproved."""
    match = _DECLARED.search(data[:200])
    name = match[1].decode("ascii") if match else "cp1252"
    try:
        found = codecs.lookup(name)
    except LookupError:
        return "cp1252"
    is_text = getattr(found, "_is_text_encoding", True)
    return "cp1252" if not is_text or found.name.startswith(("utf", "ascii")) else found.name


def documents(text: str) -> tuple[list[str], str]:
    """(each document of the text from its root element to its end tag, ready to parse; the text outside of them).

    Entity declarations stay in front of the first, so that the parser sees and refuses them.
    Raises ValueError when there are more documents than any file of episodes holds.
    """
    sources: list[str] = []
    outside: list[str] = []
    at = 0
    while match := _ROOT.search(text, at):
        closing = f"</{match[1]}>"
        end = text.find(closing, match.end())
        end = len(text) if end < 0 else end + len(closing)
        between = text[at : match.start()]
        outside.append(between)
        start = between.find("<!") if _ENTITY.search(between) else len(between)
        sources.append(
            _BARE_AMPERSAND.sub("&amp;", _ILLEGAL.sub("", between[start:] + text[match.start() : end]))
        )
        if len(sources) > MOST_DOCUMENTS:
            raise ValueError(f"more than {MOST_DOCUMENTS} documents")
        at = end
    return sources, "\n".join((*outside, text[at:]))
