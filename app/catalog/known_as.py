"""Further titles by which works are found, beside their own, original and translated ones."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import text

from app.core.outbox import Tx

MOST_TITLES = 100
LONGEST_TITLE = 200
_TABLES = {"movie": "movies.movies", "series": "tv.series"}
# Held in the order of their ids, so that nobody waits in a circle.
_SAVE = {
    kind: text(
        f"""
        WITH held AS (
            SELECT w.id, r.known_as
            FROM {table} w JOIN jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(id uuid, known_as text[]) ON r.id = w.id
            WHERE w.known_as <> r.known_as
            ORDER BY w.id FOR NO KEY UPDATE OF w
        )
        UPDATE {table} AS w SET known_as = held.known_as FROM held WHERE w.id = held.id
        """  # noqa: S608
    )
    for kind, table in _TABLES.items()
}


async def save_known_as(tx: Tx, kind: str, titles: Mapping[UUID, Sequence[str]]) -> None:
    """Search finds the films (`movie`) or series by these from now on, and no more by those of before. One statement.

    Of each work at most 100 titles of 200 characters.
    """
    if not titles:
        return
    rows = [
        {"id": work_id, "known_as": list(dict.fromkeys(each[:LONGEST_TITLE] for each in said))[:MOST_TITLES]}
        for work_id, said in titles.items()
    ]
    await tx.db.run(_SAVE[kind], rows=rows)
