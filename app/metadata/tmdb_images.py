"""In which sizes TMDb has pictures. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.metadata.facts import ImageFacts, ImageKind
from app.metadata.tmdb_json import Json, mapping, words

ORIGINAL = "original"
# What is told by its height is a portrait.
_PORTRAIT = 2 / 3


@dataclass(frozen=True, slots=True)
class ImageSizes:
    """widths, heights: in pixels, by kind, the smallest first."""

    widths: Mapping[ImageKind, tuple[int, ...]]
    heights: Mapping[ImageKind, tuple[int, ...]] = field(default_factory=dict[ImageKind, tuple[int, ...]])

    def url(self, image: ImageFacts, width: int) -> str:
        """The picture at least that wide, and no larger than need be; as large as there is where none is."""
        share = image.width / image.height if image.width and image.height else _PORTRAIT
        sizes = [(wide, f"w{wide}") for wide in self.widths.get(image.kind, ())]
        sizes += [(round(high * share), f"h{high}") for high in self.heights.get(image.kind, ())]
        _, name = min((each for each in sizes if each[0] >= width), default=(0, ORIGINAL))
        return image.url.removesuffix(f"/{ORIGINAL}{image.key}") + f"/{name}{image.key}"


def image_sizes(found: Json) -> ImageSizes:
    """Of what `/configuration` says."""
    said = mapping(found, "images")
    return ImageSizes(*({kind: _sizes(said, kind, side) for kind in ImageKind} for side in "wh"))


def _sizes(said: Json, kind: ImageKind, side: str) -> tuple[int, ...]:
    named = (re.fullmatch(rf"{side}([0-9]{{2,5}})", each, re.ASCII) for each in words(said, f"{kind}_sizes"))
    return tuple(sorted(int(match[1]) for match in named if match))
