"""The part of a root that a scan is about, for statements."""

from dataclasses import dataclass
from uuid import UUID

# Folders compare byte by byte, and '0' follows '/'.
SCOPE = (
    "{table}.root_id = :root_id AND {table}.folder >= :folder AND {table}.folder < :until "
    "AND (:folder = '' OR {table}.folder = :folder OR starts_with({table}.folder, :folder || '/'))"
)
# Sorts behind every name.
LAST = chr(0x10FFFF)


@dataclass(frozen=True, slots=True)
class Scope:
    """A folder of a root with all below it."""

    root_id: UUID
    folder: str

    @property
    def params(self) -> dict[str, UUID | str]:
        """What a statement with SCOPE in it takes."""
        until = f"{self.folder}0" if self.folder else LAST
        return {"root_id": self.root_id, "folder": self.folder, "until": until}
