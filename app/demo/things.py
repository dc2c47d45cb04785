"""Layers of what people build, and of a fox and some ghosts."""

import math

from PIL import Image, ImageDraw, ImageFilter

from app.demo.canvas import Canvas, Layer, disc
from app.demo.draw import Rgb, glow, mix


def _city(canvas: Canvas) -> None:
    for number in range(3):
        color, x = canvas.between(number / 2.2), -canvas.unit * 3
        while x < canvas.width:
            wide, high = (
                canvas.unit * canvas.chance.uniform(6, 13),
                canvas.unit * canvas.chance.uniform(12, 44 - number * 11),
            )
            top = canvas.horizon + canvas.unit * number * 7 - high
            canvas.pen.rectangle([x, top, x + wide, canvas.height], color)
            _windows(canvas, x, top, wide, canvas.horizon + canvas.unit * (number * 7 + 30))
            x += wide + canvas.unit * canvas.chance.uniform(0, 2)


def _windows(canvas: Canvas, left: float, top: float, wide: float, bottom: float) -> None:
    step, y = canvas.unit * 2.1, top + canvas.unit * 1.5
    while y < bottom:
        x = left + canvas.unit
        while x < left + wide - canvas.unit * 1.4:
            if canvas.chance.random() < 0.32:
                color = mix(canvas.palette.glow, canvas.palette.near, canvas.chance.uniform(0.1, 0.7))
                canvas.pen.rectangle([x, y, x + canvas.unit * 0.9, y + canvas.unit * 1.2], color)
            x += step
        y += step * 1.25


def _rails(canvas: Canvas) -> None:
    middle, far, near = canvas.width / 2, canvas.horizon + canvas.unit * 2, canvas.height
    canvas.pen.polygon(
        [(0, near), (middle, far - canvas.unit * 2), (canvas.width, near)], canvas.between(0.9)
    )
    for number in range(26):
        depth = (number / 25) ** 2.4
        y, half = far + depth * (near - far), canvas.unit * (0.6 + depth * 42)
        canvas.pen.line(
            [middle - half, y, middle + half, y],
            mix(canvas.palette.near, canvas.palette.horizon, 0.25),
            max(1, round(canvas.unit * (0.2 + depth * 2.4))),
        )
    for side in (-1, 1):
        rail = [
            (middle + side * canvas.unit * 0.3, far),
            (middle + side * canvas.unit * 29, near),
            (middle + side * canvas.unit * 32, near),
        ]
        canvas.pen.polygon(rail, mix(canvas.palette.glow, canvas.palette.horizon, 0.3))


def _lighthouse(canvas: Canvas) -> None:
    x, foot, high, unit = canvas.width * 0.3, canvas.horizon + canvas.unit * 9, canvas.unit * 46, canvas.unit
    lamp = (x, foot - high - unit * 2)
    beam = Image.new("L", canvas.picture.size, 0)
    ImageDraw.Draw(beam).polygon(
        [lamp, (canvas.width * 1.1, lamp[1] - unit * 24), (canvas.width * 1.1, lamp[1] + unit * 12)], 105
    )
    canvas.picture.paste(canvas.palette.glow, (0, 0), beam.filter(ImageFilter.GaussianBlur(unit * 1.2)))
    canvas.pen.ellipse([x - unit * 34, foot - unit * 5, x + unit * 24, foot + unit * 22], canvas.palette.near)
    for band in range(6):
        low, up = foot - high * band / 6, foot - high * (band + 1) / 6
        wide, slim = unit * (6 - band * 0.45), unit * (6 - (band + 1) * 0.45)
        color = canvas.palette.near if band % 2 else mix(canvas.palette.glow, canvas.palette.horizon, 0.25)
        canvas.pen.polygon([(x - wide, low), (x + wide, low), (x + slim, up), (x - slim, up)], color)
    canvas.pen.rectangle(
        [x - unit * 4.6, foot - high - unit * 0.8, x + unit * 4.6, foot - high], canvas.palette.near
    )
    canvas.pen.rectangle(
        [x - unit * 2.4, foot - high - unit * 5, x + unit * 2.4, foot - high - unit * 0.8],
        canvas.palette.glow,
    )
    canvas.pen.polygon(
        [
            (x - unit * 3.4, foot - high - unit * 5),
            (x + unit * 3.4, foot - high - unit * 5),
            (x, foot - high - unit * 9),
        ],
        canvas.palette.near,
    )
    glow(canvas.picture, lamp, unit * 16, canvas.palette.glow, 0.9)


