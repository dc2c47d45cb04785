"""Letters to people about what is done with their accounts."""

from datetime import datetime, timedelta

import orjson
import pytest
from pyotp import TOTP
from sqlalchemy import text

from app.activity.actor import Actor
from app.core import clock
from app.core.crypto import belongs_to
from app.core.errors import NotFound
from app.identity import factors, passkey_writes
from app.identity.accounts import put_password
from app.identity.client import Client
from app.identity.lockout import TELL_OF_LOCK, Locked, account_key, attempt, factor_key
from app.identity.notices import network, tell_of_lock
from app.identity.passkeys import Site
from app.identity.second_step import let_in
from app.identity.sessions import Method, SessionKind
from app.mail.letters import Template
from app.mail.tables import LetterRow
from app.settings.writes import change_settings
from tests import given
from tests.identity.authenticator import ORIGIN, Authenticator

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
HOME = Client("192.0.2.7", FIREFOX)
LETTERS = text(
    "SELECT id, template, address, name, language, facts FROM mail.letters ORDER BY created_at, id"
)
JOBS = text("SELECT args FROM outbox.jobs WHERE name = :name")
SITE = Site("localhost", (ORIGIN,))


async def ann(app, **values):
    return await given.user(
        app, "Ann", **{"email": "ann@example.org", "email_key": "ann@example.org"} | values
    )


async def letters(app):
    """What was written, and what it tells but when."""
    found = []
    for row in await app.db.rows(LETTERS):
        facts = orjson.loads(app.keyring.open(row["facts"], belongs_to(LetterRow.facts, row["id"])))
        assert datetime.fromisoformat(facts.pop("at")).tzinfo is not None
        assert row["address"] == "ann@example.org"
        found.append((Template(row["template"]), facts))
    return found


async def enter(app, user_id, client=HOME):
    async with app.transaction() as tx:
        return await let_in(app, tx, client, user_id, kind=SessionKind.APP, method=Method.PASSWORD)


async def test_the_first_sign_in_ever_is_no_news(app):
    await enter(app, await ann(app))

    assert await letters(app) == []


async def test_the_same_device_from_the_same_network_is_no_news(app):
    user_id = await ann(app)
    await enter(app, user_id)

    await enter(app, user_id)
    await enter(app, user_id, Client("192.0.2.200", FIREFOX))

    assert await letters(app) == []


@pytest.mark.parametrize(
    ("client", "facts"),
    [
        (Client("192.0.2.7", CHROME), {"address": "192.0.2.7", "browser": "Chrome", "os": "Windows"}),
        (Client("198.51.100.7", FIREFOX), {"address": "198.51.100.7", "browser": "Firefox", "os": "Linux"}),
        (
            Client("192.0.2.7", FIREFOX, device="Television"),
            {"address": "192.0.2.7", "browser": "Firefox", "os": "Linux", "device": "Television"},
        ),
        (Client(None, None), {}),
    ],
)
async def test_a_new_browser_network_or_device_is_told_of_once(app, client, facts):
    user_id = await ann(app)
    await enter(app, user_id)

    await enter(app, user_id, client)
    await enter(app, user_id, client)

    assert await letters(app) == [(Template.NEW_DEVICE, facts)]


async def test_who_comes_back_after_all_is_forgotten_is_told(app):
    user_id = await ann(app, last_seen_at=clock.now() - timedelta(days=200))

    await enter(app, user_id)

    assert [template for template, _ in await letters(app)] == [Template.NEW_DEVICE]


async def test_others_devices_are_not_one_s_own(app):
    user_id = await ann(app)
    await enter(app, user_id)
    await enter(app, await given.user(app, "Bob"), Client("198.51.100.7", CHROME))

    await enter(app, user_id, Client("198.51.100.7", CHROME))

    assert len(await letters(app)) == 1


async def test_nothing_is_told_of_a_sign_in_that_is_rolled_back(app):
    user_id = await ann(app)
    await enter(app, user_id)

    with pytest.raises(ZeroDivisionError):  # noqa: PT012
        async with app.transaction() as tx:
            away = Client("198.51.100.7", CHROME)
            await let_in(app, tx, away, user_id, kind=SessionKind.APP, method=Method.PASSWORD)
            raise ZeroDivisionError

    assert await letters(app) == []


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        (None, None),
    ],
)
def test_networks_are_those_of_a_provider_s_customers(address, found):
    assert network(address) == found


async def test_a_new_password_is_told_of_with_from_where(app):
    user_id = await ann(app)

    async with app.transaction() as tx:
        await put_password(tx, Actor(user_id, None, "192.0.2.7", FIREFOX), user_id, "hash")

    where = {"address": "192.0.2.7", "browser": "Firefox", "os": "Linux"}
    assert await letters(app) == [(Template.PASSWORD_CHANGED, where)]


async def test_what_an_admin_does_tells_nothing_of_the_admin(app):
    user_id, admin = await ann(app), await given.user(app, "Admin")

    async with app.transaction() as tx:
        await put_password(tx, Actor(admin, None, "203.0.113.9", CHROME), user_id, "hash")

    assert await letters(app) == [(Template.PASSWORD_CHANGED, {})]


