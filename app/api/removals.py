"""What a scan asks to forget, in the graph."""

import strawberry

from app.api.edge import edge, extend
from app.api.files import File, WhichFiles
from app.api.library import Scan
from app.api.pagination import Connection, connect
from app.core.paging import Slice
from app.library import file_reads, removal_reads


@strawberry.type(description="Works that a library would lose, since no other file of it holds them.")
class LostWorks:
    movie_count: int = strawberry.field(description="Films.")
    series_count: int = strawberry.field(description="Series.")
    episode_count: int = strawberry.field(description="Episodes, those of lost series included.")


@extend(Scan)
class ScanInFiles:
    @edge(
        removal_reads.removals_of_scans,
        description="Files that it would forget, and asks about; none where it doesn't ask. In the order in which they"
        " were found.",
    )
    def removals(self, rows: Slice[file_reads.File], where: WhichFiles = None) -> Connection[File]:
        return connect(rows, File.of)

    @edge(removal_reads.works_lost_by_scans, description="What the library would lose with `removals`.")
    def works_to_remove(self, row: removal_reads.LostWorks) -> LostWorks:
        return LostWorks(movie_count=row.movies, series_count=row.series, episode_count=row.episodes)
