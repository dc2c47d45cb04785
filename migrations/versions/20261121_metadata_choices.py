"""metadata choices"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0042"
down_revision: str | None = "0041"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA metadata")
    op.create_table(
        "choices",
        sa.Column("library_id", sa.Uuid(), nullable=False),
        sa.Column("providers", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["library_id"],
            ["library.libraries.id"],
            name=op.f("fk_choices_library_id_libraries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("library_id", name=op.f("pk_choices")),
        schema="metadata",
    )


def downgrade() -> None:
    op.drop_table("choices", schema="metadata")
    op.execute("DROP SCHEMA metadata")
