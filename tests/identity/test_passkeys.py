import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.activity.actor import Actor
from app.core.app import App
from app.core.errors import AppError, Conflict, Invalid, NotFound
from app.identity import factors, passkey_writes
from app.identity.passkey_writes import Purpose, Suspected, passkeys_of
from app.identity.passkeys import Site
from tests import given
from tests.identity.authenticator import ORIGIN, Authenticator, b64, unb64

SITE = Site("localhost", (ORIGIN,))
NOBODY = Actor(address="192.0.2.7")


async def options_to_register(app: App, user_id: UUID) -> dict[str, Any]:
    async with app.transaction() as tx:
        return await passkey_writes.ask_to_register(tx, SITE, user_id)


async def keep(app: App, user_id: UUID, answer: dict[str, Any], name: str = "Phone") -> list[str]:
    async with app.transaction() as tx:
        _, codes = await passkey_writes.register(tx, Actor(user_id), SITE, user_id, answer, name)
    return codes


async def registered(app: App, user_id: UUID, **kind: bool) -> Authenticator:
    made = Authenticator(**kind)
    await keep(app, user_id, made.create(await options_to_register(app, user_id)))
    return made


async def asked(app: App, user_id: UUID | None = None, purpose: Purpose = Purpose.SIGN_IN) -> dict[str, Any]:
    async with app.transaction() as tx:
        if user_id is None:
            return await passkey_writes.ask_to_sign_in(tx, SITE)
        return await passkey_writes.ask_to_prove(tx, SITE, user_id, purpose)


async def proved(
    app: App,
    answer: dict[str, Any],
    user_id: UUID | None = None,
    purpose: Purpose = Purpose.SIGN_IN,
    site: Site = SITE,
) -> UUID | Suspected:
    async with app.transaction() as tx:
        return await passkey_writes.prove(tx, NOBODY, site, purpose, user_id, answer)


async def test_a_passkey_signs_in_without_a_name(app: App) -> None:
    user_id = await given.user(app)
    authenticator = await registered(app, user_id)

    options = await asked(app)

    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"
    assert await proved(app, authenticator.get(options)) == user_id
    (passkey,) = await passkeys_of(app.db, user_id)
    assert passkey.last_used_at is not None


async def test_the_first_factor_comes_with_backup_codes(app: App) -> None:
    user_id = await given.user(app)
    codes = await keep(app, user_id, Authenticator().create(await options_to_register(app, user_id)))

    more = await keep(app, user_id, Authenticator().create(await options_to_register(app, user_id)), "Key")

    assert len(codes) == 10
    assert more == []
    assert [passkey.name for passkey in await passkeys_of(app.db, user_id)] == ["Phone", "Key"]
    assert (await factors.factors_of(app.db, user_id)).methods == ("passkey", "backup_code")


async def test_a_challenge_is_answered_once_also_at_once(app: App) -> None:
    user_id = await given.user(app)
    authenticator = await registered(app, user_id, counts=False)
    answer = authenticator.get(await asked(app))

    found = await asyncio.gather(*(proved(app, answer) for _ in range(4)), return_exceptions=True)

    assert [each for each in found if not isinstance(each, Exception)] == [user_id]
    assert sum(isinstance(each, Invalid) for each in found) == 3


async def test_a_challenge_ends_after_minutes(app: App) -> None:
    user_id = await given.user(app)
    authenticator = await registered(app, user_id)
    options = await asked(app)
    await app.database.pool.execute("UPDATE identity.challenges SET expires_at = now()")

    with pytest.raises(Invalid):
        await proved(app, authenticator.get(options))
    async with app.transaction() as tx:
        assert await passkey_writes.purge(tx) == 1


async def test_an_answer_is_good_for_what_was_asked_alone(app: App) -> None:
    user_id, other = await given.user(app), await given.user(app)
    authenticator = await registered(app, user_id)
    await registered(app, other)

    for options, whom, purpose in (
        (await asked(app, user_id, Purpose.SECOND_FACTOR), None, Purpose.SIGN_IN),
        (await asked(app, user_id, Purpose.SECOND_FACTOR), user_id, Purpose.STEP_UP),
        (await asked(app), user_id, Purpose.STEP_UP),
        (await asked(app, other, Purpose.STEP_UP), other, Purpose.STEP_UP),
    ):
        with pytest.raises(Invalid):
            await proved(app, authenticator.get(options), whom, purpose)


async def test_a_passkey_alone_must_verify_its_holder(app: App) -> None:
    user_id = await given.user(app)
    authenticator = await registered(app, user_id, verifies=False)

    with pytest.raises(Invalid):
        await proved(app, authenticator.get(await asked(app)))
    second = authenticator.get(await asked(app, user_id, Purpose.SECOND_FACTOR))

    assert await proved(app, second, user_id, Purpose.SECOND_FACTOR) == user_id


@pytest.mark.parametrize(
    "site",
    [
        replace(SITE, id="example.org"),
        replace(SITE, origins=("http://localhost:9000",)),
        replace(SITE, origins=()),
    ],
)
async def test_an_answer_to_another_site_is_refused(app: App, site: Site) -> None:
    user_id = await given.user(app)
    authenticator = await registered(app, user_id)

    with pytest.raises(Invalid):
        await proved(app, authenticator.get(await asked(app)), site=site)


