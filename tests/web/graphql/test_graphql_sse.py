import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from tests.patience import PATIENCE_S

EVENTS = {"accept": "text/event-stream"}


def events_of(body: str) -> list[tuple[str, object]]:
    """The events of a stream, comments left out; fails on anything the protocol does not know."""
    assert "\r" not in body
    assert body.endswith("\n\n")
    events: list[tuple[str, object]] = []
    for block in body.removesuffix("\n\n").split("\n\n"):
        if block == ":":
            continue
        event, data = block.split("\n")
        name, text = event.removeprefix("event: "), data.removeprefix("data:")
        assert name in {"next", "complete"}
        events.append((name, json.loads(text) if text else None))
    return events


async def stream(http: httpx.AsyncClient, query: str, **rest: object) -> list[tuple[str, object]]:
    response = await http.post("", json={"query": query, **rest}, headers=EVENTS)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    return events_of(response.text)


@asynccontextmanager
async def open_stream(served, query: str, accept: str = "text/event-stream") -> AsyncIterator[httpx.Response]:
    async with (
        httpx.AsyncClient(timeout=PATIENCE_S) as client,
        client.stream("POST", served.url, json={"query": query}, headers={"accept": accept}) as response,
    ):
        yield response


async def test_a_subscription_is_streamed(http):
    events = await stream(http, "subscription { count(to: 3) }")

    counts = [("next", {"data": {"count": number}}) for number in (1, 2, 3)]
    assert events == [*counts, ("complete", None)]


async def test_a_subscription_by_get_is_streamed_as_browsers_ask(http):
    response = await http.get("", params={"query": "subscription { count(to: 1) }"}, headers=EVENTS)

    assert events_of(response.text) == [("next", {"data": {"count": 1}}), ("complete", None)]
    assert response.headers["cache-control"] == "no-store"


async def test_queries_and_mutations_are_streams_of_one(http):
    assert await stream(http, "{ hello }") == [
        ("next", {"data": {"hello": "Hello, world!"}}),
        ("complete", None),
    ]
    assert await stream(http, 'mutation { rename(to: "streamed") }') == [
        ("next", {"data": {"rename": "streamed"}}),
        ("complete", None),
    ]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ("subscription { unknown }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription bomb { count(to: 1) }", "TOO_EXPENSIVE"),
        ("subscription ($to: Int!) { count(to: $to) }", "BAD_USER_INPUT"),
    ],
)
async def test_a_request_error_is_told_in_the_stream(http, query, code):
    (name, payload), *rest = await stream(http, query)

    assert name == "next"
    assert payload.keys() == {"errors"}
    assert payload["errors"][0]["extensions"]["code"] == code
    assert rest == [("complete", None)]


async def test_a_source_that_breaks_ends_the_stream_with_a_masked_error(http):
    events = await stream(http, "subscription { breaks(after: 1) }")

    assert [name for name, _ in events] == ["next", "next", "complete"]
    assert events[0][1] == {"data": {"breaks": 0}}
    assert events[1][1]["data"] is None
    assert events[1][1]["errors"][0]["message"] == "Something went wrong."


async def test_a_bug_of_the_transport_ends_the_stream_with_a_masked_error(http, caplog):
    events = await stream(http, "subscription { odd }")

    assert [name for name, _ in events] == ["next", "next", "complete"]
    assert events[1][1]["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert any("failed in the transport" in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize(
    "accept", ["application/json", "application/graphql-response+json", "multipart/mixed"]
)
async def test_a_subscription_needs_a_client_that_takes_streams(http, accept):
    response = await http.post(
        "", json={"query": "subscription { count(to: 1) }"}, headers={"accept": accept}
    )

    assert response.status_code == 406
    assert response.headers["content-type"].startswith("application/")


@pytest.mark.parametrize(
    "accept",
    ["*/*", "application/json, text/event-stream", "text/event-stream, multipart/mixed", "text/*;q=0.1"],
)
async def test_a_subscription_is_a_stream_wherever_that_is_acceptable(http, accept):
    response = await http.post(
        "", json={"query": "subscription { count(to: 1) }"}, headers={"accept": accept}
    )

    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"


async def test_each_event_has_a_context_of_its_own(http):
    events = await stream(http, "subscription { events(to: 2) { number generation } }")

    assert [payload for _, payload in events[:2]] == [
        {"data": {"events": {"number": number, "generation": 1}}} for number in (1, 2)
    ]


async def test_the_source_is_closed_when_the_client_leaves(served, happenings):
    async with open_stream(served, 'subscription { endless(name: "left") }') as response:
        text = ""
        async for part in response.aiter_text():
            text += part
            if "next" in text:
                break

    await happenings.until("left closed")


async def test_a_silent_stream_is_kept_alive(tight, happenings):
    async with open_stream(tight, 'subscription { endless(name: "silent") }') as response:
        text = ""
        async for part in response.aiter_text():
            text += part
            if text.endswith(":\n\n" * 3):
                break

    assert events_of(text) == [("next", {"data": {"endless": "silent"}})]
    await happenings.until("silent closed")


async def test_a_viewer_holds_so_many_streams(tight, happenings):
    one, other, third = (
        f'subscription {{ endless(name: "held {word}") }}' for word in ("one", "other", "third")
    )
    async with open_stream(tight, one), open_stream(tight, other):
        await happenings.until("held one started")
        await happenings.until("held other started")
        async with open_stream(tight, third) as refused:
            body = json.loads(await refused.aread())

    await happenings.until("held one closed")
    await happenings.until("held other closed")
    async with open_stream(tight, third) as accepted:
        pass
    assert refused.status_code == 429
    assert body["errors"][0]["extensions"]["code"] == "TOO_MANY_SUBSCRIPTIONS"
    assert accepted.status_code == 200
