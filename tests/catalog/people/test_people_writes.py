"""Making people: one for all that they did, and namesakes apart where ids tell."""

from uuid import UUID

from app.catalog.facts import CreditFacts
from app.catalog.people.writes import credit_key, ensure_people
from app.core.app import App
from tests.catalog.said import credit
from tests.library.scanning import rows, values


async def ensure(app: App, *credits: CreditFacts) -> list[UUID]:
    async with app.transaction() as tx:
        people = await ensure_people(tx, credits)
    return [people[credit_key(each)] for each in credits]


async def test_one_name_is_one_person(app: App) -> None:
    first, second, third = await ensure(app, credit("Ada Quill"), credit("ada quill"), credit("Pip Harrow"))
    (again,) = await ensure(app, credit("Ada Quill"))

    assert first == second == again != third
    assert sorted(await values(app, "SELECT name FROM people.people")) == ["Ada Quill", "Pip Harrow"]


async def test_accents_make_another_person(app: App) -> None:
    one, other = await ensure(app, credit("Zoe Marsh"), credit("Zoë Marsh"))

    assert one != other


async def test_an_id_says_who_is_meant_under_any_name(app: App) -> None:
    (person,) = await ensure(app, credit("Ada Quill", tmdb="1"))

    assert await ensure(app, credit("A. Quill", tmdb="1")) == [person]


async def test_namesakes_with_other_ids_are_others(app: App) -> None:
    one, other = await ensure(app, credit("Ada Quill", tmdb="1"), credit("Ada Quill", tmdb="2"))

    assert one != other
    assert await ensure(app, credit("Ada Quill", tmdb="2")) == [other]


async def test_an_id_is_learnt_by_the_first_of_that_name_only(app: App) -> None:
    (person,) = await ensure(app, credit("Ada Quill"))

    learned, other = await ensure(app, credit("Ada Quill", tmdb="1"), credit("Ada Quill", tmdb="2"))

    assert learned == person != other
    found = await rows(app, "SELECT id, provider_ids FROM people.people ORDER BY id")
    assert [row["provider_ids"] for row in found] == [{"tmdb": "1"}, {"tmdb": "2"}]
    assert await ensure(app, credit("Ada Quill", tmdb="2")) == [other]


async def test_an_id_is_learnt_within_one_batch(app: App) -> None:
    people = await ensure(
        app, credit("Ada Quill"), credit("Ada Quill", imdb="nm1"), credit("Ada Quill", imdb="nm2")
    )

    assert len(set(people)) == 2
    assert len(await values(app, "SELECT id FROM people.people")) == 2


async def test_a_crowd_costs_as_many_statements_as_one(app: App, statements: list[str]) -> None:
    async with app.transaction() as tx:
        statements.clear()
        await ensure_people(tx, [credit("One")])
        few = len(statements)
        statements.clear()
        await ensure_people(tx, [credit(f"Person {number}", tmdb=str(number)) for number in range(300)])

        assert len(statements) == few


async def test_nobody_is_asked_for_nothing(app: App, statements: list[str]) -> None:
    assert await ensure(app) == []
    assert not [each for each in statements if "people" in each]
