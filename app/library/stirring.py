"""From what the system tells to folders to scan, and from folders to as few scans as will do."""

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from watchfiles import Change

from app.identify.files import FileRole, classify
from app.library.notices import Notice
from app.library.read_folders import Root
from app.library.stirred import Stirred
from app.library.walk import IGNORE_MARKS, IGNORED, parent

# From so many notices at a time on, the system may have had to drop some (its queue holds 16,384).
MOST_NOTICES = 8000
# More folders than this become one.
MOST_FOLDERS = 200
MOST_SCANS = 10


@dataclass(frozen=True, slots=True)
class Planned:
    """A scan that looks at these folders. path: absolute; None for the whole library."""

    path: str | None
    folders: Sequence[Stirred]


def stirred_by(root: str, notices: Collection[Notice]) -> dict[str, set[str]]:
    """Folders below the root to scan, each with what stirred in it, all relative to the root. Looks at the disk.

    A file stirs its folder, a folder itself. What is no business of a library stirs nothing; what is gone may have
    been a folder.
    """
    stirred: dict[str, set[str]] = {}
    for change, path in notices:
        below = os.path.relpath(path, root)
        if below == "." or below.startswith("../") or not _is_storable(below):
            continue
        if (what := _stirred(root, change, below)) is not None:
            stirred.setdefault(what[0], set()).add(what[1])
    if len(stirred) > MOST_FOLDERS or len(notices) >= MOST_NOTICES:
        return {"": set().union(*stirred.values())}
    return stirred


def _is_storable(path: str) -> bool:
    try:
        return b"\0" not in path.encode()
    except UnicodeEncodeError:
        return False


def _stirred(root: str, change: Change, path: str) -> tuple[str, str] | None:
    """The folder to scan, and what to look at until it rests."""
    if path.rpartition("/")[2] in IGNORE_MARKS:
        return parent(path), parent(path)
    role = classify(path)
    if role not in IGNORED:
        return parent(path), path
    if role is not FileRole.OTHER or classify(f"{path}/x") is FileRole.HIDDEN:
        return None
    # A folder that only holds something new is told of as modified.
    if change is Change.deleted or (change is Change.added and (Path(root) / path).is_dir()):
        return path, path
    return None


def plan(
    due: Sequence[Stirred], roots: Mapping[UUID, Root], is_there: Mapping[tuple[UUID, str], bool]
) -> Planned:
    """The scan to make first, with the due folders that it covers.

    What is there comes before what is gone, so that a moved file is met at its new place while it still counts as
    present. Many folders of a root are scanned as the folders above them, or as the whole root.
    """
    if {folder.root_id for folder in due if not folder.folder} == set(roots):
        return Planned(None, due)
    first = min(due, key=lambda folder: (not is_there.get(folder.key, False), folder.folder))
    beside = [folder for folder in due if folder.root_id == first.root_id]
    top = _top({folder.folder for folder in beside}, first.folder)
    covered = [folder for folder in beside if is_within(folder.folder, top)]
    if not top and len(roots) == 1:
        return Planned(None, covered)
    root = roots[first.root_id].path
    return Planned(str(Path(root) / top) if top else root, covered)


def _top(folders: Collection[str], folder: str) -> str:
    """What to scan for the sake of one of these folders."""
    tops = {
        each for each in folders if not any(each != other and is_within(each, other) for other in folders)
    }
    if len(tops) > MOST_SCANS:
        tops = {each.partition("/")[0] for each in tops}
    if len(tops) > MOST_SCANS:
        return ""
    return next(each for each in tops if is_within(folder, each))


def is_within(folder: str, above: str) -> bool:
    """Whether it is the other folder, or lies in it."""
    return not above or folder == above or folder.startswith(f"{above}/")
