"""Episodes that came to a season while it was another series', and stay with theirs when it goes back."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.catalog.facts import SeasonFacts
from app.catalog.tv.writes import save_seasons
from app.core.outbox import Tx

STRAYS = text(
    """
    SELECT e.id, e.series_id, e.season_number FROM tv.episodes e JOIN tv.seasons s ON s.id = e.season_id
    WHERE s.series_id <> e.series_id AND e.series_id = ANY(CAST(:series_ids AS uuid[]))
    """
)
BRING_HOME = text(
    """
    UPDATE tv.episodes AS e SET season_id = r.season_id
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(id uuid, season_id uuid) WHERE e.id = r.id
    """
)


async def bring_home(tx: Tx, series_ids: Sequence[UUID]) -> None:
    """Put episodes of these series that hang on a season of another into one of their own, made where it is new."""
    rows = await tx.db.rows(STRAYS, series_ids=list(series_ids))
    if not rows:
        return
    seasons = await save_seasons(tx, [(row["series_id"], SeasonFacts(row["season_number"])) for row in rows])
    homes = [{"id": row["id"], "season_id": seasons[row["series_id"], row["season_number"]]} for row in rows]
    await tx.db.run(BRING_HOME, rows=homes)
