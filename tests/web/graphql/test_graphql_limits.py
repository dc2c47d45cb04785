"""Whatever is too large is answered at once, by every transport, with an error that says what and how much."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from app.executors import executor_of
from app.web.graphql.asgi import GraphQL
from app.web.graphql.documents import Documents
from tests.patience import PATIENCE_S
from tests.web.graphql.graph import format_error, make_context
from tests.web.graphql.hostile import HARMLESS, HOSTILE, guard_with, schema
from tests.web.graphql.serving import Served, serving
from tests.web.graphql.talk import talk_to

Ask = Callable[..., Awaitable[dict[str, Any]]]
TRANSPORTS = ["http", "sse", "websocket"]


@pytest.fixture(scope="module")
def guarded() -> Iterator[Served]:
    graphql = GraphQL(
        Documents(schema, guard=guard_with()),
        executor_of(schema),
        make_context=make_context,
        viewer_key=lambda context: context.user,
        format_error=format_error,
    )
    with serving(graphql) as served:
        yield served


@asynccontextmanager
async def asking(served: Served, transport: str) -> AsyncIterator[Ask]:
    """One client for all questions: none of them may end its socket."""
    async with httpx.AsyncClient(timeout=PATIENCE_S) as client, talk_to(served) as talk:

        async def http(**request: Any) -> dict[str, Any]:
            accept = {"accept": "application/graphql-response+json"}
            return (await client.post(served.url, json=request, headers=accept)).json()

        async def sse(**request: Any) -> dict[str, Any]:
            answer = await client.post(served.url, json=request, headers={"accept": "text/event-stream"})
            return json.loads(answer.text.split("\n\n")[0].removeprefix("event: next\ndata: "))

        async def websocket(**request: Any) -> dict[str, Any]:
            await talk.subscribe("1", **request)
            message = await talk.hear()
            if message["type"] == "error":
                return {"errors": message["payload"]}
            assert (await talk.hear())["type"] == "complete"
            return message["payload"]

        yield {"http": http, "sse": sse, "websocket": websocket}[transport]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_what_is_too_large_is_refused_before_anything_is_done(guarded, happenings, transport):
    done = happenings.count("films"), happenings.count("watched")

    async with asking(guarded, transport) as ask:
        answers = {case: await ask(query=query) for case, (query, _) in HOSTILE.items()}

    for case, answer in answers.items():
        assert answer.keys() == {"errors"}, case
        [error] = answer["errors"]
        said = error["extensions"]
        assert (said["code"], said["limit"]) == ("LIMIT_EXCEEDED", HOSTILE[case][1]), case
        assert said["found"] > said["most"], case
    assert (happenings.count("films"), happenings.count("watched")) == done


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_variables_count_as_what_they_are_in_each_request(guarded, transport):
    query = (
        "query ($n: Int) { films { nodes { a: similar(first: $n) { nodes { b: similar(first: $n) { nodes {"
    )
    query += " c: similar(first: $n) { nodes { title } } } } } } } } }"

    async with asking(guarded, transport) as ask:
        small = await ask(query=query, variables={"n": 1})
        large = await ask(query=query, variables={"n": 100})

    assert small["data"]["films"]
    assert [error["extensions"]["limit"] for error in large["errors"]] == ["COST"]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_values_of_variables_are_bounded(guarded, transport):
    query = "query ($v: [String!]!) { some(ids: $v) { title } }"

    async with asking(guarded, transport) as ask:
        long = await ask(query=query, variables={"v": [""] * 5_001})
        deep = await ask(query=query, variables={"v": json.loads("[" * 900 + "]" * 900)})

    assert [error["extensions"]["limit"] for error in long["errors"]] == ["LIST_ITEMS"]
    assert [error["extensions"]["limit"] for error in deep["errors"]] == ["INPUT_DEPTH"]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_what_is_only_long_is_answered(guarded, transport):
    async with asking(guarded, transport) as ask:
        answers = {case: await ask(query=query) for case, query in HARMLESS.items()}

    assert {case: answer["data"]["__typename"] for case, answer in answers.items()} == dict.fromkeys(
        HARMLESS, "Query"
    )


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
async def test_megabytes_are_refused_whatever_is_asked_for(guarded, accept):
    async with httpx.AsyncClient(timeout=PATIENCE_S) as client:
        answer = await client.post(guarded.url, json={"query": "#" * 5_000_000}, headers={"accept": accept})

    assert answer.status_code == 413
    assert answer.json()["errors"][0]["extensions"]["code"] == "PAYLOAD_TOO_LARGE"


async def test_a_message_of_megabytes_ends_its_socket(guarded):
    async with talk_to(guarded) as talk:
        with suppress(ConnectionError, ConnectionClosed):
            await talk.subscribe("1", "#" * 5_000_000)
        code, _ = await talk.closed()

    assert code == 1009
