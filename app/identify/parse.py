"""Reads what a file is from its path below the library's root."""

from collections.abc import Sequence

from app.identify.kinds import LibraryKind
from app.identify.movies import read_film
from app.identify.reading import Reading
from app.identify.television import read_episode

_DEEPEST = 12


def read(path: str, kind: LibraryKind) -> Reading:
    """path: relative to the library's root, `/` between its parts; a bare file name will do. Never raises."""
    *parents, name = [part for part in path.replace("\\", "/").split("/") if part.strip(" .")] or [""]
    parents = parents[-_DEEPEST:]
    return read_film(parents, name) if kind is LibraryKind.MOVIE else read_episode(parents, name)


def read_together(folder: str, names: Sequence[str], kind: LibraryKind) -> list[Reading]:
    """All the videos of one folder, each judged beside the others; answers in the order of the names. Never raises.

    folder: relative to the library's root, empty for the root itself.
    """
    return [read(f"{folder}/{name}", kind) for name in names]
