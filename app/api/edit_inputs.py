"""What people change in works, as clients say it."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, cast

import strawberry

from app.api.provenance import WorkField
from app.api.scalars import Locale
from app.api.storable import storable
from app.catalog.edits import Edit
from app.core.errors import Invalid

LONGEST_NAME = 500
LONGEST_TEXT = 20_000
LONGEST_ID = 100
MOST_NAMES = 200
LONGEST_S = 100_000 * 60
_COUNTRY = re.compile(r"[A-Z]{2}")
_PROVIDER = re.compile(r"[a-z][a-z0-9_]{0,30}")
# Texts that works have in several languages.
_TRANSLATED = ("title", "tagline", "overview")
_TERMS = {"genres": "genre", "studios": "studio", "networks": "network", "keywords": "keyword"}


def change(description: str) -> Any:
    """A field of such an input: left as it is unless given, emptied by null."""
    return strawberry.field(default=strawberry.UNSET, description=description)


@strawberry.input(description="An age rating to give in one country.")
class CertificationInput:
    country: str = strawberry.field(description="The country, by ISO 3166-1 code: `US`.")
    name: str = strawberry.field(description="The rating as that country writes it: `PG-13`.")


@strawberry.input(description="An id that something has elsewhere.")
class ProviderIdInput:
    provider: str = strawberry.field(description="Whose id it is: `tmdb`, `imdb`, `tvdb`, ...")
    value: str = strawberry.field(description="The id.")


def edit_of(wanted: Any) -> Edit:
    """The edit that an input asks for; its fields say which. Raises Invalid, naming the field."""
    said = cast("dict[str, Any]", vars(wanted))
    given = {name: value for name, value in said.items() if value is not strawberry.UNSET}
    language = _tag(given.get("language"))
    values: dict[str, Any] = {}
    texts: dict[str, str | None] = {}
    for name, value in given.items():
        if name in _TRANSLATED and language is not None:
            texts[name] = _text(value, name)
        elif name in _READERS:
            column, read = _READERS[name]
            values[column] = read(value, name)
    return Edit(
        values,
        {language: texts} if language and texts else {},
        _terms(given, ""),
        _terms(given, "add_"),
        _terms(given, "remove_"),
        _fields(given.get("lock"), language),
        _fields(given.get("unlock"), language),
    )


def _terms(given: Mapping[str, Any], prefix: str) -> dict[str, tuple[str, ...]]:
    return {
        kind: _names(given[prefix + name], prefix + name)
        for name, kind in _TERMS.items()
        if prefix + name in given
    }


def _fields(wanted: Sequence[WorkField] | None, language: str | None) -> frozenset[str]:
    names = [cast("str", field.value) for field in wanted or ()]
    return frozenset(f"{name}:{language}" if language and name in _TRANSLATED else name for name in names)


def camel(name: str) -> str:
    """A field as clients call it."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _storable(value: str, name: str) -> str:
    try:
        return storable(value)
    except Invalid as error:
        raise Invalid(camel(name), str(error)) from error


def _text(value: str | None, name: str, longest: int = LONGEST_TEXT) -> str | None:
    text = _storable(value, name).strip() if value is not None else ""
    if len(text) > longest:
        raise Invalid(camel(name), f"It can have at most {longest} characters.")
    return text or None


def _name(value: str | None, name: str) -> str | None:
    return _text(value, name, LONGEST_NAME)


def _names(value: Sequence[str] | None, name: str) -> tuple[str, ...]:
    if len(value or ()) > MOST_NAMES:
        raise Invalid(camel(name), f"At most {MOST_NAMES} at a time.")
    names = [_name(each, f"{name}.{place}") for place, each in enumerate(value or ())]
    if not all(names):
        raise Invalid(f"{camel(name)}.{names.index(None)}", "It needs a name.")
    return tuple(each for each in names if each)


def _number(lowest: int, highest: int) -> Callable[[int | None, str], int | None]:
    def read(value: int | None, name: str) -> int | None:
        if value is not None and not lowest <= value <= highest:
            raise Invalid(camel(name), f"It has to be between {lowest} and {highest}.")
        return value

    return read


def _date(value: date | None, name: str) -> str | None:
    return None if value is None else value.isoformat()


def _tag(value: str | None, _: str = "") -> str | None:
    return value.lower() if value else None


def _country(value: str, path: str) -> str:
    if not _COUNTRY.fullmatch(value.upper()):
        raise Invalid(path, f"{value[:50]!r} is no code of a country by ISO 3166-1.")
    return value.upper()


def _countries(value: Sequence[str] | None, name: str) -> list[str]:
    found = (_country(each, f"{camel(name)}.{place}") for place, each in enumerate(value or ()))
    return list(dict.fromkeys(found))


