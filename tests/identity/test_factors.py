import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from pyotp import TOTP

from app.activity.actor import Actor
from app.core import clock
from app.core.app import App
from app.core.errors import Conflict, Invalid, NotFound
from app.identity import factors
from app.identity.factors import Method, factors_of
from app.identity.trusted_devices import (
    forget_device,
    forget_devices,
    is_trusted,
    purge,
    trust,
    trusted_devices,
)
from tests import given

MONTH = timedelta(days=30)


def by(user_id: UUID) -> Actor:
    return Actor(user_id, address="192.0.2.7", agent="Mozilla/5.0")


async def enrol(app: App, user_id: UUID) -> TOTP:
    async with app.transaction() as tx:
        return TOTP((await factors.enrol_totp(tx, by(user_id), app.keyring, user_id)).secret)


async def confirm(app: App, user_id: UUID, code: str) -> list[str]:
    async with app.transaction() as tx:
        return await factors.confirm_totp(tx, by(user_id), app.keyring, user_id, code)


async def use(app: App, user_id: UUID, code: str) -> Method | None:
    async with app.transaction() as tx:
        return await factors.use_code(tx, by(user_id), app.keyring, user_id, code)


async def enrolled(app: App, user_id: UUID) -> tuple[TOTP, list[str]]:
    """With a code of an earlier step used up, so that those of now are good."""
    generator = await enrol(app, user_id)
    codes = await confirm(app, user_id, generator.at(clock.now() - timedelta(seconds=30)))
    return generator, codes


async def actions(app: App) -> list[str]:
    rows = await app.database.pool.fetch("SELECT action FROM activity.entries ORDER BY id")
    return [row["action"] for row in rows]


async def test_an_app_counts_once_a_code_of_it_was_entered(app: App) -> None:
    user_id = await given.user(app)
    generator = await enrol(app, user_id)

    assert not (await factors_of(app.db, user_id)).are_there
    assert await use(app, user_id, generator.now()) is None
    with pytest.raises(Invalid):
        await confirm(app, user_id, "000000" if generator.now() != "000000" else "000001")
    codes = await confirm(app, user_id, generator.now())

    found = await factors_of(app.db, user_id)
    assert found.methods == (Method.TOTP, Method.BACKUP_CODE)
    assert found.backup_codes == len(codes) == 10
    assert await actions(app) == ["totp.enrolment_begun", "totp.enabled", "backup_codes.renewed"]


async def test_the_secret_is_sealed(app: App) -> None:
    user_id = await given.user(app)
    generator = await enrol(app, user_id)

    sealed = await app.database.pool.fetchval("SELECT sealed FROM identity.totp")

    assert generator.secret.encode() not in sealed
    assert app.keyring.open(sealed, f"identity.totp.sealed:{user_id}").decode() == generator.secret


async def test_an_enrolment_may_begin_anew_until_it_is_confirmed(app: App) -> None:
    user_id = await given.user(app)
    first = await enrol(app, user_id)
    second, _ = await enrolled(app, user_id)

    with pytest.raises(Conflict):
        await enrol(app, user_id)
    with pytest.raises(Conflict):
        await confirm(app, user_id, second.now())

    assert await use(app, user_id, first.now()) is None
    assert await use(app, user_id, second.now()) is Method.TOTP


async def test_there_is_nothing_to_enrol_or_confirm_for_nobody(app: App) -> None:
    user_id = await given.user(app)

    with pytest.raises(NotFound):
        await enrol(app, uuid4())
    with pytest.raises(NotFound):
        await confirm(app, user_id, "123456")


async def test_a_code_works_once_also_when_it_comes_twice_at_once(app: App) -> None:
    user_id = await given.user(app)
    generator, codes = await enrolled(app, user_id)
    code = generator.now()

    apps = await asyncio.gather(*(use(app, user_id, code) for _ in range(5)))
    backups = await asyncio.gather(*(use(app, user_id, codes[3].lower()) for _ in range(5)))

    assert sorted(filter(None, apps)) == [Method.TOTP]
    assert sorted(filter(None, backups)) == [Method.BACKUP_CODE]
    assert (await factors_of(app.db, user_id)).backup_codes == 9


