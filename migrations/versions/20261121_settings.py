"""settings"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NOW = sa.text("now()")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("CREATE SCHEMA settings")
    op.create_table(
        "values",
        *_whose(),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=NOW, nullable=False),
        sa.CheckConstraint("role_id IS NULL OR user_id IS NULL", name=op.f("ck_values_owner")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["identity.users.id"], name=op.f("fk_values_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["access.roles.id"], name=op.f("fk_values_role_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_values")),
        sa.UniqueConstraint(
            "name",
            "role_id",
            "user_id",
            name=op.f("uq_values_name_role_id_user_id"),
            postgresql_nulls_not_distinct=True,
        ),
        schema="settings",
    )
    op.create_index("ix_values_user_id", "values", ["user_id"], schema="settings")
    op.create_index("ix_values_role_id", "values", ["role_id"], schema="settings")
    op.create_table(
        "history",
        *_whose(),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
        schema="settings",
    )
    op.create_index("ix_history_name", "history", ["name", "id"], schema="settings")
    op.create_index("ix_history_user_id", "history", ["user_id", "id"], schema="settings")
    op.create_table(
        "secrets",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secrets")),
        schema="settings",
    )


def _whose() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
    ]


def downgrade() -> None:
    op.execute("DROP SCHEMA settings CASCADE")
