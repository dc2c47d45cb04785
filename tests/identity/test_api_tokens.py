"""API tokens do less than their owners, and nothing once they are revoked or their time is over."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text

from app.access.bound_writes import Holder, set_bounds
from app.access.bounds import Bounds
from app.access.permissions import Permission, expand
from app.access.user_roles import put_roles
from app.access.viewer import Viewer, marquee
from app.activity.actor import Actor
from app.core import clock
from app.core.errors import Denied, Invalid, NotFound
from app.identity.api_tokens import api_tokens, create_api_token, good_tokens, revoke_api_token
from app.identity.authenticate import authenticate, still
from app.identity.client import Client
from app.identity.presences import Departure, presences
from app.identity.session_writes import end_all_own, end_own
from app.identity.sessions import sessions_of
from app.identity.user_writes import disable_user
from app.identity.viewer_cache import viewer_cache
from tests import given
from tests.patience import PATIENCE_S

HERE = Client(address="192.0.2.1", agent="Home Assistant")


async def owner(app, name="user"):
    role = await app.db.value(text("SELECT id FROM access.roles WHERE name = :name"), name=name)
    user_id = await given.user(app, roles=[role])
    return Viewer(permissions=expand(["*"]), actor=Actor(user_id=user_id), proved_at=clock.now())


async def make(app, viewer, *scopes, expires_at=None):
    async with app.transaction() as tx:
        return await create_api_token(tx, viewer, "Home Assistant", scopes, expires_at)


async def test_a_token_lets_in_for_what_both_it_and_its_owner_may(app):
    ann = await owner(app)
    key, token = await make(app, ann, "movie:*", "library:*")

    viewer = await authenticate(app, token, HERE)

    assert token.startswith("mqt_")
    assert viewer.permissions == {
        Permission.MOVIE_LIST,
        Permission.MOVIE_GET,
        Permission.LIBRARY_LIST,
        Permission.LIBRARY_GET,
    }
    assert (viewer.user_id, viewer.actor.token_id, viewer.actor.address) == (ann.user_id, key, "192.0.2.1")
    assert viewer.proved_at is None


async def test_no_token_changes_its_owners_account_whatever_its_scopes(app):
    _, token = await make(app, await owner(app, "admin"), "*")

    viewer = await authenticate(app, token, HERE)

    assert not viewer.permissions & {Permission.SELF_UPDATE, Permission.SIGN_IN}
    with pytest.raises(Denied):
        await make(app, viewer, "movie:*")
    with pytest.raises(Denied):
        async with app.transaction() as tx:
            await revoke_api_token(tx, viewer, viewer.actor.token_id)


async def test_no_token_signs_its_owner_out(app):
    ann = await owner(app)
    _, token = await make(app, ann, "*")
    viewer = await authenticate(app, token, HERE)
    await given.token(app, ann.user_id)
    [session] = await sessions_of(app.db, ann, ann.user_id)

    for ending in (
        lambda tx: end_own(tx, viewer, [session.session.id]),
        lambda tx: end_all_own(tx, viewer, but=None),
    ):
        with pytest.raises(Denied):
            async with app.transaction() as tx:
                await ending(tx)

    assert len(await sessions_of(app.db, ann, ann.user_id)) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE identity.api_tokens SET expires_at = now()",
        "UPDATE identity.api_tokens SET revoked_at = now()",
        "UPDATE identity.users SET disabled_at = now()",
        "DELETE FROM identity.users",
    ],
)
async def test_a_token_ends_with_its_time_its_revocation_and_its_owner(app, statement):
    key, token = await make(app, await owner(app), "*")
    viewer = await authenticate(app, token, HERE)

    await app.db.run(text(statement))
    await viewer_cache(app).forget()  # what is changed by hand, or by time, tells nobody of it

    assert await authenticate(app, token, HERE) is None
    assert await still(app, viewer) is None
    assert await good_tokens(app.db, [key]) == set()


async def test_the_last_use_is_noted_with_its_address(app):
    ann = await owner(app)
    _, token = await make(app, ann, "*", expires_at=clock.now() + timedelta(days=1))

    await authenticate(app, token, HERE)

    (listed,) = await api_tokens(app.db, ann.user_id)
    assert listed.last_used_at is not None
    assert listed.last_used_address == "192.0.2.1"


async def test_the_token_itself_is_stored_nowhere(app):
    _, token = await make(app, await owner(app), "*")

    rows = await app.db.value(text("SELECT string_agg(CAST(t AS text), '') FROM identity.api_tokens t"))
    logged = await app.db.value(text("SELECT string_agg(CAST(e AS text), '') FROM activity.entries e"))

    assert token not in rows
    assert token not in logged
    assert "api_token.created" in logged


@pytest.mark.parametrize(
    ("name", "scopes", "age"),
    [
        ("", ["*"], None),
        ("x" * 101, ["*"], None),
        ("a", [], None),
        ("a", ["nothing:at-all"], None),
        ("a", ["self:update"], None),
        ("a", ["*"], timedelta(seconds=1)),
    ],
)
async def test_what_makes_no_sense_is_refused(app, name, scopes, age):
    ann = await owner(app)

    with pytest.raises(Invalid):
        async with app.transaction() as tx:
            await create_api_token(tx, ann, name, scopes, age and clock.now() - age)


async def test_a_revoked_token_shows_out_who_came_by_it(app):
    ann = await owner(app)
    key, token = await make(app, ann, "*")
    viewer = await authenticate(app, token, HERE)

    async with presences(app).hold(viewer) as presence:
        await presences(app).look_once()
        async with app.transaction() as tx:
            await revoke_api_token(tx, ann, key)

        assert await presence.departure() is Departure.SESSION_ENDED

    assert await authenticate(app, token, HERE) is None
    assert await api_tokens(app.db, ann.user_id) == []


async def bound(app, user_id, **said):
    async with app.transaction() as tx:
        await set_bounds(tx, marquee(), Holder("user", user_id), Bounds(**said))


async def disable(app, user_id):
    async with app.transaction() as tx:
        await disable_user(tx, marquee(), user_id)


async def demote(app, user_id):
    async with app.transaction() as tx:
        await put_roles(tx, Actor(), user_id, [])


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (partial(bound, max_age=6), Departure.MAY_DO_LESS),
        (bound, Departure.MAY_DO_LESS),
        (demote, Departure.MAY_DO_LESS),
        (disable, Departure.SESSION_ENDED),
    ],
)
async def test_what_becomes_of_its_owner_ends_what_a_token_opened(app, act, why):
    ann = await owner(app)
    await bound(app, ann.user_id, max_age=12)
    _, token = await make(app, ann, "*")
    viewer = await authenticate(app, token, HERE)

    async with presences(app).hold(viewer) as presence, asyncio.timeout(PATIENCE_S):
        await act(app, ann.user_id)

        assert await presence.departure() is why


async def test_what_a_token_opened_ends_with_its_time(app):
    ann = await owner(app)
    key, token = await make(app, ann, "*", expires_at=clock.now() + timedelta(days=1))
    viewer = await authenticate(app, token, HERE)

    async with presences(app).hold(viewer) as presence, asyncio.timeout(PATIENCE_S):
        await presences(app).look_once()
        stayed = not presence.is_leaving
        await app.db.run(
            text("UPDATE identity.api_tokens SET expires_at = now() - interval '1 second' WHERE id = :id"),
            id=key,
        )
        await presences(app).look_once()

        assert stayed
        assert await presence.departure() is Departure.SESSION_ENDED


async def test_nobody_revokes_anothers_token(app):
    key, token = await make(app, await owner(app), "*")
    bob = await owner(app)

    with pytest.raises(NotFound):
        async with app.transaction() as tx:
            await revoke_api_token(tx, bob, key)

    assert await authenticate(app, token, HERE) is not None


@pytest.mark.parametrize("token", ["mqt_", "mqt_unknown", "mqt_" + "x" * 10_000, "mqt_\udc80"])
async def test_what_is_no_token_lets_nobody_in(app, token):
    assert await authenticate(app, token, HERE) is None
