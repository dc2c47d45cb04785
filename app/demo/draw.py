"""Drawing shared by film frames and artwork: gradients, discs and type."""

from dataclasses import dataclass
from random import Random

from PIL import Image, ImageColor, ImageDraw, ImageFont

Rgb = tuple[int, int, int]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True)
class Palette:
    """Five colours as #rrggbb: the sky from top to horizon, the far and the near ground, and the one that glows."""

    top: str
    horizon: str
    far: str
    near: str
    glow: str


def gradient(width: int, height: int, top: str, bottom: str) -> Image.Image:
    """A vertical gradient."""
    ramp = Image.linear_gradient("L").resize((width, height), Image.Resampling.BILINEAR)
    return Image.composite(Image.new("RGB", ramp.size, bottom), Image.new("RGB", ramp.size, top), ramp)


def mix(first: str, second: str, share: float) -> Rgb:
    """share: 0 gives the first colour, 1 the second."""
    a, b = ImageColor.getrgb(first), ImageColor.getrgb(second)
    red, green, blue = (round(x + (y - x) * share) for x, y in zip(a[:3], b[:3], strict=True))
    return red, green, blue


def glow(
    picture: Image.Image, center: tuple[float, float], radius: float, color: str, strength: float
) -> None:
    """Brighten around a point. strength: 0 to 1 at the centre, nothing at the radius."""
    size = max(2, round(radius * 2))
    falloff = Image.radial_gradient("L").resize((size, size))  # 181 where the circle touches the square
    mask = falloff.point([round(max(0, 1 - x / 181) ** 2 * 255 * strength) for x in range(256)])
    picture.paste(color, (round(center[0] - radius), round(center[1] - radius)), mask)


def font(size: float) -> Font:
    """The typeface that comes with Pillow, so that drawing needs no file and no network."""
    return ImageFont.load_default(size)


def frame(width: int, height: int, palette: Palette, at: float, caption: str) -> Image.Image:
    """One film frame: a disc crosses the sky over a skyline, both of which the caption decides.

    at: 0 at the start of the film, 1 at its end. Films of one caption look alike in every size and coding.
    """
    chance = Random(caption)  # noqa: S311
    picture = gradient(width, height, palette.top, palette.horizon)
    radius = height * chance.uniform(0.08, 0.16)
    rise, start, way = chance.uniform(0.4, 1.4), chance.uniform(0.1, 0.5), chance.choice((-1, 1))
    across = start + 0.5 * at if way > 0 else 1 - start - 0.5 * at
    center = (width * across, height * (0.55 - rise * at * (1 - at)))
    glow(picture, center, radius * 3, palette.glow, 0.7)
    pen = ImageDraw.Draw(picture)
    pen.ellipse(
        [center[0] - radius, center[1] - radius, center[0] + radius, center[1] + radius], palette.glow
    )
    _skyline(pen, width, height, palette, chance)
    pen.rectangle([0, height * 0.88, width, height], palette.near)
    pen.text((width / 2, height * 0.92), caption, palette.glow, font(height / 16), anchor="mm")
    return picture


def _skyline(pen: ImageDraw.ImageDraw, width: int, height: int, palette: Palette, chance: Random) -> None:
    edge, floor = 0.0, height * 0.88
    while edge < width:
        wide, top = width * chance.uniform(0.05, 0.2), height * chance.uniform(0.3, 0.85)
        color = chance.choice((palette.far, palette.near, palette.glow))
        pen.rectangle([edge, top, min(edge + wide, width), floor], color)
        edge += wide
