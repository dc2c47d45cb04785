"""sessions and one-time links"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NOW = sa.text("now()")
JSON = postgresql.JSONB(astext_type=sa.Text())
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_sessions()
    _create_one_time_tokens()


def downgrade() -> None:
    op.drop_table("one_time_tokens", schema="identity")
    op.drop_table("sessions", schema="identity")


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("previous_token_hash", sa.LargeBinary()),
        sa.Column("previous_until", MOMENT),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text()),
        sa.Column("os", sa.Text()),
        sa.Column("device", sa.Text()),
        sa.Column("address", sa.Text()),
        sa.Column("agent", sa.Text()),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("last_seen_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("rotated_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("proved_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("idle_expires_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.Column("revoked_why", sa.Text()),
        sa.CheckConstraint("kind IN ('browser', 'app')", name=op.f("ck_sessions_kind")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["identity.users.id"], name=op.f("fk_sessions_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
        sa.UniqueConstraint("previous_token_hash", name=op.f("uq_sessions_previous_token_hash")),
        schema="identity",
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id", "id"], schema="identity")
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"], schema="identity")


def _create_one_time_tokens() -> None:
    op.create_table(
        "one_time_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid()),
        sa.Column("created_by", sa.Uuid()),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["user_id"], ["identity.users.id"], name=op.f("fk_one_time_tokens_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["identity.users.id"],
            name=op.f("fk_one_time_tokens_created_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_tokens_token_hash")),
        schema="identity",
    )
    op.create_index(
        "ix_one_time_tokens_user_id", "one_time_tokens", ["user_id", "purpose"], schema="identity"
    )
    op.create_index("ix_one_time_tokens_created_by", "one_time_tokens", ["created_by"], schema="identity")
    op.create_index("ix_one_time_tokens_purpose", "one_time_tokens", ["purpose", "id"], schema="identity")
    op.create_index("ix_one_time_tokens_expires_at", "one_time_tokens", ["expires_at"], schema="identity")
