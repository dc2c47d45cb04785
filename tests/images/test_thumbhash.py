"""A ThumbHash says what its picture looks like, as far as 25 bytes can."""

from math import cos, pi

import pytest
from PIL import Image, ImageOps

from app.images.thumbhash import thumbhash
from tests.images.pictures import BLUE, RED, noise, picture, quarters

Pixel = tuple[float, float, float, float]


class Hash:
    """A reading of the format, written for these tests."""

    def __init__(self, content: bytes) -> None:
        head, rest = int.from_bytes(content[:3], "little"), int.from_bytes(content[3:5], "little")
        self.is_opaque, self.is_wide = not head >> 23, bool(rest >> 15)
        self.averages = (
            (head & 63) / 63,
            (head >> 6 & 63) / 31.5 - 1,
            (head >> 12 & 63) / 31.5 - 1,
            1.0 if self.is_opaque else (content[5] & 15) / 15,
        )
        self.scales = (
            (head >> 18 & 31) / 31,
            (rest >> 3 & 63) / 63,
            (rest >> 9 & 63) / 63,
            0.0 if self.is_opaque else (content[5] >> 4) / 15,
        )
        most, few = 7 if self.is_opaque else 5, rest & 7
        self.across, self.down = (most, few) if self.is_wide else (few, most)
        sizes = [(max(3, self.across), max(3, self.down)), (3, 3), (3, 3)]
        sizes += [] if self.is_opaque else [(5, 5)]
        body = content[5 if self.is_opaque else 6 :]
        nibbles = iter([value for byte in body for value in (byte & 15, byte >> 4)])
        self.factors = [
            {
                (x, y): next(nibbles) / 7.5 - 1
                for y in range(down)
                for x in range(across)
                if (x or y) and x * down < across * (down - y)
            }
            for across, down in sizes
        ]

    def pixel(self, left: float, top: float) -> Pixel:
        """What is at a place, from 0 to 1."""
        values = [
            average
            + sum(
                factor * scale * cos(pi * x * left) * cos(pi * y * top) * (2 if x else 1) * (2 if y else 1)
                for (x, y), factor in factors.items()
            )
            for average, scale, factors in zip(
                self.averages, self.scales, [*self.factors, {}][:4], strict=False
            )
        ]
        light, warm, ruddy, alpha = [*values, 1.0][:4]
        blue = light - 2 / 3 * warm
        red = (3 * light - blue + ruddy) / 2
        return red, red - ruddy, blue, alpha


def near(found: Pixel, wanted: tuple[int, ...], by: float) -> bool:
    return all(abs(one - other / 255) <= by for one, other in zip(found, wanted, strict=False))


@pytest.mark.parametrize("color", [RED, BLUE, (0, 0, 0), (255, 255, 255), (120, 120, 120)])
def test_one_color_stays_that_color(color: tuple[int, int, int]) -> None:
    found = Hash(thumbhash(picture(color=color)))

    assert near(found.pixel(0.5, 0.5), color, 0.06)
    assert found.is_opaque


def test_colors_are_where_they_are_in_the_picture() -> None:
    found = Hash(thumbhash(quarters()))

    assert near(found.pixel(0.2, 0.2), RED, 0.3)
    assert near(found.pixel(0.2, 0.8), BLUE, 0.3)
    assert near(found.pixel(0.8, 0.8), (255, 255, 255), 0.3)


@pytest.mark.parametrize(
    ("size", "shape"), [((300, 450), (5, 7)), ((450, 300), (7, 5)), ((100, 100), (7, 7)), ((2000, 1), (7, 1))]
)
def test_it_tells_the_shape(size: tuple[int, int], shape: tuple[int, int]) -> None:
    found = Hash(thumbhash(picture(*size)))

    assert (found.across, found.down) == shape


def test_what_shines_through_is_told() -> None:
    clear = Image.new("RGBA", (100, 100), (*RED, 0))
    clear.paste((*RED, 255), (0, 0, 50, 100))

    found = Hash(thumbhash(clear))

    assert not found.is_opaque
    assert found.pixel(0.1, 0.5)[3] > 0.8
    assert found.pixel(0.9, 0.5)[3] < 0.2
    assert near(found.pixel(0.1, 0.5), RED, 0.1)


def test_nothing_to_see_is_a_hash_as_well() -> None:
    found = Hash(thumbhash(Image.new("RGBA", (10, 10), (0, 0, 0, 0))))

    assert found.pixel(0.5, 0.5)[3] == 0


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (37, 53), (640, 360)])
def test_it_is_short_and_always_the_same(size: tuple[int, int]) -> None:
    made = noise(*size) if min(size) > 1 else picture(*size)

    assert 5 < len(thumbhash(made)) <= 30
    assert thumbhash(made) == thumbhash(made.copy())


def test_light_from_one_side_comes_from_that_side() -> None:
    slope = Image.linear_gradient("L")

    above = Hash(thumbhash(slope))
    beside = Hash(thumbhash(ImageOps.mirror(slope.transpose(Image.Transpose.ROTATE_90))))

    assert above.pixel(0.5, 0.1)[0] < 0.3 < 0.7 < above.pixel(0.5, 0.9)[0]
    assert abs(beside.pixel(0.1, 0.5)[0] - beside.pixel(0.9, 0.5)[0]) > 0.4
