"""what files contain"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("files", sa.Column("content_hash", sa.BigInteger), schema="library")
    op.create_index(
        "ix_files_content_hash",
        "files",
        ["size_bytes", "content_hash", "missing_since"],
        schema="library",
        postgresql_where="content_hash IS NOT NULL",
    )

    op.create_table(
        "fingerprints",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("mtime_ns", sa.BigInteger, nullable=False),
        sa.Column("duration_ms", sa.BigInteger, nullable=False),
        sa.Column("frames", sa.Integer, nullable=False),
        sa.Column("hashes", postgresql.ARRAY(sa.BigInteger), nullable=False),
        sa.Column("bands", postgresql.ARRAY(sa.Integer), nullable=False),
        sa.PrimaryKeyConstraint("file_id", name="pk_fingerprints"),
        sa.ForeignKeyConstraint(
            ["file_id"], ["library.files.id"], "fk_fingerprints_file_id", ondelete="CASCADE"
        ),
        schema="library",
    )
    op.create_index(
        "ix_fingerprints_bands", "fingerprints", ["bands"], schema="library", postgresql_using="gin"
    )
    op.create_table(
        "lookalikes",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("distance", sa.Float, nullable=False),
        sa.CheckConstraint("file_id < other_id", name="ck_lookalikes_order"),
        sa.PrimaryKeyConstraint("file_id", "other_id", name="pk_lookalikes"),
        sa.ForeignKeyConstraint(
            ["file_id"], ["library.files.id"], "fk_lookalikes_file_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["library.files.id"], "fk_lookalikes_other_id", ondelete="CASCADE"
        ),
        schema="library",
    )
    op.create_index("ix_lookalikes_other_id", "lookalikes", ["other_id"], schema="library")
    op.create_table(
        "duplicates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("library_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("file_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("dismissed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("kind IN ('exact', 'same_quality', 'perceptual')", name="ck_duplicates_kind"),
        sa.PrimaryKeyConstraint("id", name="pk_duplicates"),
        sa.UniqueConstraint("library_id", "kind", "key", name="uq_duplicates_library_id_kind_key"),
        sa.ForeignKeyConstraint(
            ["library_id"], ["library.libraries.id"], "fk_duplicates_library_id", ondelete="CASCADE"
        ),
        schema="library",
    )
    op.create_index("ix_duplicates_library_id", "duplicates", ["library_id", "id"], schema="library")


def downgrade() -> None:
    op.drop_table("duplicates", schema="library")
    op.drop_table("lookalikes", schema="library")
    op.drop_table("fingerprints", schema="library")
    op.drop_index("ix_files_content_hash", "files", schema="library")
    op.drop_column("files", "content_hash", schema="library")
