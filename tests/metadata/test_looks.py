"""Asking for works, taking them under a lease, and writing down how it went."""

from datetime import timedelta

import pytest

from app.activity.actor import Actor
from app.core.clock import now
from app.core.ids import new_id
from app.metadata.choices import choose
from app.metadata.facts import Kind
from app.metadata.looks import End, claim, end_looks, give_back, is_any, release
from app.metadata.wanted import SLOTS, Urgency, ask_about_series, ask_for
from tests import given
from tests.library.scanning import rows, value

LATER = timedelta(days=7)


@pytest.fixture
async def library(app):
    return await given.library(app)


async def film(app, library, title="Harbour"):
    return await given.movie(app, title, library_id=library)


async def ask(app, *ids, kind="movie", **how):
    async with app.transaction() as tx:
        await ask_for(tx, kind, ids, **how)


async def end(app, owner, *ends):
    async with app.transaction() as tx:
        return await end_looks(tx, owner, ends)


async def taken(app, library, most=10):
    owner = new_id()
    looks = await claim(app.db, owner, [library], most)
    return owner, looks


async def test_what_is_asked_for_is_taken_once_the_most_urgent_first(app, library):
    films = [await film(app, library, f"Harbour {number}") for number in range(4)]
    for movie_id, urgency in zip(films, reversed(Urgency), strict=True):
        await ask(app, movie_id, urgency=urgency)

    _, first = await taken(app, library, 1)
    _, others = await taken(app, library)
    _, again = await taken(app, library)

    assert [look.work_id for look in first] == films[3:]
    assert {look.work_id for look in others} == set(films[:3])
    assert again == []
    assert first[0].libraries == (library,)
    assert first[0].urgency is Urgency.BY_HAND


async def test_asking_again_changes_nothing_but_that_the_more_urgent_counts(app, library):
    movie_id = await film(app, library)

    await ask(app, movie_id, urgency=Urgency.CHANGED)
    await ask(app, movie_id, movie_id, urgency=Urgency.IMPORTED)
    await ask(app, movie_id, urgency=Urgency.CHANGED)

    _, looks = await taken(app, library)
    assert [look.urgency for look in looks] == [Urgency.IMPORTED]


async def test_what_could_be_guessed_by_a_list_that_is_being_taken_comes_after_what_can_t(app, library):
    async def wanted(title, **values):
        movie_id = await given.movie(app, title, library_id=library, **values)
        await ask(app, movie_id, urgency=Urgency.IMPORTED)
        return movie_id

    guessed = [await wanted(f"Harbour {number}", year=2000) for number in range(3)]
    known, yearless = await wanted("Known", year=2000, provider_ids={"tmdb": "5"}), await wanted("Yearless")
    unmatched = await wanted("Unmatched", year=2000)
    link = (
        "INSERT INTO metadata.links (kind, work_id, status, decided_by) VALUES ('movie', $1, $2, 'provider')"
    )
    await rows(app, link, unmatched, "unmatched")
    await ask(app, guessed[2], urgency=Urgency.BY_HAND)
    lists = [("tmdb", Kind.MOVIE)]

    first = await claim(app.db, new_id(), [library], 4, lists=lists)
    [other] = await claim(app.db, new_id(), [library], 1, lists=[("tmdb", Kind.TV)])
    rest = await claim(app.db, new_id(), [library], 4, lists=lists)

    assert {each.work_id for each in first} == {guessed[2], known, yearless, unmatched}
    assert [each.work_id for each in (other, *rest)] == guessed[:2]


async def shared(app, *ids, **how):
    await ask(app, *ids, is_shared=True, urgency=Urgency.BY_HAND, **how)


async def test_what_is_shared_is_not_looked_at_again_while_somebody_looks_at_it(app, library):
    movie_id = await film(app, library)
    await ask(app, movie_id)
    owner, [look] = await taken(app, library)

    await shared(app, movie_id)
    await end(app, owner, End(look, now() + LATER))

    assert (await taken(app, library))[1] == []


async def test_what_is_shared_is_not_looked_at_again_just_after(app, library):
    movie_id = await film(app, library)
    await ask(app, movie_id)
    owner, [look] = await taken(app, library)
    await end(app, owner, End(look, now() + LATER))

    await shared(app, movie_id)
    just_after = (await taken(app, library))[1]
    await rows(app, "UPDATE metadata.looks SET looked_at = now() - interval '61 seconds'")
    await shared(app, movie_id)

    assert just_after == []
    assert [each.work_id for each in (await taken(app, library))[1]] == [movie_id]


async def test_what_is_shared_and_waits_is_made_more_urgent(app, library):
    movie_id = await film(app, library)
    await ask(app, movie_id, urgency=Urgency.CHANGED)

    await shared(app, movie_id)

    assert [each.urgency for each in (await taken(app, library))[1]] == [Urgency.BY_HAND]


