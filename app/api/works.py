"""What films and series have in common in the graph."""

from typing import Any

import strawberry


@strawberry.type(description="An age rating given in one country.")
class Certification:
    country: str = strawberry.field(description="The country, by ISO 3166-1 code: `US`.")
    name: str = strawberry.field(description="The rating as that country writes it: `PG-13`.")


@strawberry.type(description="How good one source finds a work.")
class Rating:
    source: str = strawberry.field(description="Whose rating it is: `imdb`, `tmdb`, ...")
    value: float = strawberry.field(description="The rating, from 0 to 10.")
    votes: int | None = strawberry.field(description="How many people rated.")


@strawberry.type(description="An id that something has elsewhere.")
class ProviderId:
    provider: str = strawberry.field(description="Whose id it is: `tmdb`, `imdb`, `tvdb`, ...")
    value: str = strawberry.field(description="The id.")


def certifications(document: dict[str, str]) -> list[Certification]:
    return [Certification(country=country, name=name) for country, name in sorted(document.items())]


def ratings(document: dict[str, Any]) -> list[Rating]:
    return [
        Rating(
            source=source,
            value=float(each["value"]),
            votes=each.get("votes"),
        )
        for source, each in sorted(document.items())
    ]


def provider_ids(document: dict[str, str]) -> list[ProviderId]:
    return [ProviderId(provider=provider, value=value) for provider, value in sorted(document.items())]
