"""What changed in a folder since it was last stored. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from app.identify.files import FileRole
from app.library.walk import Entry, Listing


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as the database knows it. is_read: False for a video that was stored before its folder's works were.

    is_left_alone: whether reading it went so wrong that it is not tried again until it changes. library_id, root_id,
    content_hash, decided_role (what a person said that it is for): given of a file that may have been moved.
    """

    id: UUID
    folder: str
    name: str
    role: str
    size_bytes: int
    mtime_ns: int
    inode: int
    is_missing: bool
    is_read: bool = True
    is_left_alone: bool = False
    library_id: UUID | None = None
    root_id: UUID | None = None
    content_hash: int | None = None
    decided_role: str | None = None


@dataclass(slots=True)
class Changes:
    """new, changed and back (had vanished) are to be opened, moved (from elsewhere) and unread only named.

    same is as it was, gone is not there any more.
    """

    new: list[Entry] = field(default_factory=list)
    changed: list[tuple[Stored, Entry]] = field(default_factory=list)
    moved: list[tuple[Stored, Entry]] = field(default_factory=list)
    back: list[tuple[Stored, Entry]] = field(default_factory=list)
    unread: list[tuple[Stored, Entry]] = field(default_factory=list)
    same: list[tuple[Stored, Entry]] = field(default_factory=list)
    gone: list[Stored] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.changed or self.moved or self.back or self.unread or self.gone)


Decided = Mapping[tuple[str, str], FileRole]
NOTHING: Decided = {}


def compare(listing: Listing, stored: Sequence[Stored], decided: Decided = NOTHING) -> Changes:
    """stored: the files that the database has in the listing's folder. An incomplete listing changes nothing.

    decided: by folder and name, what a person said that files are for, whatever their names say.
    """
    changes = Changes()
    if not listing.is_complete:
        return changes
    known = {file.name: file for file in stored}
    for entry in listing.entries:
        file = known.pop(entry.name, None)
        if (role := decided.get((listing.folder, entry.name))) is not None:
            entry = replace(entry, role=role)  # noqa: PLW2901
        if file is None:
            changes.new.append(entry)
        elif not _is_same(file, entry):
            changes.changed.append((file, entry))
        elif file.is_missing:
            changes.back.append((file, entry))
        elif not file.is_read:
            changes.unread.append((file, entry))
        else:
            changes.same.append((file, entry))
    changes.gone = [
        file for file in known.values() if not file.is_missing and file.name not in listing.unclear
    ]
    return changes


def _is_same(file: Stored, entry: Entry) -> bool:
    """By size, time of change and inode; a role that a newer version reads otherwise counts as a change."""
    return (file.size_bytes, file.mtime_ns, file.inode, file.role) == (
        entry.size_bytes,
        entry.mtime_ns,
        entry.inode,
        entry.role.value,
    )
