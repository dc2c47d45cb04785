"""What is made of an image: one master to keep, variants to hand out, and what stands in until they are there."""

import io
from dataclasses import dataclass

from PIL import Image

from app.images.decode import decode
from app.images.formats import ImageFormat
from app.images.thumbhash import thumbhash

# Measured on a poster of 2000 by 3000: WebP takes 0.7 s of CPU, and a slower method gains a tenth of the bytes for
# twice that. AVIF is half as large and takes 6 s.
MASTER = {"quality": 90, "method": 2}
# At 342 wide WebP takes 0.04 s and AVIF 0.2 s, for a third less bytes; AVIF's slower speeds gain next to nothing.
VARIANTS = {
    ImageFormat.WEBP: {"quality": 80, "method": 4},
    ImageFormat.AVIF: {"quality": 60, "speed": 8, "max_threads": 1},
}
_SEEN = 128
_COLORS = 6


@dataclass(frozen=True, slots=True)
class Rendered:
    """master: WebP. thumbhash: see there. color: the one that is seen most, as `#rrggbb`."""

    master: bytes
    width: int
    height: int
    thumbhash: bytes
    color: str


def render(content: bytes) -> Rendered:
    """Raises Refused, MemoryError."""
    picture = decode(content)
    master = _encoded(picture, ImageFormat.WEBP, MASTER)
    return Rendered(master, picture.width, picture.height, thumbhash(picture), dominant_color(picture))


def variant(master: bytes, width: int, form: ImageFormat) -> bytes:
    """Never wider than the master. Raises Refused, MemoryError."""
    picture = decode(master)
    if width < picture.width:
        size = (width, max(1, round(picture.height * width / picture.width)))
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return _encoded(picture, form, VARIANTS[form])


def dominant_color(picture: Image.Image) -> str:
    """Of what can be seen; black where nothing can."""
    small = picture.convert("RGBA")
    small.thumbnail((48, 48), Image.Resampling.BOX)
    pixels = small.tobytes()
    seen = b"".join(pixels[at : at + 3] for at in range(0, len(pixels), 4) if pixels[at + 3] >= _SEEN)
    if not seen:
        return "#000000"
    few = Image.frombytes("RGB", (len(seen) // 3, 1), seen).quantize(_COLORS)
    _, index = max(few.getcolors() or [(0, 0)])
    palette = few.getpalette() or [0, 0, 0]
    red, green, blue = palette[3 * int(index) : 3 * int(index) + 3]  # pyright: ignore[reportArgumentType]
    return f"#{red:02x}{green:02x}{blue:02x}"


def _encoded(picture: Image.Image, form: ImageFormat, settings: dict[str, int]) -> bytes:
    made = io.BytesIO()
    picture.save(made, form.value.upper(), **settings)
    return made.getvalue()
