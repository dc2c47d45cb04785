"""TMDb's films and series as facts. Pure: any field may be missing, null, or of another type than it should."""

from collections.abc import Mapping
from typing import Any, cast

from app.catalog.facts import CollectionFacts, CreditFacts, SeasonFacts, WorkFacts
from app.catalog.titles import sort_title
from app.identify.titles import match_key
from app.metadata.addresses import imdb_id, page
from app.metadata.certifications import by_country
from app.metadata.facts import (
    Candidate,
    CertificationFacts,
    FoundWork,
    GroupInBrief,
    GroupOrder,
    ImageKind,
    Kind,
    Release,
    SeasonInBrief,
)
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
    words,
)
from app.metadata.tmdb_parts import (
    ACTING,
    View,
    billed,
    credited,
    image_of,
    images,
    names,
    profiles,
    rating,
    related,
    translations,
    videos,
)

PROVIDER = "tmdb"
LONGEST_MIN = 100_000
MOST_KEYWORDS = 100
_RELEASES = {
    1: Release.PREMIERE,
    2: Release.LIMITED,
    3: Release.THEATRICAL,
    4: Release.DIGITAL,
    5: Release.PHYSICAL,
    6: Release.TELEVISION,
}
_ORDERS = dict(enumerate(GroupOrder, start=1))


def candidate(view: View, kind: Kind, value: Json) -> Candidate | None:
    """A work of a list; None without id or title."""
    id_, title = identity(value), text(value, "title", "name", "original_title", "original_name")
    if id_ is None or title is None:
        return None
    released = day(value, "release_date") or day(value, "first_air_date")
    return Candidate(
        provider=PROVIDER,
        kind=kind,
        id=id_,
        title=title,
        original_title=text(value, "original_title", "original_name"),
        original_language=language(value, "original_language"),
        year=released.year if released else None,
        popularity=number(value, "popularity") or 0.0,
        votes=whole(value, "vote_count") or 0,
        overview=prose(value, "overview"),
        poster=image_of(view, ImageKind.POSTER, value, "poster_path"),
    )


def movie(view: View, found: Json) -> FoundWork | None:
    """None without id or title, for what is none."""
    certifications = _movie_certifications(found)
    collection = mapping(found, "belongs_to_collection")
    facts = _facts(
        view,
        found,
        parts=credited(mapping(found, "credits")),
        certifications=by_country(certifications, is_film=True),
        runtime_min=whole(found, "runtime", LONGEST_MIN),
        terms={"studio": names(items(found, "production_companies"))},
        collection=_collection(collection),
    )
    return _work(view, Kind.MOVIE, found, facts, certifications, credited=mapping(found, "credits"))


def series(view: View, found: Json) -> FoundWork | None:
    """None without id or title, for what is none."""
    certifications = _series_certifications(found)
    gathered = mapping(found, "aggregate_credits")
    makers = billed([(each, "Writing", "Creator", None) for each in items(found, "created_by")])
    facts = _facts(
        view,
        found,
        parts=_after(credited(gathered), makers),
        certifications=by_country(certifications, is_film=False),
        runtime_min=_usual_runtime(found),
        terms={
            "studio": names(items(found, "production_companies")),
            "network": names(items(found, "networks")),
        },
        collection=None,
    )
    return _work(view, Kind.TV, found, facts, certifications, credited=gathered)


def _work(
    view: View,
    kind: Kind,
    found: Json,
    facts: WorkFacts | None,
    certifications: tuple[CertificationFacts, ...],
    credited: Json,
) -> FoundWork | None:
    id_ = identity(found)
    if id_ is None or facts is None:
        return None
    return FoundWork(
        provider=PROVIDER,
        kind=kind,
        id=id_,
        facts=facts,
        titles=_titles(found, facts),
        homepage=page(text(found, "homepage", most=2000)),
        certifications=certifications,
        images=images(view, found),
        profiles=profiles(view, credited, found),
        videos=videos(found),
        similar=related(found, "similar"),
        recommended=related(found, "recommendations"),
        collection_id=identity(mapping(found, "belongs_to_collection")),
        seasons=_seasons(view, found),
        groups=_groups(found),
    )


def _facts(
    view: View,
    found: Json,
    *,
    parts: tuple[CreditFacts, ...],
    certifications: Mapping[str, str],
    runtime_min: int | None,
    terms: Mapping[str, tuple[str, ...]],
    collection: CollectionFacts | None,
) -> WorkFacts | None:
    title = text(found, "title", "name", "original_title", "original_name")
    if title is None:
        return None
    released = day(found, "release_date") or day(found, "first_air_date")
    spoken = language(found, "original_language")
    all_terms = {"genre": names(items(found, "genres")), "keyword": _keywords(found), **terms}
    return WorkFacts(
        title=title,
        match_key=match_key(title),
        sort_title=sort_title(title, view.languages[0] if view.languages else None),
        year=released.year if released else None,
        original_title=text(found, "original_title", "original_name"),
        tagline=text(found, "tagline"),
        overview=prose(found, "overview"),
        original_language=spoken,
        status=text(found, "status"),
        released_on=released,
        last_aired_on=day(found, "last_air_date"),
        runtime_s=runtime_min * 60 if runtime_min else None,
        popularity=number(found, "popularity"),
        countries=_countries(found),
        certifications=certifications,
        ratings=rating(found),
        provider_ids=external_ids(found),
        translations=translations(view, found),
        terms={kind: said for kind, said in all_terms.items() if said},
        credits=parts,
        collection=collection,
        is_described=True,
    )


