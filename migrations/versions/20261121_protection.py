"""lockout, networks, tokens and secrets"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NOW = sa.text("now()")
MOMENT = sa.DateTime(timezone=True)

# The setting alone lets nobody through who doesn't own the log: see docs/adr/0016-activity-log.md.
REFUSE = """
CREATE FUNCTION activity.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('marquee.purging', true) = 'on' AND current_user = (
        SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'The activity log is only added to.' USING ERRCODE = 'insufficient_privilege';
END
$$
"""
PURGE = """
CREATE FUNCTION activity.purge(keep interval, most int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    purged int;
BEGIN
    PERFORM set_config('marquee.purging', 'on', true);
    DELETE FROM activity.entries WHERE id IN (
        SELECT id FROM activity.entries WHERE at < now() - keep ORDER BY at LIMIT most FOR UPDATE SKIP LOCKED
    );
    GET DIAGNOSTICS purged = ROW_COUNT;
    PERFORM set_config('marquee.purging', 'off', true);
    RETURN purged;
END
$$
"""


def upgrade() -> None:
    op.create_table(
        "attempts",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("pending", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("locked_until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempts")),
        schema="identity",
    )
    op.create_index("ix_attempts_last_at", "attempts", ["last_at"], schema="identity")
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("last_used_at", MOMENT, nullable=True),
        sa.Column("last_used_address", sa.Text(), nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["identity.users.id"], name=op.f("fk_api_tokens_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
        schema="identity",
    )
    op.create_index("ix_api_tokens_user_id", "api_tokens", ["user_id", "id"], schema="identity")
    op.create_index("ix_entries_at", "entries", ["at"], schema="activity")
    op.execute(REFUSE)
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON activity.entries"
        " FOR EACH ROW EXECUTE FUNCTION activity.refuse()"
    )
    op.execute(
        "CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON activity.entries"
        " FOR EACH STATEMENT EXECUTE FUNCTION activity.refuse()"
    )
    op.execute(PURGE)


def downgrade() -> None:
    op.execute("DROP FUNCTION activity.purge(interval, int)")
    op.execute("DROP TRIGGER append_only_whole ON activity.entries")
    op.execute("DROP TRIGGER append_only ON activity.entries")
    op.execute("DROP FUNCTION activity.refuse()")
    op.drop_index("ix_entries_at", "entries", schema="activity")
    op.drop_table("api_tokens", schema="identity")
    op.drop_table("attempts", schema="identity")
