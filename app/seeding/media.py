"""Files of invented works, and the streams in them."""

from dataclasses import dataclass, replace
from typing import Any

from app.catalog.facts import WorkFacts
from app.identify.files import FileRole
from app.identify.reading import Reading, Release
from app.library.nfo_facts import version_label
from app.library.store_files import flags
from app.library.versions import version_key
from app.seeding.maker import Maker

Row = dict[str, Any]

_SDR = {"pixel_format": "yuv420p", "bit_depth": 8, "color_primaries": "bt709", "color_transfer": "bt709"}
_HDR = {
    "pixel_format": "yuv420p10le",
    "bit_depth": 10,
    "color_primaries": "bt2020",
    "color_transfer": "smpte2084",
}
_PICTURE: Row = {"frame_rate": 23.976, "color_range": "tv", "is_interlaced": False, "rotation": 0}
# The ordinary ones first.
PICTURES: tuple[Row, ...] = (
    {"codec": "h264", "profile": "High", "level": 4.1, "width": 1920, "height": 1080, "bit_rate": 8_000_000}
    | {"color_space": "bt709"}
    | _SDR,
    {"codec": "h264", "profile": "High", "level": 4.0, "width": 1280, "height": 720, "bit_rate": 4_000_000}
    | {"color_space": "bt709"}
    | _SDR,
    {"codec": "hevc", "profile": "Main", "level": 4.1, "width": 1920, "height": 804, "bit_rate": 5_000_000}
    | {"color_space": "bt709"}
    | _SDR,
    {
        "codec": "hevc",
        "profile": "Main 10",
        "level": 5.1,
        "width": 3840,
        "height": 2160,
        "bit_rate": 40_000_000,
    }
    | {"color_space": "bt2020nc", "hdr": "hdr10"}
    | _HDR,
    {"codec": "av1", "profile": "Main", "level": 5.0, "width": 3840, "height": 1600, "bit_rate": 12_000_000}
    | {"color_space": "bt709"}
    | _SDR,
)
SOUNDS: tuple[Row, ...] = (
    {"codec": "aac", "profile": "LC", "channels": 2, "layout": "stereo", "bit_rate": 192_000},
    {"codec": "eac3", "channels": 6, "layout": "5.1(side)", "bit_rate": 640_000},
    {"codec": "ac3", "channels": 6, "layout": "5.1(side)", "bit_rate": 448_000},
    {"codec": "dts", "profile": "DTS-HD MA", "channels": 8, "layout": "7.1", "bit_rate": 3_500_000},
)
LANGUAGES = ("en", "de", "fr", "es", "ja", "it", "pt-BR", "pl")
SUBTITLES = ("subrip", "hdmv_pgs_subtitle", "ass")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a library's files lie."""

    library_id: str
    root_id: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A file with its streams, what it was taken for, and how its version is known."""

    file: Row
    streams: list[Row]
    match: Row
    key: str
    label: str | None


def copy_of(maker: Maker, place: Place, facts: WorkFacts, path: str, reading: Reading) -> Copy:
    """path: below the root, without what tells its quality. reading: what it says beside that."""
    picture = PICTURES[maker.low(len(PICTURES))]
    label = version_label(picture["height"], picture["width"], picture.get("hdr"), None)
    folder, _, name = f"{path} - {label}.mkv".rpartition("/")
    file_id, duration_ms = maker.id(), (facts.runtime_s or 0) * 1000 + maker.whole(0, 999)
    streams = _streams(maker, file_id, picture, duration_ms)
    bit_rate = sum(row.get("bit_rate", 0) for row in streams)
    release = Release(resolution=label, video_codec=picture["codec"], container="mkv")
    file: Row = {
        "id": file_id,
        "library_id": place.library_id,
        "root_id": place.root_id,
        "folder": folder,
        "name": name,
        "role": FileRole.VIDEO,
        "size_bytes": bit_rate * duration_ms // 8000,
        "mtime_ns": int(maker.added_at.timestamp()) * 1_000_000_000,
        "inode": maker.whole(1, 1 << 40),
        "content_hash": maker.whole(0, 1 << 62),
        "container": "mkv",
        "duration_ms": duration_ms,
        "bit_rate": bit_rate,
        "tags": {"encoder": "libebml v1.4.4 + libmatroska v1.7.1"},
        "reading": replace(reading, release=release).as_json() | {"absolutes": [], "has_nfo": True},
        "added_at": maker.added_at,
        "updated_at": maker.added_at,
    }
    key = f"{place.root_id}/{version_key(f'{folder}/{name}', None)}"
    return Copy(file, streams, _match(place, file, reading), key, label)


def _match(place: Place, file: Row, reading: Reading) -> Row:
    """As a scan takes a file with an NFO that names an id nobody had."""
    return {
        "file_id": file["id"],
        "library_id": place.library_id,
        "status": "matched",
        "score": reading.confidence,
        "evidence": list(reading.evidence),
        "candidates": [],
        "decided_by": "nfo",
        "decided_at": file["added_at"],
    }


def _streams(maker: Maker, file_id: str, picture: Row, duration_ms: int) -> list[Row]:
    """A picture, one to three languages and what subtitles there are."""
    sounds = [
        SOUNDS[maker.low(len(SOUNDS))] | {"kind": "audio", "language": language, "sample_rate": 48_000}
        for language in maker.some(LANGUAGES, 1 + maker.low(3))
    ]
    subtitles = [
        {"kind": "subtitle", "codec": SUBTITLES[maker.low(len(SUBTITLES))], "language": language}
        for language in maker.some(LANGUAGES, maker.whole(0, 5))
    ]
    rows = [_PICTURE | picture | {"kind": "video"}, *sounds, *subtitles]
    first_of: dict[Any, int] = {"video": 0, "audio": 1}
    return [
        flags(
            is_default=first_of.get(row["kind"]) == place,
            is_sdh=row["kind"] == "subtitle" and maker.happens(0.2),
        )
        | row
        | {"id": maker.id(), "file_id": file_id, "position": place, "duration_ms": duration_ms}
        for place, row in enumerate(rows)
    ]
