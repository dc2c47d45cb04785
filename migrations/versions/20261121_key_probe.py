"""A value by which processes know whether they have this installation's keys."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0030"
down_revision: str | None = "0031"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "key_probe",
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("place = 1", name=op.f("ck_key_probe_one")),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_key_probe")),
        schema="settings",
    )


def downgrade() -> None:
    op.drop_table("key_probe", schema="settings")
