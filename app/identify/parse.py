"""Reads what a file is from its path below the library's root."""

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
