"""whom libraries asked, and looks that failed"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0052"
down_revision: str | None = "0049"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "followed",
        sa.Column("library_id", sa.Uuid(), nullable=False),
        sa.Column("providers", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["library_id"],
            ["library.libraries.id"],
            name=op.f("fk_followed_library_id_libraries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("library_id", name=op.f("pk_followed")),
        schema="metadata",
    )
    op.create_index(
        "ix_looks_failed",
        "looks",
        ["due_at"],
        schema="metadata",
        postgresql_where=sa.text("failures > 0"),
    )


def downgrade() -> None:
    op.drop_index("ix_looks_failed", "looks", schema="metadata")
    op.drop_table("followed", schema="metadata")
