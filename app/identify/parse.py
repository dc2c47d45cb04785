"""Reads what a file is from its path below the library's root."""

from collections.abc import Sequence

from app.identify import extensions, together
from app.identify.kinds import LibraryKind
from app.identify.movies import read_film
from app.identify.reading import Reading
from app.identify.television import read_episode
from app.identify.text import LONGEST
from app.identify.titles import doubted

_DEEPEST = 12


def read(path: str, kind: LibraryKind) -> Reading:
    """path: relative to the library's root, `/` between its parts; a bare file name will do. Never raises."""
    *parents, name = _parts(path) or [""]
    parents = parents[-_DEEPEST:]
    return doubted(read_film(parents, name) if kind is LibraryKind.MOVIE else read_episode(parents, name))


def read_together(folder: str, names: Sequence[str], kind: LibraryKind) -> list[Reading]:
    """All the videos of one folder, each judged beside the others; answers in the order of the names. Never raises.

    A name is read as `read` would, unless its siblings speak against that: which number changes among them, where
    seasons begin, in which order days are written, which year a title has.
    folder: relative to the library's root, empty for the root itself.
    """
    parents = _parts(folder)[-_DEEPEST:]
    bare_names = [(_parts(name) or [""])[-1] for name in names]
    read_all = together.read_films if kind is LibraryKind.MOVIE else together.read_episodes
    return [doubted(reading) for reading in read_all(parents, bare_names)]


def _parts(path: str) -> list[str]:
    """Folders and name, each cut to a bounded length, so that a hostile one can't ask for more than bounded work."""
    parts = path.replace("\\", "/").split("/")
    return [part if len(part) <= LONGEST else _cut(part) for part in parts if part.strip(" .")]


def _cut(name: str) -> str:
    stem, extension = extensions.split(name)
    return f"{stem[:LONGEST]}.{extension}" if extension else name[:LONGEST]
