"""The activity log is only added to, and forgets what is old."""

from datetime import timedelta

import asyncpg
import pytest
from sqlalchemy import text

from app.activity.actor import Actor
from app.activity.purge import purge
from app.activity.reads import Wanted, entries
from app.activity.record import record
from app.core.ids import new_id
from app.core.paging import Page

OLD = text(
    "INSERT INTO activity.entries (id, at, action, kind)"
    " SELECT gen_random_uuid(), now() - CAST(:age AS interval), 'old', 'Old' FROM generate_series(1, :count)"
)
COUNT = text("SELECT count(*) FROM activity.entries")


async def note(app, action="library.created", kind="Library", key=None, **actor):
    async with app.transaction() as tx:
        await record(tx, Actor(**actor), action, kind, key, before={"name": "a"}, after={"name": "b"})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE activity.entries SET action = 'nothing'",
        "DELETE FROM activity.entries",
        "TRUNCATE activity.entries",
    ],
)
async def test_entries_are_neither_changed_nor_taken_away(app, statement):
    await note(app)

    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only added to"):
        await app.db.run(text(statement))

    assert await app.db.value(COUNT) == 1


async def test_what_is_old_is_forgotten_in_batches(app):
    await app.db.run(OLD, age=timedelta(days=91), count=5003)
    await note(app)

    assert await purge(app, timedelta(days=90)) == 5003

    assert await app.db.value(COUNT) == 1


async def test_entries_are_found_by_who_what_and_where(app):
    ann, bob = new_id(), new_id()
    await note(app, user_id=ann, address="192.0.2.1", key="7")
    await note(app, "user.disabled", "User", user_id=bob, address="192.0.2.2")

    async def found(**wanted):
        return [each.user_id for each in (await entries(app.db, Page(), Wanted(**wanted))).items]

    assert await found() == [bob, ann]
    assert await found(user_ids=(ann,)) == [ann]
    assert await found(actions=("user.disabled",)) == [bob]
    assert await found(kind="Library", key="7") == [ann]
    assert await found(address="192.0.2.2", user_ids=(ann,)) == []
    now = await app.db.value(text("SELECT now()"))
    assert await found(since=now) == []
    assert await found(until=now) == [bob, ann]
