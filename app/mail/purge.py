"""What is forgotten of letters in time, and finding those that nobody has in hand."""

from sqlalchemy import text

from app.core.outbox import Tx
from app.mail.letters import DELIVER

KEPT_DAYS = 7
BATCH = 1000
PURGE = text(
    """
    DELETE FROM mail.letters WHERE created_at < now() - make_interval(days => CAST(:days AS int))
      AND (sent_at IS NOT NULL OR given_up_at IS NOT NULL)
    """
)
# Each letter has a job until it is over; this is for what no job was thought of.
STRAYS = text(
    """
    SELECT id FROM mail.letters l
    WHERE sent_at IS NULL AND given_up_at IS NULL AND due_at < now() - interval '15 minutes'
      AND (claimed_until IS NULL OR claimed_until < now())
      AND NOT EXISTS (
          SELECT FROM outbox.jobs
          WHERE name = :job AND failed_at IS NULL AND args = jsonb_build_array(CAST(l.id AS text))
      )
    ORDER BY due_at LIMIT CAST(:most AS int)
    """
)


async def purge(tx: Tx) -> int:
    """Forget letters of a week ago that were sent or given up; how many comes back."""
    return await tx.db.run(PURGE, days=KEPT_DAYS)


async def take_up_strays(tx: Tx) -> int:
    """Ask for letters to be sent that are long due while no job is about them; how many comes back."""
    strays = [row["id"] for row in await tx.db.rows(STRAYS, job=DELIVER.name, most=BATCH)]
    for letter_id in strays:
        tx.enqueue(DELIVER, letter_id)
    return len(strays)
