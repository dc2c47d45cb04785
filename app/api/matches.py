"""The match ledger in the graph: what files were taken for, and what a person should decide about."""

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.edge import edge, extend, root
from app.api.files import File
from app.api.filters import Filter, FloatFilter, StringFilter, argument, choices, condition, is_given
from app.api.library import Library, LibraryKind
from app.api.movies import Movie
from app.api.node import Node, global_id, parse_key, refetched_by
from app.api.pagination import Connection, connect
from app.api.prices import priced
from app.api.requires import requires
from app.api.tv import Episode, Series
from app.catalog.filters import Where
from app.catalog.movies import reads as movies
from app.catalog.tv import reads as tv
from app.core.errors import Invalid
from app.core.paging import Slice
from app.library import file_reads, match_reads, reads
from app.library.match_search import Wanted, search_matches, wanted_of_file, works_like_files


@strawberry.enum(description="How far it is known what a file holds.")
class MatchStatus(Enum):
    MATCHED = strawberry.enum_value("matched", description="It is known, or a person said so.")
    UNCERTAIN = strawberry.enum_value("uncertain", description="It was taken for a work that it may not be.")
    UNMATCHED = strawberry.enum_value("unmatched", description="It holds no work, as far as is known.")


@strawberry.enum(description="Who said what a file holds.")
class DecidedBy(Enum):
    FILE = strawberry.enum_value("file", description="The names of the file and its folders.")
    NFO = strawberry.enum_value("nfo", description="An NFO file.")
    HUMAN = strawberry.enum_value("human", description="A person. No scan ever says otherwise.")


@strawberry.type(description="A work that a file may hold.")
class MatchCandidate:
    movie_key: strawberry.Private[UUID | None]
    series_key: strawberry.Private[UUID | None]
    title: str = strawberry.field(description="Its title.")
    year: int | None = strawberry.field(description="Its year.")
    score: float = strawberry.field(description="How likely it is meant, from 0 to 1.")
    evidence: list[str] = strawberry.field(description="Why, in sentences.")

    @classmethod
    def of(cls, row: match_reads.Candidate) -> "MatchCandidate":
        return cls(
            movie_key=row.movie_id,
            series_key=row.series_id,
            title=row.title,
            year=row.year,
            score=row.score,
            evidence=list(row.evidence),
        )

    @edge(movies.movies, key="movie_key", description="The film, if it is one and still there.")
    def movie(self, row: movies.Movie | None) -> Movie | None:
        return None if row is None else Movie.of(row)

    @edge(tv.series, key="series_key", description="The series, if it is one and still there.")
    def series(self, row: tv.Series | None) -> Series | None:
        return None if row is None else Series.of(row)


@refetched_by(match_reads.matches, Permission.CONTENT_MODERATE)
@strawberry.type(description="What a video was taken for, how sure that is, and why.")
class Match(Node):
    row: strawberry.Private[match_reads.Match]
    library_key: strawberry.Private[UUID]
    status: MatchStatus = strawberry.field(description="How far it is known what it holds.")
    score: float = strawberry.field(description="How sure that is, from 0 to 1.")
    evidence: list[str] = strawberry.field(description="Why, in sentences.")
    decided_by: DecidedBy = strawberry.field(description="Who said so.")
    decided_at: datetime = strawberry.field(description="When it was last said.")

    @classmethod
    def of(cls, row: match_reads.Match) -> "Match":
        return cls(
            id=global_id("Match", row.file_id),
            key=row.file_id,
            row=row,
            library_key=row.library_id,
            status=MatchStatus(row.status),
            score=row.score,
            evidence=row.evidence,
            decided_by=DecidedBy(row.decided_by),
            decided_at=row.decided_at,
        )

    @edge(reads.libraries, key="library_key", description="Other works that may be meant, the best first.")
    def candidates(self, library: reads.Library) -> list[MatchCandidate]:
        found = self.row.candidates_of(is_film=library.kind == "movie")
        return [MatchCandidate.of(each) for each in found]

    @edge(
        works_like_files,
        description="Works whose title in any language is like what the file's name says, the best first: searched"
        " for whenever it is asked for.",
    )
    def similar(
        self,
        found: list[match_reads.Candidate],
        first: Annotated[int, argument("How many at most, 1 to 50.")] = 5,
    ) -> list[MatchCandidate]:
        return [MatchCandidate.of(each) for each in found]

    @edge(file_reads.files, description="The file.")
    def file(self, row: file_reads.File) -> File:
        return File.of(row)

    @edge(match_reads.movies_of_files, description="The film that it holds; null where it holds none.")
    def movie(self, row: movies.Movie | None) -> Movie | None:
        return None if row is None else Movie.of(row)

    @edge(match_reads.series_of_files, description="The series of its episodes; null where it holds none.")
    def series(self, row: tv.Series | None) -> Series | None:
        return None if row is None else Series.of(row)

    @edge(match_reads.episodes_of_files, description="The episodes that it holds, in order.")
    def episodes(self, rows: list[tv.Episode]) -> list[Episode]:
        return [Episode.of(row) for row in rows]


