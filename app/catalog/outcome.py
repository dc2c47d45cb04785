"""What became of the works that a write was handed."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Outcome:
    """id: of the work in the catalog. is_new: made by this write. is_changed: known, and renewed by it."""

    id: UUID
    is_new: bool
    is_changed: bool
