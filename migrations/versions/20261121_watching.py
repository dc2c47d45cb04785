"""watched libraries"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATUSES = "'queued', 'running', 'awaiting_confirmation', 'removing', 'completed', 'failed', 'cancelled'"


def upgrade() -> None:
    _set_statuses(STATUSES, running="'queued', 'running', 'removing'")
    op.create_index(
        "uq_scans_awaiting",
        "scans",
        ["library_id"],
        unique=True,
        schema="library",
        postgresql_where="status = 'awaiting_confirmation'",
    )
    op.add_column("roots", sa.Column("device", sa.BigInteger()), schema="library")
    op.add_column("scans", sa.Column("asked_at", sa.DateTime(timezone=True)), schema="library")
    op.create_table(
        "removals",
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scan_id"], ["library.scans.id"], name=op.f("fk_removals_scan_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["library.files.id"], name=op.f("fk_removals_file_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("scan_id", "file_id", name=op.f("pk_removals")),
        schema="library",
    )
    op.create_index("ix_removals_file_id", "removals", ["file_id"], schema="library")


def downgrade() -> None:
    op.drop_table("removals", schema="library")
    op.drop_column("roots", "device", schema="library")
    op.drop_column("scans", "asked_at", schema="library")
    op.drop_index("uq_scans_awaiting", "scans", schema="library")
    op.execute(
        "UPDATE library.scans SET status = 'cancelled', finished_at = now()"
        " WHERE status IN ('awaiting_confirmation', 'removing')"
    )
    _set_statuses("'queued', 'running', 'completed', 'failed', 'cancelled'", running="'queued', 'running'")


def _set_statuses(statuses: str, *, running: str) -> None:
    """running: of which a library has no more than one."""
    op.drop_constraint(op.f("ck_scans_status"), "scans", schema="library")
    op.create_check_constraint(op.f("ck_scans_status"), "scans", f"status IN ({statuses})", schema="library")
    op.drop_index("uq_scans_running", "scans", schema="library")
    op.create_index(
        "uq_scans_running",
        "scans",
        ["library_id"],
        unique=True,
        schema="library",
        postgresql_where=f"status IN ({running})",
    )
