"""What TheTVDB says of films, series, seasons and episodes alike, as facts. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from app.catalog.facts import CreditFacts
from app.core import language_codes
from app.metadata.addresses import imdb_id, picture_path
from app.metadata.countries import country_code
from app.metadata.facts import (
    CertificationFacts,
    ImageFacts,
    ImageKind,
    Kind,
    Release,
    Translations,
    VideoFacts,
)
from app.metadata.tmdb_json import Json, identity, items, mapping, number, prose, text, whole
from app.metadata.tmdb_parts import ACTING, ACTOR, GUEST, View

PROVIDER = "tvdb"
# As `/artwork/types` numbers them. Icons and animated ones are of no kind that works have.
SERIES_ART = {
    1: ImageKind.BANNER,
    2: ImageKind.POSTER,
    3: ImageKind.BACKDROP,
    22: ImageKind.CLEARART,
    23: ImageKind.LOGO,
}
SEASON_ART = {6: ImageKind.BANNER, 7: ImageKind.POSTER, 8: ImageKind.BACKDROP}
MOVIE_ART = {
    14: ImageKind.POSTER,
    15: ImageKind.BACKDROP,
    16: ImageKind.BANNER,
    24: ImageKind.CLEARART,
    25: ImageKind.LOGO,
}
# What TheTVDB calls languages otherwise than ISO 639-2.
_TAGS = {"pt": "pt-br", "zhtw": "zh-tw"}
_CODES = {tag: code for code, tag in _TAGS.items()}
# Departments by what it calls people, in the order in which they are billed.
_DEPARTMENTS = {
    ACTOR: ACTING,
    "Host": ACTING,
    GUEST: ACTING,
    "Musical Guest": ACTING,
    "Creator": "Writing",
    "Director": "Directing",
    "Writer": "Writing",
    "Showrunner": "Production",
    "Executive Producer": "Production",
    "Producer": "Production",
}
_RANKS = {job: rank for rank, job in enumerate(_DEPARTMENTS)}
_SOURCES = {"imdb": "imdb", "themoviedb.com": "tmdb", "tv maze": "tvmaze", "wikidata": "wikidata"}
_NUMBER, _WIKIDATA = re.compile(r"[1-9][0-9]{0,18}", re.ASCII), re.compile(r"Q[0-9]{1,15}", re.ASCII)
_YOUTUBE = re.compile(
    r"https?://(?:(?:www\.|m\.)?youtube\.com/(?:watch\?(?:[^#\s]{0,200}&)?v=|embed/)|youtu\.be/)"
    r"(?P<key>[A-Za-z0-9_-]{6,20})(?![A-Za-z0-9_-])",
    re.ASCII,
)


def tag_of(code: Any) -> str | None:
    """The language as BCP 47, in lower case."""
    if not isinstance(code, str):
        return None
    tag = _TAGS.get(code) or language_codes.normal(code)
    return tag.lower() if tag else None


def code_of(tag: str) -> str:
    """What TheTVDB calls a language."""
    return _CODES.get(tag.lower()) or language_codes.long(tag)


def translations(view: View, found: Json) -> Translations:
    """Texts in the languages that are wanted; those of Brazil are Portuguese where there are no others."""
    by_tag = all_translations(found)
    for tag in list(by_tag):
        by_tag.setdefault(tag.partition("-")[0], by_tag[tag])
    return {tag: texts for tag, texts in by_tag.items() if view.wants(tag)}


def all_translations(found: Json) -> dict[str, dict[str, str]]:
    """Texts in all languages: names and overviews in lists of their own, as of works, or in one, as of seasons."""
    told = mapping(found, "translations")
    listed = [
        *items(told, "nameTranslations"),
        *items(told, "overviewTranslations"),
        *items(found, "translations"),
    ]
    by_tag: dict[str, dict[str, str]] = {}
    for each in listed:
        title = None if each.get("isAlias") is True else text(each, "name")
        texts = {"title": title, "overview": prose(each, "overview"), "tagline": text(each, "tagline")}
        said = {name: value for name, value in texts.items() if value}
        if said and (tag := tag_of(each.get("language"))):
            by_tag[tag] = said | by_tag.get(tag, {})
    return by_tag


def plain(view: View, texts: Translations, name: str, otherwise: str | None) -> str | None:
    """What stands where no language is named: the text in the first, or as it came where nobody translated it."""
    first = texts.get(view.languages[0], {}).get(name) if view.languages else None
    return first or (None if any(name in each for each in texts.values()) else otherwise)


def image_of(view: View, kind: ImageKind, found: Json, name: str = "image") -> ImageFacts | None:
    path = picture_path(found.get(name))
    return ImageFacts(kind, f"{view.images}{path}", path) if path else None


def images(view: View, listed: Iterable[Json], kinds: Mapping[int, ImageKind]) -> tuple[ImageFacts, ...]:
    """Those with writing in languages that are wanted, and without any, the most liked first.

    Its scores say no more than that: they have no measure.
    """
    wanted = {each.partition("-")[0] for each in view.languages}
    found: list[ImageFacts] = []
    for each in sorted(listed, key=lambda one: -(number(one, "score") or 0)):
        kind, path = kinds.get(whole(each, "type") or 0), picture_path(each.get("image"))
        tag = None if each.get("includesText") is False else tag_of(each.get("language"))
        language = tag.partition("-")[0] if tag else None
        if kind and path and (language is None or not wanted or language in wanted):
            width, height = (whole(each, name, 30_000) or None for name in ("width", "height"))
            found.append(ImageFacts(kind, f"{view.images}{path}", path, width, height, language))
    return tuple(found)


def credited(found: Json) -> tuple[CreditFacts, ...]:
    """Who is seen comes first; who was in one episode alone is that episode's."""
    known: dict[Any, CreditFacts] = {}
    for each in sorted(_people(found), key=_place):
        name, id_, job = text(each, "personName"), identity(each, "peopleId"), text(each, "peopleType")
        if name is None or job is None:
            continue
        department = _DEPARTMENTS.get(job, "Crew")
        character = text(each, "name") if department == ACTING else None
        ids = {PROVIDER: id_} if id_ else {}
        credit = CreditFacts(name, department, job, character, len(known), ids)
        known.setdefault((id_ or name, department, job, character), credit)
    return tuple(known.values())


