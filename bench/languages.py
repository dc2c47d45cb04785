"""What lists by title cost in the order of a language: first pages and pages from the midst, of ever more films.

Medians of wall times, each in turns with the same page in the order of works' own titles.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import asyncpg

from app.access.viewer import Viewer, marquee
from app.catalog.movies import reads as movies
from app.catalog.title_indexes import index_titles
from app.core import migrate
from app.core.db import Database, Db
from app.core.languages import with_general
from app.core.paging import Page
from app.embedded.servers import embedded

SIZES = (10_000, 100_000)
MILLION = 1_000_000
ROUNDS = 40
LANGUAGES = ("en", "de", "fr", "es", "ja", "pt-br")
FILL = """
INSERT INTO movies.movies (id, title, sort_title, slug, match_key, translations)
SELECT gen_random_uuid(), md5(n::text), md5(n::text), 'film-' || n, 'key-' || n, jsonb_build_object(
    'en', jsonb_build_object('title', 'The ' || md5('en' || n)), 'de', jsonb_build_object('title', md5('de' || n)),
    'fr', jsonb_build_object('title', 'Le ' || md5('fr' || n)), 'es', jsonb_build_object('title', md5('es' || n)),
    'ja', jsonb_build_object('title', md5('ja' || n)), 'pt', jsonb_build_object('title', 'O ' || md5('pt' || n)))
FROM generate_series($1::int + 1, $2::int) n
"""


def main() -> None:
    asyncio.run(run())


async def run() -> None:
    """Print a page's time by size and language."""
    with tempfile.TemporaryDirectory(prefix="mqb-") as folder:
        async with embedded(Path(folder), postgres=True, valkey=False, durable=False) as urls:
            assert urls.database_url
            await migrate.upgrade(urls.database_url)
            database = await Database.open(urls.database_url, size=1, timeout_s=600)
            try:
                await _grow(urls.database_url, database)
            finally:
                await database.close()


async def _grow(url: str, database: Database) -> None:
    connection = await asyncpg.connect(url)
    there = 0
    for size in (*SIZES, MILLION) if "--million" in sys.argv else SIZES:
        await connection.execute(FILL, there, size)
        there = size
        await connection.execute("VACUUM ANALYZE")
        start = time.perf_counter()
        await index_titles(Db(connection), LANGUAGES)
        print(
            f"  {size:>9,} films; indexes of {len(LANGUAGES)} languages {time.perf_counter() - start:.1f} s"
        )
        for language in ("de", "pt-br"):
            print(f"    {language:<6}{await _compare(database.db, language)}")
    await connection.close()


async def _compare(db: Db, language: str) -> str:
    own = marquee(with_general((language,)))
    listed = replace(own, title_languages=frozenset(LANGUAGES))
    shown: list[str] = []
    for name, page_of in (("first", _first), ("midst", _midst)):
        took = await _turns(db, {each: await page_of(db, each) for each in (own, listed)})
        shown.append(
            f"{name} page {took[listed] * 1000:5.2f} ms, {took[listed] / took[own]:.2f} times own titles"
        )
    return "; ".join(shown)


async def _first(db: Db, viewer: Viewer) -> Page:
    return Page(first=20)


async def _midst(db: Db, viewer: Viewer) -> Page:
    """What comes after the film in the midst of the list."""
    whole = await movies.list_movies(db, viewer, page=Page(first=1, with_total=True))
    page = await movies.list_movies(db, viewer, page=Page(first=1, offset=(whole.total or 0) // 2))
    return Page(first=20, after=page.cursor(0))


async def _turns(db: Db, pages: dict[Viewer, Page]) -> dict[Viewer, float]:
    took: dict[Viewer, list[float]] = {viewer: [] for viewer in pages}
    for _ in range(ROUNDS):
        for viewer, page in pages.items():
            start = time.perf_counter()
            await movies.list_movies(db, viewer, page=page)
            took[viewer].append(time.perf_counter() - start)
    return {viewer: statistics.median(times) for viewer, times in took.items()}
