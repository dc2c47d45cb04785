"""`/metrics`: what this process counts, for those who may read it."""

import resource
import time
from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from app.access.permissions import Permission
from app.core.app import App
from app.core.metrics import Sample
from app.web.credentials import visit

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
KIB = 1024


def routes(app: App) -> list[BaseRoute]:
    """One route. Each process has figures of its own."""
    app.metrics.source("process", lambda: _of_process(app))

    async def metrics(request: Request) -> Response:
        viewer = (await visit(app, request, sets_cookies=False)).viewer
        headers = {"cache-control": "no-store", "vary": "authorization, cookie"}
        if viewer.user_id is None:
            return PlainTextResponse("Sign in first.\n", 401, headers | {"www-authenticate": "Bearer"})
        if not viewer.may(Permission.METRICS_READ):
            said = f"That needs the permission {Permission.METRICS_READ}.\n"
            return PlainTextResponse(said, 403, headers)
        return Response(app.metrics.text(), 200, headers | {"content-type": CONTENT_TYPE})

    return [Route("/metrics", metrics)]


def _of_process(app: App) -> Iterator[Sample]:
    most_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pool = app.database.pool
    yield Sample(
        "process_cpu_seconds_total", "CPU time of this process.", time.process_time(), kind="counter"
    )
    yield Sample("marquee_process_most_memory_bytes", "Most memory it has had.", most_kib * KIB)
    yield Sample("marquee_database_connections", "Connections to PostgreSQL.", pool.get_size())
    idle = pool.get_idle_size() + app.database.connections.idle
    yield Sample("marquee_database_connections_idle", "Those that nobody uses.", idle)
    counts, hit = app.database.counts, (("cache", "count"), ("place", "process"))
    yield Sample("marquee_cache_hits_total", "Values that were found.", counts.held, hit, "counter")
    missed = counts.counted
    yield Sample("marquee_cache_misses_total", "Values that had to be read.", missed, hit[:1], "counter")
    yield Sample(
        "marquee_voids_heard",
        "Whether the process hears of what becomes void, and so uses what it holds.",
        int(app.voids.is_heard),
    )
