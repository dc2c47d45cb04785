"""Invitations: as mighty as who made them, for as long as they are, and as often as was said."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.access.builtin import ADMIN, GUEST, MODERATOR, USER
from app.access.permissions import ALL
from app.access.roles import roles_of
from app.access.rule import EVERYTHING
from app.access.user_roles import set_roles
from app.access.viewer import Viewer, marquee
from app.activity.actor import Actor
from app.core.app import App
from app.core.errors import Conflict, Denied, Invalid
from app.core.ids import new_id
from app.identity.client import Client
from app.identity.errors import LinkInvalid, RegistrationClosed
from app.identity.housekeeping import housekeeping
from app.identity.invitations import Draft, Made, invite, look, revoke
from app.identity.registration import Applicant, register, verify
from app.identity.second_step import LetIn
from app.identity.sessions import SessionKind
from app.identity.user_writes import Profile, delete_user, disable_user
from tests import given
from tests.identity.letterbox import CHEAP, POST, letters, settings

PHRASE = "in space no one can hear"
HOME = Client("192.0.2.7")
USERS = text("SELECT name, email, email_verified_at IS NOT NULL FROM identity.users WHERE name = 'Ripley'")
EXPIRE = text("UPDATE identity.invitations SET expires_at = now() - interval '1 second'")
COUNT = text("SELECT count(*) FROM identity.invitations")


@pytest.fixture
async def maker(app: App) -> UUID:
    """Somebody who invites, beside another admin; there is no mail."""
    await settings(app, registration_mode="invitation", **CHEAP)
    await given.user(app, "Mother", roles=[ADMIN])
    return await given.user(app, "Dallas", roles=[ADMIN])


def as_viewer(user_id: UUID) -> Viewer:
    return Viewer(permissions=ALL, access=EVERYTHING, actor=Actor(user_id))


async def invited(app: App, maker: UUID, *role_ids: UUID, **more: Any) -> Made:
    return await invite(app, as_viewer(maker), Draft(role_ids or (USER,), **more))


async def comes(app: App, token: str | None, name: str = "Ripley", email: str | None = None) -> Any:
    return await register(app, HOME, Applicant(Profile(name, email), PHRASE, token), kind=SessionKind.APP)


async def is_good(app: App, token: str | None) -> bool:
    try:
        await look(app, token or "")
    except LinkInvalid:
        return False
    return True


async def test_an_account_gets_the_roles_that_were_said_and_no_others(app, maker):
    made = await invited(app, maker, MODERATOR, GUEST)

    entered = await comes(app, made.token)

    assert isinstance(entered, LetIn)
    found = {role.id for role in await roles_of(app.db, entered.begun.session.user_id)}
    assert found == {MODERATOR, GUEST}


async def test_it_is_good_as_often_as_was_said(app, maker):
    made = await invited(app, maker, uses=2)

    first, second = await comes(app, made.token), await comes(app, made.token, "Ash")

    assert isinstance(first, LetIn)
    assert isinstance(second, LetIn)
    with pytest.raises(LinkInvalid):
        await comes(app, made.token, "Kane")
    assert not await is_good(app, made.token)


async def test_a_look_uses_nothing(app, maker):
    made = await invited(app, maker)

    assert [await is_good(app, made.token) for _ in range(3)] == [True] * 3
    assert await app.db.value(text("SELECT used FROM identity.invitations")) == 0


async def test_what_is_refused_uses_nothing(app, maker):
    made = await invited(app, maker)

    with pytest.raises(Conflict):
        await comes(app, made.token, "Dallas")

    assert isinstance(await comes(app, made.token), LetIn)


async def test_it_expires(app, maker):
    made = await invited(app, maker)
    await app.db.run(EXPIRE)

    assert not await is_good(app, made.token)
    with pytest.raises(LinkInvalid):
        await comes(app, made.token)


async def test_who_came_in_time_may_verify_later_but_not_by_one_that_was_taken_back(app, maker):
    await settings(app, **POST)
    made, other = await invited(app, maker), await invited(app, maker)
    await comes(app, made.token, "Ripley", "ripley@weyland.example")
    await comes(app, other.token, "Ash", "ash@weyland.example")
    first, second = await letters(app)
    await app.db.run(EXPIRE)
    async with app.transaction() as tx:
        await revoke(tx, as_viewer(maker), other.id)

    assert await verify(app, HOME, first.token) == "Ripley"
    with pytest.raises(LinkInvalid):
        await verify(app, HOME, second.token)


async def test_the_database_holds_no_link(app, maker):
    made = await invited(app, maker)

    everything = await app.db.value(
        text("SELECT string_agg(CAST(i AS text), '') FROM identity.invitations i")
    )

    assert made.token is not None
    assert made.token not in everything
    assert "mqo_" not in everything


async def disabled(app: App, maker: UUID) -> None:
    async with app.transaction() as tx:
        await disable_user(tx, marquee(), maker)


async def deleted(app: App, maker: UUID) -> None:
    async with app.transaction() as tx:
        await delete_user(tx, marquee(), maker)


async def demoted(app: App, maker: UUID) -> None:
    async with app.transaction() as tx:
        await set_roles(tx, marquee(), maker, [USER])


async def less_mighty(app: App, maker: UUID) -> None:
    """They manage users still, and are no moderators."""
    keeper = await given.role(app, patterns=["users:manage", "self:*"])
    async with app.transaction() as tx:
        await set_roles(tx, marquee(), maker, [keeper])


async def bounded(app: App, maker: UUID) -> None:
    await given.bounds(app, user_id=maker, max_age=12)


async def role_grown(app: App, maker: UUID) -> None:
    """What the invitation gives is more by now than its maker has."""
    keeper = await given.role(app, patterns=["users:manage", "self:*"])
    async with app.transaction() as tx:
        await set_roles(tx, marquee(), maker, [keeper, MODERATOR])
    await app.db.run(text("UPDATE access.roles SET patterns = '{*}' WHERE NOT is_builtin AND name = 'Crew'"))


async def role_gone(app: App, maker: UUID) -> None:
    await app.db.run(text("DELETE FROM access.roles WHERE NOT is_builtin AND name = 'Crew'"))


@pytest.mark.parametrize("change", [disabled, deleted, demoted, less_mighty, bounded, role_grown, role_gone])
@pytest.mark.parametrize("has_come", [False, True], ids=["before they came", "before they verified"])
async def test_it_gives_no_more_than_its_maker_could_still_give(app, maker, change, has_come):
    await settings(app, **POST)
    crew = await given.role(app, "Crew", patterns=["requests:decide"])
    made = await invited(app, maker, crew)
    if has_come:
        await comes(app, made.token, "Ripley", "ripley@weyland.example")
    sent = await letters(app)

    await change(app, maker)

    assert not await is_good(app, made.token)
    with pytest.raises(LinkInvalid):
        await (
            verify(app, HOME, sent[0].token)
            if has_come
            else comes(app, made.token, "Ripley", "ripley@weyland.example")
        )
    assert await app.db.row(USERS) is None


async def test_nobody_invites_those_who_may_do_more(app, maker):
    keeper = await given.role(app, patterns=["users:manage", "self:*"])
    other = await given.user(app, roles=[keeper])

    with pytest.raises(Denied):
        await invited(app, other, MODERATOR)

    assert await app.db.value(COUNT) == 0


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"uses": 0}, "uses"),
        ({"uses": 1001}, "uses"),
        ({"uses": 2, "email": "ripley@weyland.example"}, "uses"),
        ({"lifetime": timedelta(minutes=59)}, "expiresInHours"),
        ({"lifetime": timedelta(days=91)}, "expiresInHours"),
        ({"email": "no address"}, "email"),
        ({"role_ids": ()}, "roleIds"),
        ({"role_ids": (new_id(),)}, "roleIds"),
    ],
)
async def test_what_can_t_be_is_refused(app, maker, said, field):
    with pytest.raises(Invalid) as refused:
        await invite(app, as_viewer(maker), Draft(**{"role_ids": (USER,)} | said))

    assert refused.value.field == field
    assert await app.db.value(COUNT) == 0


async def test_nobody_is_invited_where_nobody_registers_or_who_is_there_already(app, maker):
    await given.user(app, "Ash", email="ash@weyland.example", email_key="ash@weyland.example")

    with pytest.raises(Conflict, match="ASH@"):
        await invited(app, maker, email="ASH@weyland.example")
    made = await invited(app, maker)
    await settings(app, registration_mode="closed")
    with pytest.raises(Conflict, match="registration_mode"):
        await invited(app, maker)
    with pytest.raises(RegistrationClosed):
        await comes(app, made.token)


async def test_one_for_an_address_without_mail_is_handed_on_and_the_address_stays_to_be_verified(app, maker):
    made = await invited(app, maker, email="ripley@weyland.example")

    with pytest.raises(Invalid, match="another address"):
        await comes(app, made.token, email="ash@weyland.example")
    await comes(app, made.token)

    assert tuple(await app.db.row(USERS)) == ("Ripley", "ripley@weyland.example", False)


async def test_one_that_a_letter_has_is_told_to_nobody_else_and_verifies_the_address(app, maker):
    await settings(app, **POST)
    made = await invited(app, maker, email="ripley@weyland.example")
    [letter] = await letters(app)

    await comes(app, letter.token, email="RIPLEY@weyland.example")

    assert made.token is None
    assert (letter.to, letter.facts["inviter"], letter.facts["hours"]) == (
        "ripley@weyland.example",
        "Dallas",
        "168",
    )
    assert tuple(await app.db.row(USERS)) == ("Ripley", "ripley@weyland.example", True)


async def test_what_has_been_over_for_a_month_is_forgotten(app, maker):
    await invited(app, maker)
    await app.db.run(EXPIRE)
    await housekeeping.run(app)
    before = await app.db.value(COUNT)
    await app.db.run(text("UPDATE identity.invitations SET expires_at = now() - interval '31 days'"))

    await housekeeping.run(app)

    assert (before, await app.db.value(COUNT)) == (1, 0)
