"""what works were to viewers before a transaction changed their ages or terms"""

from collections.abc import Sequence

from alembic import op

revision: str = "0031"
down_revision: str | None = "0029"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Kept in a setting that ends with the transaction; of what is noted twice, the first counts.
NOTE = """
CREATE FUNCTION catalog.note_former(facts jsonb) RETURNS void LANGUAGE sql AS $$
    SELECT set_config(
        'marquee.former',
        CAST(facts || CAST(coalesce(nullif(current_setting('marquee.former', true), ''), '{}') AS jsonb) AS text),
        true
    ) WHERE facts IS NOT NULL
$$
"""
# What no library holds was seen by nobody. Works that are deleted are no concern of these.
OF_WORKS = """
CREATE FUNCTION {schema}.note_former_{kind}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM catalog.note_former(jsonb_object_agg(o.id, jsonb_build_object('age', o.age, 'terms', ARRAY(
        SELECT l.term_id FROM {schema}.{kind}_terms l WHERE l.{kind}_id = o.id ORDER BY 1))))
    FROM former o JOIN later n ON n.id = o.id
    WHERE o.age IS DISTINCT FROM n.age
      AND EXISTS (SELECT FROM library.library_{table} h WHERE h.{kind}_id = o.id);
    RETURN NULL;
END $$;
CREATE TRIGGER note_former AFTER UPDATE ON {schema}.{table} REFERENCING OLD TABLE AS former NEW TABLE AS later
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.note_former_{kind}();
CREATE FUNCTION {schema}.note_former_{kind}_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM catalog.note_former(jsonb_object_agg(w.id, jsonb_build_object('age', w.age, 'terms', ARRAY(
            SELECT l.term_id FROM {schema}.{kind}_terms l WHERE l.{kind}_id = w.id
            EXCEPT SELECT c.term_id FROM changed c WHERE c.{kind}_id = w.id ORDER BY 1))))
        FROM {schema}.{table} w
        WHERE w.id IN (SELECT {kind}_id FROM changed)
          AND EXISTS (SELECT FROM library.library_{table} h WHERE h.{kind}_id = w.id);
    ELSE
        PERFORM catalog.note_former(jsonb_object_agg(w.id, jsonb_build_object('age', w.age, 'terms', ARRAY(
            SELECT l.term_id FROM {schema}.{kind}_terms l WHERE l.{kind}_id = w.id
            UNION SELECT c.term_id FROM changed c WHERE c.{kind}_id = w.id ORDER BY 1))))
        FROM {schema}.{table} w
        WHERE w.id IN (SELECT {kind}_id FROM changed)
          AND EXISTS (SELECT FROM library.library_{table} h WHERE h.{kind}_id = w.id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER note_former_added AFTER INSERT ON {schema}.{kind}_terms REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.note_former_{kind}_terms();
CREATE TRIGGER note_former_removed AFTER DELETE ON {schema}.{kind}_terms REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.note_former_{kind}_terms()
"""
WORKS = (("movies", "movies", "movie"), ("tv", "series", "series"))


def upgrade() -> None:
    op.execute(NOTE)
    for schema, table, kind in WORKS:
        for statement in OF_WORKS.format(schema=schema, table=table, kind=kind).split(";\nCREATE "):
            made = statement.strip().removeprefix("CREATE ")
            op.execute(f"CREATE {made}")


def downgrade() -> None:
    for schema, table, kind in WORKS:
        for name in ("note_former_added", "note_former_removed"):
            op.execute(f"DROP TRIGGER {name} ON {schema}.{kind}_terms")
        op.execute(f"DROP TRIGGER note_former ON {schema}.{table}")
        for name in (f"note_former_{kind}", f"note_former_{kind}_terms"):
            op.execute(f"DROP FUNCTION {schema}.{name}()")
    op.execute("DROP FUNCTION catalog.note_former(jsonb)")
