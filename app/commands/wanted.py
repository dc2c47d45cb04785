"""The libraries that `marquee up` is told to have."""

from dataclasses import dataclass
from pathlib import Path

from app.core.config import Config
from app.core.plain import Trouble


@dataclass(frozen=True, slots=True)
class Wanted:
    """A library that there should be."""

    name: str
    kind: str
    path: Path


def wanted_libraries(config: Config, media: Path | None) -> list[Wanted]:
    """Those that the command and the configuration name. Raises Trouble where a folder of media has none in it."""
    found = below(media.expanduser().absolute(), "") if media else []
    if media and not found:
        raise Trouble(f"{media} has no folder movies/ and no folder tv/ in it.")
    kinds = {library.kind for library in found}
    for name, kind, path in (("Movies", "movie", config.media_movies), ("TV", "tv", config.media_tv)):
        if path and kind not in kinds:
            found.append(Wanted(name, kind, Path(path).expanduser().absolute()))
    return found


def below(folder: Path, prefix: str) -> list[Wanted]:
    """The libraries in a folder with `movies` and `tv` in it, in any case. Raises Trouble where it is no folder."""
    known = {"movies": ("Movies", "movie"), "tv": ("TV", "tv")}
    if not folder.is_dir():
        raise Trouble(f"There is no folder {folder}.")
    return [
        Wanted(prefix + known[path.name.lower()][0], known[path.name.lower()][1], path)
        for path in sorted(folder.iterdir())
        if path.name.lower() in known and path.is_dir()
    ]
