"""titles in the order of each language, and further titles to search by"""

from collections.abc import Sequence

from alembic import op

revision: str = "0047"
down_revision: str | None = "0045"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Articles and elided ones by language, as app.catalog.titles had them when this was written.
ARTICLES = {
    "en": ("the|a|an", ""),
    "de": ("der|die|das|ein|eine|einer|dem|den", ""),
    "fr": ("le|la|les|un|une|des", "l"),
    "es": ("el|la|los|las|un|una|unos|unas", ""),
    "it": ("il|lo|la|i|gli|le|un|uno|una", "l|un"),
    "pt": ("o|a|os|as|um|uma", ""),
    "nl": ("de|het|een", ""),
    "sv": ("en|ett|den|det", ""),
    "da": ("en|et|den|det", ""),
    "no": ("en|ei|et|den|det", ""),
    "ca": ("el|la|els|les|un|una", "l"),
    "hu": ("a|az|egy", ""),
}
# Named one by one: what is a letter to a regular expression hangs on the locale of the database.
MARKS = " \t!\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~¡¿«»‹›„“”‚‘’–—…·•★☆「」『』【】（）《》〈〉、。！？～　"
SORT_TITLE = """
CREATE FUNCTION public.marquee_sort_title(title text, language text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT coalesce(nullif(btrim(regexp_replace(
        plain.title, CASE split_part(lower(language), '-', 1) {cases} ELSE '^$' END, '', 'i')), ''), title)
    FROM (SELECT coalesce(nullif(ltrim(title, '{marks}'), ''), title) AS title) plain
$$
"""
SORT_KEYS = """
CREATE FUNCTION public.marquee_sort_keys(
    title text, sort_title text, original_title text, original_language text, translations jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT coalesce(jsonb_object_agg(said.language, left(public.marquee_fold(
        CASE WHEN said.title = $1 THEN $2 ELSE public.marquee_sort_title(said.title, said.language) END), 500)), '{}')
    FROM (
        SELECT key AS language, value ->> 'title' AS title FROM jsonb_each($5)
        UNION ALL
        SELECT $4, $3 WHERE $5 -> $4 ->> 'title' IS NULL
    ) said
    WHERE said.language <> '' AND said.title <> ''
$$
"""
SEARCH_TEXT = """
CREATE FUNCTION public.marquee_search_text(
    title text, original_title text, translations jsonb, known_as text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT public.marquee_fold(concat_ws(' | ', title, original_title, (
        SELECT string_agg(value ->> 'title', ' | ' ORDER BY key) FROM jsonb_each(translations)
    ), nullif(array_to_string(known_as, ' | '), '')))
$$
"""
# One rewriting of the table for all columns.
WORKS = """
ALTER TABLE {schema}.{table}
    ADD COLUMN known_as text[] DEFAULT '{{}}' NOT NULL,
    ADD COLUMN sort_keys jsonb NOT NULL GENERATED ALWAYS AS (
        marquee_sort_keys(title, sort_title, original_title, original_language, translations)) STORED,
    DROP COLUMN search_text,
    ADD COLUMN search_text text NOT NULL GENERATED ALWAYS AS ({search_text}) STORED
"""
COLLECTIONS = """
ALTER TABLE collections.collections ADD COLUMN sort_keys jsonb NOT NULL GENERATED ALWAYS AS (
    marquee_sort_keys(title, sort_title, NULL, NULL, translations)) STORED
"""
SEARCH_INDEX = "CREATE INDEX ix_{table}_search ON {schema}.{table} USING gin (search_text gin_trgm_ops)"
TITLE_INDEX = """
CREATE INDEX ix_{table}_title_{language} ON {schema}.{table} (
    (coalesce((sort_keys ->> '{language}') COLLATE "C", sort_key)), id)
"""
TABLES = (("movies", "movies"), ("tv", "series"))
LISTS = (*TABLES, ("collections", "collections"))
LANGUAGES = ("en", "de", "fr", "es", "ja")


def case(language: str) -> str:
    articles, elided = ARTICLES[language]
    elisions = f"(?:{elided})[''’](?=.)|" if elided else ""
    return f"WHEN '{language}' THEN '^(?:{elisions}(?:{articles}) +(?=[^ ]))'"


def upgrade() -> None:
    op.execute(SORT_TITLE.format(cases=" ".join(map(case, ARTICLES)), marks=MARKS).replace(":", "\\:"))
    op.execute(SORT_KEYS)
    op.execute(SEARCH_TEXT)
    for schema, table in TABLES:
        search_text = "marquee_search_text(title, original_title, translations, known_as)"
        op.execute(WORKS.format(schema=schema, table=table, search_text=search_text))
        op.execute(SEARCH_INDEX.format(schema=schema, table=table))
    op.execute(COLLECTIONS)
    for schema, table in LISTS:
        for language in LANGUAGES:
            op.execute(TITLE_INDEX.format(schema=schema, table=table, language=language))


def downgrade() -> None:
    for schema, table in TABLES:
        search_text = "marquee_search_text(title, original_title, translations)"
        op.execute(
            f"ALTER TABLE {schema}.{table} DROP COLUMN sort_keys, DROP COLUMN search_text, DROP COLUMN known_as,"
            f" ADD COLUMN search_text text NOT NULL GENERATED ALWAYS AS ({search_text}) STORED"
        )
        op.execute(SEARCH_INDEX.format(schema=schema, table=table))
    op.execute("ALTER TABLE collections.collections DROP COLUMN sort_keys")
    op.execute("DROP FUNCTION public.marquee_search_text(text, text, jsonb, text[])")
    op.execute("DROP FUNCTION public.marquee_sort_keys(text, text, text, text, jsonb)")
    op.execute("DROP FUNCTION public.marquee_sort_title(text, text)")
