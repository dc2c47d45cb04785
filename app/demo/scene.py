"""Landscapes from simple shapes, layer upon layer, for posters, backdrops and stills."""

import random

from PIL import Image, ImageDraw

from app.demo import land, things
from app.demo.canvas import Canvas
from app.demo.draw import Palette, gradient

_SMOOTH = 2  # drawn at twice the size: Pillow's shapes have no anti-aliasing of their own
_LAYERS = land.LAYERS | things.LAYERS


def scene(
    size: tuple[int, int], palette: Palette, layers: tuple[str, ...], seed: str, horizon: float = 0.62
) -> Image.Image:
    """A picture of the named layers, drawn in order. horizon: share of the height; the seed decides what varies."""
    width, height = size[0] * _SMOOTH, size[1] * _SMOOTH
    picture = gradient(width, height, palette.top, palette.horizon)
    canvas = Canvas(
        picture,
        ImageDraw.Draw(picture),
        palette,
        random.Random(seed),  # noqa: S311 (decoration)
        horizon * height,
        min(width, height) / 100,
    )
    for layer in layers:
        _LAYERS[layer](canvas)
    return vignette(picture.resize(size, Image.Resampling.LANCZOS))


def vignette(picture: Image.Image) -> Image.Image:
    """Darker towards the corners, as an old lens has it."""
    falloff = (
        Image.radial_gradient("L").resize(picture.size).point([max(0, (x - 96) * 3 // 5) for x in range(256)])
    )
    picture.paste("#05060c", (0, 0), falloff)
    return picture
