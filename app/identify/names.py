"""An episode's file name made ready to be searched for numbers: hints, site, group and extension taken off."""

import re
from dataclasses import dataclass

from app.identify import extensions
from app.identify.hints import Hints, hints
from app.identify.tags import Tag, leading_group, scan, without_site
from app.identify.text import cleaned

_BOXES = re.compile(r"^\s*((?:\[[^\[\]]{1,80}\][\s._]*){3,12})(.*)$", re.DOTALL)
_BOX = re.compile(r"\[([^\[\]]{1,80})\]")
_BOXED_NUMBER = re.compile(
    r"^(?:第?[0-9]{1,4}[话話集]?|[0-9]{1,4}-[0-9]{1,4}|ep?[0-9]{1,4})(?:v[0-9])?(?:[ _]?(?:end|fin))?$",
    re.IGNORECASE,
)
_ANIME_MARK = re.compile(
    r"[\[(][0-9A-F]{8}[\])]|(?<=[0-9])v[2-9](?![0-9A-Za-z])|[ _]-[ _][0-9]{1,4}(?:v[0-9])?[ _]?\["
    r"|^\[[^\[\]]{2,40}\][ ._\-]{0,3}[0-9]{1,4}(?=$|[ ._\[(])"
)


@dataclass(frozen=True, slots=True)
class Name:
    """text: what is left of the name; positions in it are what numberings and tags speak of."""

    text: str
    hints: Hints
    tags: list[Tag]
    group: str | None
    container: str | None
    is_anime: bool


def prepared(file_name: str) -> Name:
    stem, container = extensions.split(file_name)
    hint = hints(cleaned(stem))
    text = _unboxed(without_site(hint.text))
    group, rest = leading_group(text)
    is_anime = (group is not None and rest != text) or _ANIME_MARK.search(text) is not None
    return Name(rest, hint, scan(rest), group, container, is_anime)


def _unboxed(text: str) -> str:
    """`[Group][Title][01][1080p]` rewritten as `[Group] Title - 01 [1080p]`."""
    match = _BOXES.match(text)
    if match is None:
        return text
    boxes = _BOX.findall(match[1])
    at = next((at for at, box in enumerate(boxes) if at > 1 and _BOXED_NUMBER.match(box.strip())), None)
    if at is None:
        return text
    title = " ".join(box for box in boxes[1:at] if not any(tag.is_strong for tag in scan(box)))
    number = boxes[at].strip().strip("第话話集")
    return f"[{boxes[0]}] {title} - {number} " + "".join(f"[{box}]" for box in boxes[at + 1 :]) + match[2]