def _clock(canvas: Canvas) -> None:
    x, y, radius = canvas.width / 2, canvas.horizon * 0.62, canvas.unit * 25
    glow(canvas.picture, (x, y), radius * 1.9, canvas.palette.glow, 0.55)
    half = radius * 1.12
    canvas.pen.rectangle([x - half, y, x + half, canvas.height], canvas.palette.near)
    canvas.pen.polygon([(x - half * 1.1, y), (x, y - radius * 2.6), (x + half * 1.1, y)], canvas.palette.near)
    for share, color in ((1.0, canvas.palette.near), (0.92, canvas.palette.glow), (0.86, canvas.palette.far)):
        r = radius * share
        canvas.pen.ellipse([x - r, y - r, x + r, y + r], color)
    for hour in range(12):
        turn = hour * math.pi / 6
        inner = 0.66 if hour % 3 == 0 else 0.74
        ends = [
            (x + radius * share * math.sin(turn), y - radius * share * math.cos(turn))
            for share in (inner, 0.8)
        ]
        canvas.pen.line(ends, canvas.palette.glow, round(canvas.unit * (0.9 if hour % 3 == 0 else 0.5)))
    for turn, reach, wide in ((5.2, 0.45, 1.3), (0.8, 0.68, 0.8)):
        canvas.pen.line(
            [(x, y), (x + radius * reach * math.sin(turn), y - radius * reach * math.cos(turn))],
            canvas.palette.glow,
            round(canvas.unit * wide),
        )


def _tram(canvas: Canvas) -> None:
    unit, left, foot = canvas.unit, canvas.width / 2 - canvas.unit * 30, canvas.horizon + canvas.unit * 21
    canvas.pen.line(
        [0, foot - unit * 33, canvas.width, foot - unit * 33], canvas.palette.near, round(unit * 0.4)
    )
    canvas.pen.line(
        [left + unit * 30, foot - unit * 33, left + unit * 24, foot - unit * 24],
        canvas.palette.near,
        round(unit * 0.7),
    )
    canvas.pen.rounded_rectangle(
        [left, foot - unit * 24, left + unit * 60, foot], unit * 3, canvas.palette.horizon
    )
    for number in range(5):
        x = left + unit * (3.5 + number * 11)
        canvas.pen.rounded_rectangle(
            [x, foot - unit * 20, x + unit * 9, foot - unit * 10], unit, canvas.palette.glow
        )
    canvas.pen.line(
        [left, foot - unit * 6, left + unit * 60, foot - unit * 6], canvas.palette.horizon, round(unit)
    )
    for x in (12, 22, 40, 50):
        canvas.pen.ellipse(
            [left + unit * (x - 2.6), foot - unit * 2, left + unit * (x + 2.6), foot + unit * 3.2],
            mix(canvas.palette.near, "#000000", 0.5),
        )
    glow(canvas.picture, (left + unit * 60, foot - unit * 4), unit * 22, canvas.palette.glow, 0.6)


def _ghosts(canvas: Canvas) -> None:
    for x, y, size in ((0.26, 0.01, 11), (0.52, -0.11, 16), (0.79, 0.03, 9)):
        _ghost(canvas, canvas.width * x, canvas.horizon + canvas.height * y, canvas.unit * size)


def _ghost(canvas: Canvas, x: float, y: float, size: float) -> None:
    body = mix(canvas.palette.glow, canvas.palette.horizon, 0.12)
    glow(canvas.picture, (x, y), size * 2.4, canvas.palette.glow, 0.4)
    canvas.pen.pieslice([x - size, y - size * 1.3, x + size, y + size * 0.7], 180, 360, body)
    hem = [(x - size + size * 2 * k / 8, y + size * (0.95 if k % 2 else 1.25)) for k in range(9)]
    canvas.pen.polygon([(x - size, y - size * 0.32), (x + size, y - size * 0.32), *reversed(hem)], body)
    for side in (-0.34, 0.34):
        canvas.pen.ellipse(
            [x + side * size - size * 0.14, y - size * 0.5, x + side * size + size * 0.14, y - size * 0.15],
            canvas.palette.near,
        )


def _house(canvas: Canvas) -> None:
    unit, left, foot = canvas.unit, canvas.width / 2 - canvas.unit * 24, canvas.horizon + canvas.unit * 22
    canvas.pen.rectangle([left, foot - unit * 40, left + unit * 48, foot + unit * 3], canvas.palette.near)
    canvas.pen.polygon(
        [
            (left - unit * 4, foot - unit * 40),
            (left + unit * 24, foot - unit * 58),
            (left + unit * 52, foot - unit * 40),
        ],
        canvas.between(0.6),
    )
    for row in range(3):
        for column in range(5):
            x, y = left + unit * (4 + column * 8.8), foot - unit * (36 - row * 12)
            lit = canvas.chance.random() < 0.6
            color = canvas.palette.glow if lit else mix(canvas.palette.near, canvas.palette.far, 0.7)
            canvas.pen.rectangle([x, y, x + unit * 5, y + unit * 7.5], color)
    canvas.pen.rectangle([0, foot + unit * 3, canvas.width, canvas.height], canvas.between(0.85))


