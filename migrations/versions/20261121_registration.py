"""registration and invitations"""

from collections.abc import Sequence

import idna
import sqlalchemy as sa
from alembic import op

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NOW = sa.text("now()")
MOMENT = sa.DateTime(timezone=True)
USERS, ROLES, INVITATIONS = "identity.users.id", "access.roles.id", "identity.invitations.id"
OTHER_SCRIPTS = "SELECT id, email_key FROM identity.users WHERE email_key ~ '@.*[^[:ascii:]]' ORDER BY id"
RENAME = """
    UPDATE identity.users SET email_key = :key
    WHERE id = :id AND NOT EXISTS (SELECT FROM identity.users other WHERE other.email_key = :key)
"""


def upgrade() -> None:
    _name_domains_as_the_dns_does()
    _create_invitations()
    _create_invitation_roles()
    _create_registrations()


def downgrade() -> None:
    for table in ("registrations", "invitation_roles", "invitations"):
        op.drop_table(table, schema="identity")


def _name_domains_as_the_dns_does() -> None:
    """Addresses are compared by their domain's ASCII form; one whose owner has another account so stays as it is."""
    users = op.get_bind()
    for user_id, key in users.execute(sa.text(OTHER_SCRIPTS)).all():
        local, _, domain = key.rpartition("@")
        try:
            named = f"{local}@{idna.encode(domain, uts46=True).decode('ascii').lower()}"
        except (idna.IDNAError, UnicodeError):
            continue
        users.execute(sa.text(RENAME), {"id": user_id, "key": named})


def _references(name: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(name), ondelete="CASCADE")


def _create_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_by", sa.Uuid()),
        sa.Column("email", sa.Text()),
        sa.Column("is_mailed", sa.Boolean(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.CheckConstraint("used BETWEEN 0 AND uses", name=op.f("ck_invitations_used")),
        _references("fk_invitations_created_by", "created_by", USERS),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
        schema="identity",
    )
    op.create_index("ix_invitations_created_by", "invitations", ["created_by"], schema="identity")
    op.create_index("ix_invitations_expires_at", "invitations", ["expires_at"], schema="identity")


def _create_invitation_roles() -> None:
    op.create_table(
        "invitation_roles",
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        _references("fk_invitation_roles_invitation_id", "invitation_id", INVITATIONS),
        _references("fk_invitation_roles_role_id", "role_id", ROLES),
        sa.PrimaryKeyConstraint("invitation_id", "role_id", name=op.f("pk_invitation_roles")),
        schema="identity",
    )
    op.create_index("ix_invitation_roles_role_id", "invitation_roles", ["role_id"], schema="identity")


def _create_registrations() -> None:
    op.create_table(
        "registrations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("invitation_id", sa.Uuid()),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        _references("fk_registrations_invitation_id", "invitation_id", INVITATIONS),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        sa.UniqueConstraint("name_key", name=op.f("uq_registrations_name_key")),
        schema="identity",
    )
    op.create_index("ix_registrations_invitation_id", "registrations", ["invitation_id"], schema="identity")
    op.create_index("ix_registrations_expires_at", "registrations", ["expires_at"], schema="identity")
