"""the folders still to be looked at"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Paths are compared and looked up by the prefix, byte by byte; no language's order is meant.
PATHS = {
    "files": ("folder", "name"),
    "problems": ("folder", "path"),
    "series_folders": ("folder",),
}


def upgrade() -> None:
    # A scan under way begins anew: what it has to look at is written down otherwise.
    op.drop_table("scan_tasks", schema="library")
    op.create_table(
        "scan_tasks",
        *_ids(),
        sa.Column("folders", postgresql.ARRAY(sa.Text(collation="C")), nullable=False),
        sa.Column("lease_owner", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        *_keys("scan_tasks"),
        schema="library",
    )
    op.create_index("ix_scan_tasks_scan_id", "scan_tasks", ["scan_id", "id"], schema="library")
    op.create_index("ix_scan_tasks_root_id", "scan_tasks", ["root_id"], schema="library")
    op.create_table(
        "scan_seen",
        *_ids(),
        sa.Column("folders", postgresql.ARRAY(sa.Text(collation="C")), nullable=False),
        *_keys("scan_seen"),
        schema="library",
    )
    op.create_index("ix_scan_seen_scan_id", "scan_seen", ["scan_id", "root_id"], schema="library")
    op.create_index("ix_scan_seen_root_id", "scan_seen", ["root_id"], schema="library")
    op.create_table(
        "folders_to_attach",
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("folder", sa.Text(collation="C"), nullable=False),
        sa.ForeignKeyConstraint(
            ["root_id"],
            ["library.roots.id"],
            name=op.f("fk_folders_to_attach_root_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("root_id", "folder", name=op.f("pk_folders_to_attach")),
        schema="library",
    )
    op.execute("INSERT INTO library.folders_to_attach SELECT DISTINCT root_id, folder FROM library.files")
    op.add_column("roots", sa.Column("rules", sa.Text(), nullable=True), schema="library")
    _collate("C")
    _begin_anew()


def downgrade() -> None:
    _collate(None)
    op.drop_column("roots", "rules", schema="library")
    op.drop_table("folders_to_attach", schema="library")
    op.drop_table("scan_seen", schema="library")
    op.drop_table("scan_tasks", schema="library")
    op.create_table(
        "scan_tasks",
        *_ids(),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("files", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_owner", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('new', 'listed', 'done')", name=op.f("ck_scan_tasks_state")),
        *_keys("scan_tasks"),
        sa.UniqueConstraint(
            "scan_id", "root_id", "folder", name=op.f("uq_scan_tasks_scan_id_root_id_folder")
        ),
        schema="library",
    )
    op.create_index("ix_scan_tasks_root_id", "scan_tasks", ["root_id"], schema="library")
    op.create_index("ix_scan_tasks_state", "scan_tasks", ["scan_id", "state", "id"], schema="library")
    _begin_anew()


def _ids() -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", "scan_id", "root_id")]


def _keys(table: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            ["root_id"], ["library.roots.id"], name=op.f(f"fk_{table}_root_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["scan_id"], ["library.scans.id"], name=op.f(f"fk_{table}_scan_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _collate(collation: str | None) -> None:
    for table, columns in PATHS.items():
        for column in columns:
            op.alter_column(table, column, type_=sa.Text(collation=collation), schema="library")


def _begin_anew() -> None:
    op.execute(
        """
        UPDATE library.scans SET status = 'queued', started_at = NULL, files_total = 0, files_done = 0,
            files_added = 0, files_changed = 0, files_missing = 0, problems = 0
        WHERE status = 'running'
        """
    )
