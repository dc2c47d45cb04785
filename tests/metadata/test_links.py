"""Keeping what a work is to a provider: a machine's word gives way to a person's, and problems decide nothing."""

from dataclasses import replace

import pytest

from app.core.ids import new_id
from app.metadata.facts import Kind
from app.metadata.links import Candidate, DecidedBy, Found, forget_link, link_of, save_link, say_link
from app.metadata.score import Status

BEST = Candidate(
    "tmdb", "1", "Alien", None, 1979, 0.94, ("Its title is the same.",), "A ship.", "https://img.example/1"
)


@pytest.fixture
def found() -> Found:
    return Found(
        Kind.MOVIE,
        new_id(),
        Status.MATCHED,
        "tmdb",
        "1",
        0.94,
        BEST.evidence,
        (BEST,),
        {"titles": ["Alien"], "year": 1979, "ids": {}},
    )


async def save(app, found):
    async with app.transaction() as tx:
        return await save_link(tx, found)


async def say(app, found):
    async with app.transaction() as tx:
        await say_link(tx, found)


async def link(app, found):
    return (await link_of(app.db, found.kind, [found.work_id]))[found.work_id]


async def test_what_was_found_is_kept_whole(app, found):
    saved = await save(app, found)

    kept = await link(app, found)
    assert saved
    assert (kept.status, kept.provider, kept.provider_id, kept.score) == (Status.MATCHED, "tmdb", "1", 0.94)
    assert (kept.evidence, kept.candidates, kept.basis) == (found.evidence, (BEST,), found.basis)
    assert (kept.decided_by, kept.problem) == (DecidedBy.PROVIDER, None)


async def test_a_machine_changes_its_mind(app, found):
    await save(app, found)

    await save(app, replace(found, status=Status.UNCERTAIN, provider=None, provider_id=None))

    kept = await link(app, found)
    assert (kept.status, kept.provider_id) == (Status.UNCERTAIN, None)


@pytest.mark.parametrize("said", [Status.MATCHED, Status.REJECTED])
async def test_what_a_person_said_no_machine_changes(app, found, said):
    chosen = ("tvmaze", "7") if said is Status.MATCHED else (None, None)
    await say(app, replace(found, status=said, provider=chosen[0], provider_id=chosen[1]))

    saved = await save(app, found)

    kept = await link(app, found)
    assert not saved
    assert (kept.status, kept.provider, kept.provider_id, kept.decided_by) == (said, *chosen, DecidedBy.HUMAN)


async def test_a_person_changes_their_own_mind(app, found):
    await say(app, replace(found, status=Status.REJECTED, provider=None, provider_id=None))

    await say(app, found)

    assert (await link(app, found)).status is Status.MATCHED


async def test_a_problem_leaves_what_was_decided(app, found):
    await save(app, found)

    await save(
        app, replace(found, status=Status.PENDING, provider=None, provider_id=None, problem="It is down.")
    )
    down = await link(app, found)
    await save(app, replace(found, is_known=True))

    assert (down.status, down.provider_id, down.problem) == (Status.MATCHED, "1", "It is down.")
    assert (await link(app, found)).problem is None


async def test_a_problem_of_what_was_never_decided_is_kept_as_pending(app, found):
    await save(app, Found(Kind.MOVIE, found.work_id, Status.PENDING, problem="It is down."))

    kept = await link(app, found)
    assert (kept.status, kept.problem) == (Status.PENDING, "It is down.")


async def test_an_id_that_was_merged_is_renewed_even_where_a_person_chose_it(app, found):
    await say(app, found)

    saved = await save(app, replace(found, is_known=True, provider_id="2"))

    kept = await link(app, found)
    assert saved
    assert (kept.provider_id, kept.decided_by) == ("2", DecidedBy.HUMAN)


async def test_what_was_chosen_otherwise_meanwhile_is_not_renewed(app, found):
    await say(app, replace(found, provider="tvmaze", provider_id="7"))

    saved = await save(app, replace(found, is_known=True))

    assert not saved
    assert (await link(app, found)).provider_id == "7"


async def test_what_is_forgotten_was_never_said(app, found):
    await say(app, found)

    async with app.transaction() as tx:
        await forget_link(tx, Kind.MOVIE, found.work_id)

    assert await link(app, found) is None


async def test_links_cost_one_statement(app, found, statements):
    await save(app, found)
    statements.clear()

    links = await link_of(app.db, Kind.MOVIE, [found.work_id, new_id()])

    assert [each is None for each in links.values()] == [False, True]
    assert len(statements) == 1
