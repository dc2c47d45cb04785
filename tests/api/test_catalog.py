"""People, collections and genres through the graph."""

from datetime import date

import pytest

from app.api.node import global_id
from app.core.app import App
from tests import given
from tests.api.conftest import Ask


async def test_a_person_with_what_they_did_newest_film_first(app: App, execute: Ask) -> None:
    person_id = await given.person(
        app, "Ada Winter", born_on=date(1970, 1, 2), died_on=date(2020, 1, 1), provider_ids={"imdb": "nm1"}
    )
    for title, released in (("Old", date(1990, 1, 1)), ("Undated", None), ("New", date(2010, 1, 1))):
        movie_id = await given.movie(app, title, release_date=released)
        await given.movie_credit(app, movie_id, person_id, character=f"In {title}")

    person = (await execute("catalog/person", id=global_id("Person", person_id)))["person"]

    assert (person["name"], person["bornOn"], person["diedOn"]) == ("Ada Winter", "1970-01-02", "2020-01-01")
    assert person["providerIds"] == [{"provider": "imdb", "value": "nm1"}]
    assert person["movieCredits"]["totalCount"] == 3
    assert [each["character"] for each in person["movieCredits"]["nodes"]] == [
        "In New",
        "In Old",
        "In Undated",
    ]
    assert [each["movie"]["title"] for each in person["movieCredits"]["nodes"]] == ["New", "Old", "Undated"]


async def test_credits_can_be_narrowed_to_departments(app: App, ask: Ask) -> None:
    movie_id, person_id = await given.movie(app), await given.person(app)
    for place, department in enumerate(("Acting", "Directing", "Writing")):
        await given.movie_credit(app, movie_id, person_id, department=department, billing=place)

    data = await ask(
        """{ movies { nodes {
          all: credits { nodes { department } }
          some: credits(departments: ["Writing", "Acting"]) { nodes { department } }
          crew { nodes { department } }
          writers: crew(departments: ["Writing", "Acting"]) { nodes { department } }
        } } people { nodes { movieCredits(departments: ["Directing"]) { nodes { department } } } } }"""
    )

    movie = data["movies"]["nodes"][0]
    found = {name: [node["department"] for node in page["nodes"]] for name, page in movie.items()}
    assert found == {
        "all": ["Acting", "Directing", "Writing"],
        "some": ["Acting", "Writing"],
        "crew": ["Directing", "Writing"],
        "writers": ["Writing"],
    }
    assert data["people"]["nodes"][0]["movieCredits"]["nodes"] == [{"department": "Directing"}]


async def test_people_are_found_by_name(app: App, execute: Ask) -> None:
    for name in ("Åsa Lind", "Bo Lindgren", "Cleo Reed"):
        await given.person(app, name)

    found = (await execute("catalog/people", search="LIND"))["people"]
    everybody = (await execute("catalog/people"))["people"]

    assert [person["name"] for person in found["nodes"]] == ["Åsa Lind", "Bo Lindgren"]
    assert [person["name"] for person in everybody["nodes"]] == ["Åsa Lind", "Bo Lindgren", "Cleo Reed"]


async def test_people_by_dates(app: App, ask: Ask) -> None:
    await given.person(app, "Old", born_on=date(1900, 1, 1), died_on=date(1980, 1, 1))
    await given.person(app, "New", born_on=date(1990, 1, 1))

    data = await ask(
        """{ people(filter: {bornOn: {gte: "1950-01-01"}, diedOn: {isNull: true}}) { nodes { name } } }"""
    )

    assert data["people"]["nodes"] == [{"name": "New"}]


