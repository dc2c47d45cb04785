"""What the process that reads names does; it loads nothing else, so that it is soon there."""

from collections.abc import Sequence

from app.identify.kinds import LibraryKind
from app.identify.parse import read_together
from app.identify.reading import Reading

# A folder's path, and the names of all its videos.
Names = tuple[str, list[str]]


def read_names(folders: Sequence[Names], kind: LibraryKind) -> list[list[Reading]]:
    return [read_together(folder, names, kind) for folder, names in folders]
