"""single sign-on and devices"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NOW = sa.text("now()")
MOMENT = sa.DateTime(timezone=True)
HELD_ROLES = """
CREATE VIEW access.held_roles AS
SELECT user_id, role_id FROM access.user_roles UNION SELECT user_id, role_id FROM access.mapped_roles
"""


def upgrade() -> None:
    _create_providers()
    _create_identities()
    _create_flows()
    _create_provider_sessions()
    _create_device_sign_ins()


def _create_providers() -> None:
    op.create_table(
        "sso_providers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("client_secret", sa.LargeBinary()),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("may_register", sa.Boolean(), nullable=False),
        sa.Column("may_link_by_email", sa.Boolean(), nullable=False),
        sa.Column("is_second_factor", sa.Boolean(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("updated_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sso_providers")),
        sa.UniqueConstraint("key", name=op.f("uq_sso_providers_key")),
        schema="identity",
    )
    op.create_table(
        "sso_role_rules",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("claim", sa.Text()),
        sa.Column("value", sa.Text()),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        _foreign("sso_role_rules", "provider_id", "identity.sso_providers.id"),
        _foreign("sso_role_rules", "role_id", "access.roles.id"),
        sa.PrimaryKeyConstraint("provider_id", "position", name=op.f("pk_sso_role_rules")),
        schema="identity",
    )
    op.create_index("ix_sso_role_rules_role_id", "sso_role_rules", ["role_id"], schema="identity")


def _create_identities() -> None:
    op.create_table(
        "sso_identities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("last_used_at", MOMENT, server_default=NOW, nullable=False),
        _foreign("sso_identities", "provider_id", "identity.sso_providers.id"),
        _foreign("sso_identities", "user_id", "identity.users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sso_identities")),
        sa.UniqueConstraint("provider_id", "subject", name=op.f("uq_sso_identities_provider_id_subject")),
        sa.UniqueConstraint("user_id", "provider_id", name=op.f("uq_sso_identities_user_id_provider_id")),
        schema="identity",
    )
    op.create_table(
        "mapped_roles",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        _foreign("mapped_roles", "user_id", "identity.users.id"),
        _foreign("mapped_roles", "provider_id", "identity.sso_providers.id"),
        _foreign("mapped_roles", "role_id", "access.roles.id"),
        sa.PrimaryKeyConstraint("user_id", "provider_id", "role_id", name=op.f("pk_mapped_roles")),
        schema="access",
    )
    op.create_index("ix_mapped_roles_role_id", "mapped_roles", ["role_id"], schema="access")
    op.create_index("ix_mapped_roles_provider_id", "mapped_roles", ["provider_id"], schema="access")
    op.execute(HELD_ROLES)


def _create_flows() -> None:
    op.create_table(
        "sso_flows",
        sa.Column("state_hash", sa.LargeBinary(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid()),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("next", sa.Text(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        _foreign("sso_flows", "provider_id", "identity.sso_providers.id"),
        _foreign("sso_flows", "user_id", "identity.users.id"),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_sso_flows")),
        schema="identity",
    )
    op.create_index("ix_sso_flows_provider_id", "sso_flows", ["provider_id"], schema="identity")
    op.create_index("ix_sso_flows_user_id", "sso_flows", ["user_id"], schema="identity")
    op.create_index("ix_sso_flows_expires_at", "sso_flows", ["expires_at"], schema="identity")


def _create_provider_sessions() -> None:
    op.create_table(
        "sso_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid()),
        sa.Column("pending_id", sa.Uuid()),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sid", sa.Text()),
        sa.Column("id_token", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("num_nonnulls(session_id, pending_id) = 1", name=op.f("ck_sso_sessions_holder")),
        _foreign("sso_sessions", "session_id", "identity.sessions.id"),
        _foreign("sso_sessions", "pending_id", "identity.one_time_tokens.id"),
        _foreign("sso_sessions", "provider_id", "identity.sso_providers.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sso_sessions")),
        sa.UniqueConstraint("session_id", name=op.f("uq_sso_sessions_session_id")),
        sa.UniqueConstraint("pending_id", name=op.f("uq_sso_sessions_pending_id")),
        schema="identity",
    )
    op.create_index("ix_sso_sessions_subject", "sso_sessions", ["provider_id", "subject"], schema="identity")
    op.create_index("ix_sso_sessions_sid", "sso_sessions", ["provider_id", "sid"], schema="identity")
    op.create_table(
        "sso_logouts",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("jti_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        _foreign("sso_logouts", "provider_id", "identity.sso_providers.id"),
        sa.PrimaryKeyConstraint("provider_id", "jti_hash", name=op.f("pk_sso_logouts")),
        schema="identity",
    )
    op.create_index("ix_sso_logouts_expires_at", "sso_logouts", ["expires_at"], schema="identity")


def _create_device_sign_ins() -> None:
    op.create_table(
        "device_sign_ins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("client_name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text()),
        sa.Column("agent", sa.Text()),
        sa.Column("interval_s", sa.Integer(), nullable=False),
        sa.Column("polled_at", MOMENT),
        sa.Column("user_id", sa.Uuid()),
        sa.Column("denied_at", MOMENT),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        _foreign("device_sign_ins", "user_id", "identity.users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_sign_ins")),
        sa.UniqueConstraint("device_hash", name=op.f("uq_device_sign_ins_device_hash")),
        sa.UniqueConstraint("user_code_hash", name=op.f("uq_device_sign_ins_user_code_hash")),
        schema="identity",
    )
    op.create_index("ix_device_sign_ins_user_id", "device_sign_ins", ["user_id"], schema="identity")
    op.create_index("ix_device_sign_ins_expires_at", "device_sign_ins", ["expires_at"], schema="identity")


def _foreign(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [other], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")


def downgrade() -> None:
    op.execute("DROP VIEW access.held_roles")
    op.drop_table("mapped_roles", schema="access")
    tables = ("device_sign_ins", "sso_logouts", "sso_sessions", "sso_flows", "sso_identities")
    for table in (*tables, "sso_role_rules", "sso_providers"):
        op.drop_table(table, schema="identity")
