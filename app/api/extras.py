"""Extras and local pictures of works in the graph."""

from enum import Enum
from uuid import UUID

import strawberry

from app.api.edge import edge, extend
from app.api.files import File
from app.api.movies import Movie
from app.api.tv import Episode, Season, Series
from app.catalog.movies import reads as movies
from app.catalog.tv import reads as tv
from app.library import extra_reads, file_reads


@strawberry.enum(description="What an extra is.")
class ExtraKind(Enum):
    TRAILER = strawberry.enum_value("trailer", description="A trailer.")
    SAMPLE = strawberry.enum_value("sample", description="A short sample of the work.")
    BEHIND_THE_SCENES = strawberry.enum_value("behind_the_scenes", description="How it was made.")
    DELETED_SCENE = strawberry.enum_value("deleted_scene", description="A scene that was left out.")
    INTERVIEW = strawberry.enum_value("interview", description="An interview.")
    FEATURETTE = strawberry.enum_value("featurette", description="A short film about it.")
    SCENE = strawberry.enum_value("scene", description="A scene of it.")
    SHORT = strawberry.enum_value("short", description="A short film that goes with it.")
    OTHER = strawberry.enum_value("other", description="Something else.")


@strawberry.enum(description="What a picture is for.")
class ArtworkKind(Enum):
    POSTER = strawberry.enum_value("poster", description="Poster, upright.")
    BACKDROP = strawberry.enum_value("backdrop", description="Background, wide and without text.")
    LOGO = strawberry.enum_value("logo", description="The title as a picture with a clear ground.")
    BANNER = strawberry.enum_value("banner", description="Banner, very wide.")
    THUMB = strawberry.enum_value("thumb", description="Wide picture with the title.")
    STILL = strawberry.enum_value("still", description="A frame of an episode.")
    SEASON_POSTER = strawberry.enum_value("season_poster", description="Poster of a season.")
    CLEARART = strawberry.enum_value("clearart", description="Figures with a clear ground.")
    DISC = strawberry.enum_value("disc", description="Picture of the disc.")


@strawberry.type(description="A trailer, sample or another extra.")
class Extra:
    file_key: strawberry.Private[UUID]
    movie_key: strawberry.Private[UUID | None]
    series_key: strawberry.Private[UUID | None]
    kind: ExtraKind = strawberry.field(description="What it is.")
    title: str = strawberry.field(description="Title, out of the file's name.")

    @classmethod
    def of(cls, row: extra_reads.Extra) -> "Extra":
        return cls(
            file_key=row.file_id,
            movie_key=row.movie_id,
            series_key=row.series_id,
            kind=ExtraKind(row.kind),
            title=row.title,
        )

    @edge(file_reads.files, key="file_key", description="The file.")
    def file(self, row: file_reads.File) -> File:
        return File.of(row)

    @edge(movies.movies, key="movie_key", description="The film it belongs to, if it belongs to one.")
    def movie(self, row: movies.Movie | None) -> Movie | None:
        return None if row is None else Movie.of(row)

    @edge(tv.series, key="series_key", description="The series it belongs to, if it belongs to one.")
    def series(self, row: tv.Series | None) -> Series | None:
        return None if row is None else Series.of(row)


@strawberry.type(description="A picture that lies beside the files; it shows one thing.")
class Artwork:
    file_key: strawberry.Private[UUID]
    movie_key: strawberry.Private[UUID | None]
    series_key: strawberry.Private[UUID | None]
    season_key: strawberry.Private[UUID | None]
    episode_key: strawberry.Private[UUID | None]
    kind: ArtworkKind = strawberry.field(description="What it is for.")

    @classmethod
    def of(cls, row: extra_reads.Artwork) -> "Artwork":
        return cls(
            file_key=row.file_id,
            movie_key=row.movie_id,
            series_key=row.series_id,
            season_key=row.season_id,
            episode_key=row.episode_id,
            kind=ArtworkKind(row.kind),
        )

    @edge(file_reads.files, key="file_key", description="The file.")
    def file(self, row: file_reads.File) -> File:
        return File.of(row)

    @edge(movies.movies, key="movie_key", description="The film it shows, if it shows one.")
    def movie(self, row: movies.Movie | None) -> Movie | None:
        return None if row is None else Movie.of(row)

    @edge(tv.series, key="series_key", description="The series it shows, if it shows one.")
    def series(self, row: tv.Series | None) -> Series | None:
        return None if row is None else Series.of(row)

    @edge(tv.seasons, key="season_key", description="The season it shows, if it shows one.")
    def season(self, row: tv.Season | None) -> Season | None:
        return None if row is None else Season.of(row)

    @edge(tv.episodes, key="episode_key", description="The episode it shows, if it shows one.")
    def episode(self, row: tv.Episode | None) -> Episode | None:
        return None if row is None else Episode.of(row)


def _extras(rows: list[extra_reads.Extra]) -> list[Extra]:
    return [Extra.of(row) for row in rows]


def _artwork(rows: list[extra_reads.Artwork]) -> list[Artwork]:
    return [Artwork.of(row) for row in rows]


@extend(Movie)
class MovieInExtras:
    @edge(extra_reads.extras_of_movies, description="Its trailers and other extras.")
    def extras(self, rows: list[extra_reads.Extra]) -> list[Extra]:
        return _extras(rows)

    @edge(extra_reads.artwork_of_movies, description="Its pictures among the files, by kind.")
    def artwork(self, rows: list[extra_reads.Artwork]) -> list[Artwork]:
        return _artwork(rows)


@extend(Series)
class SeriesInExtras:
    @edge(extra_reads.extras_of_series, description="Its trailers and other extras.")
    def extras(self, rows: list[extra_reads.Extra]) -> list[Extra]:
        return _extras(rows)

    @edge(extra_reads.artwork_of_series, description="Its pictures among the files, by kind.")
    def artwork(self, rows: list[extra_reads.Artwork]) -> list[Artwork]:
        return _artwork(rows)


@extend(Season)
class SeasonInExtras:
    @edge(extra_reads.artwork_of_seasons, description="Its pictures among the files, by kind.")
    def artwork(self, rows: list[extra_reads.Artwork]) -> list[Artwork]:
        return _artwork(rows)


@extend(Episode)
class EpisodeInExtras:
    @edge(extra_reads.artwork_of_episodes, description="Its pictures among the files, by kind.")
    def artwork(self, rows: list[extra_reads.Artwork]) -> list[Artwork]:
        return _artwork(rows)


@extend(File)
class FileInExtras:
    @edge(extra_reads.extras_of_files, description="The extra that it is, if it is one.")
    def extra(self, row: extra_reads.Extra | None) -> Extra | None:
        return None if row is None else Extra.of(row)

    @edge(extra_reads.artwork_of_files, description="The picture of a work that it is, if it is one.")
    def artwork(self, row: extra_reads.Artwork | None) -> Artwork | None:
        return None if row is None else Artwork.of(row)