def profiles(view: View, found: Json) -> dict[str, ImageFacts]:
    """Pictures of the credited, by id."""
    return {
        id_: image
        for each in _people(found)
        if (id_ := identity(each, "peopleId"))
        and (image := image_of(view, ImageKind.PROFILE, each, "personImgURL"))
    }


def external_ids(found: Json) -> dict[str, str]:
    """By the names that works' ids have; its own id among them."""
    ids: dict[str, str] = {}
    if own := identity(found):
        ids[PROVIDER] = own
    for each in items(found, "remoteIds"):
        source = _SOURCES.get((text(each, "sourceName") or "").lower())
        id_ = text(each, "id") or identity(each)
        if source and id_ and _fits(source, id_):
            ids.setdefault(source, id_)
    return ids


def homepage(found: Json) -> str | None:
    listed = (each for each in items(found, "remoteIds") if text(each, "sourceName") == "Official Website")
    return next((url for each in listed if (url := text(each, "id", most=2000))), None)


def certifications(kind: Kind, found: Json) -> tuple[CertificationFacts, ...]:
    """For which way of coming out a film's were given isn't told: they count as those of cinemas."""
    release = Release.TELEVISION if kind is Kind.TV else Release.THEATRICAL
    return tuple(
        CertificationFacts(code, mark, release)
        for each in items(found, "contentRatings")
        if (code := country_code(text(each, "country"))) and (mark := text(each, "name", most=50))
    )


def videos(found: Json) -> tuple[VideoFacts, ...]:
    """Trailers on sites that we know how to show."""
    listed = [(each, _YOUTUBE.match(text(each, "url", most=2000) or "")) for each in items(found, "trailers")]
    return tuple(
        VideoFacts("youtube", match["key"], "trailer", text(each, "name"), tag_of(each.get("language")))
        for each, match in listed
        if match
    )


def _people(found: Json) -> list[Json]:
    return [each for each in items(found, "characters") if not whole(each, "episodeId")]


def _place(found: Json) -> tuple[int, int]:
    rank = _RANKS.get(text(found, "peopleType") or "", len(_RANKS))
    sort = whole(found, "sort")
    return rank, 2**31 if sort is None else sort


def _fits(source: str, id_: str) -> bool:
    match source:
        case "imdb":
            return imdb_id(id_) is not None
        case "wikidata":
            return _WIKIDATA.fullmatch(id_) is not None
        case _:
            return _NUMBER.fullmatch(id_) is not None
