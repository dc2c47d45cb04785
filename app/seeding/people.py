"""Who plays in invented films and series: a few in very many, most in one."""

from collections.abc import Sequence
from typing import Any

from app.catalog.facts import CreditFacts
from app.seeding.maker import Maker, key

# Those who play in films and in series.
STAR, STARS = "star", 60
# Each work brings people whom no work before had, and so everybody is credited somewhere.
FRESH = 3
CREW = (
    ("Directing", "Director"),
    ("Writing", "Writer"),
    ("Sound", "Composer"),
)
# A cast: of each work this many at least.
LEAST, MOST = 8, 14
ROLES = ("Captain", "Doctor", "Judge", "Professor", "Sergeant", "Aunt", "Uncle", "Young", "Old")


def stars() -> list[dict[str, Any]]:
    """Their rows."""
    return [_person(STAR, number) for number in range(STARS)]


def people_of(kind: str, work: int) -> list[dict[str, Any]]:
    """Rows of those whom a work brings."""
    return [_person(_brought_by(kind), number) for number in _brought(work)]


def _person(kind: str, number: int) -> dict[str, Any]:
    maker = Maker(kind, number)
    row: dict[str, Any] = {"id": maker.id(), "name": maker.person_name(), "biography": None, "born_on": None}
    if maker.happens(0.4):
        row["born_on"] = maker.day(maker.whole(1905, 1998))
    if maker.happens(0.1):
        row["biography"] = maker.overview()
    return row | {"provider_ids": dict[str, str](), "translations": dict[str, Any]()}


def _brought_by(kind: str) -> str:
    return f"person of {kind}"


def _brought(work: int) -> range:
    return range(work * FRESH, (work + 1) * FRESH)


def _somebody(maker: Maker) -> str:
    """The id of a star, or of somebody whom an earlier work of the kind brought."""
    number = maker.low(STARS + maker.number * FRESH)
    return key(STAR, number) if number < STARS else key(_brought_by(maker.kind), number - STARS)


def credited(maker: Maker) -> list[tuple[str, CreditFacts]]:
    """The cast and then the crew of a work, each with the person's id."""
    known: dict[str, None] = {}
    wanted = maker.whole(LEAST, MOST) - FRESH + 1
    while len(known) < wanted + len(CREW) - 1:
        known[_somebody(maker)] = None
    ids, new = list(known), [key(_brought_by(maker.kind), number) for number in _brought(maker.number)]
    cast, crew = [*ids[:wanted], *new[1:]], [new[0], *ids[wanted:]]
    played = [(person_id, "Acting", "Actor", character(maker)) for person_id in cast]
    made = [(person_id, *job, None) for person_id, job in zip(crew, CREW, strict=True)]
    return _billed([*played, *made])


def guests(maker: Maker) -> list[tuple[str, CreditFacts]]:
    """Who plays in one episode beside the cast, and who directed it."""
    guest, director = maker.some(range(STARS), 2)
    return _billed(
        [
            (key(STAR, guest), "Acting", "Actor", character(maker)),
            (key(STAR, director), "Directing", "Director", None),
        ]
    )


def character(maker: Maker) -> str:
    name = maker.person_name()
    return f"{maker.pick(ROLES)} {name.rpartition(' ')[2]}" if maker.happens(0.2) else name


def _billed(parts: Sequence[tuple[str, str, str, str | None]]) -> list[tuple[str, CreditFacts]]:
    """Names are not wanted: who is meant is known."""
    return [
        (person_id, CreditFacts("", department, job, character, billing))
        for billing, (person_id, department, job, character) in enumerate(parts)
    ]
