"""Searching by hand goes by the index, however many works there are."""

from app.access.viewer import marquee
from app.core.app import App
from app.library.match_search import Wanted, search_matches, works_like_files
from tests import given
from tests.catalog.plans import Explaining

MANY = """
INSERT INTO movies.movies (id, title, sort_title, slug, match_key)
SELECT gen_random_uuid(), md5(n::text), md5(n::text), n, n FROM generate_series(1, 20000) n
"""


async def test_works_are_searched_by_the_trigram_index(app: App) -> None:
    async with app.database.pool.acquire() as connection:
        await connection.execute(MANY)
        await connection.execute("ANALYZE movies.movies")
    await given.movie(app, "Solaris", year=1972)
    library_id = await given.library(app)
    file_id = await given.file(app, library_id, reading={"title": "Solaris", "year": 1973})
    explaining = Explaining(app)

    found = await search_matches(explaining.db, Wanted("movie", "solaris", 1972), first=5)
    like = await works_like_files(explaining.db, marquee(), [file_id], first=5)

    assert [(each.title, each.score) for each in found] == [("Solaris", 1)]
    assert [(each.title, each.score) for each in like[file_id]] == [("Solaris", 0.9)]
    assert "ix_movies_search" in explaining.indexes
    assert not [
        node
        for node in explaining.nodes
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] == "movies"
    ]
