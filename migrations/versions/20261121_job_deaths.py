"""jobs that take their workers with them"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "jobs", sa.Column("deaths", sa.Integer, server_default="0", nullable=False), schema="outbox"
    )


def downgrade() -> None:
    op.drop_column("jobs", "deaths", schema="outbox")
