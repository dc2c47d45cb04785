"""roles"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NOW = sa.text("now()")
MOMENT = sa.DateTime(timezone=True)
LIMITS = ("streams", "transcodes", "downloads", "requests", "request_days")
# (id, name, description, rank, patterns, id of the role that it builds on)
BUILTIN = (
    ("1", "admin", "May do everything.", 400, ["*"], None),
    (
        "2",
        "moderator",
        "Looks after the catalog, what is asked for, and the people.",
        300,
        ["users:read", "users:update", "requests:*", "content:moderate", "audit:read"],
        "3",
    ),
    (
        "3",
        "user",
        "Watches, keeps a history, and asks for what is missing.",
        200,
        ["self:*", "history:self", "requests:create"],
        "4",
    ),
    (
        "4",
        "guest",
        "Looks around and watches; nothing is remembered.",
        100,
        [
            *("session:begin", "self:read", "node:get", "catalog:*", "movie:*", "series:*", "collection:*"),
            *("person:*", "term:*", "library:list", "library:get", "file:get"),
        ],
        None,
    ),
)


def upgrade() -> None:
    op.execute("CREATE SCHEMA access")
    op.create_table(
        "roles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("is_builtin", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("rank", sa.Integer(), server_default="0", nullable=False),
        sa.Column("patterns", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        *(sa.Column(name, sa.Integer()) for name in LIMITS),
        sa.Column("requires_second_factor", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("updated_at", MOMENT, server_default=NOW, nullable=False),
        sa.CheckConstraint("least(streams, transcodes, downloads, requests) >= 0", name="ck_roles_limits"),
        sa.CheckConstraint(
            "(requests IS NULL) = (request_days IS NULL) AND request_days > 0", name="ck_roles_quota"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_roles"),
        sa.UniqueConstraint("name_key", name="uq_roles_name_key"),
        schema="access",
    )
    _pairs("role_parents", "role_id", "parent_id", other="access.roles.id")
    op.create_index("ix_role_parents_parent_id", "role_parents", ["parent_id"], schema="access")
    _pairs("user_roles", "role_id", "user_id", other="identity.users.id")
    op.create_index("ix_user_roles_user_id", "user_roles", ["user_id"], schema="access")
    _fill()
    op.add_column("changes", sa.Column("user_id", sa.Uuid()), schema="curation")


def _pairs(table: str, role: str, column: str, *, other: str) -> None:
    op.create_table(
        table,
        sa.Column(role, sa.Uuid(), nullable=False),
        sa.Column(column, sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint([role], ["access.roles.id"], f"fk_{table}_{role}", ondelete="CASCADE"),
        sa.ForeignKeyConstraint([column], [other], f"fk_{table}_{column}", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint(role, column, name=f"pk_{table}"),
        schema="access",
    )


def _fill() -> None:
    roles = sa.table(
        "roles",
        sa.column("id", sa.Uuid()),
        sa.column("name", sa.Text()),
        sa.column("name_key", sa.Text()),
        sa.column("description", sa.Text()),
        sa.column("is_builtin", sa.Boolean()),
        sa.column("rank", sa.Integer()),
        sa.column("patterns", postgresql.ARRAY(sa.Text())),
        schema="access",
    )
    parents = sa.table(
        "role_parents", sa.column("role_id", sa.Uuid()), sa.column("parent_id", sa.Uuid()), schema="access"
    )
    for number, name, description, rank, patterns, _ in BUILTIN:
        op.execute(
            roles.insert().values(
                id=_id(number),
                name=name,
                name_key=name,
                description=description,
                is_builtin=True,
                rank=rank,
                patterns=patterns,
            )
        )
    for number, *_, parent in BUILTIN:
        if parent is not None:
            op.execute(parents.insert().values(role_id=_id(number), parent_id=_id(parent)))


def _id(number: str) -> str:
    return f"00000000-0000-0000-0000-{number:>012}"


def downgrade() -> None:
    op.drop_column("changes", "user_id", schema="curation")
    op.execute("DROP SCHEMA access CASCADE")
