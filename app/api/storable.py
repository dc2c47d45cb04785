"""Texts from clients that the database can hold."""

from app.core.errors import Invalid


def storable(text: str) -> str:
    """The text, where the database can hold it. Raises Invalid."""
    if "\0" in text or (not text.isascii() and not _is_unicode(text)):
        raise Invalid("text", "A text can't hold the NUL character or half a surrogate pair.")
    return text


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
