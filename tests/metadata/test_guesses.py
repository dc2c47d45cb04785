"""Which work a title is guessed to be, and when a list of all titles is worth fetching."""

from datetime import date

import pytest
from sqlalchemy import text

from app.core.ids import new_id
from app.metadata import guesses
from app.metadata.exported import Entry
from app.metadata.facts import Kind
from app.metadata.guesses import (
    Guess,
    add_guesses,
    are_many,
    begin_export,
    count_edition,
    drop_old,
    fail_export,
    guess,
    wanted_keys,
)
from tests import given
from tests.library.scanning import rows, value
from tests.metadata.enriching import film, library

TODAY = date(2026, 11, 22)
AGE = text("UPDATE metadata.exports SET asked_at = now() - make_interval(hours => CAST(:hours AS int))")


async def list_works(app, *found, kind=Kind.MOVIE, edition=None):
    """found: ids and popularities of what is called Winter."""
    edition = edition or new_id()
    async with app.transaction() as tx:
        await begin_export(tx, "tmdb", kind)
        await add_guesses(tx, "tmdb", kind, edition, [Entry("winter", id_, many) for id_, many in found])
        await count_edition(tx, "tmdb", kind, edition, TODAY)


async def guessed(app, *keys, kind=Kind.MOVIE, provider="tmdb"):
    return await guess(app.db, provider, kind, keys or ["winter"])


async def test_the_only_one_of_a_title_is_guessed(app):
    await list_works(app, ("7", 0.5))

    assert await guessed(app) == Guess("7", 0)
    assert await guessed(app, "summer", "winter") == Guess("7", 0)
    assert await guessed(app, "summer") is None
    assert await guessed(app, kind=Kind.TV) is None
    assert await guessed(app, provider="tvdb") is None


@pytest.mark.parametrize(
    ("popularities", "found"),
    [
        ((21.0, 3.0, 2.0), Guess("0", 2)),
        ((10.0, 9.0), Guess("0", 1, ("1",))),
        ((80.0, 1.0), Guess("0", 1)),
        ((0.0, 0.0), Guess("0", 1, ("1",))),
        ((10.0, 4.0, 3.0), Guess("0", 2, ("1", "2"))),
        ((9.0, 8.0, 7.0), None),
        ((5.0, 4.0, 3.0, 2.0, 1.0), None),
        ((500.0, 4.0, 3.0, 2.0, 1.0), Guess("0", 4)),
    ],
)
async def test_of_several_those_are_fetched_that_cost_less_than_a_search_is_likely_to(
    app, popularities, found
):
    await list_works(app, *((str(place), popularity) for place, popularity in enumerate(popularities)))

    assert await guessed(app) == found


async def test_a_later_list_takes_the_place_of_an_earlier_one_whoever_ends_first(app):
    earlier, later = new_id(), new_id()
    await list_works(app, ("2", 1.0), edition=later)

    await list_works(app, ("1", 1.0), edition=earlier)

    assert await guessed(app) == Guess("2", 0)
    assert await value(app, "SELECT count(*) FROM metadata.guesses") == 1


async def test_a_list_that_is_not_whole_yet_does_not_count(app):
    await list_works(app, ("1", 1.0))

    async with app.transaction() as tx:
        await begin_export(tx, "tmdb", Kind.MOVIE)
        await add_guesses(tx, "tmdb", Kind.MOVIE, new_id(), [Entry("winter", "2", 9.0)])
        await fail_export(tx, "tmdb", Kind.MOVIE, "it breaks off")

    assert await guessed(app) == Guess("1", 0)


async def test_old_guesses_are_dropped_and_those_of_another_kind_stay(app):
    await list_works(app, ("1", 1.0))
    await app.db.run(AGE, hours=73)
    await list_works(app, ("2", 1.0), kind=Kind.TV)

    async with app.transaction() as tx:
        await drop_old(tx)

    assert await guessed(app) is None
    assert await guessed(app, kind=Kind.TV) == Guess("2", 0)


async def waiting(app, many, **values):
    films = await library(app)
    return [await film(app, films, place, **values) for place in range(many)]


async def test_a_list_is_worth_it_once_many_wait_and_then_for_a_day(app, monkeypatch):
    monkeypatch.setattr(guesses, "FEW", 2)
    await waiting(app, 2)
    few = await are_many(app.db, "tmdb", Kind.MOVIE)
    await film(app, await library(app, name="More"), 2)
    many = await are_many(app.db, "tmdb", Kind.MOVIE)
    await list_works(app, ("1", 1.0))
    had = await are_many(app.db, "tmdb", Kind.MOVIE)
    await rows(app, "UPDATE metadata.looks SET asked_at = now() - interval '3 hours'")
    await app.db.run(AGE, hours=2)
    had_since = await are_many(app.db, "tmdb", Kind.MOVIE)
    await app.db.run(AGE, hours=21)
    had_long_ago = await are_many(app.db, "tmdb", Kind.MOVIE)

    assert (few, many, had, had_since, had_long_ago) == (False, True, False, False, True)


async def test_those_that_came_since_the_last_list_have_another_fetched_after_an_hour(app, monkeypatch):
    monkeypatch.setattr(guesses, "FEW", 1)
    await list_works(app, ("1", 1.0))
    await waiting(app, 2)
    at_once = await are_many(app.db, "tmdb", Kind.MOVIE)
    await app.db.run(AGE, hours=2)

    assert (at_once, await are_many(app.db, "tmdb", Kind.MOVIE)) == (False, True)


async def test_a_list_that_could_not_be_had_is_asked_for_again_after_an_hour(app, monkeypatch):
    monkeypatch.setattr(guesses, "FEW", 0)
    await waiting(app, 1)
    async with app.transaction() as tx:
        await begin_export(tx, "tmdb", Kind.MOVIE)
        await fail_export(tx, "tmdb", Kind.MOVIE, "it doesn't answer")
    at_once = await are_many(app.db, "tmdb", Kind.MOVIE)
    await app.db.run(AGE, hours=2)

    assert (at_once, await are_many(app.db, "tmdb", Kind.MOVIE)) == (False, True)


async def test_what_has_no_year_or_an_id_or_was_asked_about_before_is_not_guessed(app, monkeypatch):
    monkeypatch.setattr(guesses, "FEW", 0)
    films = await library(app)
    await film(app, films, 0, year=None)
    await film(app, films, 1, provider_ids={"tmdb": "5"})
    asked = await film(app, films, 2)
    link = (
        "INSERT INTO metadata.links (kind, work_id, status, decided_by) VALUES ('movie', $1, $2, 'provider')"
    )
    await rows(app, link, asked, "unmatched")

    assert not await are_many(app.db, "tmdb", Kind.MOVIE)
    assert len(await wanted_keys(app.db, "tmdb", Kind.MOVIE)) == 0


async def test_all_titles_that_wait_are_wanted_a_page_after_the_other(app, monkeypatch):
    monkeypatch.setattr(guesses, "PAGE", 2)
    films = await library(app)
    for number in range(5):
        await film(app, films, title=f"Winter {number}", match_key=f"winter{number}", year=2000)
    await given.movie(app, "Summer", match_key="summer", year=2000, library_id=films)

    keys = await wanted_keys(app.db, "tmdb", Kind.MOVIE)

    assert len(keys) == 5
    assert all(f"winter{number}" in keys for number in range(5))
    assert "summer" not in keys
