"""How many rows there are in all, counted once for each state of the database."""

import re
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol

MOST = 2000
MOST_ARGUMENT_CHARS = 2000
# What isn't the same for the same rows.
_OF_THE_MOMENT = re.compile(
    r"\b(now|random|gen_random_uuid|nextval|currval|timeofday|\w+_timestamp|current_\w+|localtime\w*)\b",
    re.IGNORECASE,
)


class Asked(Protocol):
    """What runs a statement by itself, and not in the midst of a transaction."""

    async def fetchrow(self, query: str, *args: Any, record_class: Any = None) -> Any: ...
    async def fetchval(self, query: str, *args: Any) -> Any: ...


class Counts:
    """Of what was counted, the number and the snapshot in which it was: PostgreSQL's list of the transactions whose
    rows a statement sees. Where it is the same, so are all rows, and PostgreSQL says so instead of counting. A
    standby that took over, or a database that was restored, numbers its transactions anew: with the snapshot goes
    when the server was started.

    One statement each time, and never a number that isn't so: nothing has to be told of changes.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], tuple[str, int]] = OrderedDict()
        self.held = self.counted = 0

    async def count(self, asked: Asked, sql: str, args: Sequence[Any]) -> int:
        """The number that the statement answers. sql: with one column of one row."""
        either, key = _counted_unless_known(sql, len(args)), (sql, repr(args))
        if either is None or len(key[1]) > MOST_ARGUMENT_CHARS:
            return await asked.fetchval(sql, *args)
        snapshot, number = self._known.get(key, ("", 0))
        now, found = await asked.fetchrow(either, *args, snapshot)
        if now == snapshot:
            self.held += 1
            return number
        self.counted += 1
        self._known[key] = (now, found)
        self._known.move_to_end(key)
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return found


@lru_cache(maxsize=1024)
def _counted_unless_known(sql: str, args: int) -> str | None:
    """Of a CASE, PostgreSQL runs the subquery only where it comes to it. None for what differs by the moment."""
    if _OF_THE_MOMENT.search(sql):
        return None
    return (
        f"SELECT s.now, CASE WHEN s.now = ${args + 1} THEN NULL ELSE ({sql}) END"  # noqa: S608
        " FROM (SELECT CAST(pg_current_snapshot() AS text) || ' ' || CAST(pg_postmaster_start_time() AS text)"
        " AS now) s"
    )
