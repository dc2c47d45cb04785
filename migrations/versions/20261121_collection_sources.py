"""Collections note who said what of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0043"
down_revision: str | None = "0046"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "collections", sa.Column("sources", postgresql.JSONB(), nullable=True), schema="collections"
    )


def downgrade() -> None:
    op.drop_column("collections", "sources", schema="collections")
