"""Files in the graph: what is in them, and which work each one holds."""

from datetime import datetime
from hashlib import blake2b
from typing import Annotated
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.edge import edge, extend
from app.api.filters import argument
from app.api.library import Library, LibraryRoot, Problem
from app.api.library_inputs import FileFilter, FileRole
from app.api.locations import NAME_ONLY, shown_path
from app.api.movies import Movie
from app.api.node import Node, parse_key, refetched_by
from app.api.pagination import Connection
from app.api.requires import requires
from app.api.scalars import BigInt
from app.api.shown import id_of, made_of, show, shows
from app.api.streams import (
    STREAMS,
    Attachment,
    AudioStream,
    Chapter,
    Stream,
    SubtitleStream,
    VideoStream,
    seconds,
)
from app.api.tv import Episode
from app.api.versions import Version
from app.catalog.movies import versions
from app.catalog.tv import reads as tv
from app.library import file_reads, part_reads, reads
from app.library.content_hash import as_text

WhichFiles = Annotated[FileFilter | None, argument("Which files.", "filter")]


@strawberry.type(description="A note that a container holds about itself.")
class Tag:
    name: str = strawberry.field(description="What it is about, in lower case: `encoder`.")
    value: str = strawberry.field(description="What it says.")


@refetched_by(file_reads.files, Permission.FILE_GET)
@shows(
    file_reads.File,
    id=id_of("File"),
    key="id",
    library_key="library_id",
    root_key="root_id",
    role=made_of("role", FileRole),
    content_hash=made_of("content_hash", lambda found: None if found is None else as_text(found)),
    duration_seconds=made_of("duration_ms", seconds),
)
@strawberry.type(description="A file in a library.")
class File(Node):
    row: strawberry.Private[file_reads.File]
    library_key: strawberry.Private[UUID]
    root_key: strawberry.Private[UUID]
    folder: str = strawberry.field(
        description="Its folder below the library's; empty where it lies right there."
    )
    name: str = strawberry.field(description="Name with the extension.")
    role: FileRole = strawberry.field(description="What it is for.")
    size_bytes: BigInt = strawberry.field(description="Size in bytes.")
    content_hash: str | None = strawberry.field(
        description="The OpenSubtitles hash of its size, its first and its last 64 KiB, in 16 hexadecimal digits; of"
        " files under 128 KiB the BLAKE2b hash of 64 bits. Null for what was not opened."
    )
    container: str | None = strawberry.field(
        description="Its container: `mkv`, `mp4`; null for what is no media."
    )
    duration_seconds: float | None = strawberry.field(description="Length in seconds.")
    bit_rate: BigInt | None = strawberry.field(description="Bits per second, of all streams together.")
    added_at: datetime = strawberry.field(description="When it was found.")
    updated_at: datetime = strawberry.field(description="When it was last found changed.")
    missing_since: datetime | None = strawberry.field(
        description="When it was found gone; null while it is there. Forgotten after a time."
    )

    @classmethod
    def of(cls, row: file_reads.File) -> "File":
        return show(cls, row)

    @strawberry.field(description="Absolute path on the server" + NAME_ONLY)
    def path(self, info: Info) -> str:
        return shown_path(info, self.row.path)

    @strawberry.field(description="What its container says about itself, by name.")
    def tags(self) -> list[Tag]:
        return [Tag(name=name, value=str(value)) for name, value in sorted(self.row.tags.items())]

    @edge(reads.libraries, key="library_key", description="The library that it is in.")
    def library(self, row: reads.Library) -> Library:
        return Library.of(row)

    @edge(reads.roots, key="root_key", description="The library's folder that it lies in.")
    def root(self, row: reads.Root) -> LibraryRoot:
        return LibraryRoot.of(row)

    @edge(
        file_reads.streams_of_files,
        shows=STREAMS,
        description="Pictures, sound, subtitles and attachments in the file's order, then subtitle files beside it.",
    )
    def streams(self) -> list[Stream]: ...

    @edge(file_reads.chapters_of_files, description="Its chapters, in the order of time.")
    def chapters(self, rows: list[file_reads.Chapter]) -> list[Chapter]:
        return [Chapter.of(row) for row in rows]

    @edge(
        file_reads.streams_from_sidecars,
        description="Of a subtitle file: what it is to the videos beside it.",
    )
    def subtitles_of(self, rows: list[file_reads.Stream]) -> list[SubtitleStream]:
        return [each for each in map(STREAMS.of, rows) if isinstance(each, SubtitleStream)]

    @edge(reads.problems_of_files, description="What is wrong with it.")
    def problems(self, rows: list[reads.Problem]) -> list[Problem]:
        return [Problem.of(row) for row in rows]


