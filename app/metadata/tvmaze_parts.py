"""What TVmaze says of shows, seasons and episodes alike, as facts. Pure."""

from collections.abc import Iterable
from typing import Any

from app.catalog.facts import CreditFacts
from app.metadata.addresses import picture_path
from app.metadata.facts import ImageFacts, ImageKind, Translations
from app.metadata.markup import plain
from app.metadata.tmdb_json import LONGEST_TEXT, Json, identity, items, mapping, number, text, whole
from app.metadata.tmdb_parts import ACTING, ACTOR, View

PROVIDER = "tvmaze"
# In which all of its summaries are written; names are as they were aired, or in English.
OWN_LANGUAGE = "en"
LONGEST_HTML = 2 * LONGEST_TEXT
_KINDS = {
    "poster": ImageKind.POSTER,
    "background": ImageKind.BACKDROP,
    "banner": ImageKind.BANNER,
    "typography": ImageKind.LOGO,
}
_NAMED = """
af:Afrikaans sq:Albanian ar:Arabic hy:Armenian az:Azerbaijani eu:Basque be:Belarusian bn:Bengali bs:Bosnian
bg:Bulgarian ca:Catalan zh:Chinese hr:Croatian cs:Czech da:Danish nl:Dutch en:English et:Estonian fi:Finnish fr:French
gl:Galician ka:Georgian de:German el:Greek gu:Gujarati he:Hebrew hi:Hindi hu:Hungarian is:Icelandic id:Indonesian
ga:Irish it:Italian ja:Japanese jv:Javanese kn:Kannada kk:Kazakh km:Khmer ko:Korean ky:Kyrgyz lo:Lao la:Latin lv:Latvian
lt:Lithuanian lb:Luxembourgish mk:Macedonian ms:Malay ml:Malayalam mr:Marathi mn:Mongolian ne:Nepali no:Norwegian
pa:Panjabi ps:Pashto fa:Persian pl:Polish pt:Portuguese ro:Romanian ru:Russian sr:Serbian si:Sinhala sk:Slovak
sl:Slovenian so:Somali es:Spanish sw:Swahili sv:Swedish tl:Tagalog ta:Tamil te:Telugu th:Thai tr:Turkish uk:Ukrainian
ur:Urdu uz:Uzbek vi:Vietnamese cy:Welsh zu:Zulu
"""
_LANGUAGES = {name: code for code, name in (pair.split(":") for pair in _NAMED.split())}
# By words of what somebody did, the first that fits; TMDb's names, as everywhere.
_DEPARTMENTS = (
    ("director of photography", "Camera"),
    ("creator", "Writing"),
    ("developed by", "Writing"),
    ("writer", "Writing"),
    ("story", "Writing"),
    ("script", "Writing"),
    ("showrunner", "Production"),
    ("producer", "Production"),
    ("casting", "Production"),
    ("production designer", "Art"),
    ("art director", "Art"),
    ("director", "Directing"),
    ("editor", "Editing"),
    ("composer", "Sound"),
    ("music", "Sound"),
    ("theme", "Sound"),
    ("sound", "Sound"),
    ("costume", "Costume & Make-Up"),
    ("make-up", "Costume & Make-Up"),
    ("visual effects", "Visual Effects"),
)


def language(show: Json) -> str | None:
    """TVmaze names languages in English."""
    return _LANGUAGES.get(text(show, "language") or "")


def summary(found: Json) -> str | None:
    html = text(found, "summary", most=LONGEST_HTML)
    said = plain(html) if html else None
    return said[:LONGEST_TEXT] if said else None


def plain_overview(view: View, found: Json) -> str | None:
    """What stands where no language is named: not what is told as a translation, and isn't in the first language."""
    is_first = not view.languages or view.languages[0].partition("-")[0] == OWN_LANGUAGE
    return summary(found) if is_first or not view.wants(OWN_LANGUAGE) else None


def translations(view: View, title: str | None, overview: str | None) -> Translations:
    """title: where it is known to be English."""
    texts = {name: value for name, value in (("title", title), ("overview", overview)) if value}
    return {OWN_LANGUAGE: texts} if texts and view.wants(OWN_LANGUAGE) else {}


def rating(found: Json) -> dict[str, Any]:
    """Out of ten; of how many voices it isn't told."""
    average = number(mapping(found, "rating"), "average")
    return {PROVIDER: {"value": round(min(average, 10.0), 3)}} if average else {}


def image_at(view: View, kind: ImageKind, found: Json, url: str = "url") -> ImageFacts | None:
    """found: what holds its address, and maybe its size."""
    path = picture_path(found.get(url))
    if path is None:
        return None
    width, height = (whole(found, name, 30_000) or None for name in ("width", "height"))
    return ImageFacts(kind, f"{view.images}{path}", path, width, height)


def image_of(view: View, kind: ImageKind, found: Json) -> ImageFacts | None:
    """The one picture of a show, season, episode or person."""
    return image_at(view, kind, mapping(found, "image"), "original")


def images(view: View, show: Json) -> tuple[ImageFacts, ...]:
    """Those that were embedded, the main ones first. Of writing on them it isn't told."""
    listed = sorted(items(show, "_embedded", "images"), key=lambda each: each.get("main") is not True)
    found = [
        image
        for each in listed
        if (kind := _KINDS.get(text(each, "type") or ""))
        and (image := image_at(view, kind, mapping(each, "resolutions", "original")))
    ]
    main = image_of(view, ImageKind.POSTER, show)
    if main is not None and not any(each.kind is ImageKind.POSTER for each in found):
        found.append(main)
    return tuple(found)


def credited(show: Json) -> tuple[CreditFacts, ...]:
    """The main cast in order, makers, the rest of the crew."""
    cast, crew = items(show, "_embedded", "cast"), items(show, "_embedded", "crew")
    parts = [
        (mapping(each, "person"), ACTING, ACTOR, text(mapping(each, "character"), "name")) for each in cast
    ]
    makers = sorted(crew, key=lambda each: "creator" not in (text(each, "type") or "").lower())
    parts += [
        (mapping(each, "person"), department(job), job, None)
        for each in makers
        if (job := text(each, "type"))
    ]
    return tuple(_billed(parts))


def profiles(view: View, show: Json) -> dict[str, ImageFacts]:
    """Pictures of the credited, by id."""
    people = [mapping(each, "person") for name in ("cast", "crew") for each in items(show, "_embedded", name)]
    return {
        id_: image
        for each in people
        if (id_ := identity(each)) and (image := image_of(view, ImageKind.PROFILE, each))
    }


def department(job: str) -> str:
    """To which a job belongs."""
    lower = job.lower()
    return next((name for words, name in _DEPARTMENTS if words in lower), "Crew")


def _billed(parts: Iterable[tuple[Json, str, str, str | None]]) -> Iterable[CreditFacts]:
    """Each part once. parts: a person as TVmaze has them, department, job, character."""
    known: set[Any] = set()
    for person, where, job, character in parts:
        name, id_ = text(person, "name"), identity(person)
        part = (id_ or name, where, job, character)
        if name and part not in known:
            yield CreditFacts(name, where, job, character, len(known), {PROVIDER: id_} if id_ else {})
            known.add(part)
