"""Whatever an image file holds comes out as one plain picture, or is refused."""

import random
from collections.abc import Callable

import pytest
from PIL import Image

from app.images.decode import MOST_SIDE, decode
from app.images.formats import SourceFormat, sniff
from app.images.refusal import Reason, Refused
from tests.images.pictures import BLUE, GREEN, RED, bomb, file, opened, picture, png, profile, quarters

ORIENTATION = 0x0112
FORMS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP")


def near(found: object, wanted: tuple[int, ...], by: int = 12) -> bool:
    assert isinstance(found, tuple)
    return all(abs(one - other) <= by for one, other in zip(found, wanted, strict=True))


@pytest.mark.parametrize("form", FORMS)
def test_every_kind_of_file_is_known_by_its_beginning_and_read(form: str) -> None:
    content = file(quarters(), form)

    made = decode(content)

    assert sniff(content) == SourceFormat(form)
    assert (made.mode, made.size) == ("RGB", (300, 200))
    assert near(made.getpixel((30, 30)), RED, 25)
    assert near(made.getpixel((270, 30)), GREEN, 25)
    assert near(made.getpixel((30, 170)), BLUE, 25)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<html></html>",
        b"%PDF-1.7",
        b"RIFF\0\0\0\0AVI ",
        b"\0\0\0\x18ftypmp42",
        b"II*\0",
        b"%!PS-Adobe-3.0 EPSF-3.0",
    ],
)
def test_what_is_no_image_is_refused(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        decode(content)

    assert refused.value.reason is Reason.NOT_AN_IMAGE


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_held_upright(orientation: int) -> None:
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    held = quarters().transpose(turns[orientation]) if orientation > 1 else quarters()
    exif = Image.Exif()
    exif[ORIENTATION] = orientation

    made = decode(file(held, "JPEG", exif=exif, quality=95))

    assert made.size == (300, 200)
    assert near(made.getpixel((30, 30)), RED, 25)
    assert near(made.getpixel((270, 30)), GREEN, 25)


def test_metadata_is_left_behind() -> None:
    exif = Image.Exif()
    exif[0x010E] = "where I live"

    made = decode(file(picture(), "JPEG", exif=exif, icc_profile=profile(), comment=b"secret"))

    assert made.info == {}
    assert not made.getexif()
    again = file(made, "WEBP")
    assert b"where I live" not in again
    assert opened(again).info.get("icc_profile") is None


def test_colors_come_out_as_a_screen_shows_them_whatever_they_were_kept_in() -> None:
    cmyk = decode(file(picture(color=(0, 255, 255, 0), mode="CMYK"), "JPEG", quality=95))
    gray = decode(file(picture(color=120, mode="L"), "PNG"))
    bilevel = decode(file(picture(color=1, mode="1"), "PNG"))
    deep = decode(file(picture(color=120 * 256, mode="I;16"), "PNG"))
    palette = decode(file(quarters().quantize(8), "PNG"))
    lab = decode(file(picture(), "PNG", icc_profile=profile("LAB")))

    assert near(cmyk.getpixel((5, 5)), (255, 0, 0), 20)
    assert near(gray.getpixel((5, 5)), (120, 120, 120), 2)
    assert near(bilevel.getpixel((5, 5)), (255, 255, 255), 0)
    assert near(deep.getpixel((5, 5)), (120, 120, 120), 2)
    assert near(palette.getpixel((30, 30)), RED)
    assert near(lab.getpixel((5, 5)), RED, 0)
    assert {each.mode for each in (cmyk, gray, bilevel, deep, palette, lab)} == {"RGB"}


def test_sixteen_bits_a_channel_are_read() -> None:
    row = b"\0" + bytes.fromhex("ffff80000000") * 8

    made = decode(png(8, 4, row * 4, depth=16))

    assert near(made.getpixel((3, 3)), (255, 128, 0), 2)


def test_profiles_are_applied_and_broken_ones_are_passed_over() -> None:
    broken = decode(file(picture(), "PNG", icc_profile=b"no profile at all"))
    srgb = decode(file(picture(), "PNG", icc_profile=profile()))

    assert near(broken.getpixel((5, 5)), RED, 0)
    assert near(srgb.getpixel((5, 5)), RED, 2)


def test_what_shines_through_still_does_and_what_does_not_has_no_opacity() -> None:
    clear = picture(color=(*RED, 100), mode="RGBA")
    gif = picture(mode="P", color=0)
    gif.putpalette([*RED, *GREEN])

    assert decode(file(clear, "PNG")).getpixel((5, 5)) == (*RED, 100)
    assert decode(file(picture(color=(*RED, 255), mode="RGBA"), "PNG")).mode == "RGB"
    assert decode(file(picture(color=(90, 128), mode="LA"), "PNG")).getpixel((5, 5)) == (90, 90, 90, 128)
    assert decode(file(gif, "GIF", transparency=0)).mode == "RGBA"
    assert decode(file(picture(), "PNG", transparency=RED)).mode == "RGBA"


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP", "AVIF"])
def test_of_what_moves_the_first_frame_counts(form: str) -> None:
    frames = [picture(color=color) for color in (RED, GREEN, BLUE)]

    made = decode(file(frames[0], form, save_all=True, append_images=frames[1:]))

    assert near(made.getpixel((5, 5)), RED, 25)


def test_what_is_larger_than_any_screen_is_made_smaller() -> None:
    large = decode(file(picture(5000, 2500), "JPEG"))
    long = decode(file(picture(9000, 2), "PNG"))

    assert large.size == (MOST_SIDE, MOST_SIDE // 2)
    assert long.size == (MOST_SIDE, 1)


@pytest.mark.parametrize("side", [8_001, 9_500, 30_000])
def test_bombs_are_refused_before_they_are_unpacked(side: int) -> None:
    with pytest.raises(Refused) as refused:
        decode(bomb(side))

    assert refused.value.reason is Reason.TOO_MANY_PIXELS


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "BMP"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_the_beginning_of_a_file_is_refused(form: str, share: float) -> None:
    content = file(Image.effect_noise((200, 200), 90).convert("RGB"), form)

    with pytest.raises(Refused) as refused:
        decode(content[: int(len(content) * share)])

    assert refused.value.reason is Reason.DAMAGED


def _flipped(content: bytes, chance: random.Random) -> bytes:
    broken = bytearray(content)
    for _ in range(chance.randint(1, 20)):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    return bytes(broken)


def _shuffled(content: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randrange(12, len(content)) for _ in range(2))
    return content[:start] + content[end:] + content[start:end]


def _stretched(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(12, len(content))
    return content[:at] + chance.randbytes(chance.randint(1, 400)) + content[at:]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("broken", [_flipped, _shuffled, _stretched])
def test_nothing_but_a_picture_or_a_refusal_comes_of_damage(
    form: str, broken: Callable[[bytes, random.Random], bytes]
) -> None:
    content = file(Image.effect_noise((40, 30), 90).convert("RGB"), form)
    chance = random.Random(f"{form}{broken.__name__}")

    for _ in range(60):
        try:
            made = decode(broken(content, chance))
        except (Refused, MemoryError):
            continue
        assert made.mode in {"RGB", "RGBA"}
        assert max(made.size) <= MOST_SIDE
