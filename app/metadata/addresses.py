"""Addresses and ids that providers tell, as far as they can be used. Pure."""

import re
from typing import Any
from urllib.parse import urlsplit

_STEP = r"/[A-Za-z0-9_~+-][A-Za-z0-9._~+-]{0,199}"
_PICTURE = re.compile(rf"(?:{_STEP}){{1,12}}\.(?:jpg|jpeg|png|webp)", re.ASCII | re.IGNORECASE)
_IMDB = re.compile(r"tt[0-9]{1,12}", re.ASCII)


def picture_path(value: Any) -> str | None:
    """The path of a picture, with or without a server before it, which is left out: only known ones are asked.

    None for what is no path, and for drawings (SVG), of which there are no pixels.
    """
    if not isinstance(value, str) or len(value) > 1000:
        return None
    try:
        path = urlsplit(value).path
    except ValueError:
        return None
    path = path if path.startswith("/") else f"/{path}"
    return path if _PICTURE.fullmatch(path) else None


def page(value: str | None) -> str | None:
    """A page that can be linked to."""
    return value if value and value.startswith(("http://", "https://")) else None


def imdb_id(value: str | None) -> str | None:
    return value if value and _IMDB.fullmatch(value) else None
