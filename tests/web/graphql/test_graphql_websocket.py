import asyncio
import json

import pytest
import websockets

from tests.web.graphql import graph
from tests.web.graphql.serving import serving
from tests.web.graphql.talk import talk_to


async def test_a_subscription_is_answered_event_by_event(served):
    async with talk_to(served) as talk:
        await talk.subscribe("1", "subscription ($to: Int!) { count(to: $to) }", variables={"to": 2})

        assert [await talk.hear() for _ in range(3)] == [
            {"id": "1", "type": "next", "payload": {"data": {"count": 1}}},
            {"id": "1", "type": "next", "payload": {"data": {"count": 2}}},
            {"id": "1", "type": "complete"},
        ]


async def test_queries_and_mutations_are_answered_once(served):
    async with talk_to(served) as talk:
        await talk.subscribe("q", "query A { hello } query B { whoami }", operationName="B")
        query = [await talk.hear(), await talk.hear()]
        await talk.subscribe("m", 'mutation { rename(to: "over a socket") }')
        mutation = [await talk.hear(), await talk.hear()]

    assert query == [
        {"id": "q", "type": "next", "payload": {"data": {"whoami": "anonymous"}}},
        {"id": "q", "type": "complete"},
    ]
    assert mutation[0]["payload"] == {"data": {"rename": "over a socket"}}
    assert mutation[1] == {"id": "m", "type": "complete"}


async def test_operations_run_side_by_side_and_ids_may_be_used_again(served):
    async with talk_to(served) as talk:
        await talk.subscribe("waiting", 'subscription { endless(name: "beside") }')
        assert (await talk.hear())["id"] == "waiting"
        for _ in range(50):
            await talk.subscribe("again", "{ hello }")
            assert (await talk.hear())["type"] == "next"
            assert await talk.hear() == {"id": "again", "type": "complete"}


