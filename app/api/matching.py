"""Mutations by which people decide what files hold."""

from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from typing import Annotated, Any, cast
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.api.changes import CHANGE_ID_GOES, Change, change_of
from app.api.context import Info
from app.api.errors import Conflict, InvalidInput, NotFound, PermissionDenied, result
from app.api.extras import ExtraKind
from app.api.files import File
from app.api.filters import argument, is_given
from app.api.matches import DecidedBy, MatchStatus
from app.api.node import parse_id, parse_key
from app.api.requires import requires
from app.core.errors import Invalid
from app.core.outbox import Tx
from app.curation import matching, reidentify
from app.curation.sign import sign
from app.curation.subjects import MOST_FILES
from app.library import file_reads
from app.library.reread import reread

FILES = "The files, at most 1000."


@strawberry.input(description="Matches to confirm.")
class AcceptMatchesInput:
    file_ids: list[strawberry.ID] = strawberry.field(description=FILES)


@strawberry.input(description="The work that files hold: one that is there, or one by its title.")
class ChooseMatchInput:
    file_ids: list[strawberry.ID] = strawberry.field(description=FILES)
    work_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The film, or the series for files of a television library."
    )
    title: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Title of the film or series; it is made if none of this title and year is known.",
    )
    year: int | None = strawberry.field(default=strawberry.UNSET, description="Its year, with the title.")
    season: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="The season of the one file's episodes, 0 for specials; as its name says unless told.",
    )
    episodes: list[int] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Numbers of the one file's episodes in the season; as its name says unless told.",
    )
    edition: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The edition of the film, empty for the ordinary one; as its name says unless told.",
    )


@strawberry.input(description="Files that hold no work.")
class UnmatchFilesInput:
    file_ids: list[strawberry.ID] = strawberry.field(description=FILES)


@strawberry.input(description="Files to put into an edition of their film.")
class MoveFilesToEditionInput:
    file_ids: list[strawberry.ID] = strawberry.field(description=FILES)
    edition: str = strawberry.field(description="Its name; empty for the ordinary edition.")


@strawberry.input(description="Files that are extras.")
class MarkAsExtraInput:
    file_ids: list[strawberry.ID] = strawberry.field(description=FILES)
    kind: ExtraKind = strawberry.field(description="What they are.")
    work_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="The film or series that they belong to; the one that they hold so far unless told.",
    )


@strawberry.input(description="Files that are no extras.")
class UnmarkExtraInput:
    file_ids: list[strawberry.ID] = strawberry.field(description=FILES)


@strawberry.input(description="Which videos of a library; all conditions have to hold.")
class ReidentifyFilter:
    library_id: strawberry.ID = strawberry.field(description="The library.")
    folder: str | None = strawberry.field(
        default=strawberry.UNSET, description="A folder below the library's, and all below it."
    )
    statuses: list[MatchStatus] | None = strawberry.field(
        default=strawberry.UNSET, description="How far it is known what they hold is one of these."
    )
    decided_by: list[DecidedBy] | None = strawberry.field(
        default=strawberry.UNSET, description="Who said what they hold is one of these."
    )


@strawberry.input(description="Files to identify anew: by id, or by filter.")
class ReidentifyFilesInput:
    file_ids: list[strawberry.ID] | None = strawberry.field(default=strawberry.UNSET, description=FILES)
    filter: ReidentifyFilter | None = strawberry.field(
        default=strawberry.UNSET, description="Which files, at most 5000."
    )
    keep_decisions: bool = strawberry.field(
        description="Whether what people decided about them still holds; otherwise it is forgotten."
    )
    dry_run: bool = strawberry.field(default=False, description="Only say what would change.")
    first: int = strawberry.field(
        default=100, description="How many of the files that change to answer with, 0 to 1000."
    )


@strawberry.interface(description="What a decision about files came to.")
class FilesDecided:
    file_keys: strawberry.Private[list[UUID]]
    change: Change = strawberry.field(description="The change.")

    @strawberry.field(description="The change, to `undo` it.", deprecation_reason=CHANGE_ID_GOES)
    def change_id(self) -> strawberry.ID:
        return self.change.id

    @strawberry.field(description="The files as they are now.")
    async def files(self, info: Info) -> list[File]:
        found = await file_reads.files(info.context.db, info.context.viewer, self.file_keys)
        return [File.of(row) for key in self.file_keys if (row := found[key]) is not None]


@strawberry.type(description="The matches were confirmed.")
class AcceptMatchesPayload(FilesDecided):
    pass


@strawberry.type(description="The files are of the chosen work.")
class ChooseMatchPayload(FilesDecided):
    pass


@strawberry.type(description="The files hold no work.")
class UnmatchFilesPayload(FilesDecided):
    pass


@strawberry.type(description="The files are of the edition.")
class MoveFilesToEditionPayload(FilesDecided):
    pass


