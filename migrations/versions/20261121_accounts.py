"""accounts and what is done with them"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0020"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NOW = sa.text("now()")
JSON = postgresql.JSONB(astext_type=sa.Text())
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("CREATE SCHEMA activity")
    op.create_table(
        "entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("user_id", sa.Uuid()),
        sa.Column("token_id", sa.Uuid()),
        sa.Column("address", sa.Text()),
        sa.Column("agent", sa.Text()),
        sa.Column("request_id", sa.Text()),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text()),
        sa.Column("before", JSON),
        sa.Column("after", JSON),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        schema="activity",
    )
    op.create_index("ix_entries_user_id", "entries", ["user_id", "id"], schema="activity")
    op.create_index("ix_entries_subject", "entries", ["kind", "key", "id"], schema="activity")
    op.create_index("ix_entries_action", "entries", ["action", "id"], schema="activity")
    op.execute("CREATE SCHEMA identity")
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("email", sa.Text()),
        sa.Column("email_key", sa.Text()),
        sa.Column("email_verified_at", MOMENT),
        sa.Column("password_hash", sa.Text()),
        sa.Column("password_changed_at", MOMENT),
        sa.Column("language", sa.Text()),
        sa.Column("disabled_at", MOMENT),
        sa.Column("last_seen_at", MOMENT),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("updated_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name_key", name=op.f("uq_users_name_key")),
        sa.UniqueConstraint("email_key", name=op.f("uq_users_email_key")),
        schema="identity",
    )


def downgrade() -> None:
    op.execute("DROP SCHEMA identity CASCADE")
    op.execute("DROP SCHEMA activity CASCADE")
