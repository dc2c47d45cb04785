import asyncio
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text

from app.access.builtin import GUEST
from app.access.events import PermissionsChanged
from app.access.rule import Schedule, Window
from app.core.app import App, open_app
from app.identity import sessions
from app.identity.authenticate import authenticate, by_session, renewed, still
from app.identity.client import Client
from app.identity.lifetimes import lifetimes
from app.identity.sessions import Ended, Method, SessionKind
from app.identity.viewer_cache import viewer_cache
from tests import given

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
HOME = Client("192.0.2.7", FIREFOX, "request-1")
DISABLE = text("UPDATE identity.users SET disabled_at = now() WHERE id = :id")
ACTIONS = text("SELECT action FROM activity.entries ORDER BY id")


async def signed_in(app: App, user_id: UUID | None = None, kind: SessionKind = SessionKind.BROWSER):
    user_id = user_id or await given.user(app)
    terms = {"kind": kind, "method": Method.PASSWORD, "lifetimes": await lifetimes(app)}
    async with app.transaction() as tx:
        return await sessions.begin(tx, user_id, HOME, **terms)


async def pass_by(app: App, **time: int) -> None:
    """Time goes by for the sessions; nobody remembers them."""
    [(unit, amount)] = time.items()
    moments = ("rotated_at", "last_seen_at", "idle_expires_at", "expires_at", "previous_until")
    earlier = ", ".join(f"{moment} = {moment} - interval '{amount} {unit}'" for moment in moments)
    await app.db.run(text(f"UPDATE identity.sessions SET {earlier}"))
    await viewer_cache(app).forget()


async def end(app: App, begun: sessions.Begun) -> None:
    async with app.transaction() as tx:
        await sessions.end(tx, begun.session.user_id, [begun.session.id], Ended.SIGNED_OUT)


async def test_a_token_tells_who_came_by_it(app):
    user_id = await given.user(app, language="fr")

    begun = await signed_in(app, user_id)
    viewer = await authenticate(app, begun.token, replace(HOME, address="192.0.2.8"))

    assert viewer is not None
    assert (viewer.user_id, viewer.session_id) == (user_id, begun.session.id)
    assert viewer.languages == ("fr",)
    assert viewer.proved_at == begun.session.proved_at
    assert (viewer.actor.address, viewer.actor.agent, viewer.actor.request_id) == (
        "192.0.2.8", FIREFOX, "request-1",
    )  # fmt: skip
    assert (begun.session.browser, begun.session.os) == ("Firefox", "Linux")


async def test_the_second_time_the_database_isnt_asked(app, statements):
    begun = await signed_in(app)
    first = await authenticate(app, begun.token, HOME)
    statements.clear()

    second = await authenticate(app, begun.token, HOME)

    assert second == first
    assert statements == []


async def test_the_database_holds_no_token(app):
    begun = await signed_in(app)

    rows = await app.db.rows(text("SELECT CAST(s AS text) AS row, token_hash FROM identity.sessions s"))

    assert begun.token.removeprefix("mqs_") not in rows[0]["row"]
    assert len(rows[0]["token_hash"]) == 32


@pytest.mark.parametrize("token", ["", "mqs_", "mqs_x", "mqt_x", "\ud800", "mqs_" + "x" * 10_000])
async def test_what_is_no_token_lets_nobody_in(app, token):
    await signed_in(app)

    assert await authenticate(app, token, HOME) is None


async def test_an_end_counts_at_once_though_redis_knew(app, second_app):
    begun = await signed_in(app)
    assert await authenticate(second_app, begun.token, HOME)

    await authenticate(app, begun.token, HOME)
    await end(app, begun)

    assert await authenticate(app, begun.token, HOME) is None
    assert await authenticate(second_app, begun.token, HOME) is None


async def test_what_was_read_before_an_end_is_not_remembered_after_it(app, second_app, monkeypatch):
    begun = await signed_in(app)
    await authenticate(app, begun.token, HOME)
    await viewer_cache(app).forget()
    reading, ended = asyncio.Event(), asyncio.Event()
    row = second_app.db.row

    async def slow_row(statement, /, **params):
        found = await row(statement, **params)
        reading.set()
        await ended.wait()
        return found

    monkeypatch.setattr(type(second_app.db), "row", staticmethod(slow_row))
    slow = asyncio.create_task(authenticate(second_app, begun.token, HOME))
    await reading.wait()
    monkeypatch.undo()
    await end(app, begun)
    ended.set()

    assert await slow is not None
    assert await authenticate(second_app, begun.token, HOME) is None


async def test_changed_permissions_are_read_anew(app, statements):
    begun = await signed_in(app)
    await authenticate(app, begun.token, HOME)
    async with app.transaction() as tx:
        tx.emit(PermissionsChanged((begun.session.user_id,)))
    statements.clear()

    await authenticate(app, begun.token, HOME)

    assert statements


async def test_without_redis_the_database_is_asked(app):
    begun = await signed_in(app)

    async with open_app(replace(app.config, redis_url="unix:///nowhere/redis.sock")) as lonely:
        viewer = await authenticate(lonely, begun.token, HOME)
        again = await authenticate(lonely, begun.token, HOME)
        await end(lonely, begun)
        gone = await authenticate(lonely, begun.token, HOME)

    assert viewer is not None
    assert viewer == again
    assert gone is None


