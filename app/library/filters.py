"""What files and problems can be filtered by."""

from sqlalchemy import Boolean

from app.catalog.filters import Fields, comparable, textual
from app.library.tables import FileRow, ProblemRow

FILE_FILTERS = Fields(
    {
        "id": comparable(FileRow.id),
        "role": comparable(FileRow.role),
        "is_missing": lambda _, binds: FileRow.missing_since.is_not(None) == binds.next(Boolean()),
        "folder": textual(FileRow.folder),
        "name": textual(FileRow.name),
        "container": textual(FileRow.container),
        "added_at": comparable(FileRow.added_at),
    }
)
PROBLEM_FILTERS = Fields(
    {
        "reason": comparable(ProblemRow.reason),
        "path": textual(ProblemRow.path),
        "found_at": comparable(ProblemRow.found_at),
    }
)
