"""Who has to have a second factor, and may do nothing else before."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from pyotp import TOTP
from sqlalchemy import text

from app.access.builtin import USER
from app.access.permissions import Permission
from app.activity.actor import Actor
from app.core import clock
from app.core.app import App
from app.core.errors import Denied, NotFound
from app.identity import factors
from app.identity.authenticate import authenticate
from app.identity.authority import authority_of
from app.identity.client import Client
from app.identity.enforcement import is_required, require
from tests import given

HOME = Client("192.0.2.7")
ENROLLING = {Permission.SIGN_IN, Permission.SELF_READ, Permission.SELF_UPDATE}


async def enrol(app: App, user_id: UUID) -> None:
    async with app.transaction() as tx:
        secret = (await factors.enrol_totp(tx, Actor(user_id), app.keyring, user_id)).secret
        code = TOTP(secret).at(clock.now() - timedelta(seconds=30))
        await factors.confirm_totp(tx, Actor(user_id), app.keyring, user_id, code)


async def test_a_role_that_asks_for_one_keeps_people_at_the_door(app: App) -> None:
    strict = await given.role(app, patterns=["*"], requires_second_factor=True)
    user_id, other = await given.user(app, roles=[strict]), await given.user(app, roles=[USER])

    found = await authority_of(app.db, user_id)

    assert (found.permissions, found.must_enrol) == (ENROLLING, True)
    assert not (await authority_of(app.db, other)).must_enrol
    assert await is_required(app.db, user_id)
    assert not await is_required(app.db, other)


async def test_a_role_on_which_another_builds_asks_as_well(app: App) -> None:
    strict = await given.role(app, requires_second_factor=True)
    above = await given.role(app, patterns=["movie:*"], parents=[strict])

    found = await authority_of(app.db, await given.user(app, roles=[above]))

    assert (found.permissions, found.must_enrol) == ({Permission.SIGN_IN}, True)


async def test_the_same_session_may_everything_once_there_is_one(app: App) -> None:
    strict = await given.role(app, patterns=["*"], requires_second_factor=True)
    user_id = await given.user(app, roles=[strict])
    token = await given.token(app, user_id)
    before = await authenticate(app, token, HOME)
    assert before is not None
    with pytest.raises(Denied, match="Set up a second factor first"):
        before.must(Permission.MOVIE_LIST)

    await enrol(app, user_id)
    after = await authenticate(app, token, HOME)

    assert after is not None
    after.must(Permission.MOVIE_LIST)
    assert not after.must_enrol
    assert after.session_id == before.session_id


async def test_without_the_last_one_the_door_closes_again(app: App) -> None:
    strict = await given.role(app, patterns=["*"], requires_second_factor=True)
    user_id = await given.user(app, roles=[strict])
    await enrol(app, user_id)
    token = await given.token(app, user_id)
    before = await authenticate(app, token, HOME)
    async with app.transaction() as tx:
        await factors.remove_totp(tx, Actor(user_id), user_id)

    after = await authenticate(app, token, HOME)

    assert before is not None
    assert after is not None
    assert (before.must_enrol, after.must_enrol) == (False, True)
    assert after.permissions == ENROLLING


async def test_it_can_be_said_of_one_person(app: App) -> None:
    admin, user_id = await given.user(app), await given.user(app, roles=[USER])
    token = await given.token(app, user_id)
    assert (await authenticate(app, token, HOME)) is not None

    async with app.transaction() as tx:
        await require(tx, Actor(admin), user_id, is_required=True)
        await require(tx, Actor(admin), user_id, is_required=True)
    viewer = await authenticate(app, token, HOME)
    entries = await app.db.rows(text("SELECT user_id, key, before, after FROM activity.entries"))

    assert viewer is not None
    assert viewer.must_enrol
    assert [(row["user_id"], row["key"]) for row in entries] == [(admin, str(user_id))]
    assert entries[0]["after"] == {"requires_second_factor": True}
    with pytest.raises(NotFound):
        async with app.transaction() as tx:
            await require(tx, Actor(admin), uuid4(), is_required=True)


async def test_a_stranger_who_has_to_enrol_may_still_not_do_what_they_never_might(app: App) -> None:
    strict = await given.role(app, patterns=["self:read", "movie:*"], requires_second_factor=True)

    found = await authority_of(app.db, await given.user(app, roles=[strict]))

    assert found.permissions == {Permission.SIGN_IN, Permission.SELF_READ}
