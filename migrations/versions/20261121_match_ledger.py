"""the match ledger"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA curation")
    _create_changes()


def downgrade() -> None:
    op.execute("DROP SCHEMA curation CASCADE")


def _create_changes() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("rows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("movie_ids", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("series_ids", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("file_ids", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("collection_ids", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undoes", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["undone_by"], ["curation.changes.id"], name=op.f("fk_changes_undone_by")),
        sa.ForeignKeyConstraint(["undoes"], ["curation.changes.id"], name=op.f("fk_changes_undoes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        schema="curation",
    )
    op.create_index("ix_changes_action", "changes", ["action", "id"], schema="curation")
    op.create_index("ix_changes_undone_by", "changes", ["undone_by"], schema="curation")
    op.create_index("ix_changes_undoes", "changes", ["undoes"], schema="curation")
    for kind in ("movie", "series", "file"):
        op.create_index(
            f"ix_changes_{kind}_ids", "changes", [f"{kind}_ids"], schema="curation", postgresql_using="gin"
        )
