"""details of works, and orders of episodes"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0046"
down_revision: str | None = "0044"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    moment, document = sa.DateTime(timezone=True), postgresql.JSONB()
    op.create_table(
        "details",
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("homepage", sa.Text()),
        sa.Column("titles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("videos", document, nullable=False),
        sa.Column("releases", document, nullable=False),
        sa.Column("similar_works", document, nullable=False),
        sa.Column("recommended_works", document, nullable=False),
        sa.Column("collection_id", sa.Text()),
        sa.Column("seasons", document, nullable=False),
        sa.Column("episode_orders", document, nullable=False),
        sa.Column("told_at", moment, nullable=False),
        sa.Column("ownerless_since", moment),
        sa.CheckConstraint("kind IN ('movie', 'tv')", name=op.f("ck_details_kind")),
        sa.PrimaryKeyConstraint("work_id", name=op.f("pk_details")),
        schema="metadata",
    )
    for name, columns, where in (
        ("ix_details_owned", ["kind", "work_id"], "ownerless_since IS NULL"),
        ("ix_details_ownerless", ["ownerless_since"], "ownerless_since IS NOT NULL"),
    ):
        op.create_index(name, "details", columns, schema="metadata", postgresql_where=sa.text(where))
    op.create_table(
        "episode_orders",
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parts", document),
        sa.Column("problem", sa.Text()),
        sa.Column("fetched_at", moment),
        sa.Column("chosen_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('aired', 'absolute', 'dvd', 'digital', 'story_arc', 'production', 'tv')",
            name=op.f("ck_episode_orders_kind"),
        ),
        sa.PrimaryKeyConstraint("series_id", name=op.f("pk_episode_orders")),
        schema="metadata",
    )


def downgrade() -> None:
    op.drop_table("episode_orders", schema="metadata")
    op.drop_table("details", schema="metadata")
