"""metadata looks"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0048"
down_revision: str | None = "0042"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
# What hangs on no work of its own is indexed where there is something of it.
_PARTIAL = {
    "ix_looks_asked": (["urgency", "asked_at", "work_id"], "asked_at IS NOT NULL"),
    "ix_looks_refresh_id": (["refresh_id"], "refresh_id IS NOT NULL"),
    "ix_looks_failed_in": (["failed_in"], "failed_in IS NOT NULL"),
    "ix_looks_owner": (["owner"], "owner IS NOT NULL"),
}


def upgrade() -> None:
    op.create_table(
        "refreshes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), server_default="running", nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("requested_at", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=True),
        sa.Column("progressed_at", _MOMENT, nullable=True),
        sa.Column("finished_at", _MOMENT, nullable=True),
        sa.CheckConstraint(
            "status IN ('running', 'completed', 'cancelled')", name=op.f("ck_refreshes_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refreshes")),
        schema="metadata",
    )
    op.create_index(
        "ix_refreshes_running",
        "refreshes",
        ["id"],
        schema="metadata",
        postgresql_where=sa.text("status = 'running'"),
    )
    op.create_table(
        "looks",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=True),
        sa.Column("urgency", sa.SmallInteger(), server_default="2", nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("owner", sa.Uuid(), nullable=True),
        sa.Column("lease_until", _MOMENT, nullable=True),
        sa.Column("looked_at", _MOMENT, nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("refresh_id", sa.Uuid(), nullable=True),
        sa.Column("failed_in", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind IN ('movie', 'tv', 'season', 'collection')", name=op.f("ck_looks_kind")),
        sa.ForeignKeyConstraint(
            ["refresh_id"],
            ["metadata.refreshes.id"],
            name=op.f("fk_looks_refresh_id_refreshes"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["failed_in"],
            ["metadata.refreshes.id"],
            name=op.f("fk_looks_failed_in_refreshes"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("kind", "work_id", name=op.f("pk_looks")),
        schema="metadata",
    )
    op.create_index("ix_looks_due_at", "looks", ["due_at"], schema="metadata")
    for name, (columns, where) in _PARTIAL.items():
        op.create_index(name, "looks", columns, schema="metadata", postgresql_where=sa.text(where))
    op.create_table(
        "feeds",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("asked_at", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("provider", "kind", name=op.f("pk_feeds")),
        schema="metadata",
    )


def downgrade() -> None:
    op.drop_table("feeds", schema="metadata")
    op.drop_table("looks", schema="metadata")
    op.drop_table("refreshes", schema="metadata")