@pytest.mark.parametrize("part", ["signature", "authenticatorData", "clientDataJSON"])
async def test_what_was_tampered_with_is_refused(app: App, part: str) -> None:
    user_id = await given.user(app)
    authenticator = await registered(app, user_id)
    answer = authenticator.get(await asked(app))
    data = bytearray(unb64(answer["response"][part]))
    data[-1] ^= 1
    answer["response"][part] = b64(bytes(data))

    with pytest.raises(Invalid):
        await proved(app, answer)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"response": None, "rawId": "AAAA"},
        {"response": {"clientDataJSON": 3}, "rawId": "AAAA"},
        {"response": {"clientDataJSON": "e30"}, "rawId": "AAAA"},
        {"response": {"clientDataJSON": "W10"}, "rawId": "AAAA"},
        {"response": {"clientDataJSON": "A"}, "rawId": "AAAA"},
        {"response": {"clientDataJSON": "x" * 20_000}, "rawId": "AAAA"},
    ],
)
async def test_nonsense_is_refused(app: App, answer: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        await proved(app, answer)
    with pytest.raises(AppError):
        await keep(app, await given.user(app), answer)


async def test_a_copy_is_noticed_and_the_passkey_is_not_taken_any_more(app: App) -> None:
    user_id = await given.user(app)
    authenticator = await registered(app, user_id)
    assert await proved(app, authenticator.get(await asked(app))) == user_id
    authenticator.count = 0

    assert await proved(app, authenticator.get(await asked(app))) == Suspected(user_id)

    (passkey,) = await passkeys_of(app.db, user_id)
    assert passkey.suspected_at is not None
    authenticator.count = 100
    with pytest.raises(Invalid, match="copied"):
        await proved(app, authenticator.get(await asked(app)))


async def test_nobody_can_cast_suspicion_who_can_not_sign(app: App) -> None:
    user_id = await given.user(app)
    authenticator = await registered(app, user_id)
    assert await proved(app, authenticator.get(await asked(app))) == user_id
    forger = Authenticator()
    forger.id, forger.count = authenticator.id, -1

    with pytest.raises(Invalid):
        await proved(app, forger.get(await asked(app)))

    assert (await passkeys_of(app.db, user_id))[0].suspected_at is None


async def test_synchronised_passkeys_count_nothing(app: App) -> None:
    user_id = await given.user(app)
    authenticator = await registered(app, user_id, counts=False)

    for _ in range(2):
        assert await proved(app, authenticator.get(await asked(app))) == user_id


async def test_a_passkey_is_registered_once(app: App) -> None:
    user_id, other = await given.user(app), await given.user(app)
    authenticator = await registered(app, user_id)

    options = await options_to_register(app, user_id)
    assert [each["id"] for each in options["excludeCredentials"]] == [b64(authenticator.id)]
    with pytest.raises(Conflict):
        await keep(app, other, authenticator.create(await options_to_register(app, other)))


async def test_an_answer_to_register_is_its_askers(app: App) -> None:
    user_id, other = await given.user(app), await given.user(app)
    answer = Authenticator().create(await options_to_register(app, user_id))

    with pytest.raises(Invalid):
        await keep(app, other, answer)
    with pytest.raises(Invalid):
        await keep(app, user_id, answer, "  ")
    await keep(app, user_id, answer, "  My \n phone ")

    assert [passkey.name for passkey in await passkeys_of(app.db, user_id)] == ["My phone"]


async def test_passkeys_are_renamed_and_deleted_by_their_owner(app: App) -> None:
    user_id, other = await given.user(app), await given.user(app)
    authenticator = await registered(app, user_id)
    (passkey,) = await passkeys_of(app.db, user_id)

    for write in (passkey_writes.delete, passkey_writes.rename):
        with pytest.raises(NotFound):
            async with app.transaction() as tx:
                await write(
                    tx, Actor(other), other, passkey.id, *(["x"] if write is passkey_writes.rename else [])
                )
    async with app.transaction() as tx:
        await passkey_writes.rename(tx, Actor(user_id), user_id, passkey.id, "Laptop")
        assert [each.name for each in await passkeys_of(tx.db, user_id)] == ["Laptop"]
        await passkey_writes.delete(tx, Actor(user_id), user_id, passkey.id)

    assert await passkeys_of(app.db, user_id) == []
    assert (await factors.factors_of(app.db, user_id)).backup_codes == 0
    with pytest.raises(Invalid, match="not known"):
        await proved(app, authenticator.get(await asked(app)))


async def test_an_account_has_so_many_passkeys(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passkey_writes, "MOST_PASSKEYS", 1)
    user_id = await given.user(app)
    await registered(app, user_id)

    with pytest.raises(Conflict):
        await options_to_register(app, user_id)
    with pytest.raises(NotFound):
        await options_to_register(app, uuid4())


async def test_who_has_no_passkey_is_not_asked_for_one(app: App) -> None:
    with pytest.raises(Conflict):
        await asked(app, await given.user(app), Purpose.SECOND_FACTOR)
