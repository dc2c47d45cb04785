"""Answers that are kept, and forgotten in time."""

from app.core import http_cache
from app.core.clock import now
from app.core.http_cache import Kept, find, keep, purge


def kept(body=b'{"n": 1}'):
    return Kept(200, "http://films/1", body, '"1"', None, now())


async def ages(app, key, days):
    await app.database.pool.execute(
        "UPDATE http.responses SET used_at = now() - make_interval(days => $2) WHERE key = $1", key, days
    )


async def test_an_answer_is_found_again_packed(app):
    body = b'{"title": "' + b"Luas " * 1000 + b'"}'
    await keep(app.db, b"key", "films", kept(body))

    found = await find(app.db, b"key")

    assert (found.body, found.etag, found.status) == (body, '"1"', 200)
    assert found.conditions == {"if-none-match": '"1"'}
    size_bytes = await app.database.pool.fetchval("SELECT size_bytes FROM http.responses")
    assert size_bytes < len(body) / 10


async def test_what_can_t_be_unpacked_was_never_there(app):
    await keep(app.db, b"key", "films", kept())
    await app.database.pool.execute("UPDATE http.responses SET body = 'x'")

    assert await find(app.db, b"key") is None


async def test_what_was_long_not_asked_for_is_forgotten(app):
    for key, days in ((b"old", http_cache.KEPT_DAYS + 1), (b"young", 1)):
        await keep(app.db, key, "films", kept())
        await ages(app, key, days)

    assert await purge(app.db) == 1
    assert await find(app.db, b"old") is None
    assert await find(app.db, b"young") is not None


async def test_beyond_the_bound_the_least_recently_used_go_first(app, monkeypatch):
    monkeypatch.setattr(http_cache, "BATCH", 2)
    for number in range(8):
        await keep(app.db, bytes([number]), "films", kept())
        await ages(app, bytes([number]), number)
    size_bytes = await app.database.pool.fetchval("SELECT max(size_bytes) FROM http.responses")

    assert await purge(app.db, most_bytes=size_bytes * 3) == 5

    assert [await find(app.db, bytes([number])) is not None for number in range(8)] == [True] * 3 + [
        False
    ] * 5


async def test_finding_counts_as_using_once_a_day(app):
    await keep(app.db, b"key", "films", kept())
    await ages(app, b"key", 30)

    await find(app.db, b"key")

    assert await app.database.pool.fetchval("SELECT used_at > now() - interval '1 hour' FROM http.responses")
