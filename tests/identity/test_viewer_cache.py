"""Who comes by a token costs nothing while they are remembered, and nobody is who may come in no more."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text

from app.access.bound_writes import Holder, set_bounds
from app.access.bounds import Bounds
from app.access.builtin import USER
from app.access.user_roles import put_roles
from app.access.viewer import Viewer, marquee
from app.activity.actor import Actor
from app.core import clock, voids
from app.identity import sessions
from app.identity.api_tokens import create_api_token, revoke_api_token
from app.identity.authenticate import authenticate
from app.identity.client import Client
from app.identity.networks import ADMIN
from app.identity.sessions import Ended
from app.identity.user_writes import delete_user, disable_user, update_user
from app.identity.viewer_cache import viewer_cache
from app.settings.registry import SERVER
from app.settings.writes import change_settings
from tests import given
from tests.core.quiet import until

HERE = Client(address="192.0.2.1", agent="Home Assistant")


@pytest.fixture(autouse=True)
def long_lease(monkeypatch):
    """No lease ends by itself on a slow machine."""
    monkeypatch.setattr(voids, "LEASE_S", 60.0)


@pytest.fixture
async def apps(app, second_app):
    async def both_hear():
        return app.voids.is_heard and second_app.voids.is_heard

    await until(both_hear)
    return app, second_app


async def api_token(app, user_id, **terms):
    owner = Viewer(permissions=await _all(app), actor=Actor(user_id=user_id), proved_at=clock.now())
    async with app.transaction() as tx:
        return await create_api_token(tx, owner, "Home Assistant", ["*"], terms.get("expires_at"))


async def _all(app):
    viewer = await authenticate(app, await given.token(app), HERE)
    return viewer.permissions


async def tokens_of(app):
    """A user, and a session's and an API token of theirs."""
    user_id = await given.user(app, roles=[USER])
    _, token = await api_token(app, user_id)
    return user_id, await given.token(app, user_id), token


async def test_a_token_that_was_seen_lately_costs_no_io(apps, statements, monkeypatch):
    app, _ = apps
    _, *tokens = await tokens_of(app)
    before = [await authenticate(app, token, HERE) for token in tokens]
    statements.clear()

    async def fail(*_, **__):
        raise AssertionError("Redis was asked.")

    monkeypatch.setattr(app.redis, "mget", fail)
    after = [await authenticate(app, token, HERE) for token in tokens]

    assert after == before
    assert None not in after
    assert statements == []


async def end_sessions(app, user_id):
    async with app.transaction() as tx:
        await sessions.end_all(tx, [user_id], Ended.SIGNED_OUT)


async def revoke(app, user_id):
    key = await app.db.value(text("SELECT id FROM identity.api_tokens"))
    owner = Viewer(actor=Actor(user_id=user_id), proved_at=clock.now())
    async with app.transaction() as tx:
        await revoke_api_token(tx, owner, key)


async def act_on(act, app, user_id):
    async with app.transaction() as tx:
        await act(tx, marquee(), user_id)


@pytest.mark.parametrize(
    ("act", "are_in"),
    [
        (end_sessions, [False, True]),
        (revoke, [True, False]),
        (partial(act_on, disable_user), [False, False]),
        (partial(act_on, delete_user), [False, False]),
    ],
)
async def test_an_end_counts_at_once_in_all_processes(apps, act, are_in):
    app, _ = apps
    user_id, *tokens = await tokens_of(app)
    for each in apps:
        assert all([await authenticate(each, token, HERE) for token in tokens])

    await act(app, user_id)

    for each in apps:
        assert [await authenticate(each, token, HERE) is not None for token in tokens] == are_in


async def demote(app, user_id):
    async with app.transaction() as tx:
        await put_roles(tx, Actor(), user_id, [])


async def bound(app, user_id):
    async with app.transaction() as tx:
        await set_bounds(tx, marquee(), Holder("user", user_id), Bounds(max_age=6))


async def rename(app, user_id):
    async with app.transaction() as tx:
        await update_user(tx, marquee(), user_id, {"language": "fr"})


@pytest.mark.parametrize("act", [demote, bound, rename])
async def test_a_change_counts_at_once_in_all_processes(apps, act):
    app, other = apps
    user_id, *tokens = await tokens_of(app)
    before = [await authenticate(other, token, HERE) for token in tokens]

    await act(app, user_id)
    after = [await authenticate(other, token, HERE) for token in tokens]

    assert [each.user_id for each in after] == [user_id] * 2
    assert all(then != now for then, now in zip(before, after, strict=True))
    assert after == [await authenticate(app, token, HERE) for token in tokens]


async def test_what_ends_one_session_leaves_the_others_remembered(apps, statements):
    app, _ = apps
    _, kept, _ = await tokens_of(app)
    gone, *_ = await tokens_of(app)
    await authenticate(app, kept, HERE)
    await end_sessions(app, gone)
    statements.clear()

    assert await authenticate(app, kept, HERE)
    assert statements == []


async def test_who_is_remembered_is_asked_for_their_network_all_the_same(apps):
    app, other = apps
    token = await given.token(app)
    before = await authenticate(other, token, HERE)

    async with app.transaction() as tx:
        await change_settings(tx, Actor(), {ADMIN.name: ["198.51.100.0/24"]}, SERVER)
    inside = await authenticate(other, token, Client("198.51.100.1"))
    outside = await authenticate(other, token, HERE)

    assert inside.permissions == before.permissions
    assert outside.permissions < before.permissions


async def test_a_token_whose_time_is_over_is_remembered_no_more(apps, monkeypatch):
    app, _ = apps
    user_id = await given.user(app, roles=[USER])
    soon = clock.now() + timedelta(seconds=50)
    _, token = await api_token(app, user_id, expires_at=soon)
    assert await authenticate(app, token, HERE)
    monkeypatch.setattr(clock, "now", lambda: soon)

    assert await authenticate(app, token, HERE) is None


async def test_without_the_channel_redis_is_asked_and_knows_of_ends(apps, statements, monkeypatch):
    app, other = apps
    user_id, *tokens = await tokens_of(app)
    for token in tokens:
        await authenticate(app, token, HERE)
    monkeypatch.setattr(voids.Voids, "is_heard", property(lambda _: False))
    statements.clear()

    assert all([await authenticate(app, token, HERE) for token in tokens])
    assert statements == []
    await act_on(disable_user, other, user_id)
    assert [await authenticate(app, token, HERE) for token in tokens] == [None, None]


async def test_many_requests_at_once_read_once(apps, statements):
    app, _ = apps
    _, token, _ = await tokens_of(app)
    await viewer_cache(app).forget()
    statements.clear()

    found = await asyncio.gather(*(authenticate(app, token, HERE) for _ in range(20)))

    assert len({each.session_id for each in found}) == 1
    assert len([each for each in statements if "FROM identity.sessions s" in each]) == 1
