"""What the access rule costs: lists of those who see only a part, against the same lists of those who see everything.

Medians of wall times; each is asked for in turns with its baseline, so that a busy machine slows both.
"""

import asyncio
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg

from app.access.rule import EVERYTHING, Access
from app.access.sight import seen_by
from app.access.viewer import marquee
from app.catalog import recent
from app.catalog.movies import reads as movies
from app.catalog.people import reads as people
from app.core import migrate
from app.core.db import Database
from app.core.paging import Page
from app.embedded.servers import embedded

WORKS = 20_000
ROUNDS = 40
FILL = f"""
INSERT INTO library.libraries (id, name, kind)
SELECT gen_random_uuid(), 'Library ' || n, 'movie' FROM generate_series(1, 4) n;
INSERT INTO movies.movies (id, title, sort_title, slug, match_key, certifications, added_at)
SELECT gen_random_uuid(), md5(n::text), md5(n::text), 'slug-' || n, 'key-' || n,
    jsonb_build_object('DE', (ARRAY['0', '6', '12', '16', '18'])[1 + n % 5]),
    timestamptz '2026-01-01' + n * interval '1 minute'
FROM generate_series(1, {WORKS}) n;
INSERT INTO people.people (id, name) SELECT gen_random_uuid(), md5(n::text) FROM generate_series(1, {WORKS}) n;
INSERT INTO taxonomy.terms (id, kind, name, slug)
SELECT gen_random_uuid(), 'genre', 'Genre ' || n, 'genre-' || n FROM generate_series(1, 20) n;
CREATE TEMPORARY TABLE m AS SELECT id, row_number() OVER () AS n FROM movies.movies;
CREATE TEMPORARY TABLE p AS SELECT id, row_number() OVER () AS n FROM people.people;
CREATE TEMPORARY TABLE g AS SELECT id, row_number() OVER () AS n FROM taxonomy.terms;
CREATE TEMPORARY TABLE l AS SELECT id, row_number() OVER () AS n FROM library.libraries;
INSERT INTO movies.credits (id, movie_id, person_id, department, job, billing)
SELECT gen_random_uuid(), m.id, p.id, 'Acting', 'Actor', k FROM m, generate_series(1, 3) k, p
WHERE p.n = 1 + (m.n * 7 + k * 131) % {WORKS};
INSERT INTO movies.movie_terms (movie_id, term_id)
SELECT m.id, g.id FROM m JOIN g ON g.n IN (1 + m.n % 20, 1 + m.n % 7);
INSERT INTO library.library_movies (library_id, movie_id) SELECT l.id, m.id FROM m JOIN l ON l.n = 1 + m.n % 4;
VACUUM (ANALYZE)
"""


async def run() -> None:
    """Print the ratio of each list and kind of bound."""
    with tempfile.TemporaryDirectory(prefix="mq-bench-") as folder:
        async with embedded(Path(folder), postgres=True, valkey=False, durable=False) as urls:
            url = urls.database_url
            assert url is not None
            await migrate.upgrade(url)
            await _fill(url)
            database = await Database.open(url, size=2, timeout_s=60)
            try:
                await _compare(database)
            finally:
                await database.close()


async def _fill(url: str) -> None:
    connection = await asyncpg.connect(url)
    for statement in FILL.strip().split(";\n"):
        await connection.execute(statement)
    await connection.close()


async def _compare(database: Database) -> None:
    libraries = [
        row[0] for row in await database.pool.fetch("SELECT id FROM library.libraries ORDER BY name")
    ]
    genre = await database.pool.fetchval("SELECT id FROM taxonomy.terms LIMIT 1")
    bounds = {
        "two libraries of four": Access(library_ids=tuple(libraries[:2])),
        "an age": Access(max_age=12),
        "a blocked genre": Access(blocked_terms=(genre,)),
        "all three": Access(library_ids=tuple(libraries[:2]), max_age=12, blocked_terms=(genre,)),
    }
    page, counted = Page(first=20), Page(first=20, with_total=True)
    lists: dict[str, Any] = {
        "movies": lambda db, viewer: movies.list_movies(db, viewer, page=page),
        "movies, counted": lambda db, viewer: movies.list_movies(db, viewer, page=counted),
        "people": lambda db, viewer: people.list_people(db, viewer, page=page),
        "recentlyAdded": lambda db, viewer: recent.recently_added(db, viewer, page=page),
    }
    for what, read in lists.items():
        for name, access in bounds.items():
            everything, limited = await _turns(database, read, access)
            times = f"{limited * 1000:.2f} ms, of everything {everything * 1000:.2f} ms"
            print(f"{what}, {name}: {times}: {limited / everything:.1f} times")


async def _turns(database: Database, read: Any, access: Access) -> tuple[float, float]:
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for times, seen in zip(took, (EVERYTHING, access), strict=True):
            start = time.perf_counter()
            await read(seen_by(database.db, seen), replace(marquee(("en",)), access=seen))
            times.append(time.perf_counter() - start)
    return statistics.median(took[0]), statistics.median(took[1])


def main() -> None:
    asyncio.run(run())
