"""Which works exist for a viewer."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Access:
    """What a viewer's grants and limits come to.

    library_ids: works of these libraries only; None for all, also those that come later.
    """

    library_ids: tuple[UUID, ...] | None = None


EVERYTHING = Access()
NOTHING = Access(library_ids=())