@strawberry.type(description="A file, or a span of it, as a part of a film's version.")
class MoviePart:
    file_key: strawberry.Private[UUID]
    version_key: strawberry.Private[UUID]
    number: int = strawberry.field(description="Which part, from 1.")
    start_seconds: float | None = strawberry.field(
        description="Where it begins in the file, in seconds; null for the file's start."
    )
    end_seconds: float | None = strawberry.field(
        description="Where it ends in the file, in seconds; null for the file's end."
    )

    @classmethod
    def of(cls, row: part_reads.MoviePart) -> "MoviePart":
        return cls(
            file_key=row.file_id,
            version_key=row.version_id,
            number=row.number,
            start_seconds=seconds(row.start_ms),
            end_seconds=seconds(row.end_ms),
        )

    @edge(file_reads.files, shows=File, key="file_key", description="The file.")
    def file(self) -> File: ...

    @edge(versions.versions, key="version_key", description="The version that it is a part of.")
    def version(self, row: versions.Version) -> Version:
        return Version.of(row)


@strawberry.type(description="A file, or a span of it, as a part of an episode.")
class EpisodePart:
    file_key: strawberry.Private[UUID]
    episode_key: strawberry.Private[UUID]
    version: str = strawberry.field(
        description="Opaque; equal for the parts of an episode that are played as one."
    )
    label: str | None = strawberry.field(description="What tells its version from the others: `1080p`.")
    number: int = strawberry.field(description="Which part of its version, from 1.")
    start_seconds: float | None = strawberry.field(
        description="Where the episode begins in the file, in seconds; null where it isn't known."
    )
    end_seconds: float | None = strawberry.field(
        description="Where the episode ends in the file, in seconds; null where it isn't known."
    )

    @classmethod
    def of(cls, row: part_reads.EpisodePart) -> "EpisodePart":
        return cls(
            file_key=row.file_id,
            episode_key=row.episode_id,
            version=_opaque(row.version),
            label=row.label,
            number=row.number,
            start_seconds=seconds(row.start_ms),
            end_seconds=seconds(row.end_ms),
        )

    @edge(file_reads.files, shows=File, key="file_key", description="The file.")
    def file(self) -> File: ...

    @edge(tv.episodes, shows=Episode, key="episode_key", description="The episode.")
    def episode(self) -> Episode: ...


def _opaque(key: str) -> str:
    return blake2b(key.encode(), digest_size=12).hexdigest()


@extend(File)
class FileParts:
    @edge(part_reads.movie_parts_of_files, description="The parts of films that it is.")
    def movie_parts(self, rows: list[part_reads.MoviePart]) -> list[MoviePart]:
        return [MoviePart.of(row) for row in rows]

    @edge(
        part_reads.episode_parts_of_files,
        description="The parts of episodes that it is; a file may hold several episodes.",
    )
    def episode_parts(self, rows: list[part_reads.EpisodePart]) -> list[EpisodePart]:
        return [EpisodePart.of(row) for row in rows]


@extend(Stream)
@extend(VideoStream)
@extend(AudioStream)
@extend(SubtitleStream)
@extend(Attachment)
class StreamInFile:
    @edge(file_reads.files, shows=File, key="file_key", description="The media file that it belongs to.")
    def file(self) -> File: ...


@extend(SubtitleStream)
class SubtitleInFile:
    @edge(
        file_reads.files,
        shows=File,
        key="external_key",
        description="The file of its own; null where it has none.",
    )
    def external_file(self) -> File | None: ...


@extend(Version)
class VersionInFiles:
    @edge(part_reads.parts_of_versions, description="Its files, in the order in which they are played.")
    def parts(self, rows: list[part_reads.MoviePart]) -> list[MoviePart]:
        return [MoviePart.of(row) for row in rows]


@extend(Movie)
class MovieInFiles:
    @edge(file_reads.files_of_movies, shows=File, description="The files of all its editions and versions.")
    def files(self, where: WhichFiles = None) -> Connection[File]: ...


@extend(Episode)
class EpisodeInFiles:
    @edge(
        part_reads.parts_of_episodes,
        description="Its files, by version, in the order in which they are played.",
    )
    def parts(self, rows: list[part_reads.EpisodePart]) -> list[EpisodePart]:
        return [EpisodePart.of(row) for row in rows]


@extend(Library)
class LibraryInFiles:
    @edge(
        file_reads.files_of_libraries,
        shows=File,
        description="Its files, in the order in which they were found.",
    )
    def files(self, where: WhichFiles = None) -> Connection[File]: ...


@extend(Problem)
class ProblemInFiles:
    @edge(
        file_reads.files,
        shows=File,
        key="file_key",
        description="The file; null for a folder or an unknown file.",
    )
    def file(self) -> File | None: ...


@strawberry.type
class FileQuery:
    @requires(Permission.FILE_GET)
    @strawberry.field(description="A file by id; null where there is none.")
    async def file(
        self, info: Info, wanted: Annotated[strawberry.ID, argument("The file's id.", "id")]
    ) -> File | None:
        row = await info.context.load(file_reads.files, parse_key(wanted, "File"))
        return None if row is None else File.of(row)
