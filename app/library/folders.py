"""Folders that may become roots of a library: checked on the disk, before anything is written."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NewType

from app.core.errors import Invalid

# An absolute path without links, `.` and `..`, of a folder that can be read.
Folder = NewType("Folder", str)

MOST = 100


class Overlap(Invalid):
    """A folder that another one holds, or is held by. without_paths: the same for those who may not know paths."""

    def __init__(self, field: str, message: str, without_paths: str) -> None:
        super().__init__(field, message)
        self.without_paths = without_paths


def folders(paths: Sequence[str], field: str) -> list[Folder]:
    """The folders that these paths mean, links resolved. Looks at the disk: call it in a thread.

    Raises Invalid for `field` and the place in it of a path that is no absolute path of a readable folder, or that
    lies in another one of them, or for more than 100 paths.
    """
    if len(paths) > MOST:
        raise Invalid(field, f"At most {MOST} folders at a time.")
    found: list[Folder] = []
    for place, path in enumerate(paths):
        here = f"{field}.{place}"
        folder = _folder(path, here)
        if other := overlapping(folder, found):
            message = f"{path} and {other} overlap: one of them is enough."
            raise Overlap(here, message, f"{path} overlaps with another of these: one of them is enough.")
        found.append(folder)
    return found


def overlapping(path: str, others: Iterable[str]) -> str | None:
    """The first of the other folders that is the same as the path, above it or below it."""
    return next((other for other in others if _is_below(path, other) or _is_below(other, path)), None)


def _is_below(path: str, above: str) -> bool:
    return Path(path).is_relative_to(above)


def _folder(path: str, field: str) -> Folder:
    if "\0" in path:
        raise Invalid(field, "A path can't hold a NUL character.")
    if not Path(path).is_absolute():
        raise Invalid(field, f"{path!r} is not an absolute path.")
    try:
        resolved = Path(path).resolve(strict=True)
        resolved.as_posix().encode()
        with os.scandir(resolved) as entries:
            next(entries, None)
    except UnicodeEncodeError as error:
        raise Invalid(field, "The path is not valid UTF-8.") from error
    except FileNotFoundError as error:
        raise Invalid(field, f"There is no folder {path}.") from error
    except NotADirectoryError as error:
        raise Invalid(field, f"{path} is not a folder.") from error
    except (OSError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise Invalid(field, f"{path} can't be read: {reason or error}.") from error
    return Folder(str(resolved))
