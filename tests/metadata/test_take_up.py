"""Works are wanted at once where their library begins to ask somebody, and anew where it asks others than before."""

import pytest

from app.activity.actor import Actor
from app.metadata.choices import choose
from app.metadata.facts import Kind
from app.metadata.refreshes import begin_refresh, settle
from app.metadata.rounds import look_around, make_round
from app.metadata.score import Status
from app.metadata.take_up import take_up
from app.settings.secrets import set_secret
from app.settings.writes import change_settings
from tests import given
from tests.library.scanning import rows, value, values
from tests.metadata.conftest import keep_key

KNOWN = ("tmdb", "tvmaze", "tvdb", "fanart", "omdb")
WANTED = "SELECT work_id FROM metadata.looks WHERE asked_at IS NOT NULL"


@pytest.fixture
async def library(app):
    await keep_key(app)
    made = await given.library(app, name="Films")
    await take_up.run(app)
    return made


async def ask(app, library, *providers):
    """What a person says, and what comes of it."""
    async with app.transaction() as tx:
        await choose(tx, Actor(), library, providers, KNOWN)
    assert await value(app, "SELECT count(*) FROM outbox.jobs WHERE name = 'metadata.take_up'") == 1
    await rows(app, "DELETE FROM outbox.jobs")
    await take_up.run(app)


async def looked_at(app, library, provider="tmdb"):
    """A film of which all is known, which is not due for long."""
    movie_id = await given.movie(app, library_id=library)
    await given.look(app, Kind.MOVIE, movie_id, due_at="2999-01-01")
    await given.link(app, Kind.MOVIE, movie_id, status=Status.MATCHED, provider=provider, provider_id="7")
    return movie_id


async def set_to(app, **settings):
    async with app.transaction() as tx:
        await change_settings(tx, Actor(), settings)


async def test_works_of_a_library_that_asked_nobody_are_wanted_as_soon_as_it_asks_somebody(app, library):
    await ask(app, library)
    movie_id = await given.movie(app, library_id=library)
    await take_up.run(app)
    before = await values(app, WANTED)

    await ask(app, library, "tmdb")

    assert before == []
    assert await values(app, WANTED) == [movie_id]
    assert "metadata.enrich" in await values(app, "SELECT name FROM outbox.jobs")


async def test_a_library_that_asks_nobody_any_more_has_nothing_wanted_and_no_refresh_waits_for_it(
    app, library
):
    never, once = await given.movie(app, library_id=library), await looked_at(app, library)
    async with app.transaction() as tx:
        refresh = await begin_refresh(tx, Actor(), {"movie": [never, once]})

    await ask(app, library)
    async with app.transaction() as tx:
        await settle(tx)

    assert await values(app, "SELECT work_id FROM metadata.looks") == [once]
    assert await values(app, WANTED) == []
    assert await value(app, "SELECT status FROM metadata.refreshes WHERE id = $1", refresh) == "completed"


async def test_works_that_nobody_was_asked_about_for_a_while_are_looked_at_with_all_that_hangs_on_them(app):
    await keep_key(app)
    shows = await given.library(app, name="Shows", kind="tv")
    await ask(app, shows, "tmdb")
    key = await given.series(app, library_id=shows, seasons=(2,))
    await given.look(app, Kind.TV, key, due_at="2999-01-01")

    await ask(app, shows)
    await ask(app, shows, "tmdb")

    assert await values(app, WANTED) == [key]


async def test_what_another_library_asks_about_is_still_wanted(app, library):
    movie_id = await given.movie(app, library_id=library)
    await given.movie_in(app, movie_id, await given.library(app, name="More"))
    await take_up.run(app)

    await ask(app, library)

    assert await values(app, WANTED) == [movie_id]


async def test_who_is_asked_in_addition_is_asked_about_every_work(app, library):
    async with app.transaction() as tx:
        await set_secret(tx, Actor(), app.keyring, "fanart", "f" * 32)
    movie_id = await looked_at(app, library)
    await take_up.run(app)
    before = await values(app, WANTED)

    await ask(app, library, "tmdb", "fanart")
    again = await values(app, WANTED)
    await rows(app, "UPDATE metadata.looks SET asked_at = NULL")
    await take_up.run(app)

    assert (before, again) == ([], [movie_id])
    assert await values(app, WANTED) == []


async def test_another_order_of_the_same_waits_until_works_are_due(app, library):
    async with app.transaction() as tx:
        await set_secret(tx, Actor(), app.keyring, "fanart", "f" * 32)
    await ask(app, library, "tmdb", "fanart")
    await looked_at(app, library)

    await ask(app, library, "fanart", "tmdb")

    assert await values(app, WANTED) == []


async def test_what_was_another_s_who_is_not_asked_any_more_is_looked_for_anew(app):
    await keep_key(app)
    shows = await given.library(app, name="Shows", kind="tv")
    await ask(app, shows, "tmdb", "tvmaze")
    keys = [await given.series(app, library_id=shows) for _ in range(3)]
    for key, provider in zip(keys, ("tmdb", "tvmaze", "tvmaze"), strict=True):
        await given.look(app, Kind.TV, key, due_at="2999-01-01")
        await given.link(app, Kind.TV, key, status=Status.MATCHED, provider=provider, provider_id="7")
    await rows(app, "UPDATE metadata.links SET decided_by = 'human' WHERE work_id = $1", keys[2])

    await ask(app, shows, "tmdb")

    assert await values(app, WANTED) == [keys[1]]


async def test_a_change_of_the_server_s_own_order_is_found_out(app, library):
    await rows(app, "DELETE FROM outbox.jobs")
    await look_around(app)
    before = await values(app, "SELECT name FROM outbox.jobs")
    await set_to(app, metadata_providers=["tvdb", "tmdb"])
    async with app.transaction() as tx:
        await set_secret(tx, Actor(), app.keyring, "tvdb", "k")

    await look_around(app)

    assert "metadata.take_up" not in before
    assert "metadata.take_up" in await values(app, "SELECT name FROM outbox.jobs")


async def test_works_wait_for_a_key_that_is_still_to_come(app):
    movie_id = await given.movie(app, library_id=await given.library(app))

    await take_up.run(app)

    assert await values(app, WANTED) == [movie_id]


async def test_a_refresh_of_works_that_went_ends(app, library):
    movie_id = await given.movie(app, library_id=library)
    async with app.transaction() as tx:
        await begin_refresh(tx, Actor(), {"movie": [movie_id]})
    await rows(app, "DELETE FROM movies.movies")
    await rows(app, "UPDATE metadata.refreshes SET requested_at = now() - interval '2 minutes'")

    await look_around(app)

    assert await values(app, "SELECT status FROM metadata.refreshes") == ["completed"]
    assert await values(app, "SELECT work_id FROM metadata.looks") == []


async def test_a_refresh_whose_works_are_another_s_by_now_ends(app, library):
    movie_id = await given.movie(app, library_id=library)
    for _ in range(2):
        async with app.transaction() as tx:
            await begin_refresh(tx, Actor(), {"movie": [movie_id]})

    await look_around(app)

    assert sorted(await values(app, "SELECT status FROM metadata.refreshes")) == ["completed", "running"]


async def test_looks_at_works_that_went_go(app, library):
    for table in ("movies", "series"):
        make = given.movie if table == "movies" else given.series
        await given.look(app, Kind.MOVIE if table == "movies" else Kind.TV, await make(app))
    await rows(app, "DELETE FROM movies.movies")

    await make_round.run(app)

    assert await values(app, "SELECT kind FROM metadata.looks") == ["tv"]
