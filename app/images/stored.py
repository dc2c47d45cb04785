"""What a store says of something it keeps."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """used_at: when it was written or, where that is known, last asked for."""

    key: str
    size_bytes: int
    used_at: datetime
