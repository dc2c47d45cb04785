"""TVmaze's shows as facts. Pure: any field may be missing, null, or of another type than it should."""

from app.catalog.facts import SeasonFacts, WorkFacts
from app.catalog.titles import sort_title
from app.identify.titles import match_key
from app.metadata.addresses import imdb_id, page
from app.metadata.facts import Candidate, FoundWork, ImageKind, Kind, SeasonInBrief
from app.metadata.tmdb_json import Json, country, day, identity, items, mapping, number, text, whole, words
from app.metadata.tmdb_parts import View
from app.metadata.tmdb_work import LONGEST_MIN
from app.metadata.tvmaze_parts import (
    OWN_LANGUAGE,
    PROVIDER,
    credited,
    image_of,
    images,
    language,
    plain_overview,
    profiles,
    rating,
    summary,
    translations,
)
from app.metadata.tvmaze_season import SPECIALS, listed_seasons, numbered, season_facts, specials


def candidate(view: View, show: Json) -> Candidate | None:
    """A show of a list; None without id or title."""
    id_, title = identity(show), text(show, "name")
    if id_ is None or title is None:
        return None
    aired = day(show, "premiered")
    return Candidate(
        provider=PROVIDER,
        kind=Kind.TV,
        id=id_,
        title=title,
        original_title=_original_title(show),
        original_language=language(show),
        year=aired.year if aired else None,
        popularity=number(show, "weight") or 0.0,
        overview=summary(show),
        poster=image_of(view, ImageKind.POSTER, show),
    )


def series(view: View, show: Json) -> FoundWork | None:
    """A show with what was embedded; None without id or title."""
    id_, facts = identity(show), _facts(view, show)
    if id_ is None or facts is None:
        return None
    akas = (text(each, "name") for each in items(show, "_embedded", "akas"))
    return FoundWork(
        provider=PROVIDER,
        kind=Kind.TV,
        id=id_,
        facts=facts,
        titles=tuple(dict.fromkeys(name for name in (facts.title, *akas) if name)),
        homepage=page(text(show, "officialSite", most=2000)),
        images=images(view, show),
        profiles=profiles(view, show),
        seasons=_seasons(view, show),
    )


def _facts(view: View, show: Json) -> WorkFacts | None:
    title = text(show, "name")
    if title is None:
        return None
    aired, spoken = day(show, "premiered"), language(show)
    minutes = whole(show, "averageRuntime", LONGEST_MIN) or whole(show, "runtime", LONGEST_MIN)
    is_english = spoken == OWN_LANGUAGE
    channels = [mapping(show, "network"), mapping(show, "webChannel")]
    terms = {
        "genre": tuple(dict.fromkeys(words(show, "genres"))),
        "network": tuple(dict.fromkeys(name for each in channels if (name := text(each, "name")))),
    }
    return WorkFacts(
        title=title,
        match_key=match_key(title),
        sort_title=sort_title(title, spoken if is_english else None),
        year=aired.year if aired else None,
        original_title=_original_title(show),
        overview=plain_overview(view, show),
        original_language=spoken,
        status=text(show, "status"),
        released_on=aired,
        last_aired_on=day(show, "ended"),
        runtime_s=minutes * 60 if minutes else None,
        popularity=number(show, "weight"),
        countries=_countries(show),
        ratings=rating(show),
        provider_ids=external_ids(show),
        translations=translations(view, title if is_english else None, summary(show)),
        terms={kind: said for kind, said in terms.items() if said},
        credits=credited(show),
        is_described=True,
    )


def external_ids(show: Json) -> dict[str, str]:
    """By the names that works' ids have; its own id among them."""
    others = mapping(show, "externals")
    ids = {
        PROVIDER: identity(show),
        "imdb": imdb_id(text(others, "imdb")),
        "tvdb": identity(others, "thetvdb"),
    }
    return {name: value for name, value in ids.items() if value}


def _original_title(show: Json) -> str | None:
    """Of a show in another language the name may be a translation: nothing says so."""
    return text(show, "name") if language(show) == OWN_LANGUAGE else None


def _countries(show: Json) -> tuple[str, ...]:
    """Where the channel is on the air that it was made for; channels of the whole world have none."""
    where = (mapping(show, "network", "country"), mapping(show, "webChannel", "country"))
    codes = [code for each in where if (code := country(each, "code"))]
    return tuple(codes[:1])


def _seasons(view: View, show: Json) -> tuple[SeasonInBrief, ...]:
    seasons = [
        SeasonInBrief(
            id_,
            season_facts(view, each, number_),
            len(numbered(show, number_)) or whole(each, "episodeOrder", 100_000) or 0,
            image_of(view, ImageKind.POSTER, each),
        )
        for number_, id_, each in listed_seasons(show)
    ]
    if apart := len(specials(show)):
        seasons.insert(0, SeasonInBrief(SPECIALS, SeasonFacts(0), apart))
    return tuple(seasons)
