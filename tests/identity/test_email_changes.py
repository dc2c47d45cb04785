"""A new address counts once its link was opened; whoever else has it is told, and so is the old one."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text

from app.access.builtin import USER
from app.access.viewer import Viewer, marquee
from app.activity.actor import Actor
from app.core.app import App
from app.core.errors import Conflict, Denied, Invalid, RateLimited
from app.core.ids import new_id
from app.identity import accounts
from app.identity.client import Client
from app.identity.email_changes import address_to_confirm, change_email, confirm_email, send_confirmation
from app.identity.errors import LinkInvalid
from app.identity.user_writes import disable_user, update_user
from app.mail.errors import MailNotConfigured
from tests import given
from tests.identity.letterbox import CHEAP, POST, Got, about_people, letters, settings

HOME = Client("192.0.2.7")
OLD, NEW, TAKEN = "ripley@weyland.example", "Ellen@ripley.example", "dallas@weyland.example"
STORED = text(
    "SELECT email, email_key, email_verified_at IS NOT NULL FROM identity.users WHERE id = :user_id"
)


@pytest.fixture
async def ripley(app: App) -> Viewer:
    await settings(app, **CHEAP, **POST)
    await given.user(app, "Dallas", roles=[USER], email=TAKEN, email_key=TAKEN)
    user_id = await given.user(app, "Ripley", roles=[USER], email=OLD, email_key=OLD)
    return Viewer(actor=Actor(user_id), session_id=new_id())


def id_of(viewer: Viewer) -> UUID:
    assert viewer.user_id is not None
    return viewer.user_id


async def asks(app: App, viewer: Viewer, email: str = NEW) -> Got:
    await change_email(app, viewer, HOME, email)
    return (await letters(app))[-1]


async def stored(app: App, viewer: Viewer) -> tuple[str | None, str | None, bool]:
    return tuple(await app.db.row(STORED, user_id=id_of(viewer)))


async def test_nothing_changes_until_the_link_is_opened_and_then_the_old_address_is_told(app, ripley):
    letter = await asks(app, ripley)
    before = await stored(app, ripley), await address_to_confirm(app.db, letter.token)

    assert await confirm_email(app, HOME, letter.token) == NEW

    assert before == ((OLD, OLD, False), NEW)
    assert await stored(app, ripley) == (NEW, NEW.lower(), True)
    [told] = await letters(app)
    assert (told.template, told.to, told.name) == ("address_changed", OLD, "Ripley")
    assert told.facts == {"new_address": NEW}


async def test_whether_an_address_is_taken_shows_neither_in_the_answer_nor_in_the_work(
    app, ripley, statements
):
    await change_email(app, ripley, HOME, "first@ripley.example")
    statements.clear()
    await change_email(app, ripley, HOME, NEW)
    for_free = about_people(statements)
    statements.clear()
    await change_email(app, ripley, HOME, TAKEN)
    for_taken = about_people(statements)

    *_, to_new, to_owner = await letters(app)

    assert for_free == for_taken
    assert (to_new.template, to_owner.template) == ("confirm_new_address", "registered_already")
    assert (to_owner.to, to_owner.name) == (TAKEN, "Dallas")


async def test_an_address_that_got_an_account_meanwhile_stays_that_ones(app, ripley):
    letter = await asks(app, ripley)
    await given.user(app, "Ellen", email=NEW, email_key=NEW.lower())

    with pytest.raises(Conflict):
        await confirm_email(app, HOME, letter.token)

    assert await stored(app, ripley) == (OLD, OLD, False)


async def test_of_two_accounts_that_confirm_one_address_at_once_one_gets_it(app, ripley):
    other = replace(ripley, actor=Actor(await given.user(app, "Ash", roles=[USER])))
    first, second = await asks(app, ripley), await asks(app, other)

    found = await asyncio.gather(
        *(confirm_email(app, HOME, letter.token) for letter in (first, second)), return_exceptions=True
    )

    assert sorted(type(each).__name__ for each in found) == ["Conflict", "str"]


async def test_a_link_is_good_once_also_when_it_is_opened_twice_at_once(app, ripley):
    letter = await asks(app, ripley)

    found = await asyncio.gather(
        *(confirm_email(app, HOME, letter.token) for _ in range(3)), return_exceptions=True
    )

    assert sorted(type(each).__name__ for each in found) == ["LinkInvalid", "LinkInvalid", "str"]
    assert len(await letters(app)) == 1


async def expired(app: App, user_id: UUID) -> None:
    await app.db.run(text("UPDATE identity.one_time_tokens SET expires_at = now()"))


async def new_password(app: App, user_id: UUID) -> None:
    await accounts.set_password(app, Actor(), user_id, "another phrase")


async def set_by_an_admin(app: App, user_id: UUID) -> None:
    async with app.transaction() as tx:
        await update_user(tx, marquee(), user_id, {"email": "third@ripley.example"})


async def disabled(app: App, user_id: UUID) -> None:
    async with app.transaction() as tx:
        await disable_user(tx, marquee(), user_id)


@pytest.mark.parametrize("change", [expired, new_password, set_by_an_admin, disabled])
async def test_a_link_dies_with_what_comes_after_it(app, ripley, change):
    letter = await asks(app, ripley)

    await change(app, id_of(ripley))

    with pytest.raises(LinkInvalid):
        await confirm_email(app, HOME, letter.token)
    assert (await stored(app, ripley))[0] != NEW


async def test_an_administrator_sets_an_address_that_is_to_be_verified_and_the_old_one_is_told(app, ripley):
    async with app.transaction() as tx:
        await update_user(tx, marquee(), id_of(ripley), {"email": NEW})
    [told] = await letters(app)
    again = await asks(app, ripley)
    await confirm_email(app, HOME, again.token)

    assert (told.template, told.to) == ("address_changed", OLD)
    assert again.template == "confirm_new_address"
    assert await stored(app, ripley) == (NEW, NEW.lower(), True)
    assert await letters(app) == []


async def test_what_changes_nothing_of_the_address_tells_nobody(app, ripley):
    async with app.transaction() as tx:
        await update_user(tx, marquee(), id_of(ripley), {"language": "de"})

    assert await letters(app) == []


async def test_a_job_that_died_before_it_was_done_writes_anew_and_either_link_does(app, ripley):
    await change_email(app, ripley, HOME, NEW)
    await send_confirmation.run(app, str(ripley.user_id), NEW)
    first, second = await letters(app)

    await confirm_email(app, HOME, second.token)

    with pytest.raises(LinkInvalid):
        await confirm_email(app, HOME, first.token)


async def test_who_may_not_and_what_can_t_be(app, ripley):
    with pytest.raises(Denied):
        await change_email(app, replace(ripley, session_id=None), HOME, NEW)
    with pytest.raises(Invalid):
        await change_email(app, ripley, HOME, "ellen@under_score.example")
    await app.db.run(text("UPDATE identity.users SET email_verified_at = now()"))
    with pytest.raises(Invalid, match="already"):
        await change_email(app, ripley, HOME, OLD.upper())
    await settings(app, rate_mails=1)
    await change_email(app, ripley, HOME, NEW)
    with pytest.raises(RateLimited):
        await change_email(app, ripley, HOME, NEW)
    await settings(app, mail_host=None)
    with pytest.raises(MailNotConfigured):
        await change_email(app, ripley, HOME, NEW)
