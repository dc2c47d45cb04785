"""Films that differ as films do, encoded as people encode them again."""

from __future__ import annotations  # av.Packet is generic to type checkers only

import random
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image, ImageDraw, ImageFont

from app.demo.draw import Palette
from app.demo.encode import MUXERS
from app.demo.scene import scene

SCENE_S = 4
LAYERS = (
    ("mountains", "sun"),
    ("stars", "city"),
    ("sea", "moon", "boat"),
    ("hills", "house", "orchard"),
    ("hills", "rails", "tram"),
    ("sea", "lighthouse", "rain"),
    ("mountains", "bridge"),
    ("hills", "clock"),
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a film was encoded. start_s: how much of its beginning was cut off."""

    suffix: str = ".mkv"
    codec: str = "libx264"
    width: int = 320
    height: int = 180
    rate: int = 3
    quality: str = "23"
    gop: int = 30
    start_s: float = 0


def encode_film(path: Path, seed: str, how: Encoding = Encoding(), duration_s: int = 64) -> Path:
    """A film of scenes of four seconds, in each of which something moves. The seed decides what is to be seen."""
    key = {"libx264": "crf", "libx265": "crf", "libvpx-vp9": "crf", "mpeg4": "q", "libsvtav1": "crf"}[
        how.codec
    ]
    options = {key: how.quality, "g": str(how.gop)}
    if how.codec == "libx265":
        options["x265-params"] = "log-level=none:pools=1"
    if how.codec in {"libx264", "libx265"}:
        options["preset"] = "ultrafast"
    if how.codec == "libvpx-vp9":
        options |= {"deadline": "realtime", "cpu-used": "8", "b": "0"}
    with av.open(str(path), "w", format=MUXERS[how.suffix]) as output:
        stream = output.add_stream(how.codec, rate=Fraction(how.rate), options=options)
        stream.width, stream.height, stream.codec_context.pix_fmt = how.width, how.height, "yuv420p"
        for number in range(round((duration_s - how.start_s) * how.rate)):
            image = picture(seed, number / how.rate + how.start_s).resize((how.width, how.height))
            frame = av.VideoFrame.from_image(image).reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, how.rate)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def encode_card(path: Path, title: str, duration_s: int = 4) -> Path:
    """Nothing but a title, white on black."""
    image = Image.new("RGB", (160, 90))
    ImageDraw.Draw(image).text((80, 45), title, "white", ImageFont.load_default(24), anchor="mm")
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=4, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.codec_context.pix_fmt = 160, 90, "yuv420p"
        for number in range(4 * duration_s):
            frame = av.VideoFrame.from_image(image).reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 4)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


_SCENES: dict[str, Image.Image] = {}


def picture(seed: str, at_s: float) -> Image.Image:
    """A frame of 320 by 180: its scene, panned slowly, and somebody who walks through it."""
    number = int(at_s // SCENE_S)
    key = f"{seed}/{number}"
    if key not in _SCENES:
        _SCENES[key] = _scene(key)
    share = at_s / SCENE_S - number
    left = round(40 * share)
    found = _SCENES[key].crop((left, 0, left + 320, 180))
    pen = ImageDraw.Draw(found)
    chance = random.Random(key)
    x, size = 320 * (chance.random() + share * (chance.random() - 0.5)), 20 + 60 * chance.random()
    pen.ellipse((x, 150 - size, x + size / 3, 150 - size / 2), "#1a1a1a")
    pen.rectangle((x, 150 - size / 2, x + size / 3, 170), "#222222")
    return found


def _scene(key: str) -> Image.Image:
    chance = random.Random(key)

    def color() -> str:
        return f"#{chance.randrange(1 << 24):06x}"

    palette = Palette(color(), color(), color(), color(), color())
    return scene((360, 180), palette, chance.choice(LAYERS), key, horizon=0.5 + 0.16 * chance.random())
