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
# No table is rewritten: what was there is listed by own titles until a worker has come by.
WORKS = """
ALTER TABLE {schema}.{table}
    ADD COLUMN known_as text[] DEFAULT '{{}}' NOT NULL,
    ADD COLUMN sort_keys jsonb,
    ALTER COLUMN search_text DROP EXPRESSION
"""
TELL = """
CREATE FUNCTION {schema}.tell_titles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {told}
    RETURN NEW;
END
$$
"""
TELL_NEW = """
CREATE TRIGGER tell_new_titles BEFORE INSERT ON {schema}.{table} FOR EACH ROW EXECUTE FUNCTION {schema}.tell_titles()
"""
TELL_CHANGED = """
CREATE TRIGGER tell_titles BEFORE UPDATE ON {schema}.{table} FOR EACH ROW
WHEN (OLD.sort_keys IS NULL OR ({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION {schema}.tell_titles()
"""
OF_WORKS = """
    NEW.sort_keys = public.marquee_sort_keys(
        NEW.title, NEW.sort_title, NEW.original_title, NEW.original_language, NEW.translations);
    NEW.search_text = public.marquee_search_text(NEW.title, NEW.original_title, NEW.translations, NEW.known_as);
"""
OF_COLLECTIONS = """
    NEW.sort_keys = public.marquee_sort_keys(NEW.title, NEW.sort_title, NULL, NULL, NEW.translations);
"""
COLLECTION_TITLES = ("title", "sort_title", "translations")
WORK_TITLES = (*COLLECTION_TITLES, "original_title", "original_language", "known_as")
SEARCH_INDEX = "CREATE INDEX ix_{table}_search ON {schema}.{table} USING gin (search_text gin_trgm_ops)"
TABLES = (("movies", "movies"), ("tv", "series"))


def case(language: str) -> str:
    articles, elided = ARTICLES[language]
    elisions = f"(?:{elided})[''’](?=.)|" if elided else ""
    return f"WHEN '{language}' THEN '^(?:{elisions}(?:{articles}) +(?=[^ ]))'"


def upgrade() -> None:
    op.execute(SORT_TITLE.format(cases=" ".join(map(case, ARTICLES)), marks=MARKS).replace(":", "\\:"))
    op.execute(SORT_KEYS)
    op.execute(SEARCH_TEXT)
    for schema, table in TABLES:
        op.execute(WORKS.format(schema=schema, table=table))
        tell(schema, table, OF_WORKS, WORK_TITLES)
    op.execute("ALTER TABLE collections.collections ADD COLUMN sort_keys jsonb")
    tell("collections", "collections", OF_COLLECTIONS, COLLECTION_TITLES)


def tell(schema: str, table: str, told: str, titles: Sequence[str]) -> None:
    """Have what titles sort and are searched by be set with them, and only with them: it takes a while to compute."""
    old, new = (", ".join(f"{row}.{name}" for name in titles) for row in ("OLD", "NEW"))
    op.execute(TELL.format(schema=schema, told=told.strip()))
    op.execute(TELL_NEW.format(schema=schema, table=table))
    op.execute(TELL_CHANGED.format(schema=schema, table=table, old=old, new=new))


def downgrade() -> None:
    for schema, table in (*TABLES, ("collections", "collections")):
        for trigger in ("tell_titles", "tell_new_titles"):
            op.execute(f"DROP TRIGGER {trigger} ON {schema}.{table}")
        op.execute(f"DROP FUNCTION {schema}.tell_titles()")
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
