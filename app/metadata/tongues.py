"""In which language a title is likely to be, so that providers answer in it. Pure."""

import re
from collections.abc import Sequence

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\u1100-\u11ff\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
)
# Words and letters that are hardly ever another language's. They only choose among the languages that are wanted.
_SIGNS = (
    ("de", re.compile(r"ß|\b(?:der|das|und|ein|eine|einer|von|zum|zur|ist|nicht)\b", re.IGNORECASE)),
    ("fr", re.compile(r"œ|\b(?:le|les|du|et|une|au|aux|des|est)\b|\b[ld]['’]", re.IGNORECASE)),
    ("es", re.compile(r"[ñ¿¡]|\b(?:el|los|las|y|una|del|con)\b", re.IGNORECASE)),
)


def tongue_of(title: str, languages: Sequence[str]) -> str | None:
    """By its script; of Latin titles one of the wanted languages that it shows a sign of, else the first of them."""
    for language, script in _SCRIPTS:
        if script.search(title):
            # Characters alone may be Japanese as well.
            is_japanese = language == "zh" and "ja" in languages and "zh" not in languages
            return "ja" if is_japanese else language
    spoken = {each.partition("-")[0]: each for each in reversed(languages)}
    signed = (spoken[language] for language, sign in _SIGNS if language in spoken and sign.search(title))
    return next(signed, languages[0] if languages else None)