@pytest.mark.parametrize("by", ["id", "slug", "tmdbId"])
async def test_a_collection_has_its_films_in_its_order(app: App, execute: Ask, by: str) -> None:
    movies = [await given.movie(app, title) for title in ("C", "A", "B")]
    collection_id = await given.collection(
        app, "Saga", tuple(movies), slug="saga", provider_ids={"tmdb": "7"}, overview="Three films."
    )
    value = {"id": global_id("Collection", collection_id), "slug": "saga", "tmdbId": "7"}[by]

    collection = (await execute("catalog/collection", by={by: value}, first=2))["collection"]
    cursor = collection["movies"]["pageInfo"]["endCursor"]
    rest = (await execute("catalog/collection", by={by: value}, after=cursor))["collection"]

    assert (collection["title"], collection["overview"]) == ("Saga", "Three films.")
    assert collection["movies"]["totalCount"] == 3
    assert [movie["title"] for movie in collection["movies"]["nodes"]] == ["C", "A"]
    assert [movie["title"] for movie in rest["movies"]["nodes"]] == ["B"]


async def test_an_unknown_collection_is_null(execute: Ask) -> None:
    assert (await execute("catalog/collection", by={"slug": "nothing"}))["collection"] is None


async def test_collections_with_their_first_films_cost_three_statements(
    app: App, execute: Ask, statements: list[str]
) -> None:
    films = [await given.movie(app) for _ in range(5)]
    await given.collection(app, "The Lanterns", tuple(films), sort_title="Lanterns")
    await given.collection(app, "Atlas", tuple(films[:1]))
    statements.clear()

    found = (await execute("catalog/collections"))["collections"]

    assert [each["title"] for each in found["nodes"]] == ["Atlas", "The Lanterns"]
    assert [len(each["movies"]["nodes"]) for each in found["nodes"]] == [1, 4]
    assert [each["movies"]["totalCount"] for each in found["nodes"]] == [1, 5]
    assert len(statements) == 4, statements


async def test_collections_by_title_and_film(app: App, ask: Ask) -> None:
    movie_id = await given.movie(app, "Alien")
    await given.collection(app, "Saga", (movie_id,), translations={"ja": {"title": "物語"}})
    await given.collection(app, "Empty")
    query = "query ($where: CollectionFilter) { collections(filter: $where) { nodes { title } } }"

    wanted = [
        {"search": "物語"},
        {"title": {"startsWith": "sa"}},
        {"movies": {"some": {"title": {"eq": "Alien"}}}},
        {"movies": {"some": {"id": {"eq": global_id("Movie", movie_id)}}}},
        {"not": {"movies": {"none": {}}}},
    ]

    for where in wanted:
        data = await ask(query, where=where)
        assert data["collections"]["nodes"] == [{"title": "Saga"}], where


async def test_genres_with_their_newest_films(app: App, execute: Ask) -> None:
    drama, comedy = await given.term(app, "genre", "Drama"), await given.term(app, "genre", "Comedy")
    await given.term(app, "studio", "Another kind")
    await given.movie(app, "Old", release_date=date(1990, 1, 1), genres=(drama,))
    await given.movie(app, "New", release_date=date(2010, 1, 1), genres=(drama, comedy))

    genres = (await execute("catalog/genres"))["genres"]["nodes"]
    one = (await execute("catalog/genres", filter={"name": {"startsWith": "dr"}}))["genres"]["nodes"]

    assert [genre["name"] for genre in genres] == ["Comedy", "Drama"]
    assert [[film["title"] for film in genre["movies"]["nodes"]] for genre in genres] == [
        ["New"],
        ["New", "Old"],
    ]
    assert [genre["slug"] for genre in one] == ["drama"]


@pytest.mark.parametrize("kind", ["studio", "network", "keyword"])
async def test_other_terms_are_listed_by_kind(app: App, ask: Ask, kind: str) -> None:
    for name in ("B", "A"):
        await given.term(app, kind, name)
    await given.term(app, "genre", "Drama")

    data = await ask(f"{{ {kind}s(orderBy: {{direction: DESC}}) {{ totalCount nodes {{ name }} }} }}")

    assert data[f"{kind}s"] == {"totalCount": 2, "nodes": [{"name": "B"}, {"name": "A"}]}
