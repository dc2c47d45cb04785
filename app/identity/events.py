"""What is announced of people with accounts."""

from dataclasses import dataclass
from uuid import UUID

from app.core.events import Event


@dataclass(frozen=True)
class UserChanged(Event, name="identity.user_changed"):
    """A user was `added`, `updated`, `disabled`, `enabled` or `removed` (`change`)."""

    user_id: UUID
    change: str
