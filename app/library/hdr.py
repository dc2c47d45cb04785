"""Names of colour code points and levels, and the HDR format that a video's signalling amounts to."""

from dataclasses import dataclass

from app.library.media import HdrFormat

# ITU-T H.273 tables 2 to 4, by libav's names; 2 is "unspecified" in each.
PRIMARIES = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "film",
    9: "bt2020",
    10: "smpte428",
    11: "smpte431",
    12: "smpte432",
    22: "ebu3213",
}
TRANSFERS = {
    1: "bt709",
    4: "gamma22",
    5: "gamma28",
    6: "smpte170m",
    7: "smpte240m",
    8: "linear",
    9: "log100",
    10: "log316",
    11: "iec61966-2-4",
    12: "bt1361e",
    13: "iec61966-2-1",
    14: "bt2020-10",
    15: "bt2020-12",
    16: "smpte2084",
    17: "smpte428",
    18: "arib-std-b67",
}
SPACES = {
    0: "gbr",
    1: "bt709",
    4: "fcc",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "ycgco",
    9: "bt2020nc",
    10: "bt2020c",
    11: "smpte2085",
    12: "chroma-derived-nc",
    13: "chroma-derived-c",
    14: "ictcp",
}
RANGES = {1: "tv", 2: "pc"}
PQ = "smpte2084"
HLG = "arib-std-b67"


@dataclass(frozen=True, slots=True)
class DolbyVision:
    """The part of a Dolby Vision configuration record that decides playback.

    compatibility: bl_signal_compatibility_id, what the base layer is on its own: 1 and 6 HDR10, 2 SDR, 4 HLG.
    """

    profile: int
    level: int
    compatibility: int


def dolby_vision(record: bytes) -> DolbyVision | None:
    """Read a DOVIDecoderConfigurationRecord (dvcC, dvvC, dvwC); None if it is not one.

    Layout: "Dolby Vision Streams Within the ISO Base Media File Format", section 3.2: major and minor version a
    byte each, profile 7 bits, level 6 bits, three presence flags, compatibility id 4 bits.
    """
    if len(record) < 5 or record[0] == 0:
        return None
    packed = int.from_bytes(record[2:5], "big")
    return DolbyVision(profile=packed >> 17, level=packed >> 11 & 0x3F, compatibility=packed >> 4 & 0xF)


def hdr_formats(
    transfer: str | None, *, dolby_vision: DolbyVision | None, has_rpu: bool, has_hdr10_plus: bool
) -> tuple[HdrFormat | None, HdrFormat | None]:
    """The format of a video, and what is left of it without Dolby Vision.

    has_rpu: its frames carry Dolby Vision metadata, though the container may not say so.
    """
    base = _base_layer(transfer, has_hdr10_plus)
    if dolby_vision is None and not has_rpu:
        return base, None
    if dolby_vision and dolby_vision.compatibility in (0, 2):
        return HdrFormat.DOLBY_VISION, None
    if dolby_vision and base is None:
        base = {1: HdrFormat.HDR10, 4: HdrFormat.HLG, 6: HdrFormat.HDR10}.get(dolby_vision.compatibility)
    return HdrFormat.DOLBY_VISION, base


def _base_layer(transfer: str | None, has_hdr10_plus: bool) -> HdrFormat | None:
    if transfer == PQ:
        return HdrFormat.HDR10_PLUS if has_hdr10_plus else HdrFormat.HDR10
    return HdrFormat.HLG if transfer == HLG else None


def level(codec: str, value: int) -> float | None:
    """What a specification calls the level that libav counts in the codec's own unit; None if it has none."""
    if value <= 0 and codec != "av1":
        return None
    if codec == "h264":
        return 1.1 if value == 9 else value / 10  # 9 is "1b", a 1.1 with less bit rate
    if codec == "hevc":
        return value / 30
    if codec == "av1":
        return 2 + (value >> 2) + (value & 3) / 10 if 0 <= value < 24 else None
    if codec == "vp9":
        return value / 10
    return float(value) if codec == "mpeg4" else None