def _certifications(value: Sequence[CertificationInput] | None, name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for place, each in enumerate(value or ()):
        path = f"{camel(name)}.{place}"
        rating = _text(each.name, f"{path}.name", LONGEST_ID)
        if rating is None:
            raise Invalid(f"{path}.name", "It needs a name.")
        found[_country(each.country, f"{path}.country")] = rating
    return found


def _provider_ids(value: Sequence[ProviderIdInput] | None, name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for place, each in enumerate(value or ()):
        path = f"{camel(name)}.{place}"
        provider, text = each.provider.lower(), _text(each.value, f"{path}.value", LONGEST_ID)
        if not _PROVIDER.fullmatch(provider):
            raise Invalid(f"{path}.provider", "A provider's name is of small letters and digits.")
        if text is None:
            raise Invalid(f"{path}.value", "It needs a value.")
        found[provider] = text
    return found


def required_name(value: str | None, name: str) -> str:
    """A title or the like. Raises Invalid."""
    text = _name(value, name)
    if text is None:
        raise Invalid(camel(name), "It can't be empty.")
    return text


year_number = _number(1, 9999)
Reader = Callable[[Any, str], Any]
_READERS: Mapping[str, tuple[str, Reader]] = {
    "title": ("title", _name),
    "original_title": ("original_title", _name),
    "sort_title": ("sort_title", required_name),
    "tagline": ("tagline", _text),
    "overview": ("overview", _text),
    "year": ("year", year_number),
    "release_date": ("date", _date),
    "first_air_date": ("date", _date),
    "air_date": ("date", _date),
    "runtime_seconds": ("runtime_s", _number(0, LONGEST_S)),
    "absolute_number": ("absolute_number", _number(0, 1_000_000)),
    "original_language": ("original_language", _tag),
    "status": ("status", _name),
    "countries": ("countries", _countries),
    "certifications": ("certifications", _certifications),
    "provider_ids": ("provider_ids", _provider_ids),
}


@strawberry.input(description="What is to change in a film; what is left out stays, and null empties.")
class UpdateMovieInput:
    movie_id: strawberry.ID = strawberry.field(description="The film.")
    language: Locale | None = change(
        "The language of the title, tagline and overview that are given; the film's own texts unless told."
    )
    title: str | None = change("Title.")
    original_title: str | None = change("Title in the language it was made in.")
    sort_title: str | None = change("What it is sorted by; made from a new title unless told.")
    tagline: str | None = change("The line on the poster.")
    overview: str | None = change("What it is about.")
    year: int | None = change("Year of its first release.")
    release_date: date | None = change("Day of its first release.")
    runtime_seconds: int | None = change("Its length in seconds.")
    original_language: Locale | None = change("The language it was made in.")
    status: str | None = change("How far it is: Released, In Production, ...")
    countries: list[str] | None = change("Countries it was made in, by ISO 3166-1 code.")
    certifications: list[CertificationInput] | None = change("All its age ratings.")
    provider_ids: list[ProviderIdInput] | None = change("All its ids elsewhere.")
    genres: list[str] | None = change("All its genres, the most fitting first.")
    studios: list[str] | None = change("All companies that made it.")
    keywords: list[str] | None = change("All that it deals with.")
    lock: list[WorkField] | None = change("Fields to lock; those that are given here are locked anyway.")
    unlock: list[WorkField] | None = change(
        "Fields to leave unlocked or unlock: the next source that says something of them is believed."
    )


@strawberry.input(description="What is to change in a series; what is left out stays, and null empties.")
class UpdateSeriesInput:
    series_id: strawberry.ID = strawberry.field(description="The series.")
    language: Locale | None = change(
        "The language of the title, tagline and overview that are given; the series' own texts unless told."
    )
    title: str | None = change("Title.")
    original_title: str | None = change("Title in the language it was made in.")
    sort_title: str | None = change("What it is sorted by; made from a new title unless told.")
    tagline: str | None = change("The line on the poster.")
    overview: str | None = change("What it is about.")
    year: int | None = change("The year it began.")
    first_air_date: date | None = change("The day its first episode was shown.")
    original_language: Locale | None = change("The language it was made in.")
    status: str | None = change("How far it is: Returning Series, Ended, ...")
    countries: list[str] | None = change("Countries it was made in, by ISO 3166-1 code.")
    certifications: list[CertificationInput] | None = change("All its age ratings.")
    provider_ids: list[ProviderIdInput] | None = change("All its ids elsewhere.")
    genres: list[str] | None = change("All its genres, the most fitting first.")
    studios: list[str] | None = change("All companies that made it.")
    networks: list[str] | None = change("All who showed it first.")
    keywords: list[str] | None = change("All that it deals with.")
    lock: list[WorkField] | None = change("Fields to lock; those that are given here are locked anyway.")
    unlock: list[WorkField] | None = change(
        "Fields to leave unlocked or unlock: the next source that says something of them is believed."
    )


@strawberry.input(description="What is to change in a season; what is left out stays, and null empties.")
class UpdateSeasonInput:
    season_id: strawberry.ID = strawberry.field(description="The season.")
    language: Locale | None = change(
        "The language of the title and overview that are given; the season's own texts unless told."
    )
    title: str | None = change("A name of its own.")
    overview: str | None = change("What it is about.")
    air_date: date | None = change("The day its first episode was shown.")
    lock: list[WorkField] | None = change("Fields to lock; those that are given here are locked anyway.")
    unlock: list[WorkField] | None = change(
        "Fields to leave unlocked or unlock: the next source that says something of them is believed."
    )


@strawberry.input(description="What is to change in an episode; what is left out stays, and null empties.")
class UpdateEpisodeInput:
    episode_id: strawberry.ID = strawberry.field(description="The episode.")
    language: Locale | None = change(
        "The language of the title and overview that are given; the episode's own texts unless told."
    )
    title: str | None = change("Title.")
    overview: str | None = change("What happens in it.")
    air_date: date | None = change("The day it was first shown; an episode without a number keeps its own.")
    runtime_seconds: int | None = change("Its length in seconds.")
    absolute_number: int | None = change("Its number counted through all seasons.")
    provider_ids: list[ProviderIdInput] | None = change("All its ids elsewhere.")
    lock: list[WorkField] | None = change("Fields to lock; those that are given here are locked anyway.")
    unlock: list[WorkField] | None = change(
        "Fields to leave unlocked or unlock: the next source that says something of them is believed."
    )
