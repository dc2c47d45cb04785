"""What images are by their first bytes, what they are handed out as, and how wide."""

from enum import StrEnum

# Wide enough for a phone's list and for a television's backdrop; a browser scales what lies between.
WIDTHS = (92, 154, 185, 342, 500, 780, 1280, 1920)


class SourceFormat(StrEnum):
    """What is taken in; the values are Pillow's names."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    GIF = "GIF"
    AVIF = "AVIF"
    BMP = "BMP"


class ImageFormat(StrEnum):
    """What is handed out; the values are file extensions, and follow `image/` in media types."""

    WEBP = "webp"
    AVIF = "avif"

    @property
    def media_type(self) -> str:
        return f"image/{self.value}"


_BEGINNINGS = (
    (b"\xff\xd8\xff", SourceFormat.JPEG),
    (b"\x89PNG\r\n\x1a\n", SourceFormat.PNG),
    (b"GIF87a", SourceFormat.GIF),
    (b"GIF89a", SourceFormat.GIF),
    (b"BM", SourceFormat.BMP),
)
# The brands in a file's first box, of which the major one may be a more general one (AV1 Image File Format, 6).
_AVIF_BRANDS = (b"avif", b"avis")
_MOST_BRANDS = 32


def sniff(content: bytes) -> SourceFormat | None:
    """By content alone: names and declared types of files say what they like."""
    for beginning, found in _BEGINNINGS:
        if content.startswith(beginning):
            return found
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return SourceFormat.WEBP
    if content[4:8] == b"ftyp" and _has_brand(content):
        return SourceFormat.AVIF
    return None


def fitting(width: int) -> int:
    """The narrowest width that is not narrower, or the widest."""
    return next((each for each in WIDTHS if each >= width), WIDTHS[-1])


def _has_brand(content: bytes) -> bool:
    size = min(int.from_bytes(content[:4], "big"), 16 + 4 * _MOST_BRANDS)
    brands = (content[at : at + 4] for at in (8, *range(16, size, 4)))
    return any(brand in _AVIF_BRANDS for brand in brands)
