"""what files contain"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

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


def downgrade() -> None:
    op.drop_index("ix_files_content_hash", "files", schema="library")
    op.drop_column("files", "content_hash", schema="library")
