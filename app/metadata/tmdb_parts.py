"""What TMDb says of films, series, seasons and episodes alike, as facts. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.catalog.facts import CreditFacts
from app.metadata.facts import ImageFacts, ImageKind, RelatedFacts, Translations, VideoFacts
from app.metadata.tmdb_json import (
    Json,
    country,
    day,
    identity,
    items,
    language,
    mapping,
    number,
    prose,
    text,
    whole,
)

ACTING, ACTOR, GUEST = "Acting", "Actor", "Guest Star"
MOST_RELATED = 40
_PATH = re.compile(r"/[A-Za-z0-9_-]{1,100}\.(?:jpg|jpeg|png|webp)", re.ASCII)
_LISTS = {
    "posters": ImageKind.POSTER,
    "backdrops": ImageKind.BACKDROP,
    "logos": ImageKind.LOGO,
    "stills": ImageKind.STILL,
}
_MAIN = {
    ImageKind.POSTER: "poster_path",
    ImageKind.BACKDROP: "backdrop_path",
    ImageKind.STILL: "still_path",
}
# Where a language is at home, if its country is not called as it is.
_HOMES = {
    "en": "US", "ja": "JP", "zh": "CN", "ko": "KR", "sv": "SE", "da": "DK", "cs": "CZ", "uk": "UA", "el": "GR",
    "he": "IL", "hi": "IN", "fa": "IR", "ar": "SA", "vi": "VN", "et": "EE", "sl": "SI", "sr": "RS", "nb": "NO",
    "ca": "ES", "eu": "ES", "gl": "ES", "ms": "MY", "ta": "IN", "te": "IN", "bn": "BD", "ka": "GE", "sq": "AL",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """How answers are read. languages: of which texts are kept, as BCP 47; all where empty. images: where they are."""

    languages: tuple[str, ...]
    images: str

    def wants(self, tag: str) -> bool:
        return not self.languages or tag in self.languages


def translations(view: View, found: Json) -> Translations:
    """What was appended as `translations`, by language: the home country's stands for the language itself.

    A text in Brazil's Portuguese is `pt-br`, and `pt` too where Portugal has none.
    """
    by_tag: dict[str, dict[str, str]] = {}
    for each in items(found, "translations", "translations"):
        tag, where = language(each), country(each)
        texts = _texts(mapping(each, "data"))
        if tag is None or not texts:
            continue
        home = where in (None, _HOMES.get(tag, tag.upper()))
        own = tag if home else f"{tag}-{(where or '').lower()}"
        by_tag[own] = texts | by_tag.get(own, {})
    for tag in list(by_tag):
        by_tag.setdefault(tag.partition("-")[0], by_tag[tag])
    return {tag: texts for tag, texts in by_tag.items() if view.wants(tag)}


def _texts(data: Json) -> dict[str, str]:
    found = {
        "title": text(data, "title", "name"),
        "overview": prose(data, "overview"),
        "tagline": text(data, "tagline"),
    }
    return {name: value for name, value in found.items() if value}


def images(view: View, found: Json) -> tuple[ImageFacts, ...]:
    """What was appended as `images`, as TMDb orders them; where a kind is not among them, what stands for the work."""
    listed = mapping(found, "images")
    shown = [
        image
        for name, kind in _LISTS.items()
        for each in items(listed, name)
        if (image := image_of(view, kind, each, "file_path"))
    ]
    # Those in none of the languages that were asked for are not listed, and may be all that there are.
    missing = {kind: name for kind, name in _MAIN.items() if all(image.kind is not kind for image in shown)}
    main = (image_of(view, kind, found, name) for kind, name in missing.items())
    return (*shown, *(image for image in main if image))


def image_of(view: View, kind: ImageKind, value: Json, name: str) -> ImageFacts | None:
    """A picture by its path; None for what is no path, and for drawings (SVG), of which there are no pixels."""
    path = value.get(name)
    if not isinstance(path, str) or not _PATH.fullmatch(path):
        return None
    return ImageFacts(
        kind=kind,
        url=f"{view.images}/original{path}",
        key=path,
        width=whole(value, "width", 30_000) or None,
        height=whole(value, "height", 30_000) or None,
        language=language(value),
        score=number(value, "vote_average") or None,
        votes=whole(value, "vote_count") or 0,
    )


def videos(found: Json) -> tuple[VideoFacts, ...]:
    """What was appended as `videos`: those on sites that we know how to show."""
    return tuple(
        VideoFacts(
            site=site,
            key=key,
            kind=(text(each, "type") or "clip").lower().replace(" ", "_"),
            title=text(each, "name"),
            language=language(each),
            height=whole(each, "size", 10_000) or None,
            is_official=each.get("official") is True,
            published_on=day(each, "published_at"),
        )
        for each in items(found, "videos", "results")
        if (site := (text(each, "site") or "").lower()) in ("youtube", "vimeo")
        and (key := text(each, "key"))
        and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", key, re.ASCII)
    )


def related(found: Json, name: str) -> tuple[RelatedFacts, ...]:
    """What was appended as `similar` or `recommendations`."""
    return tuple(one for each in items(found, name, "results")[:MOST_RELATED] if (one := related_of(each)))


def related_of(value: Json) -> RelatedFacts | None:
    id_, title = identity(value), text(value, "title", "name", "original_title", "original_name")
    released = day(value, "release_date") or day(value, "first_air_date")
    return RelatedFacts(id_, title, released.year if released else None) if id_ and title else None


def names(found: Iterable[Json], most: int = 200) -> tuple[str, ...]:
    """The names of a list of things, each once."""
    return tuple(dict.fromkeys(name for each in found if (name := text(each, "name"))))[:most]


def credited(found: Json) -> tuple[CreditFacts, ...]:
    """`cast`, `guest_stars` and `crew`, billed in this order; also where parts are gathered over episodes."""
    cast = sorted(items(found, "cast"), key=_order)
    parts: list[tuple[Json, str, str, str | None]] = [
        (each, ACTING, ACTOR, _character(each)) for each in cast
    ]
    guests = sorted(items(found, "guest_stars"), key=_order)
    parts += [(each, ACTING, GUEST, _character(each)) for each in guests]
    for each in items(found, "crew"):
        department = text(each, "department") or "Crew"
        parts += [(each, department, job, None) for job in _jobs(each)]
    return billed(parts)


def billed(parts: Sequence[tuple[Json, str, str, str | None]]) -> tuple[CreditFacts, ...]:
    """parts: a person as TMDb has them, department, job, character."""
    found: dict[Any, CreditFacts] = {}
    for person, department, job, character in parts:
        name, id_ = text(person, "name", "original_name"), identity(person)
        if name:
            ids = {"tmdb": id_} if id_ else {}
            credit = CreditFacts(name, department, job, character, len(found), ids)
            found.setdefault((id_ or name, department, job, character), credit)
    return tuple(found.values())


def profiles(view: View, *found: Json) -> dict[str, ImageFacts]:
    """Pictures of the credited, by id."""
    people = [each for one in found for name in ("cast", "guest_stars", "crew") for each in items(one, name)]
    people += [each for one in found for each in items(one, "created_by")]
    return {
        id_: image
        for each in people
        if (id_ := identity(each)) and (image := image_of(view, ImageKind.PROFILE, each, "profile_path"))
    }


def _order(value: Json) -> int:
    order = whole(value, "order")
    return 2**31 if order is None else order


def _character(value: Json) -> str | None:
    """Of a part that was played by several names over a series, all of them, the most frequent first."""
    if character := text(value, "character"):
        return character
    roles = sorted(items(value, "roles"), key=lambda role: -(whole(role, "episode_count") or 0))
    return (
        " / ".join(dict.fromkeys(name for each in roles if (name := text(each, "character"))))[:500] or None
    )


def _jobs(value: Json) -> list[str]:
    if job := text(value, "job"):
        return [job]
    return list(dict.fromkeys(job for each in items(value, "jobs") if (job := text(each, "job"))))


def rating(value: Json) -> dict[str, Any]:
    """Nothing where nobody voted."""
    score, votes = number(value, "vote_average"), whole(value, "vote_count")
    return {"tmdb": {"value": round(min(score, 10.0), 3), "votes": votes}} if score and votes else {}
