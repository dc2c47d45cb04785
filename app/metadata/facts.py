"""What providers say of works beside what the catalog's facts hold; every list in the provider's order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.catalog.facts import CollectionFacts, CreditFacts, EpisodeFacts, SeasonFacts, WorkFacts

# `{"de": {"title": ..., "overview": ...}}`; languages as BCP 47, in lower case.
Translations = Mapping[str, Mapping[str, str]]
NO_TRANSLATIONS: Translations = {}


class Kind(StrEnum):
    """What a work is; also what libraries hold."""

    MOVIE = "movie"
    TV = "tv"


class ImageKind(StrEnum):
    POSTER = "poster"
    BACKDROP = "backdrop"
    LOGO = "logo"
    STILL = "still"
    PROFILE = "profile"
    BANNER = "banner"
    THUMB = "thumb"
    CLEARART = "clearart"
    DISC = "disc"


class Release(StrEnum):
    """For which way of coming out a certification was given; TV: of a series."""

    PREMIERE = "premiere"
    LIMITED = "limited"
    THEATRICAL = "theatrical"
    DIGITAL = "digital"
    PHYSICAL = "physical"
    TELEVISION = "television"


class GroupOrder(StrEnum):
    """By what a group of episodes orders them."""

    AIRED = "aired"
    ABSOLUTE = "absolute"
    DVD = "dvd"
    DIGITAL = "digital"
    STORY_ARC = "story_arc"
    PRODUCTION = "production"
    TV = "tv"


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """url: of the picture as large as there is. language: of the writing on it; None where there is none.

    score: out of ten, by votes. key: what its provider calls it.
    """

    kind: ImageKind
    url: str
    key: str
    width: int | None = None
    height: int | None = None
    language: str | None = None
    score: float | None = None
    votes: int = 0


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """site: `youtube`, `vimeo`. key: the video's there. kind: trailer, teaser, clip, featurette..."""

    site: str
    key: str
    kind: str
    title: str | None = None
    language: str | None = None
    height: int | None = None
    is_official: bool = False
    published_on: date | None = None


@dataclass(frozen=True, slots=True)
class CertificationFacts:
    """country: ISO 3166-1. note: why, or for which edition, as the provider has it."""

    country: str
    rating: str
    release: Release
    released_on: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RelatedFacts:
    """Another work, by the provider's id."""

    id: str
    title: str
    year: int | None = None


@dataclass(frozen=True, slots=True)
class SeasonInBrief:
    """What a series says of its seasons; episode_count is what structures are compared by."""

    id: str
    facts: SeasonFacts
    episode_count: int
    poster: ImageFacts | None = None


@dataclass(frozen=True, slots=True)
class GroupInBrief:
    id: str
    name: str
    order: GroupOrder
    group_count: int
    episode_count: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A work that a search found; what scores are made of. titles: all that the provider tells, each once."""

    provider: str
    kind: Kind
    id: str
    title: str
    original_title: str | None = None
    original_language: str | None = None
    year: int | None = None
    popularity: float = 0.0
    votes: int = 0
    overview: str | None = None
    poster: ImageFacts | None = None

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each for each in (self.title, self.original_title) if each))


@dataclass(frozen=True, slots=True)
class FoundWork:
    """A work with everything about it. id: the provider's; another than asked for where two were merged.

    Where the facts have no title, it only adds something to a work that others tell of, and the id is one of theirs.

    titles: further ones by which it is known. certifications: of every country and release; those that count for a
    country are in `facts`. profiles: pictures of the credited, by the provider's id of the person. season_images: by
    the season's number, where a work tells of them.
    """

    provider: str
    kind: Kind
    id: str
    facts: WorkFacts
    titles: tuple[str, ...] = ()
    homepage: str | None = None
    certifications: tuple[CertificationFacts, ...] = ()
    images: tuple[ImageFacts, ...] = ()
    profiles: Mapping[str, ImageFacts] = field(default_factory=dict[str, ImageFacts])
    videos: tuple[VideoFacts, ...] = ()
    similar: tuple[RelatedFacts, ...] = ()
    recommended: tuple[RelatedFacts, ...] = ()
    collection_id: str | None = None
    seasons: tuple[SeasonInBrief, ...] = ()
    groups: tuple[GroupInBrief, ...] = ()
    season_images: Mapping[int, tuple[ImageFacts, ...]] = field(
        default_factory=dict[int, tuple[ImageFacts, ...]]
    )

    @property
    def is_whole(self) -> bool:
        """Whether it tells of a work, rather than adds to one."""
        return bool(self.facts.title)


@dataclass(frozen=True, slots=True)
class FoundEpisode:
    id: str
    facts: EpisodeFacts
    translations: Translations = field(default_factory=lambda: NO_TRANSLATIONS)
    images: tuple[ImageFacts, ...] = ()
    profiles: Mapping[str, ImageFacts] = field(default_factory=dict[str, ImageFacts])
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class FoundSeason:
    """A season with all of its episodes, in order."""

    provider: str
    id: str
    facts: SeasonFacts
    episodes: tuple[FoundEpisode, ...]
    translations: Translations = field(default_factory=lambda: NO_TRANSLATIONS)
    provider_ids: Mapping[str, str] = field(default_factory=dict[str, str])
    credits: tuple[CreditFacts, ...] = ()
    profiles: Mapping[str, ImageFacts] = field(default_factory=dict[str, ImageFacts])
    images: tuple[ImageFacts, ...] = ()
    videos: tuple[VideoFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundCollection:
    """parts: its films, in the order of their release."""

    provider: str
    id: str
    facts: CollectionFacts
    parts: tuple[RelatedFacts, ...] = ()
    translations: Translations = field(default_factory=lambda: NO_TRANSLATIONS)
    images: tuple[ImageFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupPart:
    """What counts as a season in a group. episodes: season and number as the provider airs them, in order."""

    number: int
    name: str
    episodes: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class FoundGroup:
    provider: str
    id: str
    name: str
    order: GroupOrder
    parts: tuple[GroupPart, ...]
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """ids: of works that changed. until: the last day that was asked about, from which to ask on."""

    ids: frozenset[str]
    until: date
