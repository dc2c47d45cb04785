"""What somebody with an account may do and see."""

from dataclasses import dataclass
from uuid import UUID

from app.access.bounds import access_of
from app.access.grants import permissions_of
from app.access.permissions import Permission
from app.access.rule import Access
from app.core.db import Db


@dataclass(frozen=True, slots=True)
class Authority:
    permissions: frozenset[Permission]
    access: Access


async def authority_of(db: Db, user_id: UUID) -> Authority:
    """As the database has it now."""
    return Authority(await permissions_of(db, user_id), await access_of(db, user_id))
