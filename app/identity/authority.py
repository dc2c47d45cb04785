"""What somebody with an account may do and see."""

from dataclasses import dataclass
from uuid import UUID

from app.access.bounds import access_of
from app.access.grants import grants_of
from app.access.permissions import Permission
from app.access.rule import Access
from app.core.db import Db
from app.identity.enforcement import must_enrol

# What those may do who have to set up a second factor first, as far as they may do it anyway.
WHILE_ENROLLING = frozenset({Permission.SIGN_IN, Permission.SELF_READ, Permission.SELF_UPDATE})


@dataclass(frozen=True, slots=True)
class Authority:
    """must_enrol: whether there is so little because they have to set up a second factor first."""

    permissions: frozenset[Permission]
    access: Access
    must_enrol: bool = False


async def authority_of(db: Db, user_id: UUID) -> Authority:
    """As the database has it now."""
    grants, access = await grants_of(db, user_id), await access_of(db, user_id)
    if await must_enrol(db, user_id, by_role=grants.requires_second_factor):
        return Authority(grants.permissions & WHILE_ENROLLING, access, must_enrol=True)
    return Authority(grants.permissions, access)
