"""Mutations of libraries and their scans."""

from typing import Annotated, cast
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.errors import Conflict, InvalidInput, NotFound, PermissionDenied, StepUpRequired, result
from app.api.filters import argument, is_given
from app.api.library import Library, LibraryKind, Scan
from app.api.locations import told
from app.api.node import parse_key
from app.api.requires import requires
from app.api.storable import storable
from app.api.watching import WatchMode
from app.core.errors import Invalid
from app.library import confirm, reads, scans, writes
from app.library.folders import Folder, folders
from app.library.watch_modes import Mode


@strawberry.input(description="A library to make.")
class CreateLibraryInput:
    name: str = strawberry.field(description="Name; unique whatever its case, at most 200 characters.")
    kind: LibraryKind = strawberry.field(description="What it holds. It can't be changed later.")
    roots: list[str] = strawberry.field(
        description="Absolute paths of its folders on the server; none within another library's."
    )
    watch: WatchMode | None = strawberry.field(
        default=strawberry.UNSET, description="How its folders are watched for changes; AUTO unless told."
    )


@strawberry.input(description="What is to change in a library; what is left out stays.")
class UpdateLibraryInput:
    library_id: strawberry.ID = strawberry.field(description="The library.")
    name: str | None = strawberry.field(default=strawberry.UNSET, description="A new name.")
    add_roots: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="Absolute paths of further folders on the server."
    )
    remove_roots: list[str] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Folders to take away, as their `path` says; what only they hold is forgotten.",
    )
    watch: WatchMode | None = strawberry.field(
        default=strawberry.UNSET, description="How its folders are to be watched for changes."
    )


@strawberry.input(description="A library to delete.")
class DeleteLibraryInput:
    library_id: strawberry.ID = strawberry.field(description="The library.")


@strawberry.input(description="What to scan.")
class ScanLibraryInput:
    library_id: strawberry.ID = strawberry.field(description="The library.")
    path: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Absolute path of the one folder in it to scan; the whole library unless told.",
    )


@strawberry.input(description="A scan to cancel.")
class CancelScanInput:
    scan_id: strawberry.ID = strawberry.field(description="The scan.")


@strawberry.input(description="A scan that asks before it forgets many files.")
class ConfirmRemovalInput:
    scan_id: strawberry.ID = strawberry.field(description="The scan.")


@strawberry.type(description="The library was made.")
class CreateLibraryPayload:
    library: Library = strawberry.field(description="The new library; empty until it is scanned.")


@strawberry.type(description="The library was changed.")
class UpdateLibraryPayload:
    library: Library = strawberry.field(description="The library as it is now.")


@strawberry.type(description="The library was deleted; no file on the disk was touched.")
class DeleteLibraryPayload:
    library_id: strawberry.ID = strawberry.field(description="The id that it had.")


@strawberry.type(description="The scan was asked for.")
class ScanLibraryPayload:
    scan: Scan = strawberry.field(description="The new scan.")


@strawberry.type(
    description="The scan was cancelled; what it found so far stays, and nothing that is missing is forgotten."
)
class CancelScanPayload:
    scan: Scan = strawberry.field(description="The scan as it is now.")


@strawberry.type(
    description="The files that it asked about are being forgotten, but for those that are there again."
)
class ConfirmRemovalPayload:
    scan: Scan = strawberry.field(description="The scan as it is now.")


CreateLibraryResult = Annotated[
    CreateLibraryPayload | Conflict | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("CreateLibraryResult", description="The library, or why there is none."),
]
UpdateLibraryResult = Annotated[
    UpdateLibraryPayload | NotFound | Conflict | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("UpdateLibraryResult", description="The library, or why it was not changed."),
]
DeleteLibraryResult = Annotated[
    DeleteLibraryPayload | NotFound | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("DeleteLibraryResult", description="That it is gone, or why it is not."),
]
ScanLibraryResult = Annotated[
    ScanLibraryPayload | NotFound | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("ScanLibraryResult", description="The scan, or why there is none."),
]
CancelScanResult = Annotated[
    CancelScanPayload | NotFound | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("CancelScanResult", description="The scan, or why it was not cancelled."),
]

ConfirmRemovalResult = Annotated[
    ConfirmRemovalPayload | NotFound | Conflict | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("ConfirmRemovalResult", description="The scan, or why nothing is removed."),
]