async def test_who_has_no_address_gets_no_letter(app):
    user_id = await given.user(app)
    await enter(app, user_id)

    await enter(app, user_id, Client("198.51.100.7", CHROME))
    async with app.transaction() as tx:
        await put_password(tx, Actor(user_id), user_id, "hash")

    assert await app.db.rows(LETTERS) == []


async def test_an_address_that_can_not_be_written_to_stops_nothing(app):
    user_id = await given.user(app, email='"odd ball"@example.org', email_key='"odd ball"@example.org')

    async with app.transaction() as tx:
        await put_password(tx, Actor(user_id), user_id, "hash")

    assert await app.db.value(text("SELECT password_hash FROM identity.users")) == "hash"
    assert await app.db.rows(LETTERS) == []


async def test_authenticator_apps_and_backup_codes_are_told_of(app):
    user_id = await ann(app)
    me = Actor(user_id)
    async with app.transaction() as tx:
        made = TOTP((await factors.enrol_totp(tx, me, app.keyring, user_id)).secret)
        codes = await factors.confirm_totp(tx, me, app.keyring, user_id, made.at(clock.now()))
    async with app.transaction() as tx:
        assert await factors.use_code(tx, me, app.keyring, user_id, codes[0])
        assert await factors.use_code(tx, me, app.keyring, user_id, "000000") is None
    async with app.transaction() as tx:
        await factors.renew_backup_codes(tx, me, user_id)
    async with app.transaction() as tx:
        await factors.remove_totp(tx, me, user_id)

    assert await letters(app) == [
        (Template.FACTOR_ADDED, {"factor": "totp"}),
        (Template.FACTOR_REMOVED, {"factor": "backup_code", "left": "9"}),
        (Template.FACTOR_ADDED, {"factor": "backup_codes"}),
        (Template.FACTOR_REMOVED, {"factor": "totp"}),
    ]


async def test_passkeys_are_told_of(app):
    user_id = await ann(app)
    me = Actor(user_id)
    async with app.transaction() as tx:
        answer = Authenticator().create(await passkey_writes.ask_to_register(tx, SITE, user_id))
        passkey_id, _ = await passkey_writes.register(tx, me, SITE, user_id, answer, "Phone")
    async with app.transaction() as tx:
        await passkey_writes.delete(tx, me, user_id, passkey_id)
    with pytest.raises(NotFound):
        async with app.transaction() as tx:
            await passkey_writes.delete(tx, me, user_id, passkey_id)

    assert await letters(app) == [
        (Template.FACTOR_ADDED, {"factor": "passkey"}),
        (Template.FACTOR_REMOVED, {"factor": "passkey"}),
    ]


async def test_a_reset_by_an_admin_is_told_of(app):
    user_id, admin = await ann(app), await given.user(app, "Admin")

    async with app.transaction() as tx:
        await factors.remove_all(tx, Actor(admin, None, "203.0.113.9"), user_id)

    assert await letters(app) == [(Template.FACTOR_REMOVED, {"factor": "all"})]


async def locked_for_good(app, key):
    """Fails so often; the jobs that are asked for come back."""
    async with app.transaction() as tx:
        await change_settings(
            tx, Actor(), {f"lockout_{step}_failures": 1 for step in ("first", "second", "final")}
        )
    async with attempt(app, key, HOME):
        pass
    with pytest.raises(Locked):
        async with attempt(app, key, HOME):
            pass
    return [row["args"] for row in await app.db.rows(JOBS, name=TELL_OF_LOCK.name)]


@pytest.mark.parametrize("typed", ["Ann", "ANN@example.org"])
async def test_whose_account_is_locked_for_good_is_told_by_whom(app, typed):
    await ann(app)

    [job] = await locked_for_good(app, account_key(typed))
    await tell_of_lock.run(app, *job)

    where = {"address": "192.0.2.7", "browser": "Firefox", "os": "Linux"}
    assert await letters(app) == [(Template.ACCOUNT_LOCKED, where)]


async def test_who_guesses_at_codes_until_all_is_locked_is_told_of(app):
    user_id = await ann(app)

    [job] = await locked_for_good(app, factor_key(user_id))
    await tell_of_lock.run(app, *job)

    assert [template for template, _ in await letters(app)] == [Template.ACCOUNT_LOCKED]


async def test_the_same_is_asked_for_where_nobody_is_called_that(app):
    await ann(app)

    [job] = await locked_for_good(app, account_key("nobody"))
    await tell_of_lock.run(app, *job)

    assert await letters(app) == []


async def test_shorter_locks_are_not_told_of(app):
    await ann(app)
    async with app.transaction() as tx:
        await change_settings(tx, Actor(), {"lockout_first_failures": 1})

    async with attempt(app, account_key("ann"), HOME):
        pass

    assert await app.db.rows(JOBS, name=TELL_OF_LOCK.name) == []
