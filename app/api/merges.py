"""Mutations that make one work of several, and several of one."""

from collections.abc import Sequence
from typing import Annotated, cast
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.api.changes import Change, change_of
from app.api.context import Info
from app.api.edit_inputs import required_name, year_number
from app.api.errors import Conflict, InvalidInput, NotFound, PermissionDenied, result
from app.api.filters import argument
from app.api.movies import Movie
from app.api.node import parse_key
from app.api.requires import requires
from app.api.tv import Series
from app.catalog.movies import reads as movies
from app.catalog.tv import reads as tv
from app.curation import merge_movies, merge_series, split_movie, split_series
from app.curation.sign import sign

INTO = "The {} that survives: what is said of it stays, and what it lacks is taken from the others."
FROM = "The {} that become part of it, at most 50; their ids, titles and ids elsewhere mean it from now on."


@strawberry.input(description="Films that are one.")
class MergeMoviesInput:
    into: strawberry.ID = strawberry.field(description=INTO.format("film"))
    from_: list[strawberry.ID] = strawberry.field(name="from", description=FROM.format("films"))


@strawberry.input(description="Series that are one.")
class MergeSeriesInput:
    into: strawberry.ID = strawberry.field(description=INTO.format("series"))
    from_: list[strawberry.ID] = strawberry.field(name="from", description=FROM.format("series"))


@strawberry.input(description="Files of a film that are another film.")
class SplitMovieInput:
    movie_id: strawberry.ID = strawberry.field(description="The film that they are taken for.")
    file_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="The files."
    )
    edition_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="Editions whose files are meant, too."
    )
    title: str = strawberry.field(description="Title of the new film.")
    year: int | None = strawberry.field(
        default=strawberry.UNSET, description="Year of its first release; title and year differ from the old."
    )


@strawberry.input(description="Files of a series that are another series.")
class SplitSeriesInput:
    series_id: strawberry.ID = strawberry.field(description="The series that they are taken for.")
    file_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="The files."
    )
    season_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="Seasons whose files are meant, too."
    )
    title: str = strawberry.field(description="Title of the new series.")
    year: int | None = strawberry.field(
        default=strawberry.UNSET, description="The year it began; title and year differ from the old."
    )


@strawberry.type(description="The films are one now.")
class MergeMoviesPayload:
    movie: Movie = strawberry.field(description="The film that survived.")
    change: Change = strawberry.field(description="The change, to undo it.")


@strawberry.type(description="The series are one now.")
class MergeSeriesPayload:
    series: Series = strawberry.field(description="The series that survived.")
    change: Change = strawberry.field(description="The change, to undo it.")


@strawberry.type(description="The files are a film of their own now.")
class SplitMoviePayload:
    movie: Movie = strawberry.field(description="The new film.")
    change: Change = strawberry.field(description="The change, to undo it.")


@strawberry.type(description="The files are a series of their own now.")
class SplitSeriesPayload:
    series: Series = strawberry.field(
        description="The new series; whole seasons and episodes kept their ids."
    )
    change: Change = strawberry.field(description="The change, to undo it.")


MergeMoviesResult = Annotated[
    MergeMoviesPayload | NotFound | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("MergeMoviesResult", description="The film, or why they were not merged."),
]
MergeSeriesResult = Annotated[
    MergeSeriesPayload | NotFound | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("MergeSeriesResult", description="The series, or why they were not merged."),
]
SplitMovieResult = Annotated[
    SplitMoviePayload | NotFound | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("SplitMovieResult", description="The new film, or why there is none."),
]
SplitSeriesResult = Annotated[
    SplitSeriesPayload | NotFound | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("SplitSeriesResult", description="The new series, or why there is none."),
]


@strawberry.type
class MergeMutation:
    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(
        description="Make one film of several; every file stays, as a version beside the others."
    )
    async def merge_movies(
        self, info: Info, wanted: Annotated[MergeMoviesInput, argument("The films.", "input")]
    ) -> MergeMoviesResult:
        return await result(_merge_movies(info, wanted))

    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(
        description="Make one series of several; seasons and episodes that they have in common become one, too."
    )
    async def merge_series(
        self, info: Info, wanted: Annotated[MergeSeriesInput, argument("The series.", "input")]
    ) -> MergeSeriesResult:
        return await result(_merge_series(info, wanted))

    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(description="Make a film of its own out of some files or editions of another.")
    async def split_movie(
        self, info: Info, wanted: Annotated[SplitMovieInput, argument("What to split off.", "input")]
    ) -> SplitMovieResult:
        return await result(_split_movie(info, wanted))

    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(description="Make a series of its own out of some files or seasons of another.")
    async def split_series(
        self, info: Info, wanted: Annotated[SplitSeriesInput, argument("What to split off.", "input")]
    ) -> SplitSeriesResult:
        return await result(_split_series(info, wanted))


async def _merge_movies(info: Info, wanted: MergeMoviesInput) -> MergeMoviesPayload:
    into, others = parse_key(wanted.into, "Movie", "into"), _keys(wanted.from_, "Movie", "from")
    async with info.context.app.transaction() as tx:
        key, change = await merge_movies.merge_movies(tx, into, others)
        await sign(tx, info.context.viewer.actor, change)
    told = await change_of(info, change)
    return MergeMoviesPayload(movie=Movie.of(await info.context.load(movies.movies, key)), change=told)


async def _merge_series(info: Info, wanted: MergeSeriesInput) -> MergeSeriesPayload:
    into, others = parse_key(wanted.into, "Series", "into"), _keys(wanted.from_, "Series", "from")
    async with info.context.app.transaction() as tx:
        key, change = await merge_series.merge_series(tx, into, others)
        await sign(tx, info.context.viewer.actor, change)
    told = await change_of(info, change)
    return MergeSeriesPayload(series=Series.of(await info.context.load(tv.series, key)), change=told)


async def _split_movie(info: Info, wanted: SplitMovieInput) -> SplitMoviePayload:
    old = parse_key(wanted.movie_id, "Movie", "movieId")
    title, year = required_name(wanted.title, "title"), year_number(wanted.year or None, "year")
    files = _keys(wanted.file_ids, "File", "fileIds")
    editions = _keys(wanted.edition_ids, "Edition", "editionIds")
    async with info.context.app.transaction() as tx:
        key, change = await split_movie.split_movie(
            tx, old, title, year, file_ids=files, edition_ids=editions
        )
        await sign(tx, info.context.viewer.actor, change)
    told = await change_of(info, change)
    return SplitMoviePayload(movie=Movie.of(await info.context.load(movies.movies, key)), change=told)


async def _split_series(info: Info, wanted: SplitSeriesInput) -> SplitSeriesPayload:
    old = parse_key(wanted.series_id, "Series", "seriesId")
    title, year = required_name(wanted.title, "title"), year_number(wanted.year or None, "year")
    files = _keys(wanted.file_ids, "File", "fileIds")
    seasons = _keys(wanted.season_ids, "Season", "seasonIds")
    async with info.context.app.transaction() as tx:
        key, change = await split_series.split_series(
            tx, old, title, year, file_ids=files, season_ids=seasons
        )
        await sign(tx, info.context.viewer.actor, change)
    told = await change_of(info, change)
    return SplitSeriesPayload(series=Series.of(await info.context.load(tv.series, key)), change=told)


def _keys(values: Sequence[strawberry.ID] | None, kind: str, name: str) -> list[UUID]:
    given = cast("Sequence[str]", values or ())
    return [parse_key(value, kind, f"{name}.{place}") for place, value in enumerate(given)]
