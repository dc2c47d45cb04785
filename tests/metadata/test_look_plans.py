"""Among many looks, those that are taken are found by indexes, and nothing is read of all that libraries hold."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from app.core.app import App, open_app
from app.core.config import Config
from app.core.ids import new_id
from app.images import sweep as images
from app.metadata import details, looks, rounds
from tests.catalog.plans import Explaining, nodes_of
from tests.conftest import run_sql

MANY = """
INSERT INTO library.libraries (id, name, kind) VALUES (gen_random_uuid(), 'Films', 'movie');
INSERT INTO movies.movies (id, title, sort_title, slug, match_key)
SELECT gen_random_uuid(), md5(n::text), md5(n::text), 'slug-' || n, 'key-' || n FROM generate_series(1, 3000) n;
INSERT INTO library.library_movies (library_id, movie_id)
SELECT l.id, m.id FROM library.libraries l, movies.movies m;
INSERT INTO metadata.looks (kind, work_id, due_at, asked_at, problem)
SELECT 'movie', id, now() - interval '1 day', CASE WHEN slug < 'slug-2' THEN now() END, repeat(md5(slug), 30)
FROM movies.movies;
INSERT INTO metadata.details (work_id, kind, provider, provider_id, titles, videos, releases, similar_works,
    recommended_works, seasons, episode_orders, told_at)
SELECT id, 'movie', 'tmdb', '1', '{}', jsonb_build_array(repeat(md5(slug), 30)), '[]', '[]', '[]', '[]', '[]', now()
FROM movies.movies;
INSERT INTO images.pictures (id, owner_kind, owner_id, kind, source, url, provider, provider_key)
SELECT gen_random_uuid(), 'movie', id, 'poster', 'provider', repeat(md5(slug), 30), 'tmdb', n::text
FROM movies.movies, generate_series(1, 2) n;
VACUUM (ANALYZE)
"""


@pytest.fixture(scope="module")
async def busy(config: Config, new_database: Callable[[], Any]) -> AsyncIterator[App]:
    """An application of its own, whose works are all wanted."""
    own = replace(config, database_url=await new_database(), namespace=f"{config.namespace}-busy")
    # While nobody else is there, who might keep pages from being known to be seen by all.
    await run_sql(own.database_url, *MANY.strip().split(";\n"))
    async with open_app(own) as app:
        yield app


@pytest.mark.parametrize(
    ("statement", "further"), [(looks.CLAIM_ASKED, {}), (looks.CLAIM_DUE, {"with_due": True})]
)
async def test_what_is_taken_costs_no_look_at_all_that_libraries_hold(
    busy: App, statement: Any, further: dict[str, Any]
) -> None:
    libraries = [row[0] for row in await busy.database.pool.fetch("SELECT id FROM library.libraries")]
    explaining = Explaining(busy)

    await explaining.db.rows(statement, owner=new_id(), lease_s=60, libraries=libraries, most=16, **further)

    read = {node.get("Relation Name") for node in explaining.nodes if node["Node Type"] == "Seq Scan"}
    assert not read & {"looks", "library_movies"}, explaining.plans
    assert explaining.indexes >= {"ix_library_movies_movie_id", "pk_looks"}
    assert "Sort" not in explaining.kinds


async def test_what_no_list_is_of_use_for_is_found_among_the_first(busy: App) -> None:
    libraries = [row[0] for row in await busy.database.pool.fetch("SELECT id FROM library.libraries")]
    explaining = Explaining(busy)
    lists = {"providers": ["tmdb"], "kinds": ["movie"]}

    await explaining.db.rows(
        looks.CLAIM_UNGUESSED, owner=new_id(), lease_s=60, libraries=libraries, most=16, **lists
    )

    read = {node.get("Relation Name") for node in explaining.nodes if node["Node Type"] == "Seq Scan"}
    assert not read & {"looks", "library_movies"}, explaining.plans
    assert explaining.indexes >= {"ix_looks_asked", "pk_looks", "pk_movies", "ix_library_movies_movie_id"}


async def test_what_went_is_found_in_indexes_alone(busy: App) -> None:
    # How much is found so is decided by what was vacuumed; here it is asked whether it can be.
    ways = [f"SET LOCAL enable_{each} = off" for each in ("seqscan", "bitmapscan")]
    swept = (rounds.DROP_GONE[1], details.MARK_OWNERLESS[0], images.MARK_OWNERLESS[0])
    for statement, index in zip(swept, ("pk_looks", "ix_details_owned", "ix_pictures_owned"), strict=True):
        async with busy.database.pool.acquire() as connection, connection.transaction():
            await connection.execute(";".join(ways))
            found = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {statement.text}")

        nodes = list(nodes_of(found[0]["Plan"]))
        alone = {node["Index Name"] for node in nodes if node["Node Type"] == "Index Only Scan"}
        assert alone >= {index, "pk_movies"}, nodes
