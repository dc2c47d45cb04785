"""Fields know where they come from, and those that are locked stay as they are."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from app.access.viewer import marquee
from app.catalog.facts import EpisodeFacts, SeasonFacts, WorkFacts
from app.catalog.identity.departures import depart
from app.catalog.movies import reads as movies
from app.catalog.movies.writes import save_movies
from app.catalog.outcome import Outcome
from app.catalog.provenance import FieldSource
from app.catalog.tv import sources
from app.catalog.tv.writes import save_episodes, save_seasons, save_series
from app.core.app import App
from tests.catalog.said import collection, credit, work
from tests.library.scanning import rows, value, values

VIEWER = marquee()
FULL = work(
    "Alpha",
    2001,
    original_title="Alfa",
    tagline="Old.",
    overview="Old.",
    original_language="de",
    status="Old",
    released_on=date(2001, 1, 1),
    runtime_s=60,
    countries=("DE",),
    certifications={"DE": "6"},
    ratings={"imdb": {"value": 1.0}},
    provider_ids={"tmdb": "1"},
    terms={"genre": ("Old",), "studio": ("Old",), "keyword": ("Old",)},
    credits=(credit("Old"),),
    collection=collection("Old"),
    translations={"fr": {"title": "Vieux", "overview": "Vieux."}},
)
NEW = work(
    "Alpha",
    2001,
    original_title="Neu",
    tagline="New.",
    overview="New.",
    original_language="fr",
    status="New",
    released_on=date(2002, 2, 2),
    runtime_s=120,
    countries=("FR",),
    certifications={"DE": "12"},
    ratings={"imdb": {"value": 2.0}},
    provider_ids={"tmdb": "1", "imdb": "tt2"},
    terms={"genre": ("New",), "studio": ("New",), "keyword": ("New",)},
    credits=(credit("New"),),
    collection=collection("New"),
    translations={"fr": {"title": "Nouveau", "overview": "Nouveau."}},
)
STATE = """
SELECT title, sort_title, original_title, tagline, overview, original_language, status, release_date, runtime_s,
    countries, certifications, ratings, provider_ids, translations,
    (SELECT array_agg(t.kind || ' ' || t.name ORDER BY t.kind) FROM movies.movie_terms l
        JOIN taxonomy.terms t ON t.id = l.term_id WHERE l.movie_id = m.id) AS terms,
    (SELECT array_agg(p.name) FROM movies.credits c JOIN people.people p ON p.id = c.person_id
        WHERE c.movie_id = m.id) AS credits,
    (SELECT array_agg(c.title) FROM collections.movies l JOIN collections.collections c ON c.id = l.collection_id
        WHERE l.movie_id = m.id) AS collections