REQUEST_ERRORS = {
    "syntax": ({"query": "subscription {"}, "GRAPHQL_PARSE_FAILED"),
    "deep": ({"query": "{a" * 20_000}, "GRAPHQL_PARSE_FAILED"),
    "validation": ({"query": "subscription { unknown }"}, "GRAPHQL_VALIDATION_FAILED"),
    "limit of documents": ({"query": "query bomb { hello }"}, "TOO_EXPENSIVE"),
    "limit of variables": (
        {"query": "query ($name: String!) { hello(name: $name) }", "variables": {"name": "bomb"}},
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "unknown operation": (
        {"query": "query A { hello }", "operationName": "B"},
        "OPERATION_RESOLUTION_FAILURE",
    ),
    "two operations": ({"query": "query A { hello } query B { hello }"}, "OPERATION_RESOLUTION_FAILURE"),
    "variables of a query": ({"query": "query ($n: Float!) { number(value: $n) }"}, "BAD_USER_INPUT"),
    "variables of a subscription": ({"query": "subscription ($n: Int!) { count(to: $n) }"}, "BAD_USER_INPUT"),
}


@pytest.mark.parametrize("case", REQUEST_ERRORS)
async def test_a_request_error_is_told_and_the_socket_lives_on(served, case):
    payload, code = REQUEST_ERRORS[case]
    async with talk_to(served) as talk:
        await talk.subscribe("other", 'subscription { endless(name: "living on") }')
        await talk.hear()

        await talk.say({"id": "1", "type": "subscribe", "payload": payload})
        error = await talk.hear()
        await talk.subscribe("1", "{ hello }")
        after = await talk.hear()

    assert (error["id"], error["type"]) == ("1", "error")
    assert error["payload"][0]["extensions"]["code"] == code
    assert after == {"id": "1", "type": "next", "payload": {"data": {"hello": "Hello, world!"}}}


async def test_a_source_that_breaks_ends_with_a_masked_error(served):
    async with talk_to(served) as talk:
        await talk.subscribe("1", "subscription { breaks(after: 1) }")
        first, second, third = [await talk.hear() for _ in range(3)]

    assert first["payload"] == {"data": {"breaks": 0}}
    assert second["payload"]["errors"][0]["message"] == "Something went wrong."
    assert third == {"id": "1", "type": "complete"}


async def test_a_bug_of_the_transport_is_told_masked_and_the_socket_lives_on(served, caplog):
    async with talk_to(served) as talk:
        await talk.subscribe("1", "subscription { odd }")
        fine, error = await talk.hear(), await talk.hear()
        await talk.subscribe("1", "{ hello }")
        after = await talk.hear()

    assert fine["payload"] == {"data": {"odd": {"fine": True}}}
    assert error["type"] == "error"
    assert error["payload"][0]["message"] == "Internal server error."
    assert error["payload"][0]["extensions"]["requestId"] in caplog.text
    assert after["type"] == "next"


async def test_each_operation_has_a_request_id_below_its_sockets(served):
    async with talk_to(served) as talk:
        name = talk.socket.response.headers["x-request-id"]
        await talk.subscribe("1", "{ requestId }")
        await talk.hear(), await talk.hear()
        await talk.subscribe("2", "{ requestId fails }")
        payload = (await talk.hear())["payload"]

    assert payload["data"]["requestId"] == [name, f"{name}.2"]
    assert payload["errors"][0]["extensions"]["requestId"] == f"{name}.2"


async def test_each_event_has_a_context_of_its_own(served):
    async with talk_to(served) as talk:
        await talk.subscribe("1", "subscription { events(to: 2) { number generation } }")
        generations = [(await talk.hear())["payload"]["data"]["events"]["generation"] for _ in range(2)]

    assert generations == [1, 1]


async def test_complete_ends_a_subscription_and_closes_its_source(served, happenings):
    async with talk_to(served) as talk:
        await talk.subscribe("1", 'subscription { endless(name: "completed") }')
        await talk.hear()

        await talk.say({"id": "1", "type": "complete"})
        await happenings.until("completed closed")

        await talk.subscribe("1", "{ hello }")
        assert (await talk.hear())["payload"] == {"data": {"hello": "Hello, world!"}}


async def test_complete_cancels_a_query_but_never_a_mutation(served, happenings):
    async with talk_to(served) as talk:
        await talk.subscribe("q", '{ forever(name: "query of a socket") }')
        await talk.subscribe("m", 'mutation { save(name: "completed save", after: "completed") }')
        await happenings.until("query of a socket started")
        await happenings.until("completed save started")

        await talk.say({"id": "q", "type": "complete"})
        await talk.say({"id": "m", "type": "complete"})
        await happenings.until("query of a socket cancelled")
        happenings.note("completed")
        await happenings.until("completed save saved")
        await talk.say({"type": "ping"})

        assert await talk.hear() == {"type": "pong"}


async def test_a_socket_that_closes_ends_its_operations_but_no_mutation(served, happenings):
    async with talk_to(served) as talk:
        await talk.subscribe("s", 'subscription { endless(name: "of a closed socket") }')
        await talk.subscribe("q", '{ forever(name: "query of a closed socket") }')
        await talk.subscribe("m", 'mutation { save(name: "late save", after: "socket closed") }')
        await happenings.until("of a closed socket started")
        await happenings.until("query of a closed socket started")
        await happenings.until("late save started")

    await happenings.until("of a closed socket closed")
    await happenings.until("query of a closed socket cancelled")
    happenings.note("socket closed")
    await happenings.until("late save saved")


async def test_a_client_that_vanishes_ends_its_operations(served, happenings):
    async with talk_to(served) as talk:
        await talk.subscribe("1", 'subscription { endless(name: "vanished") }')
        await talk.hear()
        talk.socket.transport.abort()

    await happenings.until("vanished closed")


async def test_pings_are_answered_also_before_the_greeting(served):
    async with talk_to(served, greet=False) as talk:
        await talk.say({"type": "ping", "payload": {"any": "thing"}})
        assert await talk.hear() == {"type": "pong"}

        await talk.say({"type": "pong"})
        await talk.greet()


async def test_completing_what_is_unknown_is_no_error(served):
    async with talk_to(served) as talk:
        await talk.say({"id": "never seen", "type": "complete"})
        await talk.subscribe("1", "{ hello }")

        assert (await talk.hear())["type"] == "next"


SUBSCRIBE = {"type": "subscribe", "id": "1", "payload": {"query": "{ hello }"}}
MALFORMED = {
    "null": "null",
    "number": "7",
    "string": '"connection_init"',
    "array": "[]",
    "empty": "",
    "no json": "{",
    "binary": b'{"type": "ping"}',
    "deep": "[" * 100_000,
    "digits": '{"type": "ping", "payload": {"a": ' + "1" * 100_000 + "}}",
    "lone surrogate": '{"type": "subscribe", "id": "\\ud800", "payload": {"query": "{ hello }"}}',
    "no type": {},
    "null type": {"type": None},
    "unknown type": {"type": "start", "id": "1", "payload": {"query": "{ hello }"}},
    "type of a server": {"type": "next", "id": "1", "payload": {}},
    "type list": {"type": ["subscribe"]},
    "init payload": {"type": "connection_init", "payload": "token"},
    "ping payload": {"type": "ping", "payload": []},
    "pong payload": {"type": "pong", "payload": 7},
    "no id": {"type": "subscribe", "payload": {"query": "{ hello }"}},
    "empty id": SUBSCRIBE | {"id": ""},
    "number id": SUBSCRIBE | {"id": 1},
    "null id": SUBSCRIBE | {"id": None},
    "complete without id": {"type": "complete"},
    "complete with a number": {"type": "complete", "id": 1},
    "no payload": {"type": "subscribe", "id": "1"},
    "null payload": SUBSCRIBE | {"payload": None},
    "list payload": SUBSCRIBE | {"payload": []},
    "no query": SUBSCRIBE | {"payload": {}},
    "query number": SUBSCRIBE | {"payload": {"query": 7}},
    "query null": SUBSCRIBE | {"payload": {"query": None}},
    "operation name": SUBSCRIBE | {"payload": {"query": "{ hello }", "operationName": 7}},
    "variables": SUBSCRIBE | {"payload": {"query": "{ hello }", "variables": "{}"}},
    "variables list": SUBSCRIBE | {"payload": {"query": "{ hello }", "variables": []}},
    "extensions": SUBSCRIBE | {"payload": {"query": "{ hello }", "extensions": 0}},
}


@pytest.mark.parametrize("case", MALFORMED)
async def test_a_malformed_message_closes_4400(served, case):
    async with talk_to(served) as talk:
        await talk.say(MALFORMED[case])

        code, reason = await talk.closed()

    assert code == 4400
    assert reason


async def test_null_parameters_count_as_left_out(served):
    nothing = {"operationName": None, "variables": None, "extensions": None}
    async with talk_to(served) as talk:
        await talk.subscribe("1", "{ hello }", **nothing)

        assert (await talk.hear())["payload"] == {"data": {"hello": "Hello, world!"}}


async def test_nobody_subscribes_before_the_greeting(served):
    async with talk_to(served, greet=False) as talk:
        await talk.subscribe("1", "{ hello }")

        assert await talk.closed() == (4401, "Unauthorized")


@pytest.mark.parametrize(
    ("token", "code", "reason"),
    [
        ("bad", 4401, "Sign in again."),
        ("banned", 4403, "You may not come in."),
        ("crash", 4500, "Internal server error"),
    ],
)
async def test_who_may_not_come_in_is_told_so(served, token, code, reason):
    async with talk_to(served, greet=False) as talk:
        await talk.say({"type": "connection_init", "payload": {"token": token}})

        assert await talk.closed() == (code, reason)


async def test_the_greeting_tells_who_comes(served):
    async with talk_to(served, greet=False) as talk:
        await talk.greet(token="ripley")
        await talk.subscribe("1", "{ whoami }")

        assert (await talk.hear())["payload"] == {"data": {"whoami": "ripley"}}


async def test_a_session_that_ended_starts_nothing_more(served):
    async with talk_to(served, greet=False) as talk:
        await talk.greet(token="fired")
        graph.revoked.add("fired")
        await talk.subscribe("1", "{ whoami }")

        assert await talk.closed() == (4401, "Sign in again.")


async def test_who_does_not_greet_in_time_is_closed_4408(impatient):
    async with talk_to(impatient, greet=False) as talk:
        await talk.say({"type": "ping"})

        code, _ = await talk.closed()

    assert code == 4408


async def test_greeting_twice_closes_4429(served):
    async with talk_to(served) as talk:
        await talk.say({"type": "connection_init"})

        assert await talk.closed() == (4429, "Too many initialisation requests")


@pytest.mark.parametrize("id_", ["1", "é" * 500])
async def test_an_id_in_use_closes_4409(served, id_):
    async with talk_to(served) as talk:
        await talk.subscribe(id_, 'subscription { endless(name: "twice") }')
        await talk.hear()
        await talk.subscribe(id_, "{ hello }")

        code, reason = await talk.closed()

    assert code == 4409
    assert reason.startswith(f"Subscriber for {id_[0]}")


@pytest.mark.parametrize("subprotocols", [None, ["graphql-ws"], ["soap"]])
async def test_other_protocols_are_not_offered(served, subprotocols):
    async with talk_to(served, greet=False, subprotocols=subprotocols) as talk:
        code, _ = await talk.closed()

        assert talk.socket.subprotocol is None
    assert code == 4406


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://127.0.0.1:1",
        "http://127.0.0.1.evil.example",
        "nonsense",
        "http://[::1",
    ],
)
async def test_pages_of_other_sites_may_not_connect(served, origin):
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with talk_to(served, origin=origin):
            pass

    assert refused.value.response.status_code == 403
    assert json.loads(refused.value.response.body)["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert "x-request-id" in refused.value.response.headers


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_our_own_pages_may_connect(served, scheme):
    async with talk_to(served, origin=f"{scheme}://127.0.0.1:{served.port}") as talk:
        await talk.subscribe("1", "{ hello }")

        assert (await talk.hear())["type"] == "next"


async def test_pages_that_the_owner_named_may_connect(served):
    async with talk_to(served, origin="https://Films.example") as talk:
        assert talk.socket.subprotocol == "graphql-transport-ws"


@pytest.mark.parametrize("size", [262_145, 300_000, 1_000_000])
@pytest.mark.parametrize("compression", [None, "deflate"])
async def test_a_large_message_closes_1009(served, size, compression):
    async with talk_to(served, compression=compression) as talk:
        await talk.say(json.dumps({"type": "ping"}).ljust(size))

        code, _ = await talk.closed()

    assert code == 1009


async def test_a_message_of_just_the_limit_is_read(served):
    async with talk_to(served) as talk:
        await talk.say(json.dumps({"type": "ping"}).ljust(262_144))

        assert await talk.hear() == {"type": "pong"}


async def test_a_socket_holds_so_many_operations(tight, happenings):
    async with talk_to(tight) as talk:
        for number in range(3):
            await talk.subscribe(str(number), f'{{ forever(name: "one of three {number}") }}')
            await happenings.until(f"one of three {number} started")

        await talk.subscribe("3", "{ hello }")
        error = await talk.hear()
        await talk.say({"id": "0", "type": "complete"})
        await happenings.until("one of three 0 cancelled")
        await talk.subscribe("4", "{ hello }")

        assert (error["id"], error["type"]) == ("3", "error")
        assert error["payload"][0]["extensions"]["code"] == "TOO_MANY_SUBSCRIPTIONS"
        assert (await talk.hear())["payload"] == {"data": {"hello": "Hello, world!"}}


async def test_a_viewer_holds_so_many_subscriptions_over_all_sockets(tight, happenings):
    async with talk_to(tight, greet=False) as one, talk_to(tight, greet=False) as other:
        await one.greet(token="collector")
        await other.greet(token="collector")
        await one.subscribe("1", 'subscription { endless(name: "collected first") }')
        await one.hear()
        await other.subscribe("1", 'subscription { endless(name: "collected second") }')
        await other.hear()

        await other.subscribe("2", 'subscription { endless(name: "collected third") }')
        error = await other.hear()
        await one.say({"id": "1", "type": "complete"})
        await happenings.until("collected first closed")
        await other.subscribe("2", 'subscription { endless(name: "collected third") }')

        assert error["type"] == "error"
        assert error["payload"][0]["extensions"]["code"] == "TOO_MANY_SUBSCRIPTIONS"
        assert (await other.hear())["payload"] == {"data": {"endless": "collected third"}}


async def test_a_slow_reader_slows_its_source_and_is_dropped_in_the_end(tight, happenings):
    async with talk_to(tight, max_queue=1) as talk:
        await talk.subscribe("1", 'subscription { flood(name: "flood", size: 100000) }')

        await happenings.until("flood closed")

        assert happenings.count("flood yielded") * 100_000 < 20_000_000
        talk.socket.transport.abort()


async def test_streams_and_sockets_end_with_the_server(happenings):
    with serving(graph.make_app()) as served:
        async with talk_to(served) as talk:
            await talk.subscribe("1", 'subscription { endless(name: "until shutdown") }')
            await talk.hear()
            served.server.should_exit = True

            code, _ = await talk.closed()

    assert code == 1012
    await happenings.until("until shutdown closed")
    assert asyncio.get_running_loop().is_running()
