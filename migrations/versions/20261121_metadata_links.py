"""metadata links"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0044"
down_revision: str | None = "0048"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NOW = sa.text("now()")
MOMENT = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.create_table(
        "links",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text()),
        sa.Column("provider_id", sa.Text()),
        sa.Column("score", sa.Float(), server_default="0", nullable=False),
        sa.Column("evidence", JSON, server_default="[]", nullable=False),
        sa.Column("candidates", JSON, server_default="[]", nullable=False),
        sa.Column("basis", JSON, server_default="{}", nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("problem", sa.Text()),
        sa.Column("asked_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column(
            "is_open",
            sa.Boolean(),
            sa.Computed("status IN ('uncertain', 'unmatched') AND decided_by <> 'human'", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint("kind IN ('movie', 'tv')", name=op.f("ck_links_kind")),
        sa.CheckConstraint(
            "status IN ('matched', 'uncertain', 'unmatched', 'pending', 'rejected')",
            name=op.f("ck_links_status"),
        ),
        sa.CheckConstraint("decided_by IN ('provider', 'human')", name=op.f("ck_links_decided_by")),
        sa.CheckConstraint("(status = 'matched') = (provider_id IS NOT NULL)", name=op.f("ck_links_matched")),
        sa.CheckConstraint("(provider IS NULL) = (provider_id IS NULL)", name=op.f("ck_links_whole")),
        sa.PrimaryKeyConstraint("kind", "work_id", name=op.f("pk_links")),
        schema="metadata",
    )
    op.create_index(
        "ix_links_open",
        "links",
        ["kind", "score", "work_id"],
        schema="metadata",
        postgresql_where=sa.text("is_open"),
    )
    op.create_index("ix_links_provider_id", "links", ["kind", "provider", "provider_id"], schema="metadata")


def downgrade() -> None:
    op.drop_table("links", schema="metadata")
