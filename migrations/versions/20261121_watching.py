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
    op.add_column(
        "libraries", sa.Column("watch", sa.Text(), nullable=False, server_default="auto"), schema="library"
    )
    op.create_check_constraint(
        op.f("ck_libraries_watch"),
        "libraries",
        "watch IN ('auto', 'events', 'polling', 'off')",
        schema="library",
    )
    op.create_table(
        "watches",
        sa.Column("library_id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.Uuid(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mode", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("message", sa.Text()),
        sa.CheckConstraint("mode IN ('events', 'polling')", name=op.f("ck_watches_mode")),
        sa.CheckConstraint("state IN ('starting', 'watching', 'offline')", name=op.f("ck_watches_state")),
        sa.ForeignKeyConstraint(
            ["library_id"], ["library.libraries.id"], name=op.f("fk_watches_library_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("library_id", name=op.f("pk_watches")),
        schema="library",
    )
    op.create_table(
        "stirred",
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("library_id", sa.Uuid(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["root_id"], ["library.roots.id"], name=op.f("fk_stirred_root_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["library_id"], ["library.libraries.id"], name=op.f("fk_stirred_library_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("root_id", "folder", name=op.f("pk_stirred")),
        schema="library",
    )
    op.create_index("ix_stirred_library_id", "stirred", ["library_id"], schema="library")


def downgrade() -> None:
    op.drop_table("stirred", schema="library")
    op.drop_table("watches", schema="library")
    op.drop_column("libraries", "watch", schema="library")
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
