"""ThumbHash: a picture in some 25 bytes, to be shown until it is there (evanw.github.io/thumbhash).

The average and the lowest frequencies of a discrete cosine transform of luminance, two opponent colours (yellow against
blue, red against green) and opacity; averages and scales first, then four bits for each frequency.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, floor, pi

from PIL import Image

# More is slow and adds nothing that the hash could hold.
MOST_SIDE = 48


@dataclass(frozen=True, slots=True)
class _Channel:
    """average: from 0, or from -1 for opponent colours. scale: of the largest factor; factors: of it, from 0 to 1."""

    average: float
    scale: float
    factors: tuple[float, ...]


def thumbhash(picture: Image.Image) -> bytes:
    small = picture.convert("RGBA")
    small.thumbnail((MOST_SIDE, MOST_SIDE), Image.Resampling.BOX)
    width, height = small.size
    luminance, yellow, red, opacity = _channels(small.tobytes())
    is_opaque = min(opacity) == 1
    most = 7 if is_opaque else 5
    across = max(1, _rounded(most * width / max(width, height)))
    down = max(1, _rounded(most * height / max(width, height)))
    light = _transformed(luminance, small.size, max(3, across), max(3, down))
    warm = _transformed(yellow, small.size, 3, 3)
    ruddy = _transformed(red, small.size, 3, 3)
    clear = None if is_opaque else _transformed(opacity, small.size, 5, 5)
    is_wide = width > height
    head = (
        _rounded(63 * light.average)
        | _rounded(31.5 + 31.5 * warm.average) << 6
        | _rounded(31.5 + 31.5 * ruddy.average) << 12
        | _rounded(31 * light.scale) << 18
        | (not is_opaque) << 23
    )
    rest = (
        (down if is_wide else across)
        | _rounded(63 * warm.scale) << 3
        | _rounded(63 * ruddy.scale) << 9
        | is_wide << 15
    )
    start = head.to_bytes(3, "little") + rest.to_bytes(2, "little")
    if clear is not None:
        start += bytes([_rounded(15 * clear.average) | _rounded(15 * clear.scale) << 4])
    channels = (light, warm, ruddy) if clear is None else (light, warm, ruddy, clear)
    return start + _packed([_rounded(15 * factor) for each in channels for factor in each.factors])


def _channels(pixels: bytes) -> tuple[list[float], list[float], list[float], list[float]]:
    """Luminance, yellow against blue, red against green, opacity; what is clear has the average colour."""
    opacity = [value / 255 for value in pixels[3::4]]
    total = sum(opacity) or 1.0
    colors: list[list[float]] = []
    for channel in (pixels[0::4], pixels[1::4], pixels[2::4]):
        shown = [value / 255 * alpha for value, alpha in zip(channel, opacity, strict=True)]
        average = sum(shown) / total
        colors.append([value + average * (1 - alpha) for value, alpha in zip(shown, opacity, strict=True)])
    luminance = [(red + green + blue) / 3 for red, green, blue in zip(*colors, strict=True)]
    yellow = [(red + green) / 2 - blue for red, green, blue in zip(*colors, strict=True)]
    redness = [red - green for red, green, _ in zip(*colors, strict=True)]
    return luminance, yellow, redness, opacity


def _transformed(values: Sequence[float], size: tuple[int, int], across: int, down: int) -> _Channel:
    """The frequencies of the triangle that begins with the average, row by row."""
    width, height = size
    rows = [values[at : at + width] for at in range(0, width * height, width)]
    # One direction after the other, which takes a fraction of the multiplications.
    waves = [[cos(pi / width * wave * (x + 0.5)) for x in range(width)] for wave in range(across)]
    columns = [[sum(map(float.__mul__, row, wave)) for row in rows] for wave in waves]
    falls = [[cos(pi / height * wave * (y + 0.5)) for y in range(height)] for wave in range(down)]
    average, *others = (
        sum(map(float.__mul__, columns[x], falls[y])) / (width * height)
        for y in range(down)
        for x in range(across)
        if x * down < across * (down - y)
    )
    scale = max(map(abs, others), default=0.0)
    factors = tuple(0.5 + 0.5 / scale * each for each in others) if scale else tuple(others)
    return _Channel(average, scale, factors)


def _packed(nibbles: Sequence[int]) -> bytes:
    even = [*nibbles, 0] if len(nibbles) % 2 else nibbles
    return bytes(low | high << 4 for low, high in zip(even[::2], even[1::2], strict=True))


def _rounded(value: float) -> int:
    """Halves go up, as where the format comes from."""
    return floor(value + 0.5)
