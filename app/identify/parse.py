"""Reads what a file is from its path below the library's root."""

from collections.abc import Sequence

from app.identify import together
from app.identify.kinds import LibraryKind
from app.identify.movies import read_film
from app.identify.reading import Reading
from app.identify.television import read_episode

_DEEPEST = 12


def read(path: str, kind: LibraryKind) -> Reading:
    """path: relative to the library's root, `/` between its parts; a bare file name will do. Never raises."""
    *parents, name = _parts(path) or [""]
    parents = parents[-_DEEPEST:]
    return read_film(parents, name) if kind is LibraryKind.MOVIE else read_episode(parents, name)


def read_together(folder: str, names: Sequence[str], kind: LibraryKind) -> list[Reading]:
    """All the videos of one folder, each judged beside the others; answers in the order of the names. Never raises.

    A name is read as `read` would, unless its siblings speak against that: which number changes among them, where
    seasons begin, in which order days are written, which year a title has.
    folder: relative to the library's root, empty for the root itself.
    """
    parents = _parts(folder)[-_DEEPEST:]
    bare_names = [(_parts(name) or [""])[-1] for name in names]
    if kind is LibraryKind.MOVIE:
        return together.read_films(parents, bare_names)
    return together.read_episodes(parents, bare_names)


def _parts(path: str) -> list[str]:
    return [part for part in path.replace("\\", "/").split("/") if part.strip(" .")]
