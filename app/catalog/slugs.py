"""Readable, unique names for addresses."""

from collections.abc import Collection
from uuid import UUID


def unique_slug(wanted: str, taken: Collection[str], work_id: UUID) -> str:
    """The wanted slug, or with the end of the work's id where another work has it."""
    return wanted if wanted not in taken else f"{wanted}-{work_id.hex[-8:]}"
