"""outside services"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0040"
down_revision: str | None = "0030"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NOW = sa.text("now()")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("CREATE SCHEMA http")
    op.create_table(
        "responses",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("checked_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("used_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_responses")),
        schema="http",
        prefixes=["UNLOGGED"],
    )
    op.create_index("ix_responses_used_at", "responses", ["used_at"], schema="http")
    # zlib has been there before.
    op.execute("ALTER TABLE http.responses ALTER COLUMN body SET STORAGE EXTERNAL")
    op.create_table(
        "standings",
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("answered_at", MOMENT),
        sa.Column("failing_since", MOMENT),
        sa.Column("refused_at", MOMENT),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("service", name=op.f("pk_standings")),
        schema="http",
    )


def downgrade() -> None:
    op.drop_table("standings", schema="http")
    op.drop_table("responses", schema="http")
    op.execute("DROP SCHEMA http")
