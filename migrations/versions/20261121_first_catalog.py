"""first catalog"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


SCHEMAS = ("outbox", "people", "taxonomy", "movies", "tv", "collections", "library")

# Immutable though unaccent() is only declared stable: its dictionary is named, and rules files don't change in service.
FOLD = """
CREATE FUNCTION public.marquee_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, value)) $$
"""
SEARCH_TEXT = """
CREATE FUNCTION public.marquee_search_text(title text, original_title text, translations jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT public.marquee_fold(concat_ws(' | ', title, original_title, (
        SELECT string_agg(value ->> 'title', ' | ' ORDER BY key) FROM jsonb_each(translations)
    )))
$$
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public")
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public")
    op.execute(FOLD)
    op.execute(SEARCH_TEXT)
    for schema in SCHEMAS:
        op.execute(f"CREATE SCHEMA {schema}")
    op.create_table(
        "collections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("sort_title", sa.Text(), nullable=False),
        sa.Column(
            "sort_key",
            sa.Text(collation="C"),
            sa.Computed("marquee_fold(sort_title)", persisted=True),
            nullable=False,
        ),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("overview", sa.Text(), nullable=True),
        sa.Column(
            "provider_ids", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column(
            "translations", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
        schema="collections",
    )
    op.create_index(
        "ix_collections_sort_key", "collections", ["sort_key", "id"], unique=False, schema="collections"
    )
    op.create_index("uq_collections_slug", "collections", ["slug"], unique=True, schema="collections")
    op.create_index(
        "uq_collections_tmdb",
        "collections",
        [sa.literal_column("(provider_ids ->> 'tmdb')")],
        unique=True,
        schema="collections",
        postgresql_where=sa.text("provider_ids ? 'tmdb'"),
    )
    op.create_table(
        "libraries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('movie', 'tv')", name=op.f("ck_libraries_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_libraries")),
        sa.UniqueConstraint("name", name=op.f("uq_libraries_name")),
        schema="library",
    )
    op.create_table(
        "movies",
        sa.Column("release_date", sa.Date(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("runtime_s", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("original_title", sa.Text(), nullable=True),
        sa.Column("sort_title", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("tagline", sa.Text(), nullable=True),
        sa.Column("overview", sa.Text(), nullable=True),
        sa.Column("original_language", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("match_key", sa.Text(), nullable=False),
        sa.Column("popularity", sa.Float(), server_default="0", nullable=False),
        sa.Column("countries", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column(
            "certifications", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("ratings", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column(
            "provider_ids", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column(
            "translations", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "sort_key",
            sa.Text(collation="C"),
            sa.Computed("marquee_fold(sort_title)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "search_text",
            sa.Text(),
            sa.Computed("marquee_search_text(title, original_title, translations)", persisted=True),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movies")),
        schema="movies",
    )
    op.create_index("ix_movies_added_at", "movies", ["added_at", "id"], unique=False, schema="movies")
    op.create_index(
        "ix_movies_countries", "movies", ["countries"], unique=False, schema="movies", postgresql_using="gin"
    )
    op.create_index("ix_movies_match_key", "movies", ["match_key"], unique=False, schema="movies")
    op.create_index("ix_movies_popularity", "movies", ["popularity", "id"], unique=False, schema="movies")
    op.create_index(
        "ix_movies_release_date_asc",
        "movies",
        [sa.literal_column("coalesce(release_date, 'infinity'::date)"), "id"],
        unique=False,
        schema="movies",
    )
    op.create_index(
        "ix_movies_release_date_desc",
        "movies",
        [sa.literal_column("coalesce(release_date, '-infinity'::date)"), "id"],
        unique=False,
        schema="movies",
    )
    op.create_index(
        "ix_movies_runtime_s_asc",
        "movies",
        [sa.literal_column("coalesce(runtime_s, 2147483647)"), "id"],
        unique=False,
        schema="movies",
    )
    op.create_index(
        "ix_movies_runtime_s_desc",
        "movies",
        [sa.literal_column("coalesce(runtime_s, -1)"), "id"],
        unique=False,
        schema="movies",
    )
    op.create_index(
        "ix_movies_search",
        "movies",
        ["search_text"],
        unique=False,
        schema="movies",
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.create_index("ix_movies_sort_key", "movies", ["sort_key", "id"], unique=False, schema="movies")
    op.create_index("ix_movies_year", "movies", ["year"], unique=False, schema="movies")
    op.create_index(
        "uq_movies_imdb",
        "movies",
        [sa.literal_column("(provider_ids ->> 'imdb')")],
        unique=True,
        schema="movies",
        postgresql_where=sa.text("provider_ids ? 'imdb'"),
    )
    op.create_index("uq_movies_slug", "movies", ["slug"], unique=True, schema="movies")
    op.create_index(
        "uq_movies_tmdb",
        "movies",
        [sa.literal_column("(provider_ids ->> 'tmdb')")],
        unique=True,
        schema="movies",
        postgresql_where=sa.text("provider_ids ? 'tmdb'"),
    )
    op.create_index(
        "uq_movies_tvdb",
        "movies",
        [sa.literal_column("(provider_ids ->> 'tvdb')")],
        unique=True,
        schema="movies",
        postgresql_where=sa.text("provider_ids ? 'tvdb'"),
    )
    op.create_table(
        "cursor",
        sa.Column("is_single", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("dispatched_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dropped_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("is_single", name=op.f("ck_cursor_single")),
        sa.PrimaryKeyConstraint("is_single", name=op.f("pk_cursor")),
        schema="outbox",
    )
    op.create_table(
        "events",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_events")),
        schema="outbox",
    )
    op.create_index("ix_events_created_at", "events", ["created_at"], unique=False, schema="outbox")
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("args", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("dedupe", sa.Text(), nullable=True),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        schema="outbox",
    )
    op.create_index(
        "ix_jobs_dispatched",
        "jobs",
        ["dispatched_at"],
        unique=False,
        schema="outbox",
        postgresql_where="failed_at IS NULL",
    )
    op.create_index(
        "ix_jobs_waiting",
        "jobs",
        ["run_at"],
        unique=False,
        schema="outbox",
        postgresql_where="dispatched_at IS NULL AND failed_at IS NULL",
    )
    op.create_index(
        "uq_jobs_dedupe",
        "jobs",
        ["dedupe"],
        unique=True,
        schema="outbox",
        postgresql_where="failed_at IS NULL",
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "name_key",
            sa.Text(collation="C"),
            sa.Computed("marquee_fold(name)", persisted=True),
            nullable=False,
        ),
        sa.Column("biography", sa.Text(), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("died_on", sa.Date(), nullable=True),
        sa.Column(
            "provider_ids", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column(
            "translations", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        schema="people",
    )
    op.create_index("ix_people_name_key", "people", ["name_key", "id"], unique=False, schema="people")
    op.create_index(
        "ix_people_search",
        "people",
        ["name_key"],
        unique=False,
        schema="people",
        postgresql_using="gin",
        postgresql_ops={"name_key": "gin_trgm_ops"},
    )
    op.create_index(
        "uq_people_imdb",
        "people",
        [sa.literal_column("(provider_ids ->> 'imdb')")],
        unique=True,
        schema="people",
        postgresql_where=sa.text("provider_ids ? 'imdb'"),
    )
    op.create_index(
        "uq_people_tmdb",
        "people",
        [sa.literal_column("(provider_ids ->> 'tmdb')")],
        unique=True,
        schema="people",
        postgresql_where=sa.text("provider_ids ? 'tmdb'"),
    )
    op.create_index(
        "uq_people_tvdb",
        "people",
        [sa.literal_column("(provider_ids ->> 'tvdb')")],
        unique=True,
        schema="people",
        postgresql_where=sa.text("provider_ids ? 'tvdb'"),
    )
    op.create_table(
        "terms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('genre', 'studio', 'network', 'keyword')", name=op.f("ck_terms_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms")),
        schema="taxonomy",
    )
    op.create_index("ix_terms_kind_name", "terms", ["kind", "name", "id"], unique=False, schema="taxonomy")
    op.create_index("uq_terms_kind_slug", "terms", ["kind", "slug"], unique=True, schema="taxonomy")
    op.create_table(
        "series",
        sa.Column("first_air_date", sa.Date(), nullable=True),
        sa.Column("last_air_date", sa.Date(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("original_title", sa.Text(), nullable=True),
        sa.Column("sort_title", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("tagline", sa.Text(), nullable=True),
        sa.Column("overview", sa.Text(), nullable=True),
        sa.Column("original_language", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("match_key", sa.Text(), nullable=False),
        sa.Column("popularity", sa.Float(), server_default="0", nullable=False),
        sa.Column("countries", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column(
            "certifications", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("ratings", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column(
            "provider_ids", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column(
            "translations", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "sort_key",
            sa.Text(collation="C"),
            sa.Computed("marquee_fold(sort_title)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "search_text",
            sa.Text(),
            sa.Computed("marquee_search_text(title, original_title, translations)", persisted=True),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        schema="tv",
    )
    op.create_index("ix_series_added_at", "series", ["added_at", "id"], unique=False, schema="tv")
    op.create_index(
        "ix_series_countries", "series", ["countries"], unique=False, schema="tv", postgresql_using="gin"
    )
    op.create_index(
        "ix_series_first_air_date_asc",
        "series",
        [sa.literal_column("coalesce(first_air_date, 'infinity'::date)"), "id"],
        unique=False,
        schema="tv",
    )
    op.create_index(
        "ix_series_first_air_date_desc",
        "series",
        [sa.literal_column("coalesce(first_air_date, '-infinity'::date)"), "id"],
        unique=False,
        schema="tv",
    )
    op.create_index("ix_series_match_key", "series", ["match_key"], unique=False, schema="tv")
    op.create_index("ix_series_popularity", "series", ["popularity", "id"], unique=False, schema="tv")
    op.create_index(
        "ix_series_search",
        "series",
        ["search_text"],
        unique=False,
        schema="tv",
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.create_index("ix_series_sort_key", "series", ["sort_key", "id"], unique=False, schema="tv")
    op.create_index("ix_series_year", "series", ["year"], unique=False, schema="tv")
    op.create_index(
        "uq_series_imdb",
        "series",
        [sa.literal_column("(provider_ids ->> 'imdb')")],
        unique=True,
        schema="tv",
        postgresql_where=sa.text("provider_ids ? 'imdb'"),
    )
    op.create_index("uq_series_slug", "series", ["slug"], unique=True, schema="tv")
    op.create_index(
        "uq_series_tmdb",
        "series",
        [sa.literal_column("(provider_ids ->> 'tmdb')")],
        unique=True,
        schema="tv",
        postgresql_where=sa.text("provider_ids ? 'tmdb'"),
    )
    op.create_index(
        "uq_series_tvdb",
        "series",
        [sa.literal_column("(provider_ids ->> 'tvdb')")],
        unique=True,
        schema="tv",
        postgresql_where=sa.text("provider_ids ? 'tvdb'"),
    )
    op.create_table(
        "movies",
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("movie_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.collections.id"],
            name=op.f("fk_movies_collection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["movie_id"], ["movies.movies.id"], name=op.f("fk_movies_movie_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("collection_id", "movie_id", name=op.f("pk_movies")),
        schema="collections",
    )
    op.create_index("ix_movies_movie_id", "movies", ["movie_id"], unique=False, schema="collections")
    op.create_index(
        "ix_movies_order",
        "movies",
        ["collection_id", "position", "movie_id"],
        unique=False,
        schema="collections",
    )
    op.create_table(
        "library_movies",
        sa.Column("library_id", sa.Uuid(), nullable=False),
        sa.Column("movie_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["library_id"],
            ["library.libraries.id"],
            name=op.f("fk_library_movies_library_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["movie_id"], ["movies.movies.id"], name=op.f("fk_library_movies_movie_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("library_id", "movie_id", name=op.f("pk_library_movies")),
        schema="library",
    )
    op.create_index(
        "ix_library_movies_movie_id",
        "library_movies",
        ["movie_id", "library_id"],
        unique=False,
        schema="library",
    )
    op.create_table(
        "library_series",
        sa.Column("library_id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["library_id"],
            ["library.libraries.id"],
            name=op.f("fk_library_series_library_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["tv.series.id"], name=op.f("fk_library_series_series_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("library_id", "series_id", name=op.f("pk_library_series")),
        schema="library",
    )
    op.create_index(
        "ix_library_series_series_id",
        "library_series",
        ["series_id", "library_id"],
        unique=False,
        schema="library",
    )
    op.create_table(
        "roots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("library_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("is_online", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["library_id"], ["library.libraries.id"], name=op.f("fk_roots_library_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roots")),
        sa.UniqueConstraint("path", name=op.f("uq_roots_path")),
        schema="library",
    )
    op.create_index("ix_roots_library_id", "roots", ["library_id"], unique=False, schema="library")
    op.create_table(
        "scans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("library_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("files_total", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("files_done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("files_added", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("files_changed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("files_missing", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("files_removed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("problems", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'completed', 'failed', 'cancelled')",
            name=op.f("ck_scans_status"),
        ),
        sa.ForeignKeyConstraint(
            ["library_id"], ["library.libraries.id"], name=op.f("fk_scans_library_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scans")),
        schema="library",
    )
    op.create_index("ix_scans_library_id", "scans", ["library_id", "id"], unique=False, schema="library")
    op.create_index(
        "uq_scans_running",
        "scans",
        ["library_id"],
        unique=True,
        schema="library",
        postgresql_where="status IN ('queued', 'running')",
    )
    op.create_table(
        "credits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("movie_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("character", sa.Text(), nullable=True),
        sa.Column("billing", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["movie_id"], ["movies.movies.id"], name=op.f("fk_credits_movie_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.people.id"], name=op.f("fk_credits_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credits")),
        schema="movies",
    )
    op.create_index(
        "ix_credits_movie_id_billing", "credits", ["movie_id", "billing", "id"], unique=False, schema="movies"
    )
    op.create_index(
        "ix_credits_person_id", "credits", ["person_id", "movie_id"], unique=False, schema="movies"
    )
    op.create_table(
        "editions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("movie_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["movie_id"], ["movies.movies.id"], name=op.f("fk_editions_movie_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
        sa.UniqueConstraint("movie_id", "name", name=op.f("uq_editions_movie_id_name")),
        schema="movies",
    )
    op.create_table(
        "movie_terms",
        sa.Column("movie_id", sa.Uuid(), nullable=False),
        sa.Column("term_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["movie_id"], ["movies.movies.id"], name=op.f("fk_movie_terms_movie_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["term_id"], ["taxonomy.terms.id"], name=op.f("fk_movie_terms_term_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("movie_id", "term_id", name=op.f("pk_movie_terms")),
        schema="movies",
    )
    op.create_index(
        "ix_movie_terms_term_id", "movie_terms", ["term_id", "movie_id"], unique=False, schema="movies"
    )
    op.create_table(
        "seasons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("overview", sa.Text(), nullable=True),
        sa.Column("air_date", sa.Date(), nullable=True),
        sa.Column(
            "translations", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["tv.series.id"], name=op.f("fk_seasons_series_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seasons")),
        sa.UniqueConstraint("series_id", "number", name=op.f("uq_seasons_series_id_number")),
        schema="tv",
    )
    op.create_table(
        "series_credits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("character", sa.Text(), nullable=True),
        sa.Column("billing", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.people.id"], name=op.f("fk_series_credits_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["tv.series.id"], name=op.f("fk_series_credits_series_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_credits")),
        schema="tv",
    )
    op.create_index(
        "ix_series_credits_person_id", "series_credits", ["person_id", "series_id"], unique=False, schema="tv"
    )
    op.create_index(
        "ix_series_credits_series_id_billing",
        "series_credits",
        ["series_id", "billing", "id"],
        unique=False,
        schema="tv",
    )
    op.create_table(
        "series_terms",
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("term_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"], ["tv.series.id"], name=op.f("fk_series_terms_series_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["term_id"], ["taxonomy.terms.id"], name=op.f("fk_series_terms_term_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("series_id", "term_id", name=op.f("pk_series_terms")),
        schema="tv",
    )
    op.create_index(
        "ix_series_terms_term_id", "series_terms", ["term_id", "series_id"], unique=False, schema="tv"
    )
    op.create_table(
        "files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("library_id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("inode", sa.BigInteger(), nullable=False),
        sa.Column("container", sa.Text(), nullable=True),
        sa.Column("duration_ms", sa.BigInteger(), nullable=True),
        sa.Column("bit_rate", sa.BigInteger(), nullable=True),
        sa.Column("tags", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("reading", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("missing_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["library_id"], ["library.libraries.id"], name=op.f("fk_files_library_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["root_id"], ["library.roots.id"], name=op.f("fk_files_root_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("root_id", "folder", "name", name=op.f("uq_files_root_id_folder_name")),
        schema="library",
    )
    op.create_index("ix_files_role", "files", ["library_id", "role", "id"], unique=False, schema="library")
    op.create_index("ix_files_library_id", "files", ["library_id", "id"], unique=False, schema="library")
    op.create_index("ix_files_inode", "files", ["inode"], unique=False, schema="library")
    op.create_index(
        "ix_files_missing_since",
        "files",
        ["missing_since"],
        unique=False,
        schema="library",
        postgresql_where="missing_since IS NOT NULL",
    )
    op.create_table(
        "scan_tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("files", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_owner", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('new', 'listed', 'done')", name=op.f("ck_scan_tasks_state")),
        sa.ForeignKeyConstraint(
            ["root_id"], ["library.roots.id"], name=op.f("fk_scan_tasks_root_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["scan_id"], ["library.scans.id"], name=op.f("fk_scan_tasks_scan_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_tasks")),
        sa.UniqueConstraint(
            "scan_id", "root_id", "folder", name=op.f("uq_scan_tasks_scan_id_root_id_folder")
        ),
        schema="library",
    )
    op.create_index("ix_scan_tasks_root_id", "scan_tasks", ["root_id"], unique=False, schema="library")
    op.create_index(
        "ix_scan_tasks_state", "scan_tasks", ["scan_id", "state", "id"], unique=False, schema="library"
    )
    op.create_table(
        "versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["movies.editions.id"], name=op.f("fk_versions_edition_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_versions")),
        sa.UniqueConstraint("edition_id", "key", name=op.f("uq_versions_edition_id_key")),
        schema="movies",
    )
    op.create_table(
        "episodes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("season_id", sa.Uuid(), nullable=False),
        sa.Column("season_number", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("absolute_number", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("overview", sa.Text(), nullable=True),
        sa.Column("air_date", sa.Date(), nullable=True),
        sa.Column("runtime_s", sa.Integer(), nullable=True),
        sa.Column("ratings", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column(
            "provider_ids", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column(
            "translations", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column(
            "search_text",
            sa.Text(),
            sa.Computed("marquee_search_text(coalesce(title, ''), NULL, translations)", persisted=True),
            nullable=False,
        ),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["season_id"], ["tv.seasons.id"], name=op.f("fk_episodes_season_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["tv.series.id"], name=op.f("fk_episodes_series_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episodes")),
        schema="tv",
    )
    op.create_index("ix_episodes_added_at", "episodes", ["added_at", "id"], unique=False, schema="tv")
    op.create_index(
        "ix_episodes_air_date_asc",
        "episodes",
        [sa.literal_column("coalesce(air_date, 'infinity'::date)"), "id"],
        unique=False,
        schema="tv",
    )
    op.create_index(
        "ix_episodes_air_date_desc",
        "episodes",
        [sa.literal_column("coalesce(air_date, '-infinity'::date)"), "id"],
        unique=False,
        schema="tv",
    )
    op.create_index(
        "ix_episodes_order",
        "episodes",
        ["series_id", "season_number", "position", "id"],
        unique=False,
        schema="tv",
    )
    op.create_index(
        "ix_episodes_search",
        "episodes",
        ["search_text"],
        unique=False,
        schema="tv",
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_episodes_season_order", "episodes", ["season_id", "position", "id"], unique=False, schema="tv"
    )
    op.create_index(
        "uq_episodes_season_id_air_date",
        "episodes",
        ["season_id", "air_date"],
        unique=True,
        schema="tv",
        postgresql_where="number IS NULL",
    )
    op.create_index(
        "uq_episodes_season_id_number",
        "episodes",
        ["season_id", "number"],
        unique=True,
        schema="tv",
        postgresql_where="number IS NOT NULL",
    )
    op.create_table(
        "artwork",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("movie_id", sa.Uuid(), nullable=True),
        sa.Column("series_id", sa.Uuid(), nullable=True),
        sa.Column("season_id", sa.Uuid(), nullable=True),
        sa.Column("episode_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(movie_id, series_id, season_id, episode_id) = 1", name=op.f("ck_artwork_owner")
        ),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["tv.episodes.id"], name=op.f("fk_artwork_episode_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["library.files.id"], name=op.f("fk_artwork_file_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["movie_id"], ["movies.movies.id"], name=op.f("fk_artwork_movie_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["season_id"], ["tv.seasons.id"], name=op.f("fk_artwork_season_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["tv.series.id"], name=op.f("fk_artwork_series_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_artwork")),
        schema="library",
    )
    op.create_index(
        "ix_artwork_episode_id", "artwork", ["episode_id", "kind", "file_id"], unique=False, schema="library"
    )
    op.create_index(
        "ix_artwork_movie_id", "artwork", ["movie_id", "kind", "file_id"], unique=False, schema="library"
    )
    op.create_index(
        "ix_artwork_season_id", "artwork", ["season_id", "kind", "file_id"], unique=False, schema="library"
    )
    op.create_index(
        "ix_artwork_series_id", "artwork", ["series_id", "kind", "file_id"], unique=False, schema="library"
    )
    op.create_table(
        "chapters",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=False),
        sa.Column("end_ms", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["file_id"], ["library.files.id"], name=op.f("fk_chapters_file_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("file_id", "position", name=op.f("pk_chapters")),
        schema="library",
    )
    op.create_table(
        "episode_parts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=True),
        sa.Column("end_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["tv.episodes.id"], name=op.f("fk_episode_parts_episode_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["library.files.id"], name=op.f("fk_episode_parts_file_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episode_parts")),
        sa.UniqueConstraint(
            "episode_id",
            "version",
            "number",
            "file_id",
            name=op.f("uq_episode_parts_episode_id_version_number_file_id"),
        ),
        schema="library",
    )
    op.create_index("ix_episode_parts_file_id", "episode_parts", ["file_id"], unique=False, schema="library")
    op.create_table(
        "series_folders",
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["root_id"], ["library.roots.id"], name=op.f("fk_series_folders_root_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["tv.series.id"], name=op.f("fk_series_folders_series_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("root_id", "folder", name=op.f("pk_series_folders")),
        schema="library",
    )
    op.create_index(
        "ix_series_folders_series_id", "series_folders", ["series_id"], unique=False, schema="library"
    )
    op.create_table(
        "extras",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("movie_id", sa.Uuid(), nullable=True),
        sa.Column("series_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["file_id"], ["library.files.id"], name=op.f("fk_extras_file_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["movie_id"], ["movies.movies.id"], name=op.f("fk_extras_movie_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["tv.series.id"], name=op.f("fk_extras_series_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_extras")),
        schema="library",
    )
    op.create_index("ix_extras_movie_id", "extras", ["movie_id", "file_id"], unique=False, schema="library")
    op.create_index("ix_extras_series_id", "extras", ["series_id", "file_id"], unique=False, schema="library")
    op.create_table(
        "movie_parts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=True),
        sa.Column("end_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["file_id"], ["library.files.id"], name=op.f("fk_movie_parts_file_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["movies.versions.id"], name=op.f("fk_movie_parts_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movie_parts")),
        sa.UniqueConstraint(
            "version_id", "number", "file_id", name=op.f("uq_movie_parts_version_id_number_file_id")
        ),
        schema="library",
    )
    op.create_index("ix_movie_parts_file_id", "movie_parts", ["file_id"], unique=False, schema="library")
    op.create_table(
        "problems",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("library_id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("folder", sa.Text(), server_default="", nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["library.files.id"], name=op.f("fk_problems_file_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["library_id"], ["library.libraries.id"], name=op.f("fk_problems_library_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["root_id"], ["library.roots.id"], name=op.f("fk_problems_root_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problems")),
        sa.UniqueConstraint("root_id", "path", name=op.f("uq_problems_root_id_path")),
        schema="library",
    )
    op.create_index("ix_problems_file_id", "problems", ["file_id"], unique=False, schema="library")
    op.create_index("ix_problems_folder", "problems", ["root_id", "folder"], unique=False, schema="library")
    op.create_index(
        "ix_problems_library_id", "problems", ["library_id", "id"], unique=False, schema="library"
    )
    op.create_table(
        "streams",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("external_file_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("codec", sa.Text(), nullable=True),
        sa.Column("profile", sa.Text(), nullable=True),
        sa.Column("level", sa.Float(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("duration_ms", sa.BigInteger(), nullable=True),
        sa.Column("bit_rate", sa.BigInteger(), nullable=True),
        sa.Column("is_default", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("frame_rate", sa.Float(), nullable=True),
        sa.Column("bit_depth", sa.Integer(), nullable=True),
        sa.Column("pixel_format", sa.Text(), nullable=True),
        sa.Column("color_space", sa.Text(), nullable=True),
        sa.Column("color_range", sa.Text(), nullable=True),
        sa.Column("color_primaries", sa.Text(), nullable=True),
        sa.Column("color_transfer", sa.Text(), nullable=True),
        sa.Column("hdr", sa.Text(), nullable=True),
        sa.Column("hdr_fallback", sa.Text(), nullable=True),
        sa.Column("is_interlaced", sa.Boolean(), nullable=True),
        sa.Column("dolby_vision_profile", sa.Integer(), nullable=True),
        sa.Column("rotation", sa.Integer(), nullable=True),
        sa.Column("channels", sa.Integer(), nullable=True),
        sa.Column("layout", sa.Text(), nullable=True),
        sa.Column("sample_rate", sa.Integer(), nullable=True),
        sa.Column("is_commentary", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_forced", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_sdh", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("mime_type", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('video', 'audio', 'subtitle', 'attachment')", name=op.f("ck_streams_kind")
        ),
        sa.ForeignKeyConstraint(
            ["external_file_id"],
            ["library.files.id"],
            name=op.f("fk_streams_external_file_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["library.files.id"], name=op.f("fk_streams_file_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_streams")),
        schema="library",
    )
    op.create_index(
        "ix_streams_external_file_id", "streams", ["external_file_id"], unique=False, schema="library"
    )
    op.create_index(
        "ix_streams_file_id", "streams", ["file_id", "kind", "position"], unique=False, schema="library"
    )
    op.create_table(
        "episode_credits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("character", sa.Text(), nullable=True),
        sa.Column("billing", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["tv.episodes.id"], name=op.f("fk_episode_credits_episode_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.people.id"], name=op.f("fk_episode_credits_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episode_credits")),
        schema="tv",
    )
    op.create_index(
        "ix_episode_credits_episode_id_billing",
        "episode_credits",
        ["episode_id", "billing", "id"],
        unique=False,
        schema="tv",
    )
    op.create_index(
        "ix_episode_credits_person_id",
        "episode_credits",
        ["person_id", "episode_id"],
        unique=False,
        schema="tv",
    )
    op.execute("INSERT INTO outbox.cursor DEFAULT VALUES")


def downgrade() -> None:
    for schema in SCHEMAS:
        op.execute(f"DROP SCHEMA {schema} CASCADE")
    op.execute("DROP FUNCTION public.marquee_search_text(text, text, jsonb)")
    op.execute("DROP FUNCTION public.marquee_fold(text)")