@strawberry.type
class LibraryMutation:
    @requires(Permission.LIBRARY_MANAGE, step_up=True)
    @strawberry.mutation(description="Make a library. Its files appear once it is scanned.")
    async def create_library(
        self, info: Info, wanted: Annotated[CreateLibraryInput, argument("The library.", "input")]
    ) -> CreateLibraryResult:
        return await result(told(info, _create(info, wanted)))

    @requires(Permission.LIBRARY_MANAGE, step_up=True)
    @strawberry.mutation(
        description="Rename a library, watch it otherwise, add folders to it, or take some away."
    )
    async def update_library(
        self, info: Info, wanted: Annotated[UpdateLibraryInput, argument("The changes.", "input")]
    ) -> UpdateLibraryResult:
        return await result(told(info, _update(info, wanted)))

    @requires(Permission.LIBRARY_MANAGE, step_up=True)
    @strawberry.mutation(
        description="Forget a library and the works that no other library holds. Cancels its scan."
    )
    async def delete_library(
        self, info: Info, wanted: Annotated[DeleteLibraryInput, argument("The library.", "input")]
    ) -> DeleteLibraryResult:
        return await result(_delete(info, wanted))

    @requires(Permission.LIBRARY_SCAN)
    @strawberry.mutation(description="Have a library, or one folder of it, looked through for changes.")
    async def scan_library(
        self, info: Info, wanted: Annotated[ScanLibraryInput, argument("What to scan.", "input")]
    ) -> ScanLibraryResult:
        return await result(_scan(info, wanted))

    @requires(Permission.LIBRARY_MANAGE, step_up=True)
    @strawberry.mutation(
        description="Have the files forgotten that a scan asks about (`Scan.removals`), since they are missing for"
        " long and a large share of the library. Files that are there again are kept. `cancelScan` refuses it."
    )
    async def confirm_removal(
        self, info: Info, wanted: Annotated[ConfirmRemovalInput, argument("The scan.", "input")]
    ) -> ConfirmRemovalResult:
        return await result(_confirm(info, wanted))

    @requires(Permission.LIBRARY_SCAN)
    @strawberry.mutation(
        description="Stop a scan that waits or is under way, or refuse what it asks to forget: such files stay missing,"
        " and a later scan asks again."
    )
    async def cancel_scan(
        self, info: Info, wanted: Annotated[CancelScanInput, argument("The scan.", "input")]
    ) -> CancelScanResult:
        return await result(_cancel(info, wanted))


async def _create(info: Info, wanted: CreateLibraryInput) -> CreateLibraryPayload:
    app = info.context.app
    roots = await app.in_thread(folders, wanted.roots, "roots")
    async with app.transaction() as tx:
        watch = _mode(wanted.watch) or Mode.AUTO
        kind = cast("str", wanted.kind.value)
        key = await writes.create_library(
            tx, wanted.name, kind, roots, watch=watch, actor=info.context.viewer.actor
        )
    return CreateLibraryPayload(library=await _library(info, key))


async def _update(info: Info, wanted: UpdateLibraryInput) -> UpdateLibraryPayload:
    app = info.context.app
    key = parse_key(wanted.library_id, "Library", "libraryId")
    added: list[Folder] = await app.in_thread(folders, wanted.add_roots or [], "addRoots")
    async with app.transaction() as tx:
        await writes.update_library(
            tx,
            key,
            name=wanted.name if is_given(wanted.name) else None,
            add_roots=added,
            remove_roots=wanted.remove_roots or [],
            watch=_mode(wanted.watch),
            actor=info.context.viewer.actor,
        )
    return UpdateLibraryPayload(library=await _library(info, key))


def _mode(wanted: WatchMode | None) -> Mode | None:
    return Mode(wanted.value) if is_given(wanted) and wanted is not None else None


async def _delete(info: Info, wanted: DeleteLibraryInput) -> DeleteLibraryPayload:
    key = parse_key(wanted.library_id, "Library", "libraryId")
    async with info.context.app.transaction() as tx:
        await writes.delete_library(tx, key, actor=info.context.viewer.actor)
    info.context.forget()
    return DeleteLibraryPayload(library_id=wanted.library_id)


async def _scan(info: Info, wanted: ScanLibraryInput) -> ScanLibraryPayload:
    app = info.context.app
    key = parse_key(wanted.library_id, "Library", "libraryId")
    path = _path(wanted.path) if wanted.path else None
    async with app.transaction() as tx:
        scan_id = await scans.request_scan(
            tx, key, path, parallelism=app.config.scan_parallelism, actor=info.context.viewer.actor
        )
    return ScanLibraryPayload(scan=await _scanned(info, scan_id))


async def _cancel(info: Info, wanted: CancelScanInput) -> CancelScanPayload:
    key = parse_key(wanted.scan_id, "Scan", "scanId")
    async with info.context.app.transaction() as tx:
        await scans.cancel_scan(tx, key, actor=info.context.viewer.actor)
    return CancelScanPayload(scan=await _scanned(info, key))


async def _confirm(info: Info, wanted: ConfirmRemovalInput) -> ConfirmRemovalPayload:
    key = parse_key(wanted.scan_id, "Scan", "scanId")
    async with info.context.app.transaction() as tx:
        await confirm.confirm_removal(tx, key, actor=info.context.viewer.actor)
    return ConfirmRemovalPayload(scan=await _scanned(info, key))


def _path(text: str) -> str:
    try:
        return storable(text)
    except Invalid as error:
        raise Invalid("path", str(error)) from error


async def _library(info: Info, key: UUID) -> Library:
    info.context.forget()
    return Library.of(await info.context.load(reads.libraries, key))


async def _scanned(info: Info, key: UUID) -> Scan:
    info.context.forget()
    return Scan.of(await info.context.load(reads.scans, key))
