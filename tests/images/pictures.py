"""Image files of every kind, good and bad."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms, ImageDraw

RED, GREEN, BLUE = (200, 30, 40), (30, 160, 60), (40, 50, 210)


def picture(width: int = 300, height: int = 450, color: Any = RED, mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (width, height), color)


def quarters(width: int = 300, height: int = 200) -> Image.Image:
    """Red, green, blue and white, from the left above to the right below."""
    made = Image.new("RGB", (width, height), "white")
    pen, right, below = ImageDraw.Draw(made), width // 2, height // 2
    pen.rectangle((0, 0, right - 1, below - 1), RED)
    pen.rectangle((right, 0, width, below - 1), GREEN)
    pen.rectangle((0, below, right - 1, height), BLUE)
    return made


def noise(width: int, height: int) -> Image.Image:
    channels = [Image.effect_noise((width, height), 80) for _ in range(3)]
    return Image.merge("RGB", channels)


def file(picture: Image.Image, form: str = "JPEG", **settings: Any) -> bytes:
    made = io.BytesIO()
    picture.save(made, form, **settings)
    return made.getvalue()


def opened(content: bytes) -> Image.Image:
    made = Image.open(io.BytesIO(content))
    made.load()
    return made


def png(width: int, height: int, rows: bytes, *, depth: int = 8, color_type: int = 2) -> bytes:
    """Whatever it claims to be. rows: uncompressed, each begins with its filter's number."""
    head = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(rows, 9))
        + _chunk(b"IEND", b"")
    )


def bomb(side: int = 30_000) -> bytes:
    """A few hundred kilobytes that want gigabytes."""
    return png(side, side, bytes(1 + side // 8) * side, depth=1, color_type=0)


def profile(color_space: str = "sRGB") -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(color_space)).tobytes()  # type: ignore[arg-type]


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
