"""The files that a person decides about, and what they are so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.core.db import Db
from app.core.errors import Invalid, NotFound
from app.library.walk import join

MOST_FILES = 1000
FILES = text(
    """
    SELECT f.id, f.library_id, l.kind, f.role, f.folder, f.name, m.movie_id, m.edition, e.series_id, e.season,
        e.numbers, x.movie_id AS extra_movie_id, x.series_id AS extra_series_id, d.edition AS decided_edition
    FROM library.files f JOIN library.libraries l ON l.id = f.library_id
    LEFT JOIN LATERAL (
        SELECT n.movie_id, n.name AS edition FROM library.movie_parts p JOIN movies.versions v ON v.id = p.version_id
        JOIN movies.editions n ON n.id = v.edition_id WHERE p.file_id = f.id ORDER BY p.id LIMIT 1) m ON true
    LEFT JOIN LATERAL (
        SELECT t.series_id, t.season_number AS season, array_agg(t.number ORDER BY t.number) AS numbers
        FROM library.episode_parts p JOIN tv.episodes t ON t.id = p.episode_id
        WHERE p.file_id = f.id GROUP BY t.series_id, t.season_number ORDER BY t.season_number LIMIT 1) e ON true
    LEFT JOIN library.extras x ON x.file_id = f.id
    LEFT JOIN library.decisions d ON d.file_id = f.id
    WHERE f.id = ANY(CAST(:ids AS uuid[]))
    """
)


@dataclass(frozen=True, slots=True)
class Subject:
    """A file and what it is. kind: of its library, movie or tv. edition: of its film, empty for the ordinary one.

    season, numbers: of its episodes, of which a dated one has the number None. decided_edition: None where its name
    says which it is.
    """

    file_id: UUID
    library_id: UUID
    kind: str
    role: str
    folder: str
    name: str
    movie_id: UUID | None
    edition: str | None
    series_id: UUID | None
    season: int | None
    numbers: list[int | None] | None
    extra_movie_id: UUID | None
    extra_series_id: UUID | None
    decided_edition: str | None

    @property
    def path(self) -> str:
        return join(self.folder, self.name)

    @property
    def is_video(self) -> bool:
        return self.role == "video"

    @property
    def episodes(self) -> tuple[int, ...] | None:
        """Its episodes' numbers, if all have one."""
        numbers = [number for number in self.numbers or () if number is not None]
        return tuple(numbers) if numbers and len(numbers) == len(self.numbers or ()) else None


PLAYABLE = ("video", "trailer", "sample", "extra")


async def subjects(db: Db, file_ids: Sequence[UUID], *, field: str = "fileIds") -> list[Subject]:
    """In the order given, each once; one statement.

    Raises Invalid for none, for more than 1000 and for what is no video; NotFound.
    """
    wanted = list(dict.fromkeys(file_ids))
    if not wanted:
        raise Invalid(field, "Give at least one file.")
    if len(wanted) > MOST_FILES:
        raise Invalid(field, f"At most {MOST_FILES} files at a time.")
    found = {row["id"]: Subject(*row) for row in await db.rows(FILES, ids=wanted)}
    for place, file_id in enumerate(wanted):
        if file_id not in found:
            raise NotFound("file", file_id)
        if found[file_id].role not in PLAYABLE:
            raise Invalid(f"{field}.{place}", f"{found[file_id].name} is no video.")
    return [found[file_id] for file_id in wanted]


def named(files: Sequence[Subject]) -> str:
    """How a sentence calls them."""
    return files[0].name if len(files) == 1 else f"{len(files)} files"
