"""Titles for sorting and for addresses."""

import re
import unicodedata

_ARTICLES = {
    "en": ("the", "a", "an"),
    "de": ("der", "die", "das", "ein", "eine", "einer", "dem", "den"),
    "fr": ("le", "la", "les", "un", "une", "des"),
    "es": ("el", "la", "los", "las", "un", "una", "unos", "unas"),
    "it": ("il", "lo", "la", "i", "gli", "le", "un", "uno", "una"),
    "pt": ("o", "a", "os", "as", "um", "uma"),
    "nl": ("de", "het", "een"),
    "sv": ("en", "ett", "den", "det"),
    "da": ("en", "et", "den", "det"),
    "no": ("en", "ei", "et", "den", "det"),
    "ca": ("el", "la", "els", "les", "un", "una"),
    "hu": ("a", "az", "egy"),
}
_ELIDED = {"fr": ("l'",), "it": ("l'", "un'"), "ca": ("l'",)}
# Without a language only articles that are words of no other of these languages are taken off.
_ANYWHERE = ("the", "a", "an", "der", "das", "le", "les", "el", "los", "las", "il", "gli")
_LEADING_MARKS = re.compile(r"^[\W_]+")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_ALPHABETS = {
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ": (
        "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch - y - e iu ia i i e g"
    ),
    "αβγδεζηθικλμνξοπρσςτυφχψω": "a b g d e z i th i k l m n x o p r s s t y f ch ps o",
    "ßæœøłđðþı": "ss ae oe o l d d th i",
}
_LETTERS = str.maketrans(
    {
        letter: "" if spelling == "-" else spelling
        for letters, spellings in _ALPHABETS.items()
        for letter, spelling in zip(letters, spellings.split(), strict=True)
    }
)


def sort_title(title: str, language: str | None = None) -> str:
    """The title without the article and the marks that it opens with; as it is when nothing would be left.

    language: BCP 47, only its first part counts; without one only unmistakable articles go.
    """
    code = (language or "").partition("-")[0].lower()
    plain = _LEADING_MARKS.sub("", title) or title
    for elided in _ELIDED.get(code, ()):
        if plain.lower().replace("’", "'").startswith(elided) and len(plain) > len(elided):
            return plain[len(elided) :]
    first, space, rest = plain.partition(" ")
    articles = _ARTICLES.get(code, ()) if code else _ANYWHERE
    return rest.lstrip() if space and rest.strip() and first.lower() in articles else plain.strip() or title


def slug(title: str, year: int | None = None) -> str:
    """ASCII words joined by hyphens, stable for a title and year and never empty.

    Scripts that can't be spelt in ASCII letter by letter appear as the code points of their letters.
    """
    text = title.lower().replace("&", " and ").replace("'", "").replace("’", "")
    if not text.isascii():
        # й and ё are letters before they are letters with a mark
        text = unicodedata.normalize("NFC", text).translate(_LETTERS)
        text = "".join(_ascii(character) for character in unicodedata.normalize("NFKD", text))
    words = _NOT_SLUG.sub("-", text).strip("-") or "untitled"
    return f"{words[:120].strip('-')}-{year}" if year is not None else words[:120].strip("-")


def _ascii(character: str) -> str:
    if character.isascii():
        return character
    translated = character.translate(_LETTERS)
    if translated.isascii():
        return translated
    return f"-{ord(character):x}-" if unicodedata.category(character)[0] in "LN" else ""
