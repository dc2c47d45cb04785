"""Files that may be duplicates in the graph: listed for people to judge, never resolved on their own."""

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.edge import edge, root
from app.api.errors import InvalidInput, NotFound, PermissionDenied, result
from app.api.files import File
from app.api.filters import argument
from app.api.library import Library
from app.api.node import Node, global_id, parse_key, refetched_by
from app.api.pagination import Connection, connect
from app.api.requires import requires
from app.core.paging import Slice
from app.library import duplicate_reads, duplicates, reads


@strawberry.enum(description="Why files may be duplicates.")
class DuplicateKind(Enum):
    EXACT = strawberry.enum_value("exact", description="They have the same size and the same content hash.")
    SAME_QUALITY = strawberry.enum_value(
        "same_quality",
        description="They are versions of one edition or episode in the same resolution, codec and dynamic range.",
    )
    PERCEPTUAL = strawberry.enum_value(
        "perceptual",
        description="Their pictures are alike: one was encoded anew, in another size, or for another container.",
    )


@refetched_by(duplicate_reads.duplicate_groups, Permission.CONTENT_MODERATE)
@strawberry.type(description="Files of a library that may be duplicates. Nothing is done with them.")
class DuplicateGroup(Node):
    library_key: strawberry.Private[UUID]
    kind: DuplicateKind = strawberry.field(description="Why they may be.")
    score: float = strawberry.field(description="How alike they are: 1 for the same, 0 for anything else.")
    reason: str = strawberry.field(description="Why they may be, in a sentence for people.")
    file_count: int = strawberry.field(description="How many files it had when it was found.")
    found_at: datetime = strawberry.field(description="When it was found.")
    dismissed_at: datetime | None = strawberry.field(
        description="When somebody said that they are no duplicates; null while nobody has."
    )

    @classmethod
    def of(cls, row: duplicate_reads.DuplicateGroup) -> "DuplicateGroup":
        return cls(
            id=global_id("DuplicateGroup", row.id),
            key=row.id,
            library_key=row.library_id,
            kind=DuplicateKind(row.kind),
            score=row.score,
            reason=row.reason,
            file_count=row.file_count,
            found_at=row.found_at,
            dismissed_at=row.dismissed_at,
        )

    @edge(duplicate_reads.files_of_duplicates, description="The files, the largest first, at most 100.")
    def files(self, rows: list[duplicate_reads.File]) -> list[File]:
        return [File.of(row) for row in rows]

    @edge(reads.libraries, key="library_key", description="The library that they are in.")
    def library(self, row: reads.Library) -> Library:
        return Library.of(row)


@strawberry.type
class DuplicateQuery:
    @requires(Permission.CONTENT_MODERATE)
    @root(
        duplicate_reads.list_duplicates,
        ids={"library_id": "Library"},
        description="Files that may be duplicates, in the order in which they were found.",
    )
    def duplicates(
        self,
        rows: Slice[duplicate_reads.DuplicateGroup],
        library_id: Annotated[strawberry.ID | None, argument("Only of this library.")] = None,
        kinds: Annotated[list[DuplicateKind] | None, argument("Only of these kinds.")] = None,
        is_dismissed: Annotated[
            bool, argument("Those of which somebody said that they are none (true), or the others (false).")
        ] = False,
    ) -> Connection[DuplicateGroup]:
        return connect(rows, DuplicateGroup.of)


@strawberry.input(description="A group of files that are no duplicates.")
class DismissDuplicatesInput:
    group_id: strawberry.ID = strawberry.field(description="The group.")


@strawberry.input(description="A group of files that may be duplicates after all.")
class RestoreDuplicatesInput:
    group_id: strawberry.ID = strawberry.field(description="The group.")


@strawberry.type(description="The group is listed no more, whatever later scans find.")
class DismissDuplicatesPayload:
    group: DuplicateGroup = strawberry.field(description="The group as it is now.")


@strawberry.type(description="The group is listed again.")
class RestoreDuplicatesPayload:
    group: DuplicateGroup = strawberry.field(description="The group as it is now.")


DismissDuplicatesResult = Annotated[
    DismissDuplicatesPayload | NotFound | InvalidInput | PermissionDenied,
    strawberry.union("DismissDuplicatesResult", description="The group, or why it was not dismissed."),
]
RestoreDuplicatesResult = Annotated[
    RestoreDuplicatesPayload | NotFound | InvalidInput | PermissionDenied,
    strawberry.union("RestoreDuplicatesResult", description="The group, or why it was not restored."),
]


@strawberry.type
class DuplicateMutation:
    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(description="Say that the files of a group are no duplicates.")
    async def dismiss_duplicates(
        self, info: Info, wanted: Annotated[DismissDuplicatesInput, argument("The group.", "input")]
    ) -> DismissDuplicatesResult:
        return await result(_dismiss(info, wanted))

    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(description="Take back that the files of a group are no duplicates.")
    async def restore_duplicates(
        self, info: Info, wanted: Annotated[RestoreDuplicatesInput, argument("The group.", "input")]
    ) -> RestoreDuplicatesResult:
        return await result(_restore(info, wanted))


async def _dismiss(info: Info, wanted: DismissDuplicatesInput) -> DismissDuplicatesPayload:
    key = parse_key(wanted.group_id, "DuplicateGroup", "groupId")
    async with info.context.app.transaction() as tx:
        await duplicates.dismiss_duplicates(tx, key, actor=info.context.viewer.actor)
    return DismissDuplicatesPayload(group=await _group(info, key))


async def _restore(info: Info, wanted: RestoreDuplicatesInput) -> RestoreDuplicatesPayload:
    key = parse_key(wanted.group_id, "DuplicateGroup", "groupId")
    async with info.context.app.transaction() as tx:
        await duplicates.restore_duplicates(tx, key, actor=info.context.viewer.actor)
    return RestoreDuplicatesPayload(group=await _group(info, key))


async def _group(info: Info, key: UUID) -> DuplicateGroup:
    info.context.forget()
    return DuplicateGroup.of(await info.context.load(duplicate_reads.duplicate_groups, key))
