"""Titles for telling works apart."""

from app.identify.text import key


def match_key(title: str) -> str:
    """Equal for spellings of one title: case, accents, punctuation, spaces and `&` or `and` make no difference.

    A title of nothing but marks is its own key.
    """
    return key(title) or title.casefold()
