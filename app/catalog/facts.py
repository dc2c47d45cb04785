"""What a source (a name, an NFO, later a provider) says about works; input of the catalog's writes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CreditFacts:
    """One person's part. department: Acting, Directing, Writing, Production...; billing counts from 0, top first."""

    name: str
    department: str
    job: str
    character: str | None = None
    billing: int = 0
    provider_ids: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class CollectionFacts:
    title: str
    overview: str | None = None
    provider_ids: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class WorkFacts:
    """A film or series. None and empty mean that the source doesn't say, and leave what is known as it is.

    match_key: the folded title that files are grouped by. is_described: whether a source other than a name speaks;
    only then are the texts and relations of a known work renewed. known_id: the work itself, where that is certain.
    decided_id: the work that a person decided on, there or gone; it is renewed only by what is said of it.
    previous_id: the work that it was taken for before, which is renamed rather than left behind if no other is meant.
    released_on, last_aired_on: for a series, when its first and its last episode aired. terms: kind (genre, studio,
    network, keyword) to names, in order.
    translations: `{"de": {"title": ..., "overview": ..., "tagline": ...}}`.
    """

    title: str
    match_key: str
    sort_title: str
    year: int | None = None
    original_title: str | None = None
    tagline: str | None = None
    overview: str | None = None
    original_language: str | None = None
    status: str | None = None
    released_on: date | None = None
    last_aired_on: date | None = None
    runtime_s: int | None = None
    popularity: float | None = None
    countries: tuple[str, ...] = ()
    certifications: Mapping[str, str] = field(default_factory=dict[str, str])
    ratings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    provider_ids: Mapping[str, str] = field(default_factory=dict[str, str])
    translations: Mapping[str, Any] = field(default_factory=dict[str, Any])
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    credits: tuple[CreditFacts, ...] = ()
    collection: CollectionFacts | None = None
    is_described: bool = False
    known_id: UUID | None = None
    decided_id: UUID | None = None
    previous_id: UUID | None = None


# What says nothing of a work, or only adds to what others say.
NAMELESS = WorkFacts(title="", match_key="", sort_title="")


@dataclass(frozen=True, slots=True)
class EpisodeFacts:
    """An episode of a season. A dated episode without a number has number None and its air date."""

    season: int
    number: int | None
    air_date: date | None = None
    absolute_number: int | None = None
    title: str | None = None
    overview: str | None = None
    runtime_s: int | None = None
    ratings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    provider_ids: Mapping[str, str] = field(default_factory=dict[str, str])
    credits: tuple[CreditFacts, ...] = ()
    is_described: bool = False

    @property
    def key(self) -> tuple[int, int | str]:
        """What tells an episode from the others of its series."""
        return (
            self.season,
            self.air_date.isoformat() if self.number is None and self.air_date else self.number or 0,
        )


# A series, and what tells an episode from the others of it.
EpisodeKey = tuple[UUID, tuple[int, int | str]]


@dataclass(frozen=True, slots=True)
class SeasonFacts:
    number: int
    title: str | None = None
    overview: str | None = None
    air_date: date | None = None

    @property
    def is_described(self) -> bool:
        """Whether anything but its number is said."""
        return bool(self.title or self.overview or self.air_date)