def _boat(canvas: Canvas) -> None:
    unit, x, y = canvas.unit, canvas.width * 0.6, canvas.horizon + canvas.unit * 10
    canvas.pen.polygon(
        [
            (x - unit * 15, y),
            (x + unit * 15, y),
            (x + unit * 10, y + unit * 6),
            (x - unit * 11, y + unit * 6),
        ],
        canvas.palette.near,
    )
    canvas.pen.polygon(
        [(x, y - unit * 32), (x, y - unit * 2), (x - unit * 14, y - unit * 2)],
        mix(canvas.palette.glow, canvas.palette.horizon, 0.15),
    )
    canvas.pen.polygon(
        [(x + unit * 1.5, y - unit * 26), (x + unit * 1.5, y - unit * 2), (x + unit * 11, y - unit * 2)],
        mix(canvas.palette.glow, canvas.palette.far, 0.35),
    )


def _bridge(canvas: Canvas) -> None:
    unit, deck = canvas.unit, canvas.horizon + canvas.unit * 2
    color, end = canvas.palette.near, canvas.width * 0.66
    canvas.pen.rectangle([0, deck, end, deck + unit * 2.4], color)
    for tower in (0.2, 0.55):
        x = canvas.width * tower
        canvas.pen.rectangle([x - unit * 1.6, deck - unit * 34, x + unit * 1.6, deck + unit * 26], color)
        for reach in range(4, 34, 4):
            for side in (-1, 1):
                foot = min(max(0, x + side * unit * reach), end)
                canvas.pen.line(
                    [x, deck - unit * 33 + reach * unit * 0.3, foot, deck], color, max(1, round(unit * 0.35))
                )


def _fox(canvas: Canvas) -> None:
    unit, x, y = canvas.unit, canvas.width / 2, canvas.horizon - canvas.unit * 2
    fur, face = mix(canvas.palette.glow, "#e8590c", 0.75), mix(canvas.palette.glow, "#ffffff", 0.6)
    dark = canvas.palette.near

    def shape(color: str | Rgb, *points: tuple[float, float]) -> None:
        canvas.pen.polygon([(x + right * unit, y + down * unit) for right, down in points], color)

    for side in (-1, 1):
        shape(fur, (side * 19, -30), (side * 20, -4), (side * 3, -13))
        shape(dark, (side * 17, -25), (side * 17.5, -9), (side * 8, -13))
    shape(fur, (-22, -4), (-8, -15), (8, -15), (22, -4), (0, 22))
    for side in (-1, 1):
        shape(face, (side * 22, -4), (side * 4, 6), (0, 22))
        eye = x + side * unit * 8
        canvas.pen.ellipse([eye - unit * 1.8, y - unit * 4, eye + unit * 1.8, y + unit * 0.5], dark)
    canvas.pen.ellipse([x - unit * 2.6, y + unit * 17.5, x + unit * 2.6, y + unit * 22], dark)


def _rockets(canvas: Canvas) -> None:
    for number in range(7):
        x, unit = canvas.width * (number + 0.5) / 7, canvas.unit * (1 + 0.25 * math.sin(number * 2.1))
        y = canvas.horizon - canvas.unit * (14 + 11 * math.sin(number * 1.7 + 0.6))
        glow(canvas.picture, (x, y + unit * 13), unit * 10, canvas.palette.glow, 0.9)
        canvas.pen.polygon(
            [(x - unit * 1.5, y + unit * 8), (x + unit * 1.5, y + unit * 8), (x, y + unit * 20)],
            canvas.palette.glow,
        )
        canvas.pen.ellipse(
            [x - unit * 2.6, y - unit * 12, x + unit * 2.6, y + unit * 11], canvas.palette.near
        )
        canvas.pen.polygon(
            [(x - unit * 5, y + unit * 10), (x, y), (x + unit * 5, y + unit * 10)], canvas.palette.near
        )
        canvas.pen.ellipse(
            [x - unit * 1.1, y - unit * 5, x + unit * 1.1, y - unit * 2.8], canvas.palette.glow
        )


def _waves(canvas: Canvas) -> None:
    """Rings as of a broadcast."""
    x, y = canvas.width / 2, canvas.horizon * 0.72
    for ring in range(9, 0, -1):
        radius = canvas.unit * ring * 6.4
        color = mix(canvas.palette.glow, canvas.palette.horizon, 0.25 + ring * 0.08)
        canvas.pen.ellipse(
            [x - radius, y - radius, x + radius, y + radius], outline=color, width=round(canvas.unit * 0.9)
        )
    canvas.pen.polygon(
        [(x, y), (x - canvas.unit * 9, canvas.height), (x + canvas.unit * 9, canvas.height)],
        canvas.palette.near,
    )
    disc(canvas, x, y, canvas.unit * 3)


LAYERS: dict[str, Layer] = {
    "city": _city,
    "rails": _rails,
    "lighthouse": _lighthouse,
    "clock": _clock,
    "tram": _tram,
    "ghosts": _ghosts,
    "house": _house,
    "boat": _boat,
    "bridge": _bridge,
    "fox": _fox,
    "rockets": _rockets,
    "waves": _waves,
}
