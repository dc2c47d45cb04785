"""the match ledger"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

JSON = postgresql.JSONB(astext_type=sa.Text())
MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    op.execute("CREATE SCHEMA curation")
    _create_changes()
    _create_matches()
    _create_decisions()


def downgrade() -> None:
    op.drop_table("decisions", schema="library")
    op.drop_table("matches", schema="library")
    op.execute("DROP SCHEMA curation CASCADE")


def _create_changes() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("rows", JSON, nullable=False),
        sa.Column("movie_ids", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("series_ids", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("file_ids", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("collection_ids", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undoes", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["undone_by"], ["curation.changes.id"], name=op.f("fk_changes_undone_by")),
        sa.ForeignKeyConstraint(["undoes"], ["curation.changes.id"], name=op.f("fk_changes_undoes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        schema="curation",
    )
    op.create_index("ix_changes_action", "changes", ["action", "id"], schema="curation")
    op.create_index("ix_changes_undone_by", "changes", ["undone_by"], schema="curation")
    op.create_index("ix_changes_undoes", "changes", ["undoes"], schema="curation")
    for kind in ("movie", "series", "file"):
        op.create_index(
            f"ix_changes_{kind}_ids", "changes", [f"{kind}_ids"], schema="curation", postgresql_using="gin"
        )


def _create_matches() -> None:
    op.create_table(
        "matches",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("library_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("evidence", JSON, server_default="[]", nullable=False),
        sa.Column("candidates", JSON, server_default="[]", nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column(
            "is_open",
            sa.Boolean(),
            sa.Computed("status <> 'matched' AND decided_by <> 'human'", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint("status IN ('matched', 'uncertain', 'unmatched')", name=op.f("ck_matches_status")),
        sa.CheckConstraint("decided_by IN ('file', 'nfo', 'human')", name=op.f("ck_matches_decided_by")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["library.files.id"], name=op.f("fk_matches_file_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["library_id"], ["library.libraries.id"], name=op.f("fk_matches_library_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_matches")),
        schema="library",
    )
    op.create_index(
        "ix_matches_queue", "matches", ["library_id", "is_open", "score", "file_id"], schema="library"
    )


def _create_decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("home", sa.Text(), nullable=False),
        sa.Column("match_key", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("content_hash", sa.BigInteger(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("movie_id", sa.Uuid(), nullable=True),
        sa.Column("series_id", sa.Uuid(), nullable=True),
        sa.Column("season", sa.Integer(), nullable=True),
        sa.Column("episodes", sa.ARRAY(sa.Integer()), nullable=True),
        sa.Column("edition", sa.Text(), nullable=True),
        sa.Column("reads_edition", sa.Text(), nullable=True),
        sa.Column("extra_kind", sa.Text(), nullable=True),
        sa.Column("inherited_from", sa.Uuid(), nullable=True),
        sa.Column("decided_at", MOMENT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "verdict IN ('movie', 'series', 'video', 'none', 'extra')", name=op.f("ck_decisions_verdict")
        ),
        sa.CheckConstraint("(verdict = 'movie') <= (movie_id IS NOT NULL)", name=op.f("ck_decisions_movie")),
        sa.CheckConstraint(
            "(verdict = 'series') <= (series_id IS NOT NULL)", name=op.f("ck_decisions_series")
        ),
        sa.ForeignKeyConstraint(
            ["inherited_from"],
            ["library.decisions.id"],
            name=op.f("fk_decisions_inherited_from"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        schema="library",
    )
    op.create_index("uq_decisions_file_id", "decisions", ["file_id"], unique=True, schema="library")
    op.create_index("ix_decisions_path", "decisions", ["root_id", "folder", "name"], schema="library")
    op.create_index("ix_decisions_home", "decisions", ["root_id", "home", "match_key"], schema="library")
    for column in ("movie_id", "series_id", "inherited_from"):
        op.create_index(f"ix_decisions_{column}", "decisions", [column], schema="library")
    op.create_index("ix_decisions_content", "decisions", ["size_bytes", "content_hash"], schema="library")
