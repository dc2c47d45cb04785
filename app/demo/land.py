"""Layers of land, water and sky."""

import math

from PIL import Image, ImageDraw, ImageFilter

from app.demo.canvas import Canvas, Layer, disc
from app.demo.draw import Rgb, gradient, mix


def _stars(canvas: Canvas) -> None:
    for _ in range(140):
        x, y = canvas.chance.uniform(0, canvas.width), canvas.chance.uniform(0, canvas.horizon)
        radius = canvas.unit * canvas.chance.choice((0.12, 0.12, 0.18, 0.3))
        color = mix(canvas.palette.top, canvas.palette.glow, canvas.chance.uniform(0.3, 1))
        canvas.pen.ellipse([x - radius, y - radius, x + radius, y + radius], color)


def _sun(canvas: Canvas) -> None:
    disc(canvas, canvas.width * 0.5, canvas.horizon - canvas.unit * 4, canvas.unit * 17)


def _moon(canvas: Canvas) -> None:
    x, y, radius = canvas.width * 0.68, canvas.horizon * 0.42, canvas.unit * 11
    disc(canvas, x, y, radius)
    shade = mix(canvas.palette.glow, canvas.palette.horizon, 0.35)
    for dx, dy, size in ((-0.35, -0.2, 0.22), (0.25, 0.3, 0.28), (0.3, -0.4, 0.13), (-0.2, 0.45, 0.12)):
        cx, cy, r = x + dx * radius, y + dy * radius, size * radius
        canvas.pen.ellipse([cx - r, cy - r, cx + r, cy + r], shade)


def _ridge(canvas: Canvas, base: float, rise: float, roughness: float, color: Rgb) -> None:
    """Hills as a sum of waves. base: y of the foot; rise: of the highest top above it."""
    waves = [
        (canvas.chance.uniform(0.5, 2.5) * k * roughness, canvas.chance.uniform(0, 7), 1 / k)
        for k in (1, 2, 4)
    ]
    points: list[tuple[float, float]] = []
    for step in range(201):
        at = step / 200
        swell = sum(share * math.sin(at * pitch * 6.28 + phase) for pitch, phase, share in waves)
        points.append((at * canvas.width, base - rise * (0.55 + swell / 3.5)))
    canvas.pen.polygon([*points, (canvas.width, canvas.height), (0, canvas.height)], color)


def _hills(canvas: Canvas) -> None:
    for number in range(4):
        base = canvas.horizon + canvas.unit * (4 + number * 11)
        _ridge(canvas, base, canvas.unit * 14, 0.6, canvas.between(number / 3))


def _mountains(canvas: Canvas) -> None:
    for number in range(3):
        color, foot = canvas.between(number / 3.5), canvas.horizon + canvas.unit * (2 + number * 6)
        x = 0.0
        points: list[tuple[float, float]] = [(0.0, canvas.height)]
        while x < canvas.width * 1.1:
            points.append((x, foot - canvas.unit * canvas.chance.uniform(8, 34 - number * 7)))
            x += canvas.unit * canvas.chance.uniform(7, 15)
            points.append((x, foot - canvas.unit * canvas.chance.uniform(2, 8)))
            x += canvas.unit * canvas.chance.uniform(7, 15)
        canvas.pen.polygon([*points, (x, canvas.height)], color)


def _sea(canvas: Canvas) -> None:
    water = gradient(
        canvas.width, max(1, int(canvas.height - canvas.horizon)), canvas.palette.far, canvas.palette.near
    )
    canvas.picture.paste(water, (0, int(canvas.horizon)))
    for number in range(46):
        depth = (number / 46) ** 1.7
        y = canvas.horizon + depth * (canvas.height - canvas.horizon) + canvas.unit
        reach = canvas.unit * canvas.chance.uniform(3, 14) * (0.5 + depth)
        spread = canvas.unit * (12 + 40 * depth)
        x = canvas.width / 2 + canvas.chance.uniform(-spread, spread)
        color = mix(canvas.palette.glow, canvas.palette.far, 0.25 + 0.6 * canvas.chance.random())
        canvas.pen.line(
            [x - reach, y, x + reach, y], color, max(1, round(canvas.unit * 0.35 * (0.5 + depth)))
        )


def _forest(canvas: Canvas) -> None:
    for number in range(3):
        foot, x = canvas.horizon + canvas.unit * (10 + number * 14), -canvas.unit * 4
        canvas.pen.rectangle([0, foot, canvas.width, canvas.height], canvas.between(number / 2))
        while x < canvas.width + canvas.unit * 6:
            _fir(
                canvas,
                x,
                foot + canvas.unit,
                canvas.unit * canvas.chance.uniform(16, 26 + number * 5),
                canvas.between(number / 2),
            )
            x += canvas.unit * canvas.chance.uniform(4, 9)


def _fir(canvas: Canvas, x: float, foot: float, high: float, color: Rgb) -> None:
    for share in (0.0, 0.26, 0.5):
        top, half = foot - high + high * share, high * (0.11 + share * 0.22)
        canvas.pen.polygon([(x, top), (x - half, top + high * 0.5), (x + half, top + high * 0.5)], color)


def _orchard(canvas: Canvas) -> None:
    for row in range(4):
        foot, count = canvas.horizon + canvas.unit * (9 + row * 13), 8 - row
        for number in range(count):
            x = canvas.width * (number + 0.5 + (row % 2) * 0.3) / count
            size = canvas.unit * (4 + row * 1.9)
            color = canvas.between(0.25 + row / 4)
            canvas.pen.rectangle([x - size * 0.13, foot - size, x + size * 0.13, foot + size * 0.4], color)
            canvas.pen.ellipse([x - size, foot - size * 2.5, x + size, foot - size * 0.6], color)
            for _ in range(5):
                fx, fy = (
                    x + canvas.chance.uniform(-0.6, 0.6) * size,
                    foot - size * canvas.chance.uniform(1.0, 2.1),
                )
                canvas.pen.ellipse(
                    [fx - size * 0.1, fy - size * 0.1, fx + size * 0.1, fy + size * 0.1], canvas.palette.glow
                )


def _rain(canvas: Canvas) -> None:
    veil = Image.new("L", canvas.picture.size, 0)
    pen = ImageDraw.Draw(veil)
    for _ in range(420):
        x, y = canvas.chance.uniform(-0.1, 1.1) * canvas.width, canvas.chance.uniform(-0.1, 1) * canvas.height
        length = canvas.unit * canvas.chance.uniform(2, 7)
        pen.line(
            [x, y, x - length * 0.25, y + length],
            canvas.chance.randrange(40, 130),
            max(1, round(canvas.unit * 0.22)),
        )
    canvas.picture.paste(
        canvas.palette.glow, (0, 0), veil.filter(ImageFilter.GaussianBlur(canvas.unit * 0.06))
    )


LAYERS: dict[str, Layer] = {
    "stars": _stars,
    "sun": _sun,
    "moon": _moon,
    "hills": _hills,
    "mountains": _mountains,
    "sea": _sea,
    "forest": _forest,
    "orchard": _orchard,
    "rain": _rain,
}
