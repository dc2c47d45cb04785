"""What PostgreSQL says to values that it can't hold: a file's contents, not our statements, are at fault."""

import asyncpg

REFUSED = (asyncpg.DataError, asyncpg.ProgramLimitExceededError, asyncpg.IntegrityConstraintViolationError)
