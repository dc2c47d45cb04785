"""The roles that are always there; nobody renames or deletes them."""

from uuid import UUID

ADMIN = UUID(int=1)
MODERATOR = UUID(int=2)
USER = UUID(int=3)
GUEST = UUID(int=4)