def external_ids(found: Json) -> dict[str, str]:
    """By the names that works' ids have; its own id among them."""
    others = mapping(found, "external_ids")
    ids = {
        "tmdb": identity(found),
        "imdb": imdb_id(text(others, "imdb_id") or text(found, "imdb_id")),
        "tvdb": identity(others, "tvdb_id"),
        "wikidata": text(others, "wikidata_id", most=20),
    }
    return {name: value for name, value in ids.items() if value}


def _after(
    cast_and_crew: tuple[CreditFacts, ...], makers: tuple[CreditFacts, ...]
) -> tuple[CreditFacts, ...]:
    """Makers come before the rest of the crew, and after who is seen."""
    seen = [each for each in cast_and_crew if each.department == ACTING]
    others = [each for each in cast_and_crew if each.department != ACTING]
    return tuple(
        CreditFacts(each.name, each.department, each.job, each.character, billing, each.provider_ids)
        for billing, each in enumerate((*seen, *makers, *others))
    )


def _keywords(found: Json) -> tuple[str, ...]:
    """`keywords` of films, `results` of series."""
    listed = items(found, "keywords", "keywords") or items(found, "keywords", "results")
    return names(listed, MOST_KEYWORDS)


def _countries(found: Json) -> tuple[str, ...]:
    origin = [each for each in words(found, "origin_country") if len(each) == 2 and each.isalpha()]
    made = [code for each in items(found, "production_countries") if (code := country(each))]
    return tuple(dict.fromkeys(each.upper() for each in origin or made))


def _titles(found: Json, facts: WorkFacts) -> tuple[str, ...]:
    """All that it is known by, each once: its own, translated ones (whatever language is wanted), and further ones."""
    translated = (mapping(each, "data") for each in items(found, "translations", "translations"))
    further = items(found, "alternative_titles", "titles") or items(found, "alternative_titles", "results")
    said = [
        facts.title,
        facts.original_title,
        *(text(each, "title", "name") for each in (*translated, *further)),
    ]
    return tuple(dict.fromkeys(each for each in said if each))


def _collection(found: Json) -> CollectionFacts | None:
    title, id_ = text(found, "name"), identity(found)
    return CollectionFacts(title, provider_ids={"tmdb": id_}) if title and id_ else None


def _usual_runtime(found: Json) -> int | None:
    """Of an episode, in minutes: as TMDb says, or as the last one ran."""
    said: Any = found.get("episode_run_time")
    listed = cast("list[Any]", said) if isinstance(said, list) else []
    usual = next((minutes for each in listed if (minutes := whole({"m": each}, "m", LONGEST_MIN))), None)
    return usual or whole(mapping(found, "last_episode_to_air"), "runtime", LONGEST_MIN)


def _movie_certifications(found: Json) -> tuple[CertificationFacts, ...]:
    return tuple(
        CertificationFacts(code, mark, release, day(each, "release_date"), text(each, "note"))
        for where in items(found, "release_dates", "results")
        if (code := country(where))
        for each in items(where, "release_dates")
        if (mark := text(each, "certification", most=50))
        and (release := _RELEASES.get(whole(each, "type") or 0))
    )


def _series_certifications(found: Json) -> tuple[CertificationFacts, ...]:
    return tuple(
        CertificationFacts(code, mark, Release.TELEVISION)
        for each in items(found, "content_ratings", "results")
        if (code := country(each)) and (mark := text(each, "rating", most=50))
    )


def _seasons(view: View, found: Json) -> tuple[SeasonInBrief, ...]:
    return tuple(
        SeasonInBrief(
            id_,
            SeasonFacts(number_, text(each, "name"), prose(each, "overview"), day(each, "air_date")),
            whole(each, "episode_count") or 0,
            image_of(view, ImageKind.POSTER, each, "poster_path"),
        )
        for each in items(found, "seasons")
        if (id_ := identity(each)) and (number_ := whole(each, "season_number")) is not None
    )


def _groups(found: Json) -> tuple[GroupInBrief, ...]:
    return tuple(
        GroupInBrief(
            id_,
            text(each, "name") or order.value,
            order,
            whole(each, "group_count") or 0,
            whole(each, "episode_count") or 0,
        )
        for each in items(found, "episode_groups", "results")
        if (id_ := text(each, "id")) and (order := _ORDERS.get(whole(each, "type") or 0))
    )
