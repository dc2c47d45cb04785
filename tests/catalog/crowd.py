"""A catalog large enough for PostgreSQL to prefer its indexes."""

from app.core.app import App

SIZE = 3000

WORKS = """
INSERT INTO {table} (id, title, sort_title, slug, match_key, popularity, year, {date}, {runtime} added_at)
SELECT gen_random_uuid(), md5(n::text), md5(n::text), 'slug-' || n, 'key-' || n, random(), 1900 + n % 120,
       CASE WHEN n % 10 > 0 THEN date '1950-01-01' + n * 7 END, {runtime_value}
       timestamptz '2026-01-01' + n * interval '1 minute'
FROM generate_series(1, $1::int) AS n
"""
MOVIES = WORKS.format(
    table="movies.movies",
    date="release_date",
    runtime="runtime_s,",
    runtime_value="CASE WHEN n % 7 > 0 THEN 60 * (n % 200) END,",
)
SERIES = WORKS.format(table="tv.series", date="first_air_date", runtime="", runtime_value="")
OTHERS = """
INSERT INTO people.people (id, name) SELECT gen_random_uuid(), md5(n::text) FROM generate_series(1, $1::int) AS n;
INSERT INTO collections.collections (id, title, sort_title, slug)
SELECT gen_random_uuid(), md5(n::text), md5(n::text), 'slug-' || n FROM generate_series(1, $1::int) AS n;
INSERT INTO taxonomy.terms (id, kind, name, slug)
SELECT gen_random_uuid(), (ARRAY['genre', 'studio', 'network', 'keyword'])[1 + n % 4], md5(n::text), 'slug-' || n
FROM generate_series(1, $1::int) AS n;
INSERT INTO movies.credits (id, movie_id, person_id, department, job, billing)
SELECT gen_random_uuid(), m.id, p.id, CASE WHEN p.place % 2 = 0 THEN 'Acting' ELSE 'Crew' END, 'Job', p.place
FROM (SELECT id, row_number() OVER () AS n FROM movies.movies) AS m
JOIN (SELECT id, row_number() OVER () AS place FROM people.people LIMIT 4) AS p ON true;
INSERT INTO collections.movies (collection_id, movie_id, position)
SELECT c.id, m.id, m.n FROM (SELECT id, row_number() OVER () AS n FROM movies.movies) AS m
JOIN (SELECT id, row_number() OVER () AS n FROM collections.collections) AS c ON m.n % 30 = c.n;
INSERT INTO movies.editions (id, movie_id, name)
SELECT gen_random_uuid(), m.id, e.name FROM movies.movies AS m, (VALUES (''), ('Long')) AS e(name);
INSERT INTO tv.seasons (id, series_id, number) SELECT gen_random_uuid(), id, 1 FROM tv.series;
INSERT INTO tv.episodes (id, series_id, season_id, season_number, number, position, title, added_at)
SELECT gen_random_uuid(), series_id, id, 1, 1, 1, 'Episode',
       timestamptz '2026-01-01' + row_number() OVER () * interval '70 seconds'
FROM tv.seasons;
INSERT INTO tv.episodes (id, series_id, season_id, season_number, number, position, title)
SELECT gen_random_uuid(), s.series_id, s.id, 1, n, n, 'Episode'
FROM (SELECT * FROM tv.seasons LIMIT 100) AS s, generate_series(2, 300) AS n;
INSERT INTO tv.series_credits (id, series_id, person_id, department, job, billing)
SELECT gen_random_uuid(), s.id, p.id, 'Acting', 'Actor', n
FROM (SELECT id FROM tv.series LIMIT 100) AS s, (SELECT id FROM people.people LIMIT 1) AS p,
     generate_series(1, 300) AS n
"""


async def crowd(app: App) -> None:
    """SIZE films, series with an episode each, people, collections and terms, related to each other.

    A hundred series have 300 episodes and as many actors.
    """
    # A vacuum empties the trigram indexes' lists of pending entries, which the planner is wary of.
    async with app.database.pool.acquire() as connection:
        await connection.execute(MOVIES, SIZE)
        await connection.execute(SERIES, SIZE)
        for statement in OTHERS.replace("$1::int", str(SIZE)).strip().strip(";").split(";"):
            await connection.execute(statement)
        await connection.execute("VACUUM (ANALYZE)")
