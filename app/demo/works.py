"""What the demo library holds: each work with its files, and what should be known of it after a scan."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.demo.clip import Clip
from app.demo.draw import Palette


class NfoDialect(StrEnum):
    KODI = "kodi"
    JELLYFIN = "jellyfin"


class ArtworkKind(StrEnum):
    POSTER = "poster"
    BACKDROP = "backdrop"
    STILL = "still"


class ExtraKind(StrEnum):
    SAMPLE = "sample"
    TRAILER = "trailer"
    BEHIND_THE_SCENES = "behind_the_scenes"
    DELETED_SCENE = "deleted_scene"


@dataclass(frozen=True, slots=True)
class Look:
    """Colours and layers that a work's pictures are made of."""

    palette: Palette
    layers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Actor:
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What an NFO file tells beside title and year. Ids are invented and far beyond those given out.

    certification: as Kodi writes it, country and mark ("US:PG"); rating: out of ten.
    """

    plot: str
    tagline: str = ""
    original_title: str | None = None
    sort_title: str | None = None
    premiered: date | None = None
    runtime_min: int | None = None
    genres: tuple[str, ...] = ()
    studios: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    directors: tuple[str, ...] = ()
    writers: tuple[str, ...] = ()
    actors: tuple[Actor, ...] = ()
    certification: str | None = None
    rating: float | None = None
    votes: int | None = None
    collection: str | None = None
    ids: tuple[tuple[str, str], ...] = ()
    dialect: NfoDialect = NfoDialect.KODI


@dataclass(frozen=True, slots=True)
class Artwork:
    """A picture to draw. line: small type over the title of a poster; season: for posters of one."""

    path: str
    kind: ArtworkKind
    season: int | None = None
    line: str = ""


@dataclass(frozen=True, slots=True)
class Sidecar:
    """A subtitle file beside a film. language: ISO 639-1, as a scan should tell it."""

    path: str
    language: str | None
    is_forced: bool = False
    is_sdh: bool = False
    lines: tuple[str, ...] = ("Did you hear that?", "It was only the wind.")


@dataclass(frozen=True, slots=True)
class FilmFile:
    """part: 1 and up, of a film in several files."""

    path: str
    clip: Clip
    edition: str | None = None
    part: int | None = None
    sidecars: tuple[Sidecar, ...] = ()


@dataclass(frozen=True, slots=True)
class Film:
    """facts: None if names alone tell what it is; title and year are then as read from them."""

    title: str
    year: int | None
    look: Look
    files: tuple[FilmFile, ...]
    facts: Facts | None = None
    nfo_path: str | None = None
    artwork: tuple[Artwork, ...] = ()
    ids: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Episode:
    """Numbered by season and number, by absolute number, or by air date; season 0 holds the specials."""

    season: int | None = None
    number: int | None = None
    title: str | None = None
    absolute: int | None = None
    air_date: date | None = None
    plot: str = ""


@dataclass(frozen=True, slots=True)
class EpisodeFile:
    path: str
    clip: Clip
    episodes: tuple[Episode, ...]
    sidecars: tuple[Sidecar, ...] = ()
    nfo_path: str | None = None
    still: Artwork | None = None


@dataclass(frozen=True, slots=True)
class Series:
    title: str
    year: int | None
    look: Look
    files: tuple[EpisodeFile, ...]
    facts: Facts | None = None
    nfo_path: str | None = None
    artwork: tuple[Artwork, ...] = ()
    ids: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Extra:
    """Belongs to a work, but is none itself. of: the work's title."""

    path: str
    kind: ExtraKind
    of: str
    clip: Clip


@dataclass(frozen=True, slots=True)
class Problem:
    """A film cut off after a share of its bytes. reason: of the failure that probing it should end in."""

    path: str
    clip: Clip
    kept: float
    reason: str
    title: str
    year: int


@dataclass(frozen=True, slots=True)
class Ignored:
    """A file that a scan passes by without a word."""

    path: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class DemoLibrary:
    """All paths are relative to the library's root, films under movies/ and series under tv/."""

    films: tuple[Film, ...]
    series: tuple[Series, ...]
    extras: tuple[Extra, ...]
    problems: tuple[Problem, ...]
    ignored: tuple[Ignored, ...]
