"""What an NFO says, as values."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Rating:
    """value: of 10, whatever the source's own scale was."""

    source: str
    value: float
    votes: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    name: str
    role: str | None
    order: int


@dataclass(frozen=True, slots=True)
class Collection:
    name: str
    overview: str | None = None
    tmdb_id: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What films, series, seasons and episodes all may have.

    released_on: a film's release, a series' or season's premiere, an episode's air date.
    certification: as written; certifications: (country, value) pairs where the file names countries.
    ids: (provider, value) pairs; providers that are not tmdb, imdb or tvdb keep the name the file gives them.
    """

    title: str | None = None
    original_title: str | None = None
    sort_title: str | None = None
    tagline: str | None = None
    plot: str | None = None
    year: int | None = None
    released_on: date | None = None
    runtime_min: int | None = None
    certification: str | None = None
    certifications: tuple[tuple[str, str], ...] = ()
    genres: tuple[str, ...] = ()
    studios: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    ratings: tuple[Rating, ...] = ()
    ids: tuple[tuple[str, str], ...] = ()
    actors: tuple[Actor, ...] = ()
    directors: tuple[str, ...] = ()
    writers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NfoMovie:
    work: Work
    edition: str | None = None
    collection: Collection | None = None
    language: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class NfoSeries:
    work: Work
    status: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class NfoSeason:
    work: Work
    season: int | None = None


@dataclass(frozen=True, slots=True)
class NfoEpisode:
    """last_episode: of a file that holds several, where one element speaks of all (Jellyfin's episodenumberend)."""

    work: Work
    season: int | None = None
    episode: int | None = None
    last_episode: int | None = None
    absolute: int | None = None
    display_season: int | None = None
    display_episode: int | None = None
    series_title: str | None = None


@dataclass(frozen=True, slots=True)
class Nfo:
    """One file's content. linked_ids: from links to providers' pages that stand outside of XML."""

    movie: NfoMovie | None = None
    series: NfoSeries | None = None
    season: NfoSeason | None = None
    episodes: tuple[NfoEpisode, ...] = ()
    linked_ids: tuple[tuple[str, str], ...] = ()
