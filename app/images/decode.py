"""Making one plain picture of whatever an image file holds. Runs in processes that may crash: see easel."""

import io
import warnings
from typing import Any

from PIL import Image, ImageCms, ImageOps

from app.images.formats import sniff
from app.images.refusal import Reason, Refused

# 8K is 33 million.
MOST_PIXELS = 64_000_000
# What is larger is made smaller: no screen shows more.
MOST_SIDE = 3840
_SPACES = {"RGB": "RGB", "CMYK": "CMYK", "GRAY": "L"}
_SRGB: Any = ImageCms.createProfile("sRGB")  # pyright: ignore[reportUnknownVariableType]


def decode(content: bytes) -> Image.Image:
    """The first frame, upright, in sRGB, as RGB or (where anything shines through) RGBA, and without metadata.

    Raises Refused, MemoryError.
    """
    found = sniff(content)
    if found is None:
        raise Refused(Reason.NOT_AN_IMAGE)
    try:
        with warnings.catch_warnings():
            # Pillow warns of what is odd about a file; of too many pixels it should not only warn.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=(found.value,)) as picture:
                return _plain(picture)
    except (Refused, MemoryError):
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Refused(Reason.TOO_MANY_PIXELS) from None
    except Exception as error:
        # Which exceptions hostile files can bring about in a decoder, nobody knows.
        raise Refused(Reason.DAMAGED) from error


def _plain(picture: Image.Image) -> Image.Image:
    if picture.width * picture.height > MOST_PIXELS:
        raise Refused(Reason.TOO_MANY_PIXELS)
    # JPEG can be decoded at a fraction of its size.
    picture.draft(None, (MOST_SIDE, MOST_SIDE))  # pyright: ignore[reportArgumentType]
    picture.load()
    profile: Any = picture.info.get("icc_profile")
    plain = _in_srgb(_in_bytes(_upright(picture)), profile)
    plain.thumbnail((MOST_SIDE, MOST_SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    plain.info.clear()
    return plain


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # noqa: BLE001
        # What can't be read of its metadata says nothing of how it is held.
        return picture


def _in_bytes(picture: Image.Image) -> Image.Image:
    """With eight bits a channel, and neither palettes nor premultiplied or single transparent colours."""
    if picture.mode.startswith("I;16") or picture.mode == "I":
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode == "1":
        return picture.convert("L")
    if "transparency" in picture.info or picture.mode in {"LA", "La", "PA", "RGBa"}:
        return picture.convert("RGBA")
    if picture.mode in {"RGB", "RGBA", "CMYK", "L"}:
        return picture
    return picture.convert("RGB")


def _in_srgb(picture: Image.Image, profile: Any) -> Image.Image:
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    colors = picture.convert("RGB") if alpha is not None else picture
    colors = _converted(colors, profile) if isinstance(profile, bytes) else colors
    colors = colors.convert("RGB")
    if alpha is not None and alpha.getextrema() != (255, 255):
        colors.putalpha(alpha)
    return colors


def _converted(colors: Image.Image, profile: bytes) -> Image.Image:
    """As the profile says; as it is where that is broken, or another kind of picture's."""
    try:
        source: Any = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = _SPACES.get(source.profile.xcolor_space.strip())
        if mode == "L" and colors.mode == "RGB":
            colors = colors.convert("L")
        if mode != colors.mode:
            return colors
        return ImageCms.profileToProfile(colors, source, _SRGB, outputMode="RGB") or colors
    except (ImageCms.PyCMSError, OSError, ValueError):
        return colors
