"""Posters, backdrops and stills: a scene, and type on it."""

import io
import unicodedata

from PIL import Image, ImageDraw

from app.demo.draw import Font, Palette, font, mix
from app.demo.scene import scene

POSTER = (600, 900)
BACKDROP = (1280, 720)
STILL = (640, 360)
_MARGIN = 0.08
_SHADOW = "#05060c"


def poster(title: str, line: str, palette: Palette, layers: tuple[str, ...]) -> bytes:
    """JPEG with the title at the foot and a small line (a tagline, a season) over it."""
    picture = scene(POSTER, palette, layers, title + line, horizon=0.56)
    _darken_foot(picture)
    _title(picture, title, line, palette)
    return _jpeg(picture)


def backdrop(palette: Palette, layers: tuple[str, ...], seed: str) -> bytes:
    """JPEG without any type, as backdrops are."""
    return _jpeg(scene(BACKDROP, palette, layers, seed))


def still(palette: Palette, layers: tuple[str, ...], seed: str) -> bytes:
    return _jpeg(scene(STILL, palette, layers, seed))


def _darken_foot(picture: Image.Image) -> None:
    height = picture.height // 2
    ramp = (
        Image.linear_gradient("L")
        .resize((picture.width, height))
        .point([min(235, x * 5 // 4) for x in range(256)])
    )
    picture.paste(_SHADOW, (0, picture.height - height), ramp)


def _title(picture: Image.Image, title: str, line: str, palette: Palette) -> None:
    pen, width = ImageDraw.Draw(picture), picture.width * (1 - 2 * _MARGIN)
    typeface, rows = _fit(title.upper(), width, picture.width * 0.125)
    size = typeface.size
    y = picture.height * (1 - _MARGIN * 0.75) - len(rows) * size * 1.12
    if line:
        small = _smaller(line.upper(), width, picture.width * 0.032)
        _spaced(pen, (picture.width / 2, y - size * 0.5), line.upper(), small, _between(palette), 0.22)
    for row in rows:
        _spaced(pen, (picture.width / 2, y), row, typeface, palette.glow, 0.06)
        y += size * 1.12


def _between(palette: Palette) -> str:
    return "#{:02x}{:02x}{:02x}".format(*mix(palette.glow, palette.horizon, 0.45))


class _Type:
    """A typeface of one size, with a width for spaced text."""

    def __init__(self, size: float) -> None:
        self.size = size
        self.font: Font = font(size)

    def width(self, text: str, spacing: float) -> float:
        return (
            sum(self.font.getlength(base) + self.size * spacing for base in _bases(text))
            - self.size * spacing
        )


def _bases(text: str) -> str:
    """Without accents."""
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def _fit(text: str, width: float, size: float) -> tuple[_Type, list[str]]:
    """The largest type, up to the size, in which the words go into three rows."""
    while True:
        typeface, rows = _Type(size), [""]
        for word in text.split():
            longer = f"{rows[-1]} {word}".strip()
            if typeface.width(longer, 0.06) <= width:
                rows[-1] = longer
            else:
                rows.append(word)
        rows = [row for row in rows if row]
        if size < 12 or (len(rows) <= 3 and all(typeface.width(row, 0.06) <= width for row in rows)):
            return typeface, rows
        size *= 0.94


def _smaller(text: str, width: float, size: float) -> _Type:
    while _Type(size).width(text, 0.22) > width and size > 8:
        size *= 0.94
    return _Type(size)


def _spaced(
    pen: ImageDraw.ImageDraw,
    middle: tuple[float, float],
    text: str,
    typeface: _Type,
    color: str,
    spacing: float,
) -> None:
    """Text with air between its letters; the stroke makes up for the single weight of the built-in face."""
    x, y = middle[0] - typeface.width(text, spacing) / 2, middle[1]
    stroke = typeface.size / 60
    for letter in text:
        base, *marks = unicodedata.normalize("NFD", letter)
        pen.text((x, y), base, color, typeface.font, stroke_width=stroke)
        wide = typeface.font.getlength(base)
        for mark in marks:
            _mark(pen, mark, (x + wide / 2, y + typeface.size * 0.1), typeface.size, color)
        x += wide + typeface.size * spacing


def _mark(pen: ImageDraw.ImageDraw, mark: str, over: tuple[float, float], size: float, color: str) -> None:
    """An accent, which the built-in face lacks. over: the middle of the letter's top."""
    x, y, unit, wide = *over, size * 0.1, round(size * 0.09)
    if mark == "\N{COMBINING DIAERESIS}":
        for side in (-1.3, 1.3):
            cx, r = x + side * unit, unit * 0.65
            pen.ellipse([cx - r, y - r * 2, cx + r, y], color)
    elif mark == "\N{COMBINING ACUTE ACCENT}":
        pen.line([x - unit * 0.7, y, x + unit * 0.9, y - unit * 1.6], color, wide)
    elif mark == "\N{COMBINING GRAVE ACCENT}":
        pen.line([x + unit * 0.7, y, x - unit * 0.9, y - unit * 1.6], color, wide)
    elif mark == "\N{COMBINING CIRCUMFLEX ACCENT}":
        pen.line([x - unit * 1.5, y, x, y - unit * 1.5, x + unit * 1.5, y], color, wide, joint="curve")


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()
