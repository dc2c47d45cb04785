"""What comes after the password, and passkeys that need none."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from pyotp import TOTP
from sqlalchemy import text

from app.access.builtin import USER
from app.activity.actor import Actor
from app.core import clock
from app.core.app import App, open_app
from app.core.errors import Invalid
from app.identity import factors, passkey_writes, pending, second_step
from app.identity.authenticate import authenticate
from app.identity.client import Client
from app.identity.lockout import Locked
from app.identity.passkeys import Site
from app.identity.pending import SignInExpired
from app.identity.second_step import LetIn, SecondStep, finish_by_code, finish_by_passkey, let_in
from app.identity.sessions import Method, SessionKind
from app.settings.values import settings_of
from app.settings.writes import change_settings
from tests import given
from tests.identity.authenticator import ORIGIN, Authenticator

HOME = Client("192.0.2.7", "Mozilla/5.0", "request-1", "Living room")
SITE = Site("localhost", (ORIGIN,))
WRONG = "not a code"
ACTIONS = text("SELECT action FROM activity.entries ORDER BY id")
LATER = text("UPDATE identity.one_time_tokens SET expires_at = now()")


async def enrolled(app: App, user_id: UUID) -> tuple[TOTP, list[str]]:
    async with app.transaction() as tx:
        app_code = TOTP((await factors.enrol_totp(tx, Actor(user_id), app.keyring, user_id)).secret)
        earlier = app_code.at(clock.now() - timedelta(seconds=30))
        return app_code, await factors.confirm_totp(tx, Actor(user_id), app.keyring, user_id, earlier)


async def registered(app: App, user_id: UUID, authenticator: Authenticator) -> None:
    async with app.transaction() as tx:
        options = await passkey_writes.ask_to_register(tx, SITE, user_id)
        answer = authenticator.create(options)
        await passkey_writes.register(tx, Actor(user_id), SITE, user_id, answer, "Phone")


async def begun(app: App, user_id: UUID, device_token: str | None = None) -> SecondStep | None:
    """The password was right."""
    async with app.transaction() as tx:
        return await second_step.second_step(
            tx, HOME, user_id, kind=SessionKind.APP, method=Method.PASSWORD, device_token=device_token
        )


async def waiting(app: App, user_id: UUID) -> str:
    step = await begun(app, user_id)
    assert step is not None
    return step.token


async def test_without_factors_the_password_is_enough(app: App) -> None:
    assert await begun(app, await given.user(app)) is None


async def test_who_is_let_in_needs_no_second_connection_when_settings_have_changed(app: App) -> None:
    user_ids = [await given.user(app) for _ in range(2)]
    both_are_in = asyncio.Barrier(2)

    async def enter(small: App, user_id: UUID) -> LetIn:
        async with small.transaction() as tx:
            await both_are_in.wait()
            return await let_in(small, tx, HOME, user_id, kind=SessionKind.APP, method=Method.PASSWORD)

    async with open_app(replace(app.config, database_pool_size=2)) as small:
        settings_of(small).forget()
        entered = await asyncio.gather(*(enter(small, user_id) for user_id in user_ids))

    assert [each.must_enrol for each in entered] == [False, False]


async def test_a_code_lets_in_once(app: App) -> None:
    user_id = await given.user(app, roles=[USER])
    app_code, _ = await enrolled(app, user_id)
    step = await begun(app, user_id)
    assert step is not None
    assert step.methods == (factors.Method.TOTP, factors.Method.BACKUP_CODE)

    entered = await finish_by_code(app, HOME, step.token, app_code.now(), trusts=False)
    viewer = await authenticate(app, entered.begun.token, HOME)

    assert viewer is not None
    assert viewer.user_id == user_id
    assert (entered.begun.session.device, entered.device_token) == ("Living room", None)
    with pytest.raises(SignInExpired):
        await finish_by_code(app, HOME, step.token, app_code.now(), trusts=False)


async def test_the_pending_token_is_no_session(app: App) -> None:
    user_id = await given.user(app)
    await enrolled(app, user_id)

    assert await authenticate(app, await waiting(app, user_id), HOME) is None


async def test_a_code_that_was_used_lets_in_nobody_else(app: App) -> None:
    user_id = await given.user(app)
    app_code, codes = await enrolled(app, user_id)
    await finish_by_code(app, HOME, await waiting(app, user_id), app_code.now(), trusts=False)
    await finish_by_code(app, HOME, await waiting(app, user_id), codes[0], trusts=False)

    for used in (app_code.now(), codes[0]):
        with pytest.raises(Invalid):
            await finish_by_code(app, HOME, await waiting(app, user_id), used, trusts=False)


async def test_of_two_at_once_one_gets_in(app: App) -> None:
    user_id = await given.user(app)
    app_code, _ = await enrolled(app, user_id)
    token = await waiting(app, user_id)

    tries = await asyncio.gather(
        *(finish_by_code(app, HOME, token, app_code.now(), trusts=False) for _ in range(3)),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in tries) == ["LetIn", "SignInExpired", "SignInExpired"]


async def test_the_fifth_wrong_code_ends_the_sign_in_and_locks(app: App) -> None:
    user_id = await given.user(app)
    app_code, _ = await enrolled(app, user_id)
    token = await waiting(app, user_id)
    for _ in range(pending.MOST_WRONG):
        with pytest.raises(Invalid):
            await finish_by_code(app, HOME, token, WRONG, trusts=False)

    with pytest.raises(SignInExpired):
        await finish_by_code(app, HOME, token, app_code.now(), trusts=False)
    with pytest.raises(Locked):
        await finish_by_code(app, HOME, await waiting(app, user_id), app_code.now(), trusts=False)

    rows = [row["action"] for row in await app.db.rows(ACTIONS)]
    assert rows.count("second_factor.refused") == pending.MOST_WRONG


async def test_a_sign_in_waits_for_ten_minutes(app: App) -> None:
    user_id = await given.user(app)
    app_code, _ = await enrolled(app, user_id)
    token = await waiting(app, user_id)
    left = await app.db.value(text("SELECT expires_at - now() FROM identity.one_time_tokens"))
    await app.db.run(LATER)

    with pytest.raises(SignInExpired):
        await finish_by_code(app, HOME, token, app_code.now(), trusts=False)

    assert timedelta(minutes=9) < left <= timedelta(minutes=10)
    async with app.transaction() as tx:
        assert await pending.purge(tx) == 1


@pytest.mark.parametrize("changed", ["disabled_at = now()", "password_changed_at = now() + interval '1 s'"])
async def test_what_happens_meanwhile_ends_a_sign_in(app: App, changed: str) -> None:
    user_id = await given.user(app)
    app_code, _ = await enrolled(app, user_id)
    token = await waiting(app, user_id)
    await app.database.pool.execute(f"UPDATE identity.users SET {changed}")

    with pytest.raises(SignInExpired):
        await finish_by_code(app, HOME, token, app_code.now(), trusts=False)


async def test_a_trusted_device_needs_no_second_factor_next_time(app: App) -> None:
    user_id, other = await given.user(app), await given.user(app)
    app_code, _ = await enrolled(app, user_id)
    await enrolled(app, other)

    entered = await finish_by_code(app, HOME, await waiting(app, user_id), app_code.now(), trusts=True)

    assert await begun(app, user_id, entered.device_token) is None
    assert await begun(app, other, entered.device_token) is not None
    assert await begun(app, user_id, "guessed") is not None


async def test_trust_in_devices_can_be_switched_off(app: App) -> None:
    user_id = await given.user(app)
    app_code, _ = await enrolled(app, user_id)
    async with app.transaction() as tx:
        await change_settings(tx, Actor(), {second_step.TRUSTED_DEVICE_LIFETIME.name: 0})

    entered = await finish_by_code(app, HOME, await waiting(app, user_id), app_code.now(), trusts=True)

    assert entered.device_token is None


async def test_a_passkey_is_a_second_factor(app: App) -> None:
    user_id = await given.user(app)
    phone = Authenticator(verifies=False)
    await registered(app, user_id, phone)
    token = await waiting(app, user_id)

    options = await second_step.ask_for_passkey(app, SITE, token)
    entered = await finish_by_passkey(app, HOME, SITE, token, phone.get(options), trusts=False)

    assert entered.begun.session.user_id == user_id
    with pytest.raises(SignInExpired):
        await second_step.ask_for_passkey(app, SITE, token)


async def test_another_s_passkey_is_refused_and_counted(app: App) -> None:
    user_id, other = await given.user(app), await given.user(app)
    mine, theirs = Authenticator(), Authenticator()
    await registered(app, user_id, mine)
    await registered(app, other, theirs)
    token = await waiting(app, user_id)

    for _ in range(pending.MOST_WRONG):
        options = await second_step.ask_for_passkey(app, SITE, token)
        with pytest.raises(Invalid):
            await finish_by_passkey(app, HOME, SITE, token, theirs.get(options), trusts=False)

    with pytest.raises(SignInExpired):
        await second_step.ask_for_passkey(app, SITE, token)


async def test_a_copy_of_a_passkey_is_refused_and_remembered_and_nothing_else_ends(app: App) -> None:
    user_id = await given.user(app)
    key = Authenticator()
    await registered(app, user_id, key)
    token = await given.token(app, user_id)
    key.count = 10
    options = await second_step.ask_to_sign_in(app, SITE)
    await second_step.sign_in_by_passkey(app, HOME, SITE, key.get(options), kind=SessionKind.APP)
    key.count = 3
    options = await second_step.ask_to_sign_in(app, SITE)

    with pytest.raises(Invalid, match="copied"):
        await second_step.sign_in_by_passkey(app, HOME, SITE, key.get(options), kind=SessionKind.APP)

    assert (await passkey_writes.passkeys_of(app.db, user_id))[0].suspected_at is not None
    assert await authenticate(app, token, HOME) is not None
    waits = await waiting(app, user_id)
    options = await second_step.ask_for_passkey(app, SITE, waits)
    key.count = 2
    with pytest.raises(Invalid, match="copied"):
        await finish_by_passkey(app, HOME, SITE, waits, key.get(options), trusts=False)


async def test_a_passkey_alone_lets_in_whoever_it_verified(app: App) -> None:
    user_id = await given.user(app)
    phone = Authenticator(counts=False)
    await registered(app, user_id, phone)
    options = await second_step.ask_to_sign_in(app, SITE)

    entered = await second_step.sign_in_by_passkey(
        app, HOME, SITE, phone.get(options), kind=SessionKind.BROWSER
    )

    assert (entered.begun.session.user_id, entered.begun.session.method) == (user_id, Method.PASSKEY)
    assert options["allowCredentials"] == []


async def test_a_passkey_of_somebody_disabled_is_not_known(app: App) -> None:
    user_id = await given.user(app)
    phone = Authenticator()
    await registered(app, user_id, phone)
    await app.database.pool.execute("UPDATE identity.users SET disabled_at = now()")
    options = await second_step.ask_to_sign_in(app, SITE)

    with pytest.raises(Invalid, match="not known"):
        await second_step.sign_in_by_passkey(app, HOME, SITE, phone.get(options), kind=SessionKind.APP)


async def test_whoever_has_to_enrol_is_told_at_the_door(app: App) -> None:
    strict = await given.role(app, patterns=["*"], requires_second_factor=True)
    user_id = await given.user(app, roles=[strict])

    async with app.transaction() as tx:
        entered = await second_step.let_in(
            app, tx, HOME, user_id, kind=SessionKind.APP, method=Method.PASSWORD
        )

    assert entered.must_enrol
