"""What went wrong, as one line for the person at the terminal."""

import os
from typing import cast

import asyncpg
from redis.exceptions import RedisError

from app.core.config import ConfigError
from app.core.errors import AppError


class Trouble(Exception):
    """Something outside of us is not as it has to be; the text is one line, fit for a terminal."""


def database_trouble(error: Exception) -> Trouble:
    """Why PostgreSQL can't be used, and what to do about it. Never tells the password."""
    match error:
        case asyncpg.InvalidPasswordError() | asyncpg.InvalidAuthorizationSpecificationError():
            return Trouble(f"PostgreSQL lets nobody in by MARQUEE_DATABASE_URL: {error}.")
        case asyncpg.InvalidCatalogNameError():
            return Trouble(
                f"PostgreSQL has no such database: {error}. Create it, or mend MARQUEE_DATABASE_URL."
            )
        case (
            asyncpg.UndefinedTableError() | asyncpg.InvalidSchemaNameError() | asyncpg.UndefinedColumnError()
        ):
            return Trouble(f"The database is not migrated ({error}). Run `marquee migrate`.")
        case TimeoutError():
            return Trouble("PostgreSQL does not answer. Is MARQUEE_DATABASE_URL right, and the server up?")
        case OSError():
            return Trouble(f"PostgreSQL can't be reached ({_reason(error)}). Is MARQUEE_DATABASE_URL right?")
        case _:
            return Trouble(f"PostgreSQL can't be used: {_first_line(error)}")


def one_line(error: BaseException) -> str | None:
    """The error in plain words; None where it is a bug."""
    match error := innermost(error):
        case AppError() | ConfigError() | Trouble():
            return _first_line(error)
        case asyncpg.PostgresError() | asyncpg.InterfaceError():
            return str(database_trouble(error))
        case RedisError():
            return f"Redis can't be used: {_first_line(error)}"
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            return f"{where}{_reason(error)}."
        case _:
            return None


def innermost(error: BaseException) -> BaseException:
    """The first error in a group, or the error itself."""
    while isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        error = group.exceptions[0]
    return error


def _reason(error: OSError) -> str:
    text = os.strerror(error.errno) if error.errno else str(error)
    return (text or type(error).__name__).rstrip(".").lower()


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), "") or type(error).__name__
