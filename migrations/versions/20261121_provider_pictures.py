"""provider pictures"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0045"
down_revision: str | None = "0043"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NAMES = ("provider", "provider_key", "width", "height", "votes", "failures", "fetch_at")


def upgrade() -> None:
    for column in _columns():
        op.add_column("pictures", column, schema="images")
    op.drop_index("ix_pictures_owner_id", table_name="pictures", schema="images")
    op.create_index(
        "uq_pictures_owner_id",
        "pictures",
        ["owner_id", "kind", "provider", "provider_key"],
        unique=True,
        schema="images",
    )
    op.create_index(
        "uq_pictures_chosen",
        "pictures",
        ["owner_id", "kind"],
        unique=True,
        schema="images",
        postgresql_where=sa.text("is_chosen"),
    )
    op.create_index(
        "ix_pictures_fetch_at",
        "pictures",
        ["fetch_at"],
        schema="images",
        postgresql_where=sa.text("fetch_at IS NOT NULL"),
    )


def downgrade() -> None:
    for name in ("ix_pictures_fetch_at", "uq_pictures_chosen", "uq_pictures_owner_id"):
        op.drop_index(name, table_name="pictures", schema="images")
    op.create_index("ix_pictures_owner_id", "pictures", ["owner_id", "kind"], schema="images")
    for name in reversed(NAMES):
        op.drop_column("pictures", name, schema="images")


def _columns() -> Sequence[sa.Column[object]]:
    return (
        sa.Column("provider", sa.Text()),
        sa.Column("provider_key", sa.Text()),
        sa.Column("width", sa.Integer()),
        sa.Column("height", sa.Integer()),
        sa.Column("votes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fetch_at", sa.DateTime(timezone=True)),
    )
