"""What a batch may mean is found through indexes, however large the catalog is."""

from app.catalog.movies.writes import TABLES as MOVIES
from app.catalog.people.writes import CANDIDATES
from app.catalog.tv.writes import TABLES as SERIES
from app.core.app import App
from tests.catalog.plans import Explaining

KNOWN_BY = {"match_key", "tmdb", "imdb", "tvdb"}


async def test_known_works_and_those_that_went_are_found_through_indexes(crowded: App) -> None:
    for tables, name in ((MOVIES, "movies"), (SERIES, "series")):
        explaining = Explaining(crowded)
        await explaining.db.rows(tables.known, keys=["key-1"], ids=[], tmdb=["1"], imdb=["tt1"], tvdb=["1"])

        read = {node.get("Relation Name") for node in explaining.nodes if node["Node Type"] == "Seq Scan"}
        assert name not in read, explaining.plans
        assert {f"uq_{name}_{each}" for each in KNOWN_BY - {"match_key"}} <= explaining.indexes


async def test_people_who_are_credited_are_found_through_indexes(crowded: App) -> None:
    explaining = Explaining(crowded)

    await explaining.db.rows(CANDIDATES, names=["Ada Rohn"], tmdb=["1"], imdb=["nm1"], tvdb=["1"])

    assert "Seq Scan" not in explaining.kinds, explaining.plans
    assert explaining.indexes >= {f"uq_people_{each}" for each in ("tmdb", "imdb", "tvdb")} | {
        "ix_people_name_key"
    }
