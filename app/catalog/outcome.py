"""What became of the works that a write was handed."""

from dataclasses import dataclass, field
from uuid import UUID

from app.catalog.match import How, Known


@dataclass(frozen=True, slots=True)
class Outcome:
    """id: of the work in the catalog. is_new: made by this write. is_changed: known, and renewed by it.

    speaks: whether what was said of it was said of this work. how: by what it was found. others: works that might have
    been meant instead, as they were before this write.
    """

    id: UUID
    is_new: bool
    is_changed: bool
    speaks: bool = field(default=True, compare=False)
    how: How = field(default=How.NEW, compare=False)
    others: tuple[Known, ...] = field(default=(), compare=False)
