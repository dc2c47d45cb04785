"""Whatever is sent, the answer is the client's fault or a result: never a 500, never a broken socket."""

import json
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.graphql.serving import Served
from tests.web.graphql.talk import talk_to

fuzzed = settings(
    max_examples=80,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
documents = st.text('{}()[]!$:=@|&"\\#. \n\t\0ehlo1-é\u2028', max_size=40) | st.sampled_from(
    [
        "{ hello }",
        "{ number(value: 1e999) }",
        "query ($value: JSON) { variables(value: $value) }",
        "subscription { count(to: 1) }",
        'mutation { rename(to: "\\u0000") }',
        "{ ...F } fragment F on Query { ...F }",
        "{ __schema { types { name } } }",
        "query ($a: [Int!]! = [1]) { number(value: $a) }",
    ]
)
names = st.none() | st.text(max_size=5) | st.sampled_from(["hello", "Q"])
ids = st.sampled_from(["hello", "rename", "sha256:", "sha256:" + "0" * 64, "a:b", "../x", "é"])
persisted = st.fixed_dictionaries(
    {},
    optional={"version": st.just(1) | values, "sha256Hash": st.sampled_from(["hello", "0" * 64]) | values},
)
requests = st.fixed_dictionaries(
    {},
    optional={
        "query": documents | values,
        "operationName": names | values,
        "variables": st.fixed_dictionaries({"value": values}) | values,
        "extensions": st.fixed_dictionaries({"persistedQuery": persisted | values}) | values,
        "documentId": ids | values,
    },
)
messages = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["connection_init", "subscribe", "complete", "ping", "pong", "next"])
        | values,
        "id": st.sampled_from(["1", "2", "", "é" * 200]) | values,
        "payload": requests | values,
    },
)
printable = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40).map(str.strip)
accepts = st.sampled_from(
    ["*/*", "application/json", "text/event-stream", "application/graphql-response+json"]
)


@fuzzed
@given(body=requests | values, accept=accepts | printable)
async def test_json_over_http(http: httpx.AsyncClient, body: Any, accept: str):
    response = await http.post(
        "", content=json.dumps(body), headers={"content-type": "application/json", "accept": accept}
    )

    assert response.status_code in {200, 400, 406}


@fuzzed
@given(body=st.binary(max_size=60), content_type=st.just("application/json") | printable)
async def test_bytes_over_http(http: httpx.AsyncClient, body: bytes, content_type: str):
    response = await http.post("", content=body, headers={"content-type": content_type})

    assert response.status_code in {200, 400, 415}


@fuzzed
@given(query=documents, variables=st.text(max_size=30) | values.map(json.dumps), more=printable)
async def test_parameters_of_urls(http: httpx.AsyncClient, query: str, variables: str, more: str):
    response = await http.get("", params={"query": query, "variables": variables, "extensions": more})

    assert response.status_code in {200, 400, 405}


@fuzzed
@given(conversation=st.lists(messages | values, min_size=1, max_size=6))
async def test_messages_over_sockets(served: Served, conversation: list[Any]):
    async with talk_to(served) as talk:
        for message in conversation:
            talk.socket.protocol.send_text(json.dumps(message).encode())
        talk.socket.send_data()
        await talk.socket.close()

        code, _ = await talk.closed()

    assert code in {1000, 4400, 4401, 4409, 4429}
