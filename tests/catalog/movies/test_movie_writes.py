"""Making and renewing films: each once, whatever a batch says of it and whoever else is at it."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.catalog.facts import WorkFacts
from app.catalog.movies.writes import VersionFacts, save_movies, save_versions
from app.catalog.outcome import Outcome
from app.core.app import App
from tests.catalog.said import collection, credit, work
from tests.library.scanning import rows, value, values


async def save(app: App, *facts: WorkFacts) -> list[Outcome]:
    async with app.transaction() as tx:
        return await save_movies(tx, facts)


async def movies(app: App, columns: str = "title, year") -> list[tuple[Any, ...]]:
    return [
        tuple(row.values())
        for row in await rows(app, f"SELECT {columns} FROM movies.movies ORDER BY title, year")
    ]


def ids(outcomes: Sequence[Outcome]) -> list[UUID]:
    return [outcome.id for outcome in outcomes]


async def test_a_batch_makes_each_film_once(app: App) -> None:
    outcomes = await save(app, work("Alpha", 2001), work("Beta"), work("Alpha", 2001), work("Alpha"))

    alpha, beta, again, unsure = outcomes
    assert alpha == again == unsure
    assert alpha != beta
    assert all(outcome.is_new and not outcome.is_changed for outcome in outcomes)
    assert await movies(app) == [("Alpha", 2001), ("Beta", None)]


async def test_what_is_known_is_found_again_and_left_alone(app: App) -> None:
    first = await save(app, work("Alpha", 2001))

    (again,) = await save(app, work("Alpha", 2001))

    assert again == Outcome(first[0].id, is_new=False, is_changed=False)


async def test_a_remake_is_another_film_with_another_address(app: App) -> None:
    outcomes = await save(
        app, work("Alpha", 1950), work("Alpha", 2001), work("Beta"), work("Beta", provider_ids={"tmdb": "1"})
    )

    assert len(set(ids(outcomes))) == 3
    assert outcomes[2].id == outcomes[3].id
    assert await movies(app, "slug") == [("alpha-1950",), ("alpha-2001",), ("beta",)]


async def test_one_address_belongs_to_one_film(app: App) -> None:
    await save(app, work("Alpha", 2001, provider_ids={"tmdb": "1"}))

    await save(
        app,
        work("Alpha", 2001, provider_ids={"tmdb": "2"}),
        work("Alpha!", 2001, provider_ids={"tmdb": "3"}),
        work("Alpha?", 2001, provider_ids={"tmdb": "4"}),
    )

    slugs = await values(app, "SELECT slug FROM movies.movies")
    assert len(slugs) == len(set(slugs)) == 4
    assert all(slug.startswith("alpha-2001") for slug in slugs)


async def test_a_year_and_ids_are_learnt_from_names(app: App) -> None:
    (first,) = await save(app, work("Alpha"))

    (again,) = await save(app, work("Alpha", 2001, provider_ids={"tmdb": "1"}))

    assert again == Outcome(first.id, is_new=False, is_changed=True)
    assert await movies(app, "title, year, provider_ids") == [("Alpha", 2001, {"tmdb": "1"})]


async def test_a_name_changes_nothing_that_was_described(app: App) -> None:
    await save(app, work("Alpha", 2001, overview="Known.", provider_ids={"imdb": "tt1"}))

    await save(app, work("ALPHA", 2001))

    assert await movies(app, "title, overview") == [("Alpha", "Known.")]


async def test_what_a_source_leaves_out_stays(app: App) -> None:
    described = work(
        "Alpha",
        2001,
        overview="Old.",
        tagline="Tag.",
        runtime_s=60,
        released_on=date(2001, 2, 3),
        countries=("DE",),
        certifications={"DE": "12"},
        ratings={"imdb": {"value": 7.0}},
        popularity=3.0,
    )
    await save(app, described)

    await save(
        app, work("Alpha", 2001, overview="New.", certifications={"US": "PG"}, ratings={"tmdb": {"value": 6}})
    )

    assert await movies(
        app, "overview, tagline, runtime_s, release_date, countries, certifications, popularity"
    ) == [("New.", "Tag.", 60, date(2001, 2, 3), ["DE"], {"DE": "12", "US": "PG"}, 3.0)]
    assert set((await movies(app, "ratings"))[0][0]) == {"imdb", "tmdb"}


async def test_the_first_source_that_describes_a_film_of_a_batch_speaks(app: App) -> None:
    outcomes = await save(
        app,
        work("Alpha", 2001),
        work("Alpha", 2001, overview="First."),
        work("Alpha", 2001, overview="Second."),
    )

    assert len(set(ids(outcomes))) == 1
    assert await movies(app, "title, overview") == [("Alpha", "First.")]


async def test_an_id_that_another_film_has_is_not_taken(app: App) -> None:
    await save(
        app, work("Alpha", 2001, provider_ids={"tmdb": "1"}), work("Beta", 2002, provider_ids={"imdb": "tt2"})
    )

    (found,) = await save(
        app, work("Alpha", 2001, provider_ids={"tmdb": "1", "imdb": "tt2"}, overview="Both.")
    )

    assert await movies(app, "title, provider_ids, overview") == [
        ("Alpha", {"tmdb": "1"}, "Both."),
        ("Beta", {"imdb": "tt2"}, None),
    ]
    assert found.id == await value(app, "SELECT id FROM movies.movies WHERE title = 'Alpha'")


async def test_films_of_one_batch_do_not_share_an_id(app: App) -> None:
    outcomes = await save(
        app, work("Alpha", 2001, provider_ids={"tmdb": "1"}), work("Beta", 2002, provider_ids={"tmdb": "1"})
    )

    assert len(set(ids(outcomes))) == 1
    assert await value(app, "SELECT count(*) FROM movies.movies") == 1


async def test_a_corrected_id_is_taken_over(app: App) -> None:
    await save(app, work("Alpha", 2001, overview="A", provider_ids={"tmdb": "1", "imdb": "tt1"}))

    await save(app, work("Alpha", 2001, overview="A", provider_ids={"tmdb": "2", "imdb": "tt1"}))

    assert await movies(app, "provider_ids") == [({"tmdb": "2", "imdb": "tt1"},)]


async def test_a_film_read_otherwise_keeps_its_id_unless_another_is_meant(app: App) -> None:
    first, second = await save(app, work("Alpha", 2001), work("Beta", 2002))

    (renamed,) = await save(app, work("Omega", 2009, previous_id=first.id))
    (other,) = await save(app, work("Beta", 2002, previous_id=first.id))

    assert renamed == Outcome(first.id, is_new=False, is_changed=True)
    assert other.id == second.id
    assert await movies(app) == [("Beta", 2002), ("Omega", 2009)]


async def test_of_files_that_were_one_film_the_second_name_is_a_new_film(app: App) -> None:
    (first,) = await save(app, work("Alpha", 2001))

    one, other, same = await save(
        app,
        work("Beta", 2002, previous_id=first.id),
        work("Gamma", 2003, previous_id=first.id),
        work("Beta", 2002, previous_id=first.id),
    )

    assert one.id == same.id == first.id
    assert other.is_new
    assert await movies(app) == [("Beta", 2002), ("Gamma", 2003)]


async def test_people_terms_and_collections_are_renewed_together(app: App) -> None:
    described = {
        "terms": {"genre": ("Drama", "Comedy"), "studio": ("Gannet",)},
        "credits": (credit("Ada Quill", 0), credit("Pip Harrow", 1)),
        "collection": collection("The Alphabet"),
    }
    await save(app, work("Alpha", 2001, **described))

    await save(app, work("Alpha", 2001, terms={"genre": ("comedy",)}, credits=(credit("Pip Harrow"),)))

    names = "SELECT t.kind, t.name FROM movies.movie_terms l JOIN taxonomy.terms t ON t.id = l.term_id ORDER BY 1, 2"
    assert [tuple(row.values()) for row in await rows(app, names)] == [
        ("genre", "Comedy"),
        ("studio", "Gannet"),
    ]
    cast = "SELECT p.name FROM movies.credits c JOIN people.people p ON p.id = c.person_id"
    assert await values(app, cast) == ["Pip Harrow"]
    assert await value(app, "SELECT count(*) FROM collections.movies") == 1


async def test_versions_are_made_once_with_their_editions(app: App) -> None:
    (film,) = await save(app, work("Alpha", 2001))
    facts = [
        VersionFacts(film.id, "", "a", "1080p"),
        VersionFacts(film.id, "", "b", "720p"),
        VersionFacts(film.id, "Director's Cut", "a", "1080p"),
        VersionFacts(film.id, "", "a", "1080p"),
    ]

    async with app.transaction() as tx:
        first = await save_versions(tx, facts)
        again = await save_versions(tx, facts)

    assert first == again
    assert len(set(first.values())) == 3
    assert await value(app, "SELECT count(*) FROM movies.editions") == 2


async def test_two_that_make_the_same_film_at_once_make_it_once(app: App) -> None:
    said = work(
        "Alpha",
        2001,
        terms={"genre": ("Drama",)},
        credits=(credit("Ada Quill"),),
        collection=collection("Set"),
    )

    outcomes = await asyncio.gather(*(save(app, said, work(f"Own {number}")) for number in range(4)))

    assert len({found[0].id for found in outcomes}) == 1
    assert sum(found[0].is_new for found in outcomes) == 1
    for table in ("people.people", "taxonomy.terms", "collections.collections"):
        assert await value(app, f"SELECT count(*) FROM {table}") == 1
    assert await value(app, "SELECT count(*) FROM movies.movies") == 5


async def test_a_large_batch_costs_as_many_statements_as_a_small_one(app: App, statements: list[str]) -> None:
    counts = []
    for films in (1, 40):
        batch = [
            work(
                f"Film {films} {number}",
                2001,
                terms={"genre": (f"Genre {films} {number}",)},
                credits=(credit(f"Actor {films} {number}"),),
                collection=collection(f"Set {films} {number}"),
                provider_ids={"tmdb": f"{films}{number}"},
            )
            for number in range(films)
        ]
        async with app.transaction() as tx:
            statements.clear()
            await save_movies(tx, batch)
            await save_movies(tx, batch)
            counts.append(
                len([each for each in statements if "outbox" not in each and "7105002" not in each])
            )

    assert counts[0] == counts[1] > 15


async def test_thousands_of_films_in_one_batch(app: App) -> None:
    batch = [work(f"Film {number}", 1900 + number % 100) for number in range(5000)]

    outcomes = await save(app, *batch)
    again = await save(app, *batch)

    assert ids(outcomes) == ids(again)
    assert len(set(ids(outcomes))) == 5000


async def test_nothing_said_is_nothing_done(app: App, statements: list[str]) -> None:
    assert await save(app) == []
    assert not [each for each in statements if "movies" in each]
