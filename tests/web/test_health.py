from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
from starlette.applications import Starlette

from app.core import migrate
from app.core.app import App, open_app
from app.web import health

HEAD = migrate.head()


@asynccontextmanager
async def client_of(app: App, head: str | None = HEAD) -> AsyncIterator[httpx.AsyncClient]:
    site = Starlette(routes=health.routes(app, head=head))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://localhost") as client:
        yield client


async def test_ready_when_database_and_redis_answer_and_migrations_are_at_head(app):
    async with client_of(app) as client:
        answer = await client.get("/readyz")

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    ok = {"status": "ok"}
    assert answer.json() == {"status": "ok", "checks": {"database": ok, "redis": ok, "migrations": ok}}


async def test_not_ready_without_redis_which_is_named(app):
    config = replace(app.config, redis_url="unix:///nowhere/redis.sock")

    async with open_app(config) as lonely, client_of(lonely) as client:
        answer = await client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["status"] == "failing"
    assert answer.json()["checks"] == {
        "database": {"status": "ok"},
        "redis": {"status": "failing", "message": "It can't be reached."},
        "migrations": {"status": "ok"},
    }


async def test_not_ready_without_the_database_which_is_named(app):
    async with open_app(app.config) as lonely, client_of(lonely) as client:
        await lonely.database.pool.close()
        answer = await client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["redis"] == {"status": "ok"}
    assert answer.json()["checks"]["database"]["message"] == "It can't be reached."


async def test_not_ready_before_the_newest_migration(app):
    async with client_of(app, "9999") as client:
        answer = await client.get("/readyz")

    assert answer.status_code == 503
    message = f"The database is at {HEAD}, not at 9999."
    assert answer.json()["checks"]["migrations"] == {"status": "failing", "message": message}


async def test_a_check_that_hangs_counts_as_failed(app, monkeypatch):
    monkeypatch.setattr(health, "CHECK_TIMEOUT_S", 0.05)

    async with app.database.pool.acquire() as holder, holder.transaction(), client_of(app) as client:
        await holder.execute("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE")
        answer = await client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"]["message"] == "No answer within 0.05 s."


async def test_alive_and_started_ask_nobody(app, statements):
    async with client_of(app) as client:
        answers = [await client.get(path) for path in ("/healthz", "/startupz")]

    assert [answer.json() for answer in answers] == [{"status": "ok"}, {"status": "ok"}]
    assert statements == []
