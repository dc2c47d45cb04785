"""Storing what providers say of collections."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from app.catalog.facts import CollectionFacts
from app.catalog.movies.writes import save_movies
from app.core.app import App
from app.core.ids import new_id
from app.metadata.describe import Described
from app.metadata.describe_collections import describe_collections
from app.metadata.facts import FoundCollection
from tests import given
from tests.catalog.said import collection, work
from tests.library.scanning import rows, value, values
from tests.metadata.telling import AT, LATER, found, tell

TIDES = FoundCollection(
    "tmdb",
    "31",
    CollectionFacts("The Tides Collection", "All of them.", {"tmdb": "31"}),
    translations={"en": {"title": "The Tides Collection"}, "de": {"title": "Gezeiten", "overview": "Alle."}},
)


async def describe(app: App, collection_id: UUID, said: FoundCollection, at: Any = AT) -> Described:
    async with app.transaction() as tx:
        return (await describe_collections(tx, {collection_id: said}, at))[collection_id]


async def state(app: App) -> dict[str, Any]:
    (row,) = await rows(
        app,
        "SELECT title, sort_title, slug, overview, translations, provider_ids FROM collections.collections",
    )
    return row


async def told(app: App) -> UUID:
    """A collection that a provider put a film in."""
    await tell(app, await given.movie(app), found("Ebbe", collection=collection("Tides", tmdb="31")))
    return await value(app, "SELECT id FROM collections.collections")


async def test_texts_of_all_languages_are_stored_and_the_address_stays(app: App) -> None:
    tides = await told(app)

    outcome = await describe(app, tides, TIDES)

    assert outcome == Described(is_there=True, is_changed=True)
    assert await state(app) == {
        "title": "The Tides Collection",
        "sort_title": "Tides Collection",
        "slug": "tides",
        "overview": "All of them.",
        "translations": TIDES.translations,
        "provider_ids": {"tmdb": "31"},
    }
    assert not (await describe(app, tides, TIDES, LATER)).is_changed


async def test_what_is_not_said_any_more_goes(app: App) -> None:
    tides = await told(app)
    await describe(app, tides, TIDES)

    await describe(app, tides, replace(TIDES, facts=CollectionFacts("Tides", None), translations={}))

    now = await state(app)
    assert (now["title"], now["overview"], now["translations"]) == ("Tides", None, {})
    assert now["provider_ids"] == {"tmdb": "31"}


async def test_what_an_nfo_says_stays_and_its_films_go_on_to_find_it(app: App) -> None:
    said = work("Ebbe", 2015, collection=CollectionFacts("tides", "Mine."))
    async with app.transaction() as tx:
        await save_movies(tx, [said])
    await tell(app, await given.movie(app), found("Flut", collection=collection("Tides", tmdb="31")))
    tides = await value(app, "SELECT id FROM collections.collections")

    await describe(app, tides, TIDES)
    async with app.transaction() as tx:
        await save_movies(tx, [said])

    now = await state(app)
    assert (now["title"], now["overview"], now["provider_ids"]) == ("tides", "Mine.", {"tmdb": "31"})
    assert now["translations"] == {"de": {"title": "Gezeiten", "overview": "Alle."}}
    assert len(await values(app, "SELECT movie_id FROM collections.movies")) == 2


async def test_a_provider_s_collection_that_an_nfo_names_keeps_that_name(app: App) -> None:
    tides = await told(app)
    said = work("Flut", 2016, collection=CollectionFacts("Tides"))
    async with app.transaction() as tx:
        await save_movies(tx, [said])

    await describe(app, tides, TIDES)
    async with app.transaction() as tx:
        await save_movies(tx, [said])

    assert (await state(app))["title"] == "Tides"


async def test_an_id_that_another_collection_has_is_left_to_it(app: App) -> None:
    await told(app)
    other = await given.collection(app, "Other", (await given.movie(app),))

    assert (await describe(app, other, TIDES)).is_changed

    assert await values(app, "SELECT title FROM collections.collections WHERE provider_ids = '{}'") == [
        "The Tides Collection"
    ]
    assert await describe(app, new_id(), TIDES) == Described(is_there=False, is_changed=False)
