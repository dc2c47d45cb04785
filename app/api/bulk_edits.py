"""Mutations that edit all works that a filter means."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.edit_inputs import CertificationInput, change, edit_of
from app.api.edits import WorkEdited
from app.api.errors import Conflict, InvalidInput, PermissionDenied, result
from app.api.filters import Filter, argument
from app.api.movie_inputs import MovieFilter
from app.api.node import global_id
from app.api.provenance import WorkField
from app.api.requires import requires
from app.api.scalars import Locale
from app.api.tv_inputs import EpisodeFilter, SeriesFilter
from app.catalog import edits
from app.core.errors import Invalid
from app.core.paging import MOST
from app.curation.edit import MOST_AT_ONCE, Edited, edit_works
from app.curation.sign import sign


@strawberry.input(
    description="What is to be the same in all these films; what is left out stays, and null empties."
)
class MovieValues:
    year: int | None = change("Year of the first release.")
    release_date: date | None = change("Day of the first release.")
    original_language: Locale | None = change("The language they were made in.")
    status: str | None = change("How far they are: Released, In Production, ...")
    countries: list[str] | None = change("Countries they were made in, by ISO 3166-1 code.")
    certifications: list[CertificationInput] | None = change("All their age ratings.")
    tagline: str | None = change("The line on the poster.")
    overview: str | None = change("What they are about.")
    genres: list[str] | None = change("All their genres, the most fitting first.")
    studios: list[str] | None = change("All companies that made them.")
    keywords: list[str] | None = change("All that they deal with.")


@strawberry.input(
    description="What is to be the same in all these series; what is left out stays, and null empties."
)
class SeriesValues:
    year: int | None = change("The year they began.")
    first_air_date: date | None = change("The day the first episode was shown.")
    original_language: Locale | None = change("The language they were made in.")
    status: str | None = change("How far they are: Returning Series, Ended, ...")
    countries: list[str] | None = change("Countries they were made in, by ISO 3166-1 code.")
    certifications: list[CertificationInput] | None = change("All their age ratings.")
    tagline: str | None = change("The line on the poster.")
    overview: str | None = change("What they are about.")
    genres: list[str] | None = change("All their genres, the most fitting first.")
    studios: list[str] | None = change("All companies that made them.")
    networks: list[str] | None = change("All who showed them first.")
    keywords: list[str] | None = change("All that they deal with.")


@strawberry.input(
    description="What is to be the same in all these episodes; what is left out stays, and null empties."
)
class EpisodeValues:
    overview: str | None = change("What happens in them.")
    air_date: date | None = change("The day they were first shown.")
    runtime_seconds: int | None = change("Their length in seconds.")


LOCK = "Fields to lock; those that are given here are locked anyway."
UNLOCK = "Fields to leave unlocked or unlock: the next source that says something of them is believed."
DRY_RUN = "Whether only to say what would change."
FIRST = f"How many of the works that change to show, at most {MOST}."
OFFSET = "How many of the works that change to pass over before the first that is shown."


@strawberry.input(description="An edit of many films at once.")
class BulkUpdateMoviesInput:
    filter: MovieFilter = strawberry.field(description=f"Which films, at most {MOST_AT_ONCE:,}.")
    set: MovieValues | None = change("What is to be the same in all of them.")
    add_genres: list[str] | None = change("Genres to add to those that they have.")
    remove_genres: list[str] | None = change("Genres to take from those that they have.")
    add_studios: list[str] | None = change("Studios to add to those that they have.")
    remove_studios: list[str] | None = change("Studios to take from those that they have.")
    add_keywords: list[str] | None = change("Keywords to add to those that they have.")
    remove_keywords: list[str] | None = change("Keywords to take from those that they have.")
    lock: list[WorkField] | None = change(LOCK)
    unlock: list[WorkField] | None = change(UNLOCK)
    dry_run: bool = strawberry.field(default=False, description=DRY_RUN)
    first: int = strawberry.field(default=20, description=FIRST)
    offset: int = strawberry.field(default=0, description=OFFSET)


@strawberry.input(description="An edit of many series at once.")
class BulkUpdateSeriesInput:
    filter: SeriesFilter = strawberry.field(description=f"Which series, at most {MOST_AT_ONCE:,}.")
    set: SeriesValues | None = change("What is to be the same in all of them.")
    add_genres: list[str] | None = change("Genres to add to those that they have.")
    remove_genres: list[str] | None = change("Genres to take from those that they have.")
    add_studios: list[str] | None = change("Studios to add to those that they have.")
    remove_studios: list[str] | None = change("Studios to take from those that they have.")
    add_networks: list[str] | None = change("Networks to add to those that they have.")
    remove_networks: list[str] | None = change("Networks to take from those that they have.")
    add_keywords: list[str] | None = change("Keywords to add to those that they have.")
    remove_keywords: list[str] | None = change("Keywords to take from those that they have.")
    lock: list[WorkField] | None = change(LOCK)
    unlock: list[WorkField] | None = change(UNLOCK)
    dry_run: bool = strawberry.field(default=False, description=DRY_RUN)
    first: int = strawberry.field(default=20, description=FIRST)
    offset: int = strawberry.field(default=0, description=OFFSET)


@strawberry.input(description="An edit of many episodes at once.")
class BulkUpdateEpisodesInput:
    filter: EpisodeFilter = strawberry.field(description=f"Which episodes, at most {MOST_AT_ONCE:,}.")
    set: EpisodeValues | None = change("What is to be the same in all of them.")
    lock: list[WorkField] | None = change(LOCK)
    unlock: list[WorkField] | None = change(UNLOCK)
    dry_run: bool = strawberry.field(default=False, description=DRY_RUN)
    first: int = strawberry.field(default=20, description=FIRST)
    offset: int = strawberry.field(default=0, description=OFFSET)


@strawberry.type(description="What an edit makes of one field.")
class FieldChange:
    field: WorkField = strawberry.field(description="The field.")
    language: Locale | None = strawberry.field(
        description="The language of a text that is beside the work's own; null for the work's own."
    )
    before: list[str] = strawberry.field(
        description="The value before, as text: none where there was none, several for a list."
    )
    after: list[str] = strawberry.field(description="The value after, likewise.")
    was_locked: bool = strawberry.field(description="Whether it was locked before.")
    is_locked: bool = strawberry.field(description="Whether it is locked after.")

    @classmethod
    def of(cls, row: edits.FieldChange) -> "FieldChange":
        return cls(
            field=WorkField(row.field),
            language=None if row.language is None else Locale(row.language),
            before=list(row.before),
            after=list(row.after),
            was_locked=row.was_locked,
            is_locked=row.is_locked,
        )


@strawberry.type(description="What an edit makes of one work.")
class WorkChange:
    work_id: strawberry.ID = strawberry.field(description="Id of the work.")
    title: str = strawberry.field(description="Its title before; empty where it has none.")
    fields: list[FieldChange] = strawberry.field(description="What changes in it.")


@strawberry.type(description="What was edited or, in a dry run, what would be.")
class BulkUpdatePayload(WorkEdited):
    matched_count: int = strawberry.field(description="How many works the filter means.")
    changed_count: int = strawberry.field(description="In how many of them anything changes.")
    works: list[WorkChange] = strawberry.field(
        description="What changes, work by work; as many as asked for."
    )


BulkUpdateResult = Annotated[
    BulkUpdatePayload | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("BulkUpdateResult", description="What was edited, or why nothing was."),
]
DESCRIPTION = (
    "Edit all {} that a filter means, in one go that can be undone as one; or only say what would change."
)


@strawberry.type
class BulkEditMutation:
    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(description=DESCRIPTION.format("films"))
    async def bulk_update_movies(
        self, info: Info, wanted: Annotated[BulkUpdateMoviesInput, argument("The edit.", "input")]
    ) -> BulkUpdateResult:
        return await result(_edit(info, "Movie", wanted, wanted.filter))

    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(description=DESCRIPTION.format("series"))
    async def bulk_update_series(
        self, info: Info, wanted: Annotated[BulkUpdateSeriesInput, argument("The edit.", "input")]
    ) -> BulkUpdateResult:
        return await result(_edit(info, "Series", wanted, wanted.filter))

    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(description=DESCRIPTION.format("episodes"))
    async def bulk_update_episodes(
        self, info: Info, wanted: Annotated[BulkUpdateEpisodesInput, argument("The edit.", "input")]
    ) -> BulkUpdateResult:
        return await result(_edit(info, "Episode", wanted, wanted.filter))


async def _edit(info: Info, name: str, wanted: Any, where: Filter) -> BulkUpdatePayload:
    if not 0 <= wanted.first <= MOST:
        raise Invalid("first", f"It has to be between 0 and {MOST}.")
    if wanted.offset < 0:
        raise Invalid("offset", "It can't be negative.")
    values = edit_of(wanted.set) if wanted.set else edits.Edit()
    around = edit_of(wanted)
    edit = edits.Edit(
        values.values, {}, values.terms, around.added, around.removed, around.lock, around.unlock
    )
    async with info.context.app.transaction() as tx:
        outcome = await edit_works(tx, name.lower(), where.plain(), edit, is_dry=wanted.dry_run)
        if outcome.change_id is not None:
            await sign(tx, info.context.viewer.actor, outcome.change_id)
    info.context.forget()
    shown = list(outcome.changes)[wanted.offset : wanted.offset + wanted.first]
    change_id = outcome.change_id
    return BulkUpdatePayload(
        change_id=None if change_id is None else global_id("Change", change_id),
        change_key=change_id,
        matched_count=outcome.matched,
        changed_count=len(outcome.changes),
        works=_works(name, outcome, shown),
    )


def _works(name: str, outcome: Edited, keys: Sequence[UUID]) -> list[WorkChange]:
    return [
        WorkChange(
            work_id=global_id(name, key),
            title=outcome.titles[key],
            fields=[FieldChange.of(each) for each in outcome.changes[key]],
        )
        for key in keys
    ]
