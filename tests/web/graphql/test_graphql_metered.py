"""What operations are told of their cost, and what becomes of those that take too long."""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import strawberry

from app.core.config import GraphqlExecutor
from app.executors import executor_of
from app.web.graphql.asgi import GraphQL
from app.web.graphql.documents import Documents, Operation
from app.web.graphql.executor import Executor, Result
from app.web.graphql.metered import Metered
from app.web.graphql.request import Request
from tests.patience import PATIENCE_S
from tests.web.graphql import graph
from tests.web.graphql.hostile import guard_with, schema
from tests.web.graphql.serving import serving
from tests.web.graphql.talk import talk_to

MOST = 100_000
# What is to take too long has begun by then, on slow machines, too.
SOON_S = 0.5
FILMS = "{ films(first: 5) { nodes { title genres { title } } pageInfo { hasNextPage } } }"


@contextmanager
def three_statements() -> Iterator[Any]:
    yield SimpleNamespace(statements=3)


def metered(executor: Executor) -> Metered:
    return Metered(executor, most=MOST, counting=three_statements)


DOCUMENTS = Documents(schema, guard=guard_with())
SPENT = {"requested": 10 + 1 + 5 * (1 + 3) + 1, "actual": 3 + 3 * 10, "most": MOST, "statements": 3}


async def test_what_an_operation_costs_is_told_when_it_asks():
    executor = metered(executor_of(schema))

    asked = await executor.execute(DOCUMENTS.prepare(Request(FILMS, None, {}, {"cost": True})), None)
    silent = await executor.execute(DOCUMENTS.prepare(Request(FILMS, None, {}, {"cost": "true"})), None)

    assert asked.extensions == {"cost": SPENT}
    assert silent.extensions is None
    assert asked.data == silent.data


async def test_the_cost_is_told_beside_what_the_executor_tells():
    class Telling:
        async def execute(self, operation: Operation, context: Any) -> Result:
            return Result({}, extensions={"traced": True})

        async def subscribe(self, operation: Operation, context: Any) -> Result:
            raise AssertionError

    asked = DOCUMENTS.prepare(Request(FILMS, None, {}, {"cost": True}))

    result = await metered(Telling()).execute(asked, None)

    assert result.extensions is not None
    assert result.extensions.keys() == {"traced", "cost"}


@strawberry.type
class Happening:
    number: int

    @strawberry.field
    async def waited(self) -> int:
        if self.number == 1:
            await asyncio.Event().wait()
        return self.number


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def happenings(self) -> AsyncGenerator[Happening]:
        for number in (1, 2):
            yield Happening(number=number)

    @strawberry.subscription
    async def never(self) -> AsyncGenerator[int]:
        graph.happenings.note("a start begun")
        try:
            await asyncio.Event().wait()
        finally:
            graph.happenings.note("a start cancelled")
        return numbers()


async def numbers() -> AsyncGenerator[int]:
    yield 1


LIVE = strawberry.Schema(graph.Query, subscription=Subscription)


async def results_of(executor: Executor, text: str, **extensions: Any) -> list[Result]:
    operation = Documents(LIVE).prepare(Request(text, None, {}, extensions))
    results = await executor.subscribe(operation, None)
    assert not isinstance(results, Result)
    return [each async for each in results]


@pytest.mark.parametrize("kind", GraphqlExecutor)
async def test_an_event_that_takes_too_long_is_an_error_and_the_next_follows(kind):
    executor = executor_of(LIVE, kind, timeout_s=SOON_S)

    late, next_ = await results_of(executor, "subscription { happenings { waited } }")

    assert late.data is None
    assert [error.extensions for error in late.errors] == [{"code": "TIMEOUT"}]
    assert (next_.data, next_.errors) == ({"happenings": {"waited": 2}}, ())


@pytest.mark.parametrize("kind", GraphqlExecutor)
async def test_a_subscription_that_takes_too_long_to_start_is_refused(kind, happenings):
    before = happenings.count("a start cancelled")
    executor = executor_of(LIVE, kind, timeout_s=SOON_S)

    late = await executor.subscribe(Documents(LIVE).prepare(Request("subscription { never }")), None)

    assert isinstance(late, Result)
    assert (late.data, late.executed) == (None, False)
    assert [error.extensions for error in late.errors] == [{"code": "TIMEOUT"}]
    assert happenings.count("a start cancelled") == before + 1


async def test_each_event_tells_its_own_cost():
    executor = metered(executor_of(LIVE))

    results = await results_of(executor, "subscription { happenings { number } }", cost=True)

    assert [each.extensions["cost"]["actual"] for each in results if each.extensions] == [31, 31]


@dataclass
class Asked:
    """What each transport got for a query."""

    http: dict[str, Any]
    sse: dict[str, Any]
    websocket: dict[str, Any]


async def everywhere(app: GraphQL, **request: Any) -> Asked:
    with serving(app) as served:
        async with httpx.AsyncClient(timeout=PATIENCE_S) as client, talk_to(served) as talk:
            await talk.subscribe("1", **request)
            http, sse, message = await asyncio.gather(
                client.post(served.url, json=request, headers={"accept": "application/json"}),
                client.post(served.url, json=request, headers={"accept": "text/event-stream"}),
                talk.hear(),
            )
    event = sse.text.split("\n\n")[0].removeprefix("event: next\ndata: ")
    return Asked(http.json(), json.loads(event), message["payload"])


def app_with(kind: strawberry.Schema, documents: Documents, timeout_s: float = PATIENCE_S) -> GraphQL:
    return GraphQL(
        documents,
        metered(executor_of(kind, timeout_s=timeout_s)),
        make_context=graph.make_context,
        viewer_key=lambda context: context.user,
        format_error=graph.format_error,
    )


async def test_every_transport_tells_the_cost():
    asked = await everywhere(app_with(schema, DOCUMENTS), query=FILMS, extensions={"cost": True})

    for answer in (asked.http, asked.sse, asked.websocket):
        assert answer["extensions"] == {"cost": SPENT}


async def test_a_query_that_takes_too_long_is_cancelled_and_told_so_by_every_transport(happenings):
    app = app_with(graph.schema, Documents(graph.schema), timeout_s=SOON_S)

    asked = await everywhere(app, query='{ forever(name: "late") }')

    for answer in (asked.http, asked.sse, asked.websocket):
        assert answer["data"] is None
        [error] = answer["errors"]
        assert error["extensions"] == {"code": "TIMEOUT"}
        assert error["message"] == "The operation took longer than 0.5 seconds."
    await happenings.until("late cancelled", times=3)


async def test_a_mutation_is_not_cut_off(happenings):
    documents, executor = Documents(graph.schema), executor_of(graph.schema, timeout_s=SOON_S)
    save = documents.prepare(Request('mutation { save(name: "slow", after: "patience") }'))
    wait = documents.prepare(Request('{ forever(name: "meanwhile") }'))
    context = graph.Context("ann", "1", None)

    saving = asyncio.create_task(executor.execute(save, context))
    await happenings.until("slow started")
    late = await executor.execute(wait, context)
    happenings.note("patience")
    saved = await saving

    assert [error.extensions for error in late.errors] == [{"code": "TIMEOUT"}]
    assert (saved.data, saved.errors) == ({"save": "slow"}, ())
