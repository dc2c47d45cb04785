"""In which sizes TMDb has pictures. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.metadata.facts import ImageFacts, ImageKind
from app.metadata.tmdb_json import Json, mapping, words

ORIGINAL = "original"
_WIDTH = re.compile(r"w([0-9]{2,5})", re.ASCII)


@dataclass(frozen=True, slots=True)
class ImageSizes:
    """widths: in pixels, by kind, the smallest first."""

    widths: Mapping[ImageKind, tuple[int, ...]]

    def url(self, image: ImageFacts, width: int) -> str:
        """The picture at least that wide, and no larger than need be; as large as there is where none is."""
        wide = next((each for each in self.widths.get(image.kind, ()) if each >= width), None)
        if wide is None:
            return image.url
        return image.url.removesuffix(f"/{ORIGINAL}{image.key}") + f"/w{wide}{image.key}"


def image_sizes(found: Json) -> ImageSizes:
    """Of what `/configuration` says."""
    said = mapping(found, "images")
    return ImageSizes({kind: _widths(said, f"{kind}_sizes") for kind in ImageKind})


def _widths(said: Json, name: str) -> tuple[int, ...]:
    return tuple(sorted(int(match[1]) for each in words(said, name) if (match := _WIDTH.fullmatch(each))))
