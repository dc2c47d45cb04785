"""Mutations that edit one work."""

from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.api.changes import CHANGE_ID_GOES, Change
from app.api.context import Info
from app.api.edit_inputs import (
    UpdateEpisodeInput,
    UpdateMovieInput,
    UpdateSeasonInput,
    UpdateSeriesInput,
    edit_of,
)
from app.api.errors import Conflict, InvalidInput, NotFound, PermissionDenied, result
from app.api.filters import argument
from app.api.movies import Movie
from app.api.node import global_id, parse_key
from app.api.requires import requires
from app.api.tv import Episode, Season, Series
from app.catalog.edits import Edit
from app.catalog.movies import reads as movies
from app.catalog.tv import reads as tv
from app.core.errors import Invalid
from app.curation import reads as changes
from app.curation.edit import edit_work
from app.curation.sign import sign


@strawberry.interface(description="What an edit of a work came to.")
class WorkEdited:
    change_id: strawberry.ID | None = strawberry.field(
        description="The change, to `undo` it; null where everything was like that already.",
        deprecation_reason=CHANGE_ID_GOES,
    )
    change_key: strawberry.Private[UUID | None]

    @strawberry.field(description="The change, to undo it; null where everything was like that already.")
    async def change(self, info: Info) -> Change | None:
        row = await info.context.load(changes.changes, self.change_key) if self.change_key else None
        return None if row is None else Change.of(row)


@strawberry.type(description="The film was edited.")
class UpdateMoviePayload(WorkEdited):
    movie: Movie = strawberry.field(description="The film as it is now.")


@strawberry.type(description="The series was edited.")
class UpdateSeriesPayload(WorkEdited):
    series: Series = strawberry.field(description="The series as it is now.")


@strawberry.type(description="The season was edited.")
class UpdateSeasonPayload(WorkEdited):
    season: Season = strawberry.field(description="The season as it is now.")


@strawberry.type(description="The episode was edited.")
class UpdateEpisodePayload(WorkEdited):
    episode: Episode = strawberry.field(description="The episode as it is now.")


UpdateMovieResult = Annotated[
    UpdateMoviePayload | NotFound | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("UpdateMovieResult", description="The film, or why it was not edited."),
]
UpdateSeriesResult = Annotated[
    UpdateSeriesPayload | NotFound | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("UpdateSeriesResult", description="The series, or why it was not edited."),
]
UpdateSeasonResult = Annotated[
    UpdateSeasonPayload | NotFound | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("UpdateSeasonResult", description="The season, or why it was not edited."),
]
UpdateEpisodeResult = Annotated[
    UpdateEpisodePayload | NotFound | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("UpdateEpisodeResult", description="The episode, or why it was not edited."),
]
DESCRIPTION = "Edit {}. What is edited keeps its value whatever sources say, unless it is unlocked."


@strawberry.type
class EditMutation:
    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(description=DESCRIPTION.format("a film"))
    async def update_movie(
        self, info: Info, wanted: Annotated[UpdateMovieInput, argument("The changes.", "input")]
    ) -> UpdateMovieResult:
        return await result(_movie(info, wanted))

    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(description=DESCRIPTION.format("a series"))
    async def update_series(
        self, info: Info, wanted: Annotated[UpdateSeriesInput, argument("The changes.", "input")]
    ) -> UpdateSeriesResult:
        return await result(_series(info, wanted))

    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(description=DESCRIPTION.format("a season"))
    async def update_season(
        self, info: Info, wanted: Annotated[UpdateSeasonInput, argument("The changes.", "input")]
    ) -> UpdateSeasonResult:
        return await result(_season(info, wanted))

    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(description=DESCRIPTION.format("an episode"))
    async def update_episode(
        self, info: Info, wanted: Annotated[UpdateEpisodeInput, argument("The changes.", "input")]
    ) -> UpdateEpisodeResult:
        return await result(_episode(info, wanted))


async def _movie(info: Info, wanted: UpdateMovieInput) -> UpdateMoviePayload:
    key, change = await _edit(info, "Movie", parse_key(wanted.movie_id, "Movie", "movieId"), _titled(wanted))
    return UpdateMoviePayload(**change, movie=Movie.of(await info.context.load(movies.movies, key)))


async def _series(info: Info, wanted: UpdateSeriesInput) -> UpdateSeriesPayload:
    key, change = await _edit(
        info, "Series", parse_key(wanted.series_id, "Series", "seriesId"), _titled(wanted)
    )
    return UpdateSeriesPayload(**change, series=Series.of(await info.context.load(tv.series, key)))


async def _season(info: Info, wanted: UpdateSeasonInput) -> UpdateSeasonPayload:
    key, change = await _edit(
        info, "Season", parse_key(wanted.season_id, "Season", "seasonId"), edit_of(wanted)
    )
    return UpdateSeasonPayload(**change, season=Season.of(await info.context.load(tv.seasons, key)))


async def _episode(info: Info, wanted: UpdateEpisodeInput) -> UpdateEpisodePayload:
    key, change = await _edit(
        info, "Episode", parse_key(wanted.episode_id, "Episode", "episodeId"), edit_of(wanted)
    )
    return UpdateEpisodePayload(**change, episode=Episode.of(await info.context.load(tv.episodes, key)))


def _titled(wanted: UpdateMovieInput | UpdateSeriesInput) -> Edit:
    edit = edit_of(wanted)
    if edit.values.get("title", "-") is None:
        raise Invalid("title", "It can't be empty.")
    return edit


async def _edit(info: Info, name: str, key: UUID, edit: Edit) -> tuple[UUID, dict[str, Any]]:
    async with info.context.app.transaction() as tx:
        key, change = await edit_work(tx, name.lower(), key, edit)
        if change is not None:
            await sign(tx, info.context.viewer.actor, change)
    info.context.forget()
    return key, {
        "change_id": None if change is None else global_id("Change", change),
        "change_key": change,
    }
