"""What a layer of a picture is drawn on."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageDraw

from app.demo.draw import Palette, Rgb, glow, mix


@dataclass(frozen=True, slots=True)
class Canvas:
    """horizon: the y where ground begins; unit: a hundredth of the shorter side."""

    picture: Image.Image
    pen: ImageDraw.ImageDraw
    palette: Palette
    chance: random.Random
    horizon: float
    unit: float

    @property
    def width(self) -> int:
        return self.picture.width

    @property
    def height(self) -> int:
        return self.picture.height

    def between(self, share: float) -> Rgb:
        """From the far ground's colour (0) to the near one's (1)."""
        return mix(self.palette.far, self.palette.near, share)


Layer = Callable[[Canvas], None]


def disc(canvas: Canvas, x: float, y: float, radius: float) -> None:
    glow(canvas.picture, (x, y), radius * 3.2, canvas.palette.glow, 0.75)
    canvas.pen.ellipse([x - radius, y - radius, x + radius, y + radius], canvas.palette.glow)
