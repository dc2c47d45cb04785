"""What is forgotten of second factors in time."""

from datetime import timedelta

from sqlalchemy import text

from app.activity.actor import Actor
from app.core.app import App
from app.identity import pending, second_step
from app.identity.client import Client
from app.identity.housekeeping import housekeeping
from app.identity.passkeys import Site
from app.identity.sessions import Method, SessionKind
from app.identity.trusted_devices import trust
from tests import given

TABLES = ("challenges", "one_time_tokens", "trusted_devices")


async def counts(app: App) -> list[int]:
    return [await app.db.value(text(f"SELECT count(*) FROM identity.{table}")) for table in TABLES]


async def test_challenges_unfinished_sign_ins_and_trust_are_forgotten_once_they_are_over(app: App) -> None:
    user_id, home = await given.user(app), Client("192.0.2.7")
    await second_step.ask_to_sign_in(app, Site("localhost", ("http://localhost",)))
    async with app.transaction() as tx:
        await pending.hold(tx, home, user_id, kind=SessionKind.APP, method=Method.PASSWORD)
        await trust(tx, Actor(user_id), user_id, timedelta(days=30))
    await housekeeping.run(app)
    before = await counts(app)
    for table in TABLES:
        await app.database.pool.execute(f"UPDATE identity.{table} SET expires_at = now()")

    await housekeeping.run(app)

    assert before == [1, 1, 1]
    assert await counts(app) == [0, 0, 0]