@extend(File)
class FileMatch:
    @edge(match_reads.matches, description="What it was taken for; null for what is no film or episode.")
    def match(self, row: match_reads.Match | None) -> Match | None:
        return None if row is None else Match.of(row)


@strawberry.input(description="Conditions on how far it is known what a file holds.")
class MatchStatusFilter(Filter):
    eq: MatchStatus | None = condition("Is this.")
    in_: list[MatchStatus] | None = condition("Is one of these.", "in")

    def plain(self) -> Where:
        return choices(self)


@strawberry.input(description="Which matches; all conditions have to hold.")
class MatchFilter(Filter):
    status: MatchStatusFilter | None = condition("How far it is known what the file holds.")
    score: FloatFilter | None = condition("How sure that is, from 0 to 1.")
    folder: StringFilter | None = condition("The folder that the file lies in, below the library's.")
    name: StringFilter | None = condition("The file's name with the extension.")
    and_: list["MatchFilter"] | None = condition("All of these hold too.", "and")
    or_: list["MatchFilter"] | None = condition("At least one of these holds too.", "or")
    not_: "MatchFilter | None" = condition("This doesn't hold.", "not")


@strawberry.type
class MatchQuery:
    @requires(Permission.CONTENT_MODERATE)
    @root(
        match_reads.match_queue,
        ids={"library_id": "Library"},
        description="What a person should look at in a library: videos of which it is uncertain or unknown what they"
        " hold, the most certain first. Whatever a person decided about is not in it.",
    )
    def match_queue(
        self,
        rows: Slice[match_reads.Match],
        library_id: Annotated[strawberry.ID, argument("The library.")],
        where: Annotated[MatchFilter | None, argument("Which of them.", "filter")] = None,
    ) -> Connection[Match]:
        return connect(rows, Match.of)

    @requires(Permission.CONTENT_MODERATE)
    @priced(statements=5)
    @strawberry.field(
        description="Films or series whose title in any language is like the one searched for, the best first; by what"
        " a file's name says, unless told otherwise."
    )
    async def search_matches(
        self,
        info: Info,
        file_id: Annotated[
            strawberry.ID | None, argument("The file that a work is searched for.")
        ] = strawberry.UNSET,
        kind: Annotated[
            LibraryKind | None, argument("What is searched for, where there is no file.")
        ] = strawberry.UNSET,
        title: Annotated[
            str | None, argument("The title; needed where there is no file.", "text")
        ] = strawberry.UNSET,
        year: Annotated[int | None, argument("Its year; what is near it comes first.")] = strawberry.UNSET,
        first: Annotated[int, argument("How many at most, 1 to 50.")] = 10,
    ) -> list[MatchCandidate]:
        said, when = title or None, year if is_given(year) else None
        if file_id:
            key = parse_key(file_id, "File", "fileId")
            wanted = await wanted_of_file(info.context.db, key, said, when)
        elif is_given(kind) and kind is not None:
            wanted = Wanted(str(kind.value), said or "", when)
        else:
            raise Invalid("kind", "Give a file, or say what is searched for.")
        found = await search_matches(info.context.db, wanted, first=first)
        return [MatchCandidate.of(each) for each in found]


@extend(Library)
class LibraryMatches:
    @edge(
        match_reads.open_matches,
        name="uncertainMatchCount",
        description="How many of its videos a person should look at, as `matchQueue` lists them.",
    )
    def uncertain_match_count(self, count: int) -> int:
        return count
