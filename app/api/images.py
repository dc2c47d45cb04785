"""Images in the graph: where each is to be had, and what stands in until it is there."""

from base64 import b64encode
from typing import Annotated

import strawberry

from app.api.context import Info
from app.api.edge import edge, extend
from app.api.extras import Artwork
from app.api.filters import argument
from app.api.movies import Movie
from app.api.tv import Episode, Season, Series
from app.core.errors import Invalid
from app.images import reads
from app.images.formats import WIDTHS, fitting
from app.images.links import link
from app.library import picture_reads

_SET = ", ".join(map(str, WIDTHS))
Width = Annotated[
    int,
    argument(f"How wide it is wanted, in pixels; the next of {_SET} is given, and never more than there is."),
]


@strawberry.type(description="An image in a certain width.")
class Image:
    row: strawberry.Private[reads.Image]
    asked: strawberry.Private[int]
    width: int = strawberry.field(description="Width in pixels.")
    height: int = strawberry.field(description="Height in pixels.")
    color: str = strawberry.field(description="The color that is seen most, as `#rrggbb`.")

    @classmethod
    def of(cls, row: reads.Image | None, width: int) -> "Image | None":
        """Raises Invalid."""
        if width < 1:
            raise Invalid("width", "An image is at least one pixel wide.")
        if row is None:
            return None
        given, height = row.size_at(width)
        return cls(row=row, asked=width, width=given, height=height, color=row.color)

    @strawberry.field(
        description="Where it is, as a path on this server, in WebP or, for those who accept it, AVIF. It needs neither"
        " cookie nor token, is good for one to two days, and stays the same for a day."
    )
    def url(self, info: Info) -> str:
        return link(info.context.app.keyring, self.row.id, fitting(self.asked))

    @strawberry.field(
        description="A ThumbHash of it, in base64: some 25 bytes that show roughly what is coming."
    )
    def placeholder(self) -> str:
        return b64encode(self.row.thumbhash).decode()


def _of(pictures: picture_reads.Pictures, kind: str, width: int) -> Image | None:
    return Image.of(pictures.get(kind), width)


@extend(Movie)
class MovieInImages:
    @edge(picture_reads.pictures_of_movies, description="Its poster; null where there is none yet.")
    def poster(self, pictures: picture_reads.Pictures, width: Width = 342) -> Image | None:
        return _of(pictures, "poster", width)

    @edge(picture_reads.pictures_of_movies, description="Its background; null where there is none yet.")
    def backdrop(self, pictures: picture_reads.Pictures, width: Width = 1280) -> Image | None:
        return _of(pictures, "backdrop", width)

    @edge(
        picture_reads.pictures_of_movies, description="Its title as a picture; null where there is none yet."
    )
    def logo(self, pictures: picture_reads.Pictures, width: Width = 500) -> Image | None:
        return _of(pictures, "logo", width)


@extend(Series)
class SeriesInImages:
    @edge(picture_reads.pictures_of_series, description="Its poster; null where there is none yet.")
    def poster(self, pictures: picture_reads.Pictures, width: Width = 342) -> Image | None:
        return _of(pictures, "poster", width)

    @edge(picture_reads.pictures_of_series, description="Its background; null where there is none yet.")
    def backdrop(self, pictures: picture_reads.Pictures, width: Width = 1280) -> Image | None:
        return _of(pictures, "backdrop", width)

    @edge(
        picture_reads.pictures_of_series, description="Its title as a picture; null where there is none yet."
    )
    def logo(self, pictures: picture_reads.Pictures, width: Width = 500) -> Image | None:
        return _of(pictures, "logo", width)


@extend(Season)
class SeasonInImages:
    @edge(picture_reads.pictures_of_seasons, description="Its poster; null where there is none yet.")
    def poster(self, pictures: picture_reads.Pictures, width: Width = 342) -> Image | None:
        return _of(pictures, "poster", width)


@extend(Episode)
class EpisodeInImages:
    @edge(picture_reads.pictures_of_episodes, description="A frame of it; null where there is none yet.")
    def still(self, pictures: picture_reads.Pictures, width: Width = 500) -> Image | None:
        return _of(pictures, "still", width)


@extend(Artwork)
class ArtworkInImages:
    @edge(
        picture_reads.taken_of_files,
        key="file_key",
        description="The picture itself; null until a job has taken it, or where it can't be (`problem`).",
    )
    def image(self, taken: picture_reads.Taken | None, width: Width = 342) -> Image | None:
        return Image.of(None if taken is None else taken.image, width)

    @edge(
        picture_reads.taken_of_files,
        key="file_key",
        description="Why its file can't be taken for an image, in a sentence for people; null where nothing is wrong.",
    )
    def problem(self, taken: picture_reads.Taken | None) -> str | None:
        return None if taken is None else taken.failure
