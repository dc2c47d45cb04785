"""Putting films into collections: one collection for one thing, in the order of release."""

from datetime import date
from uuid import UUID

from app.catalog.collections.writes import put_in_collections
from app.catalog.facts import CollectionFacts
from app.core.app import App
from tests import given
from tests.catalog.said import collection
from tests.library.scanning import rows, value, values


async def put(app: App, *members: tuple[UUID, CollectionFacts]) -> None:
    async with app.transaction() as tx:
        await put_in_collections(tx, members)


async def titles(app: App) -> list[str]:
    return sorted(await values(app, "SELECT title FROM collections.collections"))


async def test_films_stand_in_the_order_of_their_release(app: App) -> None:
    later = await given.movie(app, "B", release_date=date(2005, 1, 1), year=2005)
    first = await given.movie(app, "C", release_date=date(2001, 1, 1), year=2001)
    unknown = await given.movie(app, "A")

    await put(app, *((film, collection("The Set")) for film in (later, unknown)))
    await put(app, (first, collection("the set")))

    found = await rows(app, "SELECT movie_id, position FROM collections.movies ORDER BY position")
    assert [row["movie_id"] for row in found] == [first, later, unknown]
    assert [row["position"] for row in found] == [1, 2, 3]
    assert await titles(app) == ["The Set"]


async def test_a_film_is_in_one_collection_and_an_empty_one_goes(app: App) -> None:
    film, other = await given.movie(app), await given.movie(app)
    await put(app, (film, collection("Old")), (other, collection("Kept")))

    await put(app, (film, collection("New")))

    assert await titles(app) == ["Kept", "New"]
    assert await value(app, "SELECT count(*) FROM collections.movies") == 2


async def test_a_title_and_an_id_mean_one_collection_in_any_order(app: App) -> None:
    films = [await given.movie(app) for _ in range(4)]
    await put(app, (films[0], collection("Set", tmdb="1")))
    await put(app, (films[1], collection("Set")))
    await put(app, (films[2], collection("Another name", tmdb="1")))

    assert await titles(app) == ["Set"]
    await put(app, (films[3], collection("Plain")))

    await put(app, (films[0], collection("Plain", tmdb="2")))

    assert await titles(app) == ["Plain", "Set"]
    ids = await rows(app, "SELECT title, provider_ids FROM collections.collections ORDER BY title")
    assert [row["provider_ids"] for row in ids] == [{"tmdb": "2"}, {"tmdb": "1"}]


async def test_other_ids_are_other_collections_of_one_title(app: App) -> None:
    one, other = await given.movie(app), await given.movie(app)

    await put(app, (one, collection("Set", tmdb="1")), (other, collection("Set", tmdb="2")))

    slugs = await values(app, "SELECT slug FROM collections.collections")
    assert len(set(slugs)) == 2
    assert await value(app, "SELECT count(DISTINCT collection_id) FROM collections.movies") == 2


async def test_a_new_collection_learns_within_its_batch(app: App) -> None:
    one, other = await given.movie(app), await given.movie(app)

    await put(app, (one, collection("Set")), (other, CollectionFacts("Set", "All of them.", {"tmdb": "1"})))

    found = await rows(app, "SELECT overview, provider_ids FROM collections.collections")
    assert [tuple(row.values()) for row in found] == [("All of them.", {"tmdb": "1"})]


async def test_a_large_batch_costs_as_many_statements_as_a_small_one(app: App, statements: list[str]) -> None:
    films = [await given.movie(app) for _ in range(12)]

    async with app.transaction() as tx:
        statements.clear()
        await put_in_collections(tx, [(films[0], collection("One"))])
        few = [each for each in statements if "collections" in each]
        statements.clear()
        await put_in_collections(tx, [(film, collection(f"Set {at % 5}")) for at, film in enumerate(films)])
        many = [each for each in statements if "collections" in each]

    assert len(few) == len(many)
