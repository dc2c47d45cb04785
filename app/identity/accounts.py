"""Accounts: made once, by the one whose they are or for them."""

from sqlalchemy import text

from app.core.db import Db

IS_EMPTY = text("SELECT NOT EXISTS (SELECT FROM identity.users)")


async def is_empty(db: Db) -> bool:
    """Whether nobody has an account yet."""
    return await db.value(IS_EMPTY)