async def test_codes_are_their_owners(app: App) -> None:
    user_id, other = await given.user(app), await given.user(app)
    generator, codes = await enrolled(app, user_id)
    await enrolled(app, other)

    assert await use(app, other, codes[0]) is None
    assert await use(app, other, generator.now()) is None
    assert await use(app, user_id, codes[0]) is Method.BACKUP_CODE


async def test_new_backup_codes_void_the_old(app: App) -> None:
    user_id = await given.user(app)
    _, old = await enrolled(app, user_id)

    async with app.transaction() as tx:
        new = await factors.renew_backup_codes(tx, by(user_id), user_id)

    assert not set(old) & set(new)
    assert await use(app, user_id, old[0]) is None
    assert await use(app, user_id, new[0]) is Method.BACKUP_CODE


async def test_backup_codes_alone_are_no_factor(app: App) -> None:
    user_id = await given.user(app)

    with pytest.raises(Conflict):
        async with app.transaction() as tx:
            await factors.renew_backup_codes(tx, by(user_id), user_id)


async def test_with_the_last_factor_go_codes_and_trust(app: App) -> None:
    user_id = await given.user(app)
    await enrolled(app, user_id)
    async with app.transaction() as tx:
        token = await trust(tx, by(user_id), user_id, MONTH)

    async with app.transaction() as tx:
        await factors.remove_totp(tx, by(user_id), user_id)

    assert (await factors_of(app.db, user_id)).methods == ()
    assert (await factors_of(app.db, user_id)).backup_codes == 0
    async with app.transaction() as tx:
        assert not await is_trusted(tx, by(user_id), user_id, token)
    with pytest.raises(NotFound):
        async with app.transaction() as tx:
            await factors.remove_totp(tx, by(user_id), user_id)


async def test_an_admin_may_take_all_factors_of_somebody_who_lost_them(app: App) -> None:
    user_id, admin = await given.user(app), await given.user(app)
    await enrolled(app, user_id)

    async with app.transaction() as tx:
        await factors.remove_all(tx, by(admin), user_id)

    assert not (await factors_of(app.db, user_id)).are_there
    row = await app.database.pool.fetchrow("SELECT * FROM activity.entries ORDER BY id DESC LIMIT 1")
    assert (row["action"], row["user_id"], row["key"]) == ("second_factors.reset", admin, str(user_id))


async def test_a_trusted_device_is_trusted_for_its_owner_and_its_time(app: App) -> None:
    user_id, other = await given.user(app), await given.user(app)
    async with app.transaction() as tx:
        token = await trust(tx, by(user_id), user_id, MONTH)

    async with app.transaction() as tx:
        assert await is_trusted(tx, by(user_id), user_id, token)
        assert not await is_trusted(tx, by(other), other, token)
        assert not await is_trusted(tx, by(user_id), user_id, token + "x")
    (device,) = await trusted_devices(app.db, user_id)
    assert (device.agent, device.address) == ("Mozilla/5.0", "192.0.2.7")

    await app.database.pool.execute("UPDATE identity.trusted_devices SET expires_at = now()")

    async with app.transaction() as tx:
        assert not await is_trusted(tx, by(user_id), user_id, token)
        assert await trusted_devices(tx.db, user_id) == []
        assert await purge(tx) == 1


async def test_devices_are_forgotten_one_by_one_or_all(app: App) -> None:
    user_id, other = await given.user(app), await given.user(app)
    async with app.transaction() as tx:
        for _ in range(3):
            await trust(tx, by(user_id), user_id, MONTH)
    first = (await trusted_devices(app.db, user_id))[0]

    with pytest.raises(NotFound):
        async with app.transaction() as tx:
            await forget_device(tx, by(other), other, first.id)
    async with app.transaction() as tx:
        await forget_device(tx, by(user_id), user_id, first.id)
        assert len(await trusted_devices(tx.db, user_id)) == 2
        assert await forget_devices(tx, by(user_id), user_id) == 2

    assert await trusted_devices(app.db, user_id) == []
