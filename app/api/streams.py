"""What is in a media file, in the graph: streams and chapters."""

from enum import Enum
from uuid import UUID

import strawberry

from app.api.scalars import Locale
from app.api.shown import Varied, made_of, shows
from app.library.file_reads import Chapter as ChapterRow
from app.library.file_reads import Stream as StreamRow


@strawberry.enum(description="A way of storing pictures brighter and more colourful than the standard range.")
class HdrFormat(Enum):
    HDR10 = strawberry.enum_value("hdr10", description="HDR10: PQ with metadata for the whole film.")
    HDR10_PLUS = strawberry.enum_value("hdr10_plus", description="HDR10+: HDR10 with metadata by scene.")
    HLG = strawberry.enum_value("hlg", description="Hybrid log-gamma, as broadcasters use it.")
    DOLBY_VISION = strawberry.enum_value("dolby_vision", description="Dolby Vision.")


def seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def hdr_format(name: str | None) -> HdrFormat | None:
    return None if name is None else HdrFormat(name)


@strawberry.interface(description="A stream of a media file, or a subtitle file beside it.")
class Stream:
    row: strawberry.Private[StreamRow]
    file_key: strawberry.Private[UUID]
    index: int = strawberry.field(description="Place in the file; what lies beside the file comes last.")
    codec: str | None = strawberry.field(
        description="Its format, as libav calls it: `h264`, `eac3`, `subrip`."
    )
    language: Locale | None = strawberry.field(description="Language; null where the file doesn't say.")
    title: str | None = strawberry.field(description="A name that the file gives it.")
    is_default: bool = strawberry.field(description="Whether players choose it unless told otherwise.")


@shows(
    StreamRow,
    file_key="file_id",
    index="position",
    duration_seconds=made_of("duration_ms", seconds),
    hdr_format=made_of("hdr", hdr_format),
    hdr_fallback=made_of("hdr_fallback", hdr_format),
)
@strawberry.type(description="Pictures.")
class VideoStream(Stream):
    profile: str | None = strawberry.field(description="The codec's profile: `High`, `Main 10`.")
    level: float | None = strawberry.field(description="The codec's level: 4.1.")
    duration_seconds: float | None = strawberry.field(description="Length in seconds.")
    bit_rate: int | None = strawberry.field(description="Bits per second.")
    width: int | None = strawberry.field(description="Width in pixels, as stored.")
    height: int | None = strawberry.field(description="Height in pixels, as stored.")
    frame_rate: float | None = strawberry.field(description="Frames per second.")
    bit_depth: int | None = strawberry.field(description="Bits per sample.")
    pixel_format: str | None = strawberry.field(description="How pixels are stored: `yuv420p10le`.")
    color_space: str | None = strawberry.field(description="Color matrix (ITU-T H.273): `bt709`, `bt2020nc`.")
    color_range: str | None = strawberry.field(description="Range of values: `tv` (limited) or `pc` (full).")
    color_primaries: str | None = strawberry.field(description="Color primaries: `bt709`, `bt2020`.")
    color_transfer: str | None = strawberry.field(description="Transfer function: `bt709`, `smpte2084`.")
    hdr_format: HdrFormat | None = strawberry.field(description="Its HDR format; null for standard range.")
    hdr_fallback: HdrFormat | None = strawberry.field(
        description="What a screen without Dolby Vision shows of a Dolby Vision stream."
    )
    dolby_vision_profile: int | None = strawberry.field(description="Profile of Dolby Vision: 5, 7, 8, 10.")
    is_interlaced: bool | None = strawberry.field(description="Whether each picture is two half pictures.")
    rotation: int | None = strawberry.field(
        description="Degrees counter-clockwise that a player turns the picture by."
    )


@shows(
    StreamRow,
    file_key="file_id",
    index="position",
    duration_seconds=made_of("duration_ms", seconds),
    channel_layout="layout",
)
@strawberry.type(description="Sound.")
class AudioStream(Stream):
    profile: str | None = strawberry.field(description="The codec's profile: `DTS-HD MA`, `LC`.")
    duration_seconds: float | None = strawberry.field(description="Length in seconds.")
    bit_rate: int | None = strawberry.field(description="Bits per second.")
    channels: int | None = strawberry.field(description="How many channels.")
    channel_layout: str | None = strawberry.field(description="Where they are: `stereo`, `5.1(side)`.")
    sample_rate: int | None = strawberry.field(description="Samples per second.")
    bit_depth: int | None = strawberry.field(description="Bits per sample.")
    is_commentary: bool = strawberry.field(description="Whether somebody talks about the work in it.")


@shows(
    StreamRow,
    file_key="file_id",
    index="position",
    external_key="external_file_id",
    is_hearing_impaired="is_sdh",
    is_external=made_of("external_file_id", lambda key: key is not None),
)
@strawberry.type(description="Subtitles, in the file or in a file beside it.")
class SubtitleStream(Stream):
    external_key: strawberry.Private[UUID | None]
    is_forced: bool = strawberry.field(description="Whether it only has what is foreign to the audience.")
    is_hearing_impaired: bool = strawberry.field(description="Whether it tells of sounds too (SDH).")
    is_commentary: bool = strawberry.field(description="Whether it goes with a commentary.")
    is_external: bool = strawberry.field(description="Whether it is a file of its own.")


@shows(
    StreamRow,
    file_key="file_id",
    index="position",
)
@strawberry.type(description="A file in the file: a font for subtitles, a cover.")
class Attachment(Stream):
    file_name: str | None = strawberry.field(description="Its name.")
    mime_type: str | None = strawberry.field(description="Its media type: `font/ttf`.")


@strawberry.type(description="A chapter of a file.")
class Chapter:
    index: int = strawberry.field(description="Place in the file, from 0.")
    title: str | None = strawberry.field(description="Title.")
    start_seconds: float = strawberry.field(description="Where it begins, in seconds from the file's start.")
    end_seconds: float | None = strawberry.field(
        description="Where it ends, in seconds from the file's start."
    )

    @classmethod
    def of(cls, row: ChapterRow) -> "Chapter":
        start_s, end_s = row.start_ms / 1000, seconds(row.end_ms)
        return cls(index=row.position, title=row.title, start_seconds=start_s, end_seconds=end_s)


TYPES: dict[str, type[Stream]] = {"video": VideoStream, "audio": AudioStream, "subtitle": SubtitleStream}
STREAMS = Varied("kind", TYPES, otherwise=Attachment)