async def test_what_is_shared_and_whose_lease_ran_out_or_that_failed_is_looked_at_again(app, library):
    died, failed = [await film(app, library, title) for title in ("Died", "Failed")]
    await ask(app, died, failed)
    owner, looks = await taken(app, library)
    [failure] = [each for each in looks if each.work_id == failed]
    await end(app, owner, End(failure, now() + LATER, "it doesn't answer", is_failure=True))
    await rows(
        app, "UPDATE metadata.looks SET lease_until = now() - interval '1 second' WHERE work_id = $1", died
    )

    await shared(app, died, failed)

    assert {each.work_id for each in (await taken(app, library))[1]} == {died, failed}


async def test_a_job_is_asked_for_once_however_many_ask(app, library):
    for _ in range(3):
        await ask(app, await film(app, library))

    assert await value(app, "SELECT count(*) FROM outbox.jobs WHERE name = 'metadata.enrich'") == SLOTS


async def test_what_no_open_library_holds_is_left(app, library):
    await ask(app, await film(app, library))
    other = await given.library(app, name="Other")

    assert not await is_any(app.db, [other])
    assert (await taken(app, other))[1] == []
    assert await is_any(app.db, [library])


async def test_a_library_that_asks_nobody_asks_for_nothing(app, library):
    async with app.transaction() as tx:
        await choose(tx, Actor(), library, [], ("tmdb",))

    await ask(app, await film(app, library), library_id=library)

    assert await rows(app, "SELECT * FROM metadata.looks") == []


async def test_a_look_that_ended_is_due_later_and_until_then_left(app, library):
    await ask(app, await film(app, library))
    owner, [look] = await taken(app, library)

    assert await end(app, owner, End(look, now() + LATER)) == {look.key}

    assert (await taken(app, library))[1] == []
    await rows(app, "UPDATE metadata.looks SET due_at = now()")
    [again] = (await taken(app, library))[1]
    assert again.urgency is None


async def test_who_asks_while_it_is_looked_at_gets_another_look(app, library):
    movie_id = await film(app, library)
    await ask(app, movie_id)
    owner, [look] = await taken(app, library)

    await ask(app, movie_id)
    await end(app, owner, End(look, now() + LATER))

    assert [each.work_id for each in (await taken(app, library))[1]] == [movie_id]


async def test_failures_are_counted_with_their_reason_until_a_look_succeeds(app, library):
    await ask(app, await film(app, library))
    owner, [look] = await taken(app, library)
    await end(app, owner, End(look, now(), "tmdb: it answers 500", "PROVIDER_UNREACHABLE", is_failure=True))

    owner, [again] = await taken(app, library)
    [failed] = await rows(app, "SELECT problem, code, looked_at FROM metadata.looks")
    await end(app, owner, End(again, now()))
    [settled] = await rows(app, "SELECT problem, code, failures FROM metadata.looks")

    assert again.failures == 1
    assert failed == {"problem": "tmdb: it answers 500", "code": "PROVIDER_UNREACHABLE", "looked_at": None}
    assert settled == {"problem": None, "code": None, "failures": 0}


async def test_a_lease_that_ran_out_is_another_s_and_the_first_writes_nothing(app, library):
    await ask(app, await film(app, library))
    first, [look] = await taken(app, library)
    await rows(app, "UPDATE metadata.looks SET lease_until = now() - interval '1 second'")

    second, looks = await taken(app, library)

    assert [each.key for each in looks] == [look.key]
    assert await end(app, first, End(look, now())) == set()
    assert await end(app, second, End(look, now())) == {look.key}


async def test_what_is_given_back_or_released_is_anybody_s(app, library):
    await ask(app, await film(app, library))
    owner, [look] = await taken(app, library)

    await give_back(app.db, owner, look)
    owner, looks = await taken(app, library)
    assert looks == [look]

    await release(app.db, owner)
    assert (await taken(app, library))[1] == [look]


async def test_a_new_episode_asks_for_its_season_and_a_new_series_for_itself(app):
    library = await given.library(app, kind="tv")
    known, new = [await given.series(app, title, library_id=library) for title in ("Known", "New")]
    seasons = [await given.season(app, series_id, 2) for series_id in (known, new)]
    episodes = [
        await given.episode(app, series_id, season_id, 2)
        for series_id, season_id in zip((known, new), seasons, strict=True)
    ]

    async with app.transaction() as tx:
        await ask_about_series(tx, library, {new}, set(episodes))

    _, looks = await taken(app, library)
    assert {(look.kind, look.work_id) for look in looks} == {("season", seasons[0]), ("tv", new)}
    assert {(look.series_id, look.number) for look in looks if look.kind == "season"} == {(known, 2)}
