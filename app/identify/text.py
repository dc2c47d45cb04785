"""Letters and separators: cleaning a raw name, making a title of a piece of it, comparing titles loosely."""

import re
import unicodedata
from functools import lru_cache

# Longer than any name a file system holds; bounds the work that a hostile string can ask for.
LONGEST = 512
LATIN = "A-Za-z0-9À-ÖØ-öø-ɏ"
BEFORE = rf"(?<![{LATIN}])"
AFTER = rf"(?![{LATIN}])"

_LOOKALIKES = str.maketrans(
    "【】［］（）〈〉《》〔〕–—−‐‑～〜＋＆＃！？＿　　０１２３４５６７８９",
    "[][]()[][][]-----~~+&#!?_  0123456789",
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\ufeff\ud800-\udfff]+")
_PERCENT = re.compile(r"%20|%28|%29|%5B|%5D|%26|%27", re.IGNORECASE)
_PERCENTS = {"%20": " ", "%28": "(", "%29": ")", "%5b": "[", "%5d": "]", "%26": "&", "%27": "'"}
_INITIALS = re.compile(
    rf"{BEFORE}(?:[A-Z]\.){{2,12}}(?:[A-Z](?![{LATIN}'’])\.?)?|{BEFORE}(?:[a-z]\.){{3,12}}[a-z]?{AFTER}"
)
_WORD_DOT = re.compile(r"(?<=\S)\.(?=\S)")
_EMPTY_BRACKETS = re.compile(r"\(\s*\)|\[\s*\]|\{\s*\}")
_SQUARE = re.compile(r"\[[^\[\]]{0,200}\]|\{[^{}]{0,200}\}")
_ANY_BRACKET = re.compile(r"[\[\](){}]")
_DOT_BETWEEN = re.compile(rf"(?<=[{LATIN}]{{2}})\.(?=[{LATIN}]{{2}})")
_INITIALS_AT_END = re.compile(rf"(?:^|[^{LATIN}])[A-Za-z](?:\.[A-Za-z]){{1,12}}$")
_TRIMMED = " .-,~+:;|=•·"
_SPACES = re.compile(r"\s+")
_POSTPONED = re.compile(r"^(.{1,200}), (The|A|An|Der|Die|Das|Le|La|Les|El|Los|Las|Il|Lo)$", re.IGNORECASE)
_AKA = re.compile(r"(?i)(?<=\S)\s+[(\[]?(?:aka|a\.k\.a\.?|a k a)\s+(?=\S)")
# Chinese names put release words right behind the title.
_GLUED = re.compile(
    r"(?<=[\u4e00-\u9fff])(?=(?:BD|HD|DVD|WEB|TC|TS|[0-9]{3,4}[pP]|(?:19|20)[0-9]{2})(?![a-z]))"
    r"|(?:(?<=[BHV]D)|(?<=EB|TC|TS)|(?<=[0-9][pP])|(?<=[0-9]{4}))(?=[\u4e00-\u9fff])"
    r"|(?<=[\u4e00-\u9fff][0-9]{4})(?=(?:BD|HD|DVD|WEB)(?![a-zA-Z]))"
)
_DECORATED = re.compile(r"★[^★]{0,30}★")
_OPEN_BRACKET = re.compile(r"[\[{][^\[\]{}]{0,200}$")
_OTHER_SCRIPT = re.compile(
    r"[\u0400-\u04ff\u0590-\u07ff\u0900-\u0dff\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
_LATIN_TITLE = re.compile(r"[A-Z][A-Za-z' .\-&,:!]{2}")
_LETTER = re.compile(r"[A-Za-z]")
_AFTER_TITLE = frozenset(" ._/|([-\t")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_NOT_WORD = re.compile(r"[\W_]+")
_FOLDED = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


def cleaned(name: str) -> str:
    """The name in NFC with full-width brackets and digits made plain and control characters made spaces."""
    name = name[:LONGEST]
    if not name.isascii():
        name = unicodedata.normalize("NFC", name).translate(_LOOKALIKES)
        name = _GLUED.sub(" ", _DECORATED.sub("", name))
    name = _CONTROL.sub(" ", name)
    if "%" in name and " " not in name:
        name = _PERCENT.sub(lambda match: _PERCENTS[match[0].lower()], name)
    if "+" in name and name.count("+") > 1 and not any(mark in name for mark in " ._"):
        name = name.replace("+", " ")
    return name.strip()


def title_of(raw: str) -> str | None:
    """A title as one would print it, from the piece of a name that holds it; None when no letter or digit is left."""
    raw = raw.rstrip(" ([{_-")
    text = _spaced(raw.replace("_", " "))
    if _ANY_BRACKET.search(text):
        for pattern in (_SQUARE, _OPEN_BRACKET):
            bare = pattern.sub(" ", text)
            text = bare if _says_as_much(bare, text) else text
        text = _unbracketed(_EMPTY_BRACKETS.sub(" ", text).strip(_TRIMMED))
    text = _dotted(_SPACES.sub(" ", text.strip(_TRIMMED)).strip(" -"), raw)
    if postponed := _POSTPONED.match(text):
        text = f"{postponed[2]} {postponed[1]}"
    return text if any(character.isalnum() for character in text) else None


def _says_as_much(bare: str, text: str) -> bool:
    """Whether what is left without brackets is a title: letters, or numbers where the brackets held no letters."""
    if any(character.isalpha() for character in bare):
        return True
    return any(character.isalnum() for character in bare) and not _LETTERS.search(text)


def _spaced(text: str) -> str:
    """Dots that stand for spaces made spaces; those of initials and after words of a spaced name kept."""
    kept = _INITIALS.sub(lambda match: match[0].replace(".", "\0") + " ", text)
    if " " in text.strip():
        kept = _DOT_BETWEEN.sub(_dot_between, kept)
    elif "." in text:
        kept = _WORD_DOT.sub(" ", kept).rstrip(".")
    if (
        text.strip("-").count("-") > 1
        and not any(mark in text.strip() for mark in " .")
        and any(mark.isalpha() for mark in text)
    ):
        kept = kept.replace("-", " ")
    return kept.replace("\0", ".")


def _dot_between(match: re.Match[str]) -> str:
    text, at = match.string, match.start()
    return "." if text[at - 1].isdigit() and text[at + 1].isdigit() else " "


def _unbracketed(text: str) -> str:
    """Without brackets that lost their partner or hold all there is."""
    for opening, closing in ("()", "[]", "{}"):
        if (
            text.count(opening) == text.count(closing)
            and text.startswith(opening)
            and text.endswith(closing)
            and text.count(opening) == 1
        ):
            text = text[1:-1]
        if text.count(opening) != text.count(closing):
            text = text.replace(opening, " ").replace(closing, " ")
        text = text.strip(" -")
    return text


def _dotted(text: str, raw: str) -> str:
    """With the last dot of initials that trimming took."""
    if text[-2:-1] == "." and _INITIALS_AT_END.search(text):
        return text + "."
    return text + "." if text.endswith((" Jr", " Sr")) and text + "." in raw else text


def latin_part(raw: str) -> int:
    """Where the Latin title begins in a name that gives the title in another script before it; 0 when none does."""
    if raw.isascii() or (match := _LATIN_TITLE.search(raw)) is None:
        return 0
    head = raw[: match.start()]
    return (
        match.start()
        if head[-1:] in _AFTER_TITLE and _OTHER_SCRIPT.search(head) and not _LETTER.search(head)
        else 0
    )


def without_alias(title: str) -> tuple[str, str | None]:
    """(title, other title) of `Title AKA Other Title`."""
    first, *others = _AKA.split(title, maxsplit=1)
    return (first.strip(" -(["), others[0].strip(" -)]")) if others else (title, None)


@lru_cache(maxsize=8192)
def key(title: str) -> str:
    """The title's letters and digits alone, folded, so that spellings of one title compare equal."""
    text = title.casefold().replace("&", " and ")
    if text.isascii():
        return _NOT_WORD.sub("", text)
    text = unicodedata.normalize("NFKD", text.translate(_FOLDED))
    # Marks of other scripts are vowels or consonants of their own, not accents.
    text = "".join(character for character in text if not "\u0300" <= character <= "\u036f")
    return "".join(character for character in unicodedata.normalize("NFC", text) if _is_letter(character))


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"


def words(title: str) -> list[str]:
    return [small for word in _NOT_WORD.split(title) if (small := key(word))]


def agree(one: str, other: str) -> bool:
    """Whether two titles may be spellings, shortenings or manglings of one."""
    first, second = key(one), key(other)
    if not first or not second:
        return False
    if first == second or (min(len(first), len(second)) > 3 and (first in second or second in first)):
        return True
    ours, theirs = set(words(one)), set(words(other))
    return 2 * len(ours & theirs) > min(len(ours), len(theirs))


def abbreviates(short: str, long: str) -> bool:
    """Whether `short` could be scene shorthand for `long`: its initials, or its letters with most vowels left out."""
    small, big = key(short), key(long)
    if not small or len(small) >= len(big) or small[0] != big[0]:
        return False
    if small == "".join(word[0] for word in words(long)):
        return True
    letters = iter(big)
    return len(small) >= 3 and " " not in short and all(character in letters for character in small)


def after_title(text: str, title: str) -> int:
    """Where a name that begins with the title goes on after it; 0 when it begins otherwise."""
    wanted = key(title)
    if not wanted:
        return 0
    at = 0
    for place, character in enumerate(text):
        small = key(character)
        if not small:
            continue
        if not wanted.startswith(small, at):
            return 0
        at += len(small)
        if at >= len(wanted):
            rest = text[place + 1 : place + 2]
            return 0 if rest.isalnum() else place + 1
    return 0
