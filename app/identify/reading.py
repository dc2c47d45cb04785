"""What a name was read as, with how sure the reading is and why."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.identify.kinds import LibraryKind

# Readings of at least this confidence are mostly right; those below it are for a person to look at.
SURE = 0.7


@dataclass(frozen=True, slots=True)
class Release:
    """Where a file came from and how it was encoded, as its name claims it.

    languages: lower-case ISO 639-1 codes in the order named; "mul" when the name says only that there are several.
    version: 2 for `v2` and for one proper or repack, None when nothing is said.
    """

    source: str | None = None
    streaming_service: str | None = None
    resolution: str | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    hdr: str | None = None
    bit_depth: int | None = None
    group: str | None = None
    version: int | None = None
    crc32: str | None = None
    container: str | None = None
    proper: bool = False
    languages: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "streaming_service": self.streaming_service,
            "resolution": self.resolution,
            "video_codec": self.video_codec,
            "audio_codec": self.audio_codec,
            "hdr": self.hdr,
            "bit_depth": self.bit_depth,
            "group": self.group,
            "version": self.version,
            "crc32": self.crc32,
            "container": self.container,
            "proper": self.proper,
            "languages": list(self.languages),
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """title: of the film, or of the series an episode belongs to. year: of that film or series.

    season 0 holds specials. episodes: ascending, several when one file spans them. absolute: the first of absolutes.
    part: which of several files of one work (disc, cd), and in a mini-series the part that is the episode.
    episode_part: which piece of a split episode (`E01a` is 1). provider_ids: (provider, value) pairs, provider being
    tmdb, imdb or tvdb. confidence: 0 to 1. evidence: sentences for a person who asks why.
    """

    kind: LibraryKind
    title: str | None = None
    year: int | None = None
    season: int | None = None
    episodes: tuple[int, ...] = ()
    absolutes: tuple[int, ...] = ()
    air_date: date | None = None
    episode_title: str | None = None
    edition: str | None = None
    part: int | None = None
    episode_part: int | None = None
    provider_ids: tuple[tuple[str, str], ...] = ()
    release: Release = field(default_factory=Release)
    confidence: float = 0.0
    evidence: tuple[str, ...] = ()

    @property
    def absolute(self) -> int | None:
        return self.absolutes[0] if self.absolutes else None

    def provider_id(self, provider: str) -> str | None:
        return next((value for name, value in self.provider_ids if name == provider), None)

    def as_json(self) -> dict[str, Any]:
        """The object that `marquee parse` prints for one line."""
        return {
            "kind": self.kind.value,
            "title": self.title,
            "year": self.year,
            "season": self.season,
            "episodes": list(self.episodes),
            "absolute": self.absolute,
            "air_date": self.air_date.isoformat() if self.air_date else None,
            "episode_title": self.episode_title,
            "edition": self.edition,
            "part": self.part,
            "episode_part": self.episode_part,
            "provider_ids": dict(self.provider_ids),
            "release": self.release.as_json(),
            "confidence": self.confidence,
            "evidence": list(self.evidence),
        }
