"""A forgotten password: nobody learns who has an account, and the link is good once, for its owner, for a while."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.access.builtin import USER
from app.access.viewer import marquee
from app.activity.actor import Actor
from app.core.app import App
from app.core.errors import AppError, Invalid, RateLimited
from app.identity import accounts
from app.identity.authenticate import authenticate
from app.identity.client import Client
from app.identity.errors import LinkInvalid
from app.identity.factors import Method
from app.identity.lifetimes import lifetimes
from app.identity.lockout import Locked
from app.identity.password_resets import name_to_reset, request_reset, reset_password, send_reset
from app.identity.second_step import LetIn, SecondStep
from app.identity.sessions import SessionKind
from app.identity.sign_in import sign_in
from app.identity.trusted_devices import trust, trusted_devices
from app.identity.user_writes import disable_user, update_user
from app.mail.errors import MailNotConfigured
from tests import given
from tests.identity.letterbox import CHEAP, POST, Got, about_people, letters, settings, work

PHRASE = "in space no one can hear"
HOME = Client("192.0.2.7", "Mozilla/5.0", "request-1")
RIPLEY = "ripley@weyland.example"
EXPIRE = text("UPDATE identity.one_time_tokens SET expires_at = now()")
LEFT_S = text("SELECT extract(epoch FROM expires_at - created_at) FROM identity.one_time_tokens")
TOTP = text(
    "INSERT INTO identity.totp (user_id, sealed, confirmed_at) VALUES (:user_id, CAST('x' AS bytea), now())"
)
PROVIDER = text(
    """
    INSERT INTO identity.sso_providers (id, key, name, issuer, client_id, scopes, may_register, may_link_by_email,
        is_second_factor, is_enabled)
    VALUES (:id, 'home', 'Home', 'https://id.example', 'marquee', '{openid}', false, false, true, true)
    """
)
TIE = text(
    "INSERT INTO identity.sso_identities (id, provider_id, user_id, subject) VALUES (:id, :id, :user_id, 'subject')"
)
ENTRIES = text("SELECT address, agent, request_id, user_id FROM activity.entries WHERE action = :action")
PUT = text("UPDATE identity.users SET password_hash = :hash WHERE id = :user_id")


@pytest.fixture
async def ripley(app: App) -> UUID:
    await settings(app, **CHEAP, **POST)
    return await given.user(app, "Ripley", roles=[USER], email=RIPLEY, email_key=RIPLEY, language="de")


async def asks(app: App, typed: str = "ripley") -> Got:
    await request_reset(app, HOME, typed)
    return (await letters(app))[-1]


async def is_good(app: App, token: str) -> bool:
    try:
        await name_to_reset(app.db, token)
    except LinkInvalid:
        with pytest.raises(LinkInvalid):
            await reset_password(app, HOME, token, PHRASE)
        return False
    return True


async def enters(app: App, name: str = "ripley", password: str = PHRASE) -> Any:
    return await sign_in(app, HOME, name, password, kind=SessionKind.APP)


async def test_neither_the_answer_nor_the_work_tells_who_has_an_account(app, ripley, statements):
    await given.user(app, "Ash")
    await given.user(
        app,
        "Kane",
        email="k@x.example",
        email_key="k@x.example",
        disabled_at=given.moment("2026-01-01T00:00:00Z"),
    )
    statements.clear()

    for typed in ("ripley", RIPLEY, "Ash", "Kane", "nobody", "nobody@x.example"):
        await request_reset(app, HOME, typed)
    looked_at = about_people(statements)
    sent = await letters(app)

    assert looked_at == []
    assert [letter.to for letter in sent] == [RIPLEY, RIPLEY]


async def test_the_letter_is_in_its_owners_words_and_the_log_knows_who_asked(app, ripley):
    letter = await asks(app)

    assert (letter.template, letter.name, letter.language) == ("reset_password", "Ripley", "de")
    assert (letter.facts["hours"], letter.facts["address"]) == ("1", "192.0.2.7")
    assert float(await app.db.value(LEFT_S)) == 3600
    [entry] = await app.db.rows(ENTRIES, action="user.password_reset_asked")
    assert tuple(entry) == ("192.0.2.7", "Mozilla/5.0", "request-1", None)


async def test_a_link_is_good_once_also_when_it_is_opened_twice_at_once(app, ripley):
    letter = await asks(app)

    found = await asyncio.gather(
        *(reset_password(app, HOME, letter.token, PHRASE) for _ in range(3)), return_exceptions=True
    )

    assert sorted(type(each).__name__ for each in found) == ["LinkInvalid", "LinkInvalid", "str"]
    assert isinstance(await enters(app), LetIn)
    assert not await is_good(app, letter.token)


async def test_a_look_and_a_weak_password_use_nothing(app, ripley):
    letter = await asks(app)

    assert await name_to_reset(app.db, letter.token) == "Ripley"
    for weak in ("ripley", RIPLEY, "password1"):
        with pytest.raises(Invalid):
            await reset_password(app, HOME, letter.token, weak)

    assert await reset_password(app, HOME, letter.token, PHRASE) == "Ripley"


async def test_a_link_is_good_for_an_hour(app, ripley):
    letter = await asks(app)
    await app.db.run(EXPIRE)

    assert not await is_good(app, letter.token)


async def other_link(app: App, user_id: UUID) -> None:
    await reset_password(app, HOME, (await asks(app)).token, "another phrase")


async def new_password(app: App, user_id: UUID) -> None:
    await accounts.set_password(app, Actor(), user_id, "another phrase")


async def new_address(app: App, user_id: UUID) -> None:
    async with app.transaction() as tx:
        await update_user(tx, marquee(), user_id, {"email": "ellen@ripley.example"})


async def there_and_back(app: App, user_id: UUID) -> None:
    for email in ("ellen@ripley.example", RIPLEY):
        async with app.transaction() as tx:
            await update_user(tx, marquee(), user_id, {"email": email})


async def no_address(app: App, user_id: UUID) -> None:
    async with app.transaction() as tx:
        await update_user(tx, marquee(), user_id, {"email": ""})


async def disabled(app: App, user_id: UUID) -> None:
    async with app.transaction() as tx:
        await disable_user(tx, marquee(), user_id)


CHANGES = [other_link, new_password, new_address, there_and_back, no_address, disabled]


@pytest.mark.parametrize("change", CHANGES)
async def test_a_link_dies_with_what_changes_after_it(app, ripley, change):
    letter = await asks(app)
    before = await is_good(app, letter.token)

    await change(app, ripley)

    assert before
    assert not await is_good(app, letter.token)


async def test_whoever_was_in_is_out_and_devices_are_trusted_no_more(app, ripley):
    theirs = await given.token(app, ripley)
    async with app.transaction() as tx:
        await trust(tx, Actor(ripley), ripley, (await lifetimes(app)).idle)
    letter = await asks(app)

    await reset_password(app, HOME, letter.token, PHRASE)

    assert await authenticate(app, theirs, HOME) is None
    assert await trusted_devices(app.db, ripley) == []


async def test_the_second_factor_is_asked_for_as_before(app, ripley):
    await app.db.run(TOTP, user_id=ripley)
    letter = await asks(app)
    await reset_password(app, HOME, letter.token, PHRASE)

    half = await enters(app)

    assert isinstance(half, SecondStep)
    assert half.methods == (Method.TOTP,)


async def test_a_lock_by_wrong_passwords_is_taken_away_but_not_one_for_an_administrator(app, ripley):
    await settings(app, lockout_first_failures=1, lockout_second_failures=2, lockout_final_failures=3)
    for name in ("ripley", RIPLEY):
        with pytest.raises(AppError):
            await enters(app, name, "wrong password")
        with pytest.raises(Locked):
            await enters(app, name)
        await app.db.run(text("DELETE FROM identity.attempts WHERE key LIKE 'address:%'"))
    await reset_password(app, HOME, (await asks(app)).token, PHRASE)

    entered = [await enters(app, name) for name in ("ripley", RIPLEY)]
    await app.db.run(text("UPDATE identity.attempts SET failures = 3, locked_until = 'infinity'"))
    await reset_password(app, HOME, (await asks(app)).token, "another phrase")

    assert all(isinstance(each, LetIn) for each in entered)
    with pytest.raises(Locked):
        await enters(app, "ripley", "another phrase")


async def test_a_link_shows_that_the_address_is_its_owners(app, ripley):
    await reset_password(app, HOME, (await asks(app)).token, PHRASE)

    verified = text("SELECT email_verified_at IS NOT NULL FROM identity.users WHERE id = :user_id")
    assert await app.db.value(verified, user_id=ripley) is True


async def test_who_comes_by_a_provider_alone_is_not_led_past_it(app, ripley):
    await app.db.run(PROVIDER, id=ripley)
    await app.db.run(TIE, id=ripley, user_id=ripley)

    await request_reset(app, HOME, "ripley")
    without_password = await letters(app)
    await app.db.run(PUT, user_id=ripley, hash="$argon2id$")
    await request_reset(app, HOME, "ripley")

    assert without_password == []
    assert len(await letters(app)) == 1


async def test_a_job_that_died_before_it_was_done_writes_anew_and_one_of_the_links_is_used(app, ripley):
    await request_reset(app, HOME, "ripley")
    await send_reset.run(app, "ripley", None, None, None)
    first, second = await letters(app)

    await reset_password(app, HOME, first.token, PHRASE)

    assert not await is_good(app, second.token)


async def test_what_breaks_in_the_midst_leaves_the_link_good_and_nobody_signed_out(app, ripley, monkeypatch):
    theirs = await given.token(app, ripley)
    letter = await asks(app)

    async def broken(*_: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("app.identity.password_resets.forgive", broken)
        with pytest.raises(ZeroDivisionError):
            await reset_password(app, HOME, letter.token, PHRASE)

    assert await authenticate(app, theirs, HOME) is not None
    assert await reset_password(app, HOME, letter.token, PHRASE) == "Ripley"


async def test_asking_often_makes_one_letter_at_a_time_and_few_an_hour(app, ripley):
    for _ in range(3):
        await request_reset(app, HOME, "ripley")
    at_once = len(await letters(app))
    await settings(app, rate_mails=2)
    for number in range(3):
        await request_reset(app, Client(f"198.51.{number}.1"), "RIPLEY")
        await work(app)
    later = len(await letters(app))

    assert at_once == 1
    assert later == 2
    for _ in range(2):
        await request_reset(app, HOME, "nobody")
    with pytest.raises(RateLimited):
        await request_reset(app, HOME, "nobody")


async def test_an_address_that_no_mail_reaches_stops_nothing(app, ripley, caplog):
    await app.db.run(text("UPDATE identity.users SET email = 'r@a_b.example', email_key = 'r@a_b.example'"))

    await request_reset(app, HOME, "ripley")

    assert await letters(app) == []
    assert "No letter for a new password can be sent" in caplog.text
    async with app.transaction() as tx:
        await update_user(tx, marquee(), ripley, {"email": RIPLEY})
    assert (await asks(app)).to == RIPLEY


async def test_without_mail_that_is_said(app, ripley):
    await settings(app, mail_host=None)

    with pytest.raises(MailNotConfigured):
        await request_reset(app, HOME, "ripley")
