"""What is forgotten in time of what lets people in."""

from datetime import timedelta

from sqlalchemy import text

from app.activity.actor import Actor
from app.core.app import App
from app.identity import device_sign_in, pending, second_step, sso_flows, sso_logout
from app.identity.client import Client
from app.identity.housekeeping import housekeeping
from app.identity.passkeys import Site
from app.identity.sessions import Method, SessionKind
from app.identity.trusted_devices import trust
from tests import given
from tests.identity.signing_on import known

TABLES = ("challenges", "one_time_tokens", "trusted_devices", "sso_flows", "sso_logouts", "device_sign_ins")


async def counts(app: App) -> list[int]:
    return [await app.db.value(text(f"SELECT count(*) FROM identity.{table}")) for table in TABLES]


async def set_out_and_be_heeded(app: App) -> None:
    """Somebody who went to a provider and never came back, and a logout that it told of."""
    provider_id = await known(app, "https://id.example")
    hashes = {"state_hash": b"state", "browser_hash": b"browser", "provider_id": provider_id, "user_id": None}
    way = {"redirect_uri": "https://films.example", "next": "/", "for_s": 600}
    await app.db.run(sso_flows.BEGIN, **hashes, **way)
    await app.db.run(sso_logout.HEED_ONCE, provider_id=provider_id, jti_hash=b"jti", for_s=600)


async def test_what_was_begun_and_never_finished_is_forgotten_once_it_is_over(app: App) -> None:
    user_id, home = await given.user(app), Client("192.0.2.7")
    await second_step.ask_to_sign_in(app, Site("localhost", ("http://localhost",)))
    async with app.transaction() as tx:
        await pending.hold(tx, home, user_id, kind=SessionKind.APP, method=Method.PASSWORD)
        await trust(tx, Actor(user_id), user_id, timedelta(days=30))
    await device_sign_in.begin(app, home, "Television")
    await set_out_and_be_heeded(app)
    await housekeeping.run(app)
    before = await counts(app)
    for table in TABLES:
        await app.database.pool.execute(f"UPDATE identity.{table} SET expires_at = now()")

    await housekeeping.run(app)

    assert before == [1] * len(TABLES)
    assert await counts(app) == [0] * len(TABLES)