@strawberry.type(description="The files are extras.")
class MarkAsExtraPayload(FilesDecided):
    pass


@strawberry.type(description="The files are no extras.")
class UnmarkExtraPayload(FilesDecided):
    pass


@strawberry.type(description="A file that holds something else than before, or would.")
class ReidentifiedFile:
    file_key: strawberry.Private[UUID]
    before: str | None = strawberry.field(description="What it held; null for no work.")
    after: str | None = strawberry.field(description="What it holds; null for no work.")

    @strawberry.field(description="The file.")
    async def file(self, info: Info) -> File:
        return File.of(await info.context.load(file_reads.files, self.file_key))


@strawberry.type(description="Files were identified anew, or would be.")
class ReidentifyFilesPayload:
    change: Change | None = strawberry.field(description="The change; null after a dry run.")
    file_count: int = strawberry.field(description="How many files were meant.")
    changed_count: int = strawberry.field(description="How many of them hold something else than before.")
    changed: list[ReidentifiedFile] = strawberry.field(
        description="Those that do, as many as were asked for."
    )

    @strawberry.field(
        description="The change, to `undo` it; null after a dry run.", deprecation_reason=CHANGE_ID_GOES
    )
    def change_id(self) -> strawberry.ID | None:
        return None if self.change is None else self.change.id


AcceptMatchesResult = Annotated[
    AcceptMatchesPayload | NotFound | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("AcceptMatchesResult", description="The files, or why nothing was confirmed."),
]
ChooseMatchResult = Annotated[
    ChooseMatchPayload | NotFound | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("ChooseMatchResult", description="The files, or why they are what they were."),
]
UnmatchFilesResult = Annotated[
    UnmatchFilesPayload | NotFound | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("UnmatchFilesResult", description="The files, or why they are what they were."),
]
MoveFilesToEditionResult = Annotated[
    MoveFilesToEditionPayload | NotFound | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("MoveFilesToEditionResult", description="The files, or why they are where they were."),
]
MarkAsExtraResult = Annotated[
    MarkAsExtraPayload | NotFound | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("MarkAsExtraResult", description="The files, or why they are what they were."),
]
UnmarkExtraResult = Annotated[
    UnmarkExtraPayload | NotFound | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("UnmarkExtraResult", description="The files, or why they are what they were."),
]
ReidentifyFilesResult = Annotated[
    ReidentifyFilesPayload | NotFound | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("ReidentifyFilesResult", description="What became of them, or why nothing did."),
]


@strawberry.type
class MatchingMutation:
    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(
        description="Confirm what files were taken for: they stay it, whatever they are called later."
    )
    async def accept_matches(
        self, info: Info, wanted: Annotated[AcceptMatchesInput, argument("The files.", "input")]
    ) -> AcceptMatchesResult:
        return await result(_decide(info, wanted.file_ids, AcceptMatchesPayload, matching.accept))

    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(
        description="Say which film or series files are of. It holds whatever they are called later, for files that"
        " take their place, and for further ones of the same title in the folder."
    )
    async def choose_match(
        self, info: Info, wanted: Annotated[ChooseMatchInput, argument("The choice.", "input")]
    ) -> ChooseMatchResult:
        return await result(_choose(info, wanted))

    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(description="Say that files hold no film and no episode.")
    async def unmatch_files(
        self, info: Info, wanted: Annotated[UnmatchFilesInput, argument("The files.", "input")]
    ) -> UnmatchFilesResult:
        return await result(_decide(info, wanted.file_ids, UnmatchFilesPayload, matching.unmatch))

    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(
        description="Identify files anew by what their names and NFO files say, in one transaction. These are read"
        " again, together with what lies in their folders; where a folder can't be looked at, what its NFO files said"
        " before still holds."
    )
    async def reidentify_files(
        self, info: Info, wanted: Annotated[ReidentifyFilesInput, argument("The files.", "input")]
    ) -> ReidentifyFilesResult:
        return await result(_reidentify(info, wanted))

    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(
        description="Put files of films into an edition of their film, made where it is new."
    )
    async def move_files_to_edition(
        self, info: Info, wanted: Annotated[MoveFilesToEditionInput, argument("The files.", "input")]
    ) -> MoveFilesToEditionResult:
        async def move(tx: Tx, keys: Sequence[UUID]) -> UUID:
            return await matching.move_to_edition(tx, keys, wanted.edition)

        return await result(_decide(info, wanted.file_ids, MoveFilesToEditionPayload, move))

    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(description="Say that files are extras, whatever they are called.")
    async def mark_as_extra(
        self, info: Info, wanted: Annotated[MarkAsExtraInput, argument("The files.", "input")]
    ) -> MarkAsExtraResult:
        return await result(_mark(info, wanted))

    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(
        description="Say that files are no extras, whatever they are called: they hold the work that their names say."
    )
    async def unmark_extra(
        self, info: Info, wanted: Annotated[UnmarkExtraInput, argument("The files.", "input")]
    ) -> UnmarkExtraResult:
        return await result(_decide(info, wanted.file_ids, UnmarkExtraPayload, matching.unmark_extra))


