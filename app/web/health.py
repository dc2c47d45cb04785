"""Whether the process lives, has started, and can do its work."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from app.core import migrate
from app.core.app import App
from app.core.dispatch import TROUBLE

log = logging.getLogger(__name__)

CHECK_TIMEOUT_S = 2.0
PING = text("SELECT 1")

Check = Callable[[], Awaitable[str | None]]


def routes(app: App, *, head: str | None) -> list[BaseRoute]:
    """`/healthz`, `/startupz` and `/readyz`. head: the revision that the database should be at."""
    checks = checks_of(app, head)

    async def alive(_: Request) -> JSONResponse:
        """No outside I/O: a lost database is no reason to restart us."""
        return _answer({"status": "ok"})

    async def ready(_: Request) -> JSONResponse:
        found = await asyncio.gather(*(_run(name, check) for name, check in checks.items()))
        answers = dict(zip(checks, found, strict=True))
        is_ready = all(answer["status"] == "ok" for answer in answers.values())
        return _answer({"status": "ok" if is_ready else "failing", "checks": answers}, ok=is_ready)

    # Connections are accepted only once everything is open, so to answer is to have started.
    return [Route("/healthz", alive), Route("/startupz", alive, name="started"), Route("/readyz", ready)]


def checks_of(app: App, head: str | None) -> dict[str, Check]:
    """What the server can't do without; each says what is wrong, or raises, or takes too long."""

    async def database() -> str | None:
        await app.db.value(PING)
        return None

    async def redis() -> str | None:
        await app.redis.ping()
        return None

    async def migrations() -> str | None:
        revision = await migrate.revision(app.db)
        return None if revision == head else f"The database is at {revision or 'no revision'}, not at {head}."

    return {"database": database, "redis": redis, "migrations": migrations}


async def _run(name: str, check: Check) -> dict[str, Any]:
    """What an outsider may know; the log has the rest."""
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            message = await check()
    except TimeoutError:
        message = f"No answer within {CHECK_TIMEOUT_S:g} s."
    except TROUBLE as error:
        log.warning("Not ready, %s: %s", name, str(error) or type(error).__name__)
        message = "It can't be reached."
    return {"status": "ok"} if message is None else {"status": "failing", "message": message}


def _answer(content: dict[str, Any], *, ok: bool = True) -> JSONResponse:
    return JSONResponse(content, 200 if ok else 503, {"cache-control": "no-store"})