async def test_a_user_who_is_disabled_comes_in_no_more(app):
    begun = await signed_in(app)

    await app.db.run(DISABLE, id=begun.session.user_id)

    assert await authenticate(app, begun.token, HOME) is None


async def test_a_session_that_is_used_lasts_and_one_that_is_not_ends(app):
    begun = await signed_in(app, kind=SessionKind.APP)

    for _ in range(3):
        await pass_by(app, days=20)
        used = await authenticate(app, begun.token, HOME)
        assert used is not None
    await pass_by(app, days=31)

    assert await authenticate(app, begun.token, HOME) is None


async def test_no_session_lasts_for_ever(app):
    begun = await signed_in(app, kind=SessionKind.APP)

    for _ in range(7):
        assert await authenticate(app, begun.token, HOME)
        await pass_by(app, days=26)

    assert await authenticate(app, begun.token, HOME) is None


async def test_use_is_noted_with_where_from(app):
    begun = await signed_in(app)
    await pass_by(app, minutes=6)

    await authenticate(app, begun.token, Client("198.51.100.1", FIREFOX))

    session = (await sessions.sessions(app.db, [begun.session.id]))[begun.session.id]
    assert session is not None
    assert session.address == "198.51.100.1"


async def a_day_later(app: App, begun: sessions.Begun) -> str:
    """The browser's new token."""
    await pass_by(app, hours=25)
    found = await by_session(app, begun.token, HOME)
    assert found is not None
    fresh = await renewed(app, found)
    assert fresh is not None
    await viewer_cache(app).forget()
    return fresh


async def test_a_new_token_takes_the_place_of_one_a_day_old(app):
    begun = await signed_in(app)

    fresh = await a_day_later(app, begun)
    by_fresh = await by_session(app, fresh, HOME)

    assert fresh != begun.token
    assert by_fresh is not None
    assert await renewed(app, by_fresh) is None
    assert by_fresh.viewer.session_id == begun.session.id


async def test_of_requests_at_once_one_gets_the_new_token(app):
    begun = await signed_in(app)
    await pass_by(app, hours=25)
    found = [await by_session(app, begun.token, HOME) for _ in range(4)]

    fresh = await asyncio.gather(*(renewed(app, each) for each in found if each))

    assert len([token for token in fresh if token]) == 1


async def test_a_token_that_never_arrived_leaves_the_old_one_good(app):
    begun = await signed_in(app)
    await a_day_later(app, begun)

    await pass_by(app, hours=3)

    assert await authenticate(app, begun.token, HOME)


async def test_for_a_moment_both_tokens_are_good(app):
    begun = await signed_in(app)
    fresh = await a_day_later(app, begun)

    await authenticate(app, fresh, HOME)

    assert await authenticate(app, begun.token, HOME)


async def test_an_old_token_that_turns_up_later_ends_the_session(app):
    begun = await signed_in(app)
    fresh = await a_day_later(app, begun)
    await authenticate(app, fresh, HOME)
    await pass_by(app, minutes=1)

    stolen = await authenticate(app, begun.token, HOME)

    assert stolen is None
    assert await authenticate(app, fresh, HOME) is None
    assert [row["action"] for row in await app.db.rows(ACTIONS)] == ["session.ended"]


async def test_whoever_is_in_still_is_there_until_the_end(app):
    begun = await signed_in(app)
    viewer = await authenticate(app, begun.token, HOME)
    assert viewer is not None

    before = await still(app, viewer)
    await end(app, begun)

    assert before == viewer
    assert await still(app, viewer) is None


async def test_all_but_one_end(app):
    user_id = await given.user(app)
    kept, *others = [await signed_in(app, user_id) for _ in range(3)]
    stranger = await signed_in(app)

    async with app.transaction() as tx:
        ended = await sessions.end_all(tx, [user_id], Ended.BY_USER, but=kept.session.id)

    assert set(ended) == {each.session.id for each in others}
    assert await authenticate(app, kept.token, HOME)
    assert await authenticate(app, stranger.token, HOME)


async def test_nobody_ends_the_sessions_of_somebody_else(app):
    begun = await signed_in(app)

    async with app.transaction() as tx:
        ended = await sessions.end(tx, await given.user(app), [begun.session.id], Ended.BY_USER)

    assert ended == ()
    assert await authenticate(app, begun.token, HOME)


async def test_what_ended_long_ago_is_forgotten(app):
    begun = await signed_in(app)
    await end(app, begun)
    await app.db.run(text("UPDATE identity.sessions SET revoked_at = now() - interval '91 days'"))
    await signed_in(app)

    assert await sessions.drop_old(app.db, days=90) == 1


async def test_what_redis_holds_of_somebodys_access_is_all_of_it(app, statements):
    user_id = await given.user(app, roles=[GUEST])
    library_id, term_id = await given.library(app), await given.term(app, "genre", "Horror")
    schedule = Schedule("Europe/Berlin", (Window(0, 480, 1200), Window(6, 0, 0)))
    await given.bounds(
        app,
        user_id=user_id,
        all_libraries=False,
        library_ids=(library_id,),
        max_age=12,
        blocked_terms=(term_id,),
        schedule=schedule,
    )
    begun = await signed_in(app, user_id)

    first = await authenticate(app, begun.token, HOME)
    statements.clear()
    second = await authenticate(app, begun.token, HOME)

    assert statements == []
    assert first is not None
    assert first == second
    assert (first.access.library_ids, first.access.schedules) == ((library_id,), (schedule,))
