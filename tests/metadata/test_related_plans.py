"""Related works are found by the index over works' ids, by whoever looks, also among very many."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import text

from app.access.rule import EVERYTHING, Access
from app.access.sight import seen_by
from app.access.viewer import marquee
from app.core.app import App, open_app
from app.core.config import Config
from app.core.ids import new_id
from app.core.paging import Page
from app.metadata import related_reads as reads
from tests.catalog.crowd import crowd
from tests.catalog.plans import Explaining

DETAILS = """
UPDATE movies.movies w SET provider_ids = jsonb_build_object('tmdb', CAST(n.number AS text)),
    certifications = CASE WHEN n.number % 2 = 0 THEN jsonb_build_object('DE', '18') ELSE '{}' END
FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM movies.movies) n WHERE n.id = w.id;
INSERT INTO metadata.details (work_id, kind, provider, provider_id, titles, videos, releases, similar_works,
    recommended_works, seasons, episode_orders, told_at)
SELECT m.id, 'movie', 'tmdb', m.provider_ids ->> 'tmdb', '{}', '[]', '[]', l.listed, l.listed, '[]', '[]', now()
FROM movies.movies m CROSS JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('id', CAST((CAST(m.provider_ids ->> 'tmdb' AS int) + n) AS text), 'title', 'x'))
        AS listed
    FROM generate_series(1, 20) AS n) l;
VACUUM (ANALYZE)
"""


@dataclass(frozen=True)
class Crowded:
    app: App
    ids: list[Any]


@pytest.fixture(scope="module")
async def crowded(config: Config, new_database: Callable[[], Any]) -> AsyncIterator[Crowded]:
    own = replace(config, database_url=await new_database(), namespace=f"{config.namespace}-related")
    async with open_app(own) as app:
        await crowd(app)
        async with app.database.pool.acquire() as connection:
            for statement in DETAILS.split(";"):
                await connection.execute(statement)
        rows = await app.db.rows(text("SELECT id FROM movies.movies WHERE age IS NULL ORDER BY id LIMIT 5"))
        yield Crowded(app, [row[0] for row in rows])


@pytest.mark.parametrize("generic", [False, True])
@pytest.mark.parametrize("access", [EVERYTHING, Access(max_age=12, blocked_terms=(new_id(),))])
async def test_no_table_is_gone_through(crowded: Crowded, access: Access, generic: bool) -> None:
    viewer = replace(marquee(("de", "en")), access=access)
    explaining = Explaining(crowded.app, generic=generic)
    db = seen_by(explaining.db, access)

    found = await reads.similar_movies(db, viewer, crowded.ids, page=Page(first=5))
    missing = await reads.missing_movies(db, viewer, crowded.ids)

    assert {len(each.items) for each in found.values()} == {5}
    assert missing.keys() == found.keys()
    assert "uq_movies_tmdb" in explaining.indexes
    scanned = {node.get("Relation Name") for node in explaining.nodes if node["Node Type"] == "Seq Scan"}
    assert not scanned & {"movies", "details"}
