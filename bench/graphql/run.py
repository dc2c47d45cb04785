"""Our server against the least that could be written by hand, against itself under graphql-core, and against
PostGraphile, on one database and over real HTTP; then how flat its times are.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any

from app.api.node import global_id
from app.core.app import App
from app.core.config import GraphqlExecutor
from app.seeding.sow import sow
from bench.graphql import flat, servers
from bench.graphql.measure import Figure, answer, load, rss_mb
from bench.graphql.queries import Query, four, objects, theirs
from bench.graphql.servers import Running
from bench.graphql.stage import Options, Stage, staged

OURS, CORE, FLOOR, POSTGRAPHILE = "marquee", "graphql-core", "by hand", "PostGraphile"
WARM_S = 2.0
MANY = 16
ONE_FILMS = 64
# How many films there are when pages are looked at, beside as many as are asked for.
SMALL, MILLION = 10_000, 1_000_000
# Nobody is to be counted here: it is one who asks all the time.
UNCOUNTED = {"MARQUEE_SETTING_RATE_QUERIES": "0"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A server, and what it is asked: the same questions in its own words."""

    running: Running
    queries: Sequence[Query]


# By server, number of connections and query.
Figures = dict[tuple[str, int, str], Figure]


def main() -> None:
    arguments = sys.argv[1:]
    options = Options.of(arguments[arguments.index("graphql") + 1 :] if "graphql" in arguments else [])
    os.environ |= UNCOUNTED
    asyncio.run(_run(options))


async def _run(options: Options) -> None:
    async with staged(options) as stage:
        pages: list[flat.Pages] = []
        there = await _films(stage.app)
        wanted = max(options.movies, there)
        # A catalog that was kept from another run only grows.
        sizes = {wanted, *(each for each in (SMALL, MILLION) if there <= each <= options.most)}
        for size in sorted(sizes):
            await sow(stage.app, movies=size, series=options.series, progress=_progress)
            if size == wanted:
                await _compare(stage)
            pages.append(await flat.pages(stage, size))
        flat.tell_pages(pages)


async def _films(app: App) -> int:
    async with app.database.pool.acquire() as connection:
        return await connection.fetchval("SELECT count(*) FROM movies.movies")


def _progress(done: int, total: int) -> None:
    if done == total or done % 10_000 == 0:
        print(f"  {done:,} of {total:,} works invented", flush=True)


async def _compare(stage: Stage) -> None:
    """All run at once and are asked in turns, so that a busy machine slows them alike."""
    queries = four(await _film_ids(stage.app))
    url = stage.config.database_url
    async with AsyncExitStack() as stack:
        by_hand = await stack.enter_async_context(servers.floor(FLOOR, url))
        expected = {query.name: await answer(by_hand, query) for query in queries}
        _tell_shapes(queries, expected)
        asked = {FLOOR: Asked(by_hand, queries)}
        for name, executor in ((OURS, GraphqlExecutor.ENGINE), (CORE, GraphqlExecutor.CORE)):
            config = replace(stage.config, graphql_executor=executor)
            running = await stack.enter_async_context(servers.ours(name, config, stage.token))
            await _check(running, queries, expected)
            asked[name] = Asked(running, queries)
        if (trouble := await asyncio.to_thread(servers.install_postgraphile)) is not None:
            print(f"  PostGraphile can't be had here, and is left out: {trouble}")
        else:
            await servers.make_views(url)
            running = await stack.enter_async_context(servers.postgraphile(POSTGRAPHILE, url))
            asked[POSTGRAPHILE] = Asked(running, [theirs(query) for query in queries])
            _tell_shapes(
                queries, {each.name: await answer(running, each) for each in asked[POSTGRAPHILE].queries}
            )
        figures = await _measure(stage, list(asked.values()))
        await flat.objects(stage, asked[OURS].running)
    _tell(queries, list(asked), figures)


async def _film_ids(app: App) -> list[str]:
    async with app.database.pool.acquire() as connection:
        rows = await connection.fetch("SELECT id FROM movies.movies ORDER BY id DESC LIMIT $1", ONE_FILMS)
    return [global_id("Movie", row["id"]) for row in rows]


async def _check(running: Running, queries: Sequence[Query], expected: dict[str, Any]) -> None:
    for query in queries:
        if await answer(running, query) != expected[query.name]:
            raise RuntimeError(f"{running.name} answers {query.title} otherwise than by hand.")


async def _measure(stage: Stage, asked: Sequence[Asked]) -> Figures:
    figures: Figures = {}
    print("\n  requests/s, p50 and p99 in ms, CPU time of the server + PostgreSQL in µs per request")
    for place, query in enumerate(asked[0].queries):
        for each in asked:
            await load(each.running, each.queries[place], MANY, WARM_S, stage.postgres)
        for connections in (1, MANY):
            print(f"  {query.title}, connections: {connections}")
            for each in asked:
                figure = await load(
                    each.running, each.queries[place], connections, stage.options.seconds, stage.postgres
                )
                figures[each.running.name, connections, query.title] = figure
                print(f"    {each.running.name:<16}{figure}", flush=True)
    print("\n  memory after the run, MB")
    for each in asked:
        print(f"    {each.running.name:<16}{rss_mb(each.running.process):9.0f}")
    return figures


def _tell_shapes(queries: Sequence[Query], answers: dict[str, Any]) -> None:
    told = ", ".join(f"{query.title}: {objects(answers[query.name]):,} objects" for query in queries)
    print(f"  {told}")


def _tell(queries: Sequence[Query], names: Sequence[str], figures: Figures) -> None:
    """Ratios of ours to others': by the clock, and by CPU time, which other work on the machine changes less."""
    for name in names:
        if name == OURS:
            continue
        print(f"\n  {OURS} to {name}: requests/s at {MANY}, p50 at 1, CPU of the server, CPU with PostgreSQL")
        for query in queries:
            mine, its = figures[OURS, MANY, query.title], figures[name, MANY, query.title]
            latency = figures[OURS, 1, query.title].p50_ms / figures[name, 1, query.title].p50_ms
            print(
                f"    {query.title:<24}{mine.rate / its.rate:8.2f} x{latency:8.2f} x"
                f"{mine.server_us / its.server_us:8.2f} x{mine.cpu_us / its.cpu_us:8.2f} x"
            )
