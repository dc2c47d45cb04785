"""works keep their ids"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WORKS = (("movies", "movies"), ("tv", "series"), ("tv", "seasons"), ("tv", "episodes"))
NOW = sa.text("now()")
JSON = postgresql.JSONB(astext_type=sa.Text())
MOMENT = sa.DateTime(timezone=True)

# Language by language and text by text, so that what a source says of one text leaves the others as they are.
TRANSLATIONS = """
CREATE FUNCTION public.marquee_translations(known jsonb, said jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE WHEN said = '{}' THEN known ELSE known || (
        SELECT jsonb_object_agg(l.key, coalesce(known -> l.key, '{}') || l.value) FROM jsonb_each(said) l
    ) END
$$
"""


def upgrade() -> None:
    op.execute("CREATE SCHEMA catalog")
    op.execute(TRANSLATIONS)
    for schema, table in WORKS:
        op.add_column(
            table, sa.Column("sources", JSON, server_default=sa.text("'{}'"), nullable=False), schema=schema
        )
    op.create_table(
        "redirects",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=False),
        sa.Column("became", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name=op.f("pk_redirects")),
        schema="catalog",
    )
    op.create_index("ix_redirects_into_id", "redirects", ["kind", "into_id"], schema="catalog")
    op.create_index("ix_redirects_became", "redirects", ["became"], schema="catalog")
    op.create_table(
        "departed",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("match_key", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("season", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("air_date", sa.Date(), nullable=True),
        sa.Column("provider_ids", JSON, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("row", JSON, nullable=False),
        sa.Column("departed_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name=op.f("pk_departed")),
        schema="catalog",
    )
    op.create_index(
        "ix_departed_match_key",
        "departed",
        ["kind", "match_key"],
        schema="catalog",
        postgresql_where=sa.text("match_key IS NOT NULL"),
    )
    op.create_index(
        "ix_departed_parent_id",
        "departed",
        ["parent_id", "season"],
        schema="catalog",
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )
    for provider in ("tmdb", "imdb", "tvdb"):
        op.create_index(
            f"ix_departed_{provider}",
            "departed",
            ["kind", sa.literal_column(f"(provider_ids ->> '{provider}')")],
            schema="catalog",
            postgresql_where=sa.text(f"provider_ids ? '{provider}'"),
        )
    op.create_table(
        "aliases",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), server_default="0", nullable=False),
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("speaks", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", "value", "year", name=op.f("pk_aliases")),
        schema="catalog",
    )
    op.create_index("ix_aliases_work_id", "aliases", ["kind", "work_id"], schema="catalog")


def downgrade() -> None:
    for table in ("aliases", "departed", "redirects"):
        op.drop_table(table, schema="catalog")
    for schema, table in WORKS:
        op.drop_column(table, "sources", schema=schema)
    op.execute("DROP FUNCTION public.marquee_translations(jsonb, jsonb)")
    op.execute("DROP SCHEMA catalog")
