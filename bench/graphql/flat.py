"""Whether time grows with what is asked, and not with what there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.graphql import servers
from bench.graphql.measure import Figure, answer, load
from bench.graphql.queries import NESTED, NESTED_TWICE, PAGE, Query
from bench.graphql.queries import objects as count_objects
from bench.graphql.servers import Running
from bench.graphql.stage import Stage

SIZES = (10, 50, 100)
FILMS = 50
# How far down the list a deep page is.
DEPTH = 0.9
ORDERS = {"by title": {"field": "TITLE"}, "newest": {"field": "ADDED_AT", "direction": "DESC"}}


@dataclass(frozen=True, slots=True)
class Pages:
    """Of a catalog with so many films: by the order and whether it is the first page or a deep one."""

    films: int
    figures: dict[tuple[str, str], Figure]


async def objects(stage: Stage, running: Running) -> None:
    """Time per object of nested pages of growing sizes."""
    print("\n  time per object, nested, one connection: µs until answered, µs of CPU of the server")
    queries = [Query("Nested", f"{size} films", NESTED, [{"first": size}]) for size in SIZES]
    for query in [*queries, Query("NestedTwice", "200 films", NESTED_TWICE)]:
        number = count_objects(await answer(running, query))
        figure = await load(running, query, 1, stage.options.seconds, stage.postgres)
        each = f"{1000 * figure.p50_ms / number:8.2f}{figure.server_us / number:8.2f}"
        print(f"    {query.title:<12}{number:>7,} objects{each}", flush=True)


async def pages(stage: Stage, films: int) -> Pages:
    figures: dict[tuple[str, str], Figure] = {}
    async with servers.ours("marquee", stage.config, stage.token) as running:
        for name, order in ORDERS.items():
            first = {"first": FILMS, "orderBy": order}
            far = await answer(running, _page(first | {"first": 1, "offset": int(films * DEPTH)}))
            deep = first | {"after": far["movies"]["pageInfo"]["endCursor"]}
            for where, variables in (("first page", first), ("deep page", deep)):
                query = _page(variables)
                await load(running, query, 1, 1.0, stage.postgres)
                figures[name, where] = await load(running, query, 1, stage.options.seconds, stage.postgres)
    return Pages(films, figures)


def _page(variables: dict[str, Any]) -> Query:
    return Query("Page", "a page", PAGE, [variables])


def tell_pages(found: Sequence[Pages]) -> None:
    print(f"\n  pages of {FILMS} films + genres, one connection: p50 in ms, CPU of server + PostgreSQL in µs")
    for name, where in found[0].figures:
        times = [f"{each.films:,}: {each.figures[name, where].p50_ms:.2f}" for each in found]
        costs = [f"{each.figures[name, where].cpu_us:,.0f}" for each in found]
        ratio = found[-1].figures[name, where].cpu_us / found[0].figures[name, where].cpu_us
        print(f"    {where} {name}: {', '.join(times)}; CPU {', '.join(costs)}: {ratio:.2f} times")