async def _decide(
    info: Info,
    file_ids: Sequence[strawberry.ID],
    payload: Callable[..., Any],
    work: Callable[[Tx, Sequence[UUID]], Awaitable[UUID]],
) -> Any:
    keys = _keys(file_ids)
    async with info.context.app.transaction() as tx:
        change = await work(tx, keys)
        await sign(tx, info.context.viewer.actor, change)
    return payload(file_keys=keys, change=await change_of(info, change))


def _keys(file_ids: Sequence[strawberry.ID]) -> list[UUID]:
    found = [parse_key(each, "File", f"fileIds.{place}") for place, each in enumerate(file_ids)]
    return list(dict.fromkeys(found))


async def _choose(info: Info, wanted: ChooseMatchInput) -> Any:
    movie_id, series_id = _work(wanted.work_id)
    target = matching.Target(
        movie_id,
        series_id,
        wanted.title if is_given(wanted.title) else None,
        wanted.year if is_given(wanted.year) else None,
        wanted.season if is_given(wanted.season) else None,
        tuple(wanted.episodes or ()) if is_given(wanted.episodes) else None,
        wanted.edition if is_given(wanted.edition) else None,
    )

    async def choose(tx: Tx, keys: Sequence[UUID]) -> UUID:
        return await matching.choose(tx, keys, target)

    return await _decide(info, wanted.file_ids, ChooseMatchPayload, choose)


async def _mark(info: Info, wanted: MarkAsExtraInput) -> Any:
    movie_id, series_id = _work(wanted.work_id)

    async def mark(tx: Tx, keys: Sequence[UUID]) -> UUID:
        kind = cast("str", wanted.kind.value)
        return await matching.mark_as_extra(tx, keys, kind, movie_id=movie_id, series_id=series_id)

    return await _decide(info, wanted.file_ids, MarkAsExtraPayload, mark)


def _work(work_id: strawberry.ID | None) -> tuple[UUID | None, UUID | None]:
    """The film or the series that a global id is of."""
    if not work_id:
        return None, None
    kind, key = parse_id(work_id, "Movie", "Series", field="workId")
    return (key, None) if kind == "Movie" else (None, key)


class _RolledBack(Exception):
    """Ends the transaction of a dry run."""


async def _reidentify(info: Info, wanted: ReidentifyFilesInput) -> ReidentifyFilesPayload:
    if is_given(wanted.file_ids) == is_given(wanted.filter):
        raise Invalid("fileIds", "Give files or a filter, one of them.")
    if not 0 <= wanted.first <= 1000:
        raise Invalid("first", "It has to be between 0 and 1000.")
    app = info.context.app
    keys = await reidentify.meant(app.db, _which(wanted.filter)) if wanted.filter else _few(wanted.file_ids)
    anew = await reread(app, keys)
    found: list[reidentify.Reidentified] = []
    try:
        async with app.transaction() as tx:
            found.append(await reidentify.reidentify(tx, keys, anew, keeps_decisions=wanted.keep_decisions))
            if wanted.dry_run:
                raise _RolledBack
            if (made := found[0].change_id) is not None:
                await sign(tx, info.context.viewer.actor, made)
    except _RolledBack:
        pass
    (done,) = found
    info.context.forget()
    change = None
    if done.change_id is not None and not wanted.dry_run:
        change = await change_of(info, done.change_id)
    return ReidentifyFilesPayload(
        change=change,
        file_count=done.files,
        changed_count=len(done.changed),
        changed=[
            ReidentifiedFile(file_key=key, before=before, after=after)
            for key, (before, after) in list(done.changed.items())[: wanted.first]
        ],
    )


def _few(file_ids: Sequence[strawberry.ID] | None) -> list[UUID]:
    keys = _keys(file_ids or ())
    if not 1 <= len(keys) <= MOST_FILES:
        raise Invalid("fileIds", f"Give 1 to {MOST_FILES} files.")
    return keys


def _which(wanted: ReidentifyFilter) -> reidentify.Which:
    return reidentify.Which(
        parse_key(wanted.library_id, "Library", "filter.libraryId"),
        wanted.folder if is_given(wanted.folder) else None,
        _values(wanted.statuses) if is_given(wanted.statuses) else None,
        _values(wanted.decided_by) if is_given(wanted.decided_by) else None,
    )


def _values(chosen: Sequence[Enum] | None) -> tuple[str, ...]:
    return tuple(str(each.value) for each in chosen or ())
