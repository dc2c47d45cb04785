"""metadata guesses"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0049"
down_revision: str | None = "0051"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "exports",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("edition", sa.Uuid()),
        sa.Column("made_on", sa.Date()),
        sa.Column("asked_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("problem", sa.Text()),
        sa.PrimaryKeyConstraint("provider", "kind", name=op.f("pk_exports")),
        schema="metadata",
    )
    op.create_table(
        "guesses",
        sa.Column("edition", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("popularity", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("edition", "key", "id", name=op.f("pk_guesses")),
        schema="metadata",
        prefixes=["UNLOGGED"],
    )


def downgrade() -> None:
    op.drop_table("guesses", schema="metadata")
    op.drop_table("exports", schema="metadata")