FROM movies.movies m
"""


async def save(app: App, *facts: WorkFacts) -> list[Outcome]:
    async with app.transaction() as tx:
        return await save_movies(tx, facts)


async def lock(app: App, table: str, *fields: str) -> None:
    document = json.dumps(list(fields))
    await rows(
        app, f"UPDATE {table} SET sources = jsonb_set(sources, '{{locked}}', '{document}') RETURNING id"
    )


def told(found: Sequence[FieldSource]) -> dict[tuple[str, str | None], str]:
    return {(each.field, each.language): each.source for each in found}


async def test_a_name_gives_title_year_and_ids_and_an_nfo_what_it_says(app: App) -> None:
    named, described = await save(app, work("Beta", 2002, provider_ids={"imdb": "tt1"}), FULL)

    found = await movies.sources_of_movies(app.db, VIEWER, [named.id, described.id, UUID(int=1)])

    assert told(found[named.id]) == {
        ("title", None): "file",
        ("year", None): "file",
        ("provider_ids", None): "file",
    }
    assert await value(app, "SELECT sources FROM movies.movies WHERE id = $1", named.id) == {}
    assert set(told(found[described.id]).values()) == {"nfo"}
    assert {field for field, _ in told(found[described.id])} >= {
        "overview",
        "genres",
        "credits",
        "collection",
    }
    assert ("title", "fr") in told(found[described.id])
    assert all(each.at is not None and not each.is_locked for each in found[described.id])
    assert found[UUID(int=1)] == []


async def test_a_name_that_comes_after_an_nfo_takes_the_title_back(app: App) -> None:
    (film,) = await save(app, FULL)

    await save(app, work("Omega", 2003, previous_id=film.id))

    found = told((await movies.sources_of_movies(app.db, VIEWER, [film.id]))[film.id])
    assert (found["title", None], found["year", None], found["overview", None]) == ("file", "file", "nfo")


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        (("original_title", "tagline", "overview"), ("original_title", "tagline", "overview")),
        (("original_language", "status", "date"), ("original_language", "status", "release_date")),
        (("runtime", "countries", "certifications"), ("runtime_s", "countries", "certifications")),
        (("ratings", "provider_ids"), ("ratings", "provider_ids")),
        (("genres", "studios", "keywords"), ("terms",)),
        (("credits", "collection"), ("credits", "collections")),
        (("title:fr", "overview:fr"), ("translations",)),
    ],
)
async def test_what_is_locked_stays_and_the_rest_is_renewed(
    app: App, fields: tuple[str, ...], kept: tuple[str, ...]
) -> None:
    await save(app, FULL)
    (before,) = await rows(app, STATE)
    await lock(app, "movies.movies", *fields)

    await save(app, NEW)

    (after,) = await rows(app, STATE)
    assert {name for name in after if after[name] == before[name]} == {*kept, "title", "sort_title"}


async def test_a_locked_text_of_a_language_leaves_its_other_texts_alone(app: App) -> None:
    await save(app, FULL)
    await lock(app, "movies.movies", "title:fr")

    await save(app, NEW)

    assert await value(app, "SELECT translations -> 'fr' FROM movies.movies") == {
        "title": "Vieux",
        "overview": "Nouveau.",
    }


async def test_a_locked_title_and_year_stay_and_the_film_is_still_found_by_its_name(app: App) -> None:
    (film,) = await save(app, work("Alpha"))
    await rows(app, "UPDATE movies.movies SET title = 'Mine', sort_title = 'mine' RETURNING id")
    await lock(app, "movies.movies", "title", "year")

    again = await save(app, FULL)

    assert [outcome.id for outcome in again] == [film.id]
    assert await values(app, "SELECT title || sort_title FROM movies.movies") == ["Minemine"]
    assert await values(app, "SELECT year FROM movies.movies") == [None]
    renamed = await save(app, work("Beta", 2005, previous_id=film.id))
    assert [outcome.id for outcome in renamed] == [film.id]
    assert await values(app, "SELECT title FROM movies.movies") == ["Mine"]


async def test_what_was_locked_comes_back_with_a_film(app: App) -> None:
    (film,) = await save(app, FULL)
    await lock(app, "movies.movies", "title", "overview", "genres", "overview:fr", "provider_ids")
    await rows(app, "UPDATE movies.movies SET title = 'Mine' RETURNING id")
    async with app.transaction() as tx:
        await depart(tx, "movie", [film.id])
    assert await values(app, "SELECT id FROM movies.movies") == []

    (again,) = await save(app, NEW)

    (state,) = await rows(app, STATE)
    assert again == Outcome(film.id, is_new=True, is_changed=False)
    assert (state["title"], state["overview"], state["tagline"]) == ("Mine", "Old.", "New.")
    assert state["terms"] == ["genre Old", "keyword New", "studio New"]
    assert state["translations"] == {"fr": {"title": "Nouveau", "overview": "Vieux."}}
    assert state["provider_ids"] == {"tmdb": "1"}
    found = (await movies.sources_of_movies(app.db, VIEWER, [film.id]))[film.id]
    assert {each.field for each in found if each.is_locked} == {"title", "overview", "genres", "provider_ids"}


async def test_seasons_and_episodes_keep_what_is_locked(app: App) -> None:
    old = EpisodeFacts(
        1, 1, title="Old", overview="Old.", runtime_s=60, is_described=True, credits=(credit("Old"),)
    )
    new = EpisodeFacts(
        1, 1, title="New", overview="New.", runtime_s=90, is_described=True, credits=(credit("New"),)
    )
    async with app.transaction() as tx:
        (series,) = await save_series(tx, [work("Show")])
        await save_episodes(tx, [(series.id, old)])
        await save_seasons(tx, [(series.id, SeasonFacts(1, "Old", "Old."))])
    await lock(app, "tv.episodes", "title", "credits")
    await lock(app, "tv.seasons", "title")

    async with app.transaction() as tx:
        await save_series(tx, [work("Show")])
        episodes = await save_episodes(tx, [(series.id, new)])
        seasons = await save_seasons(tx, [(series.id, SeasonFacts(1, "New", "New."))])

    assert await rows(app, "SELECT title, overview, runtime_s FROM tv.episodes") == [
        {"title": "Old", "overview": "New.", "runtime_s": 90}
    ]
    assert await rows(app, "SELECT title, overview FROM tv.seasons") == [{"title": "Old", "overview": "New."}]
    assert await values(
        app, "SELECT p.name FROM tv.episode_credits c JOIN people.people p ON p.id = c.person_id"
    ) == ["Old"]
    episode_id, season_id = next(iter(episodes.values())).id, seasons[series.id, 1]
    found = {
        **await sources.sources_of_episodes(app.db, VIEWER, [episode_id]),
        **await sources.sources_of_seasons(app.db, VIEWER, [season_id]),
    }
    locked: dict[UUID, Any] = {
        key: {each.field for each in of if each.is_locked} for key, of in found.items()
    }
    assert locked == {episode_id: {"title", "credits"}, season_id: {"title"}}
    assert {each.source for of in found.values() for each in of} == {"nfo"}
