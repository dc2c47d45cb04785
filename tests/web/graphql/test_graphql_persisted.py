"""Requests that name a document instead of sending it, on every transport."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.web.graphql.manifests import hash_of
from tests.patience import PATIENCE_S
from tests.web.graphql.graph import TRUSTED, shelf
from tests.web.graphql.talk import talk_to

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
EVENTS = "text/event-stream"
HELLO = hash_of(TRUSTED["hello"])
UNKNOWN = "0" * 64


def apollos(hash_: str, **rest: object) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash_, **rest}}}


async def post(
    http: httpx.AsyncClient, body: object, accept: str = RESPONSE, **headers: str
) -> httpx.Response:
    return await http.post("", json=body, headers={"accept": accept, **headers})


async def get(http: httpx.AsyncClient, accept: str = RESPONSE, **parameters: Any) -> httpx.Response:
    texts = {name: text if isinstance(text, str) else json.dumps(text) for name, text in parameters.items()}
    return await http.get("", params=texts, headers={"accept": accept})


def code_of(response: httpx.Response) -> str:
    (error,) = response.json()["errors"]
    return error["extensions"]["code"]


@pytest.fixture(scope="session")
async def guarded(strict) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=strict.url, timeout=PATIENCE_S) as client:
        yield client


NAMES = {
    "id of a manifest": {"documentId": "hello"},
    "hash": {"documentId": f"sha256:{HELLO}"},
    "bare hash": {"documentId": HELLO},
    "apollo": apollos(HELLO),
    "apollo by id": apollos("hello"),
    "both": {"documentId": f"sha256:{HELLO}", **apollos(HELLO)},
    "empty document": {"query": "", "documentId": "hello"},
    "beside the document": {"query": TRUSTED["hello"], "documentId": "hello"},
}


@pytest.mark.parametrize("name", NAMES)
async def test_a_trusted_document_is_named(http, name):
    body = {**NAMES[name], "variables": {"name": "Ripley"}}

    posted = await post(http, body)
    got = await get(http, **body)

    assert posted.json() == got.json() == {"data": {"hello": "Hello, Ripley!"}}


async def test_one_of_several_operations_is_named(http):
    answer = await post(http, {"documentId": "several", "operationName": "A"})
    unnamed = await post(http, {"documentId": "several"})

    assert answer.json() == {"data": {"hello": "Hello, world!"}}
    assert (unnamed.status_code, code_of(unnamed)) == (400, "OPERATION_RESOLUTION_FAILURE")


async def test_a_trusted_document_that_the_schema_does_not_answer_is_refused(http):
    answer = await post(http, {"documentId": "outdated"})

    assert (answer.status_code, code_of(answer)) == (400, "GRAPHQL_VALIDATION_FAILED")


async def test_limits_hold_for_trusted_documents(http):
    answer = await post(http, {"documentId": "hello", "variables": {"name": "bomb"}})

    assert (answer.status_code, code_of(answer)) == (400, "GRAPHQL_VALIDATION_FAILED")


MALFORMED = {
    "number": {"documentId": 7},
    "empty": {"documentId": ""},
    "path": {"documentId": "../../etc/passwd"},
    "encoded path": {"documentId": "..%2f..%2fetc"},
    "line": {"documentId": "hello\n"},
    "long": {"documentId": "a" * 129},
    "no hash": {"documentId": "sha256:hello"},
    "capitals": {"documentId": f"sha256:{HELLO.upper()}"},
    "two": {"documentId": "whoami", **apollos(HELLO)},
    "list": {"extensions": {"persistedQuery": [HELLO]}},
    "no version": {"extensions": {"persistedQuery": {"sha256Hash": HELLO}}},
    "version 2": apollos(HELLO, version=2),
    "no sha256Hash": {"extensions": {"persistedQuery": {"version": 1}}},
    "path as hash": apollos("../hello"),
}


@pytest.mark.parametrize("case", MALFORMED)
async def test_what_can_be_no_id_is_malformed(http, case):
    answer = await post(http, MALFORMED[case])

    assert (answer.status_code, code_of(answer)) == (400, "BAD_REQUEST")


UNANSWERED = {
    "unknown id": ({"documentId": "nothing"}, "DOCUMENT_NOT_FOUND"),
    "unknown hash": ({"documentId": f"sha256:{UNKNOWN}"}, "DOCUMENT_NOT_FOUND"),
    "other kind of hash": ({"documentId": "x-md5:abc"}, "DOCUMENT_NOT_FOUND"),
    "unknown to Apollo": (apollos(UNKNOWN), "PERSISTED_QUERY_NOT_FOUND"),
    "wrong hash": ({"query": "{ hello }", **apollos(UNKNOWN)}, "PERSISTED_QUERY_HASH_MISMATCH"),
    "hash of another": ({"query": "{ hello }", **apollos(HELLO)}, "PERSISTED_QUERY_HASH_MISMATCH"),
    "id of another": ({"query": "{ hello }", "documentId": "hello"}, "PERSISTED_QUERY_HASH_MISMATCH"),
}


@pytest.mark.parametrize("case", UNANSWERED)
@pytest.mark.parametrize("accept", [JSON, RESPONSE, EVENTS])
async def test_what_is_not_known_is_told_apart(http, case, accept):
    body, code = UNANSWERED[case]

    answer = await post(http, body, accept)

    if accept == EVENTS:
        event = answer.text.split("data: ")[1].splitlines()[0]
        assert json.loads(event)["errors"][0]["extensions"]["code"] == code
        return
    assert answer.status_code == (400 if accept == RESPONSE else 200)
    assert code_of(answer) == code
    assert answer.headers["cache-control"] == "no-store"


async def test_apollo_s_clients_know_the_message(http):
    answer = await post(http, apollos(UNKNOWN), JSON)

    assert answer.json()["errors"][0]["message"] == "PersistedQueryNotFound"


async def test_a_document_is_registered_and_then_named(http):
    text = "{ registered: hello }"
    hash_ = hash_of(text)
    unknown = await post(http, apollos(hash_))
    first = await post(http, {"query": text, **apollos(hash_)}, authorization="Bearer Ripley")

    by_post = await post(http, apollos(hash_))
    by_get = await get(http, **apollos(hash_))
    by_id = await post(http, {"documentId": f"sha256:{hash_}"})

    assert code_of(unknown) == "PERSISTED_QUERY_NOT_FOUND"
    data = {"data": {"registered": "Hello, world!"}}
    assert [each.json() for each in (first, by_post, by_get, by_id)] == [data] * 4
    assert shelf.accounts[hash_] == "Ripley"


@pytest.mark.parametrize("text", ["{ unregistered: gone }", "{ unregistered", "query bomb { hello }"])
async def test_nothing_is_registered_that_is_not_answered(http, text):
    answer = await post(http, {"query": text, **apollos(hash_of(text))})

    assert answer.status_code == 400
    assert hash_of(text) not in shelf.texts


async def test_a_mutation_is_not_named_by_get(http, happenings):
    before = happenings.count("renamed to trusted")

    refused = await get(http, documentId="rename")
    by_hash = await get(http, accept=EVENTS, **apollos(hash_of(TRUSTED["rename"])))
    posted = await post(http, {"documentId": "rename"})

    assert [(each.status_code, each.headers["allow"]) for each in (refused, by_hash)] == [(405, "POST")] * 2
    assert posted.json() == {"data": {"rename": "trusted"}}
    assert happenings.count("renamed to trusted") == before + 1


async def test_other_sites_do_not_name_documents(http):
    strange = {"sec-fetch-site": "cross-site", "accept": "*/*"}

    by_get = await http.get("", params={"documentId": "hello"}, headers=strange)
    by_form = await http.post("", content="documentId=hello", headers={"content-type": "text/plain"})

    assert (by_get.status_code, by_form.status_code) == (403, 415)


async def test_lists_of_named_documents_are_no_batch(http):
    answer = await post(http, [{"documentId": "hello"}])

    assert (answer.status_code, code_of(answer)) == (400, "BAD_REQUEST")


async def test_a_subscription_is_named_by_an_event_stream(http):
    answer = await post(http, {"documentId": "count"}, EVENTS)
    by_get = await get(http, EVENTS, documentId="count")

    assert answer.text.count("event: next") == by_get.text.count("event: next") == 2


async def test_documents_are_named_on_a_socket(served):
    text = "{ socket: hello }"
    async with talk_to(served) as talk:
        await talk.say({"id": "1", "type": "subscribe", "payload": {"documentId": "count"}})
        counted = [await talk.hear() for _ in range(3)]
        await talk.say({"id": "2", "type": "subscribe", "payload": {"query": "", **apollos(hash_of(text))}})
        unknown = await talk.hear()
        await talk.subscribe("3", text, **apollos(hash_of(text)))
        registered = [await talk.hear() for _ in range(2)]
        await talk.say({"id": "4", "type": "subscribe", "payload": apollos(hash_of(text))})
        named = await talk.hear()

    assert [each["type"] for each in counted] == ["next", "next", "complete"]
    assert unknown["type"] == "error"
    assert unknown["payload"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
    assert registered[0]["payload"] == named["payload"] == {"data": {"socket": "Hello, world!"}}


async def test_what_can_be_no_id_ends_a_socket(served):
    async with talk_to(served) as talk:
        await talk.say({"id": "1", "type": "subscribe", "payload": {"documentId": "../hello"}})

        assert (await talk.closed())[0] == 4400


async def test_trusted_documents_alone_are_answered(guarded, happenings):
    before = happenings.count("renamed to untrusted")

    named = await post(guarded, {"documentId": "hello"})
    whole = await post(guarded, {"query": TRUSTED["hello"]})
    other = await post(guarded, {"query": 'mutation { rename(to: "untrusted") }'})
    introspection = await get(guarded, query="{ __schema { queryType { name } } }")
    by_stream = await post(guarded, {"query": "subscription { count(to: 1) }"}, EVENTS)

    assert named.json() == whole.json() == {"data": {"hello": "Hello, world!"}}
    assert [(each.status_code, code_of(each)) for each in (other, introspection)] == [
        (400, "DOCUMENT_NOT_TRUSTED")
    ] * 2
    assert "DOCUMENT_NOT_TRUSTED" in by_stream.text
    assert happenings.count("renamed to untrusted") == before


async def test_nothing_is_registered_where_trusted_documents_alone_are_answered(guarded):
    text = "{ smuggled: hello }"
    shelf.texts[hash_of("{ shelved: hello }")] = "{ shelved: hello }"

    sent = await post(guarded, {"query": text, **apollos(hash_of(text))})
    shelved = await post(guarded, apollos(hash_of("{ shelved: hello }")))
    trusted = await post(guarded, apollos(HELLO))

    assert code_of(sent) == "DOCUMENT_NOT_TRUSTED"
    assert code_of(shelved) == "DOCUMENT_NOT_FOUND"
    assert trusted.json() == {"data": {"hello": "Hello, world!"}}
    assert hash_of(text) not in shelf.texts


async def test_who_may_change_settings_asks_anything(guarded):
    answer = await post(guarded, {"query": "{ __typename }"}, authorization="Bearer admin")

    assert answer.json() == {"data": {"__typename": "Query"}}


async def test_a_socket_answers_trusted_documents_alone(strict):
    async with talk_to(strict) as talk:
        await talk.subscribe("1", "{ hello }")
        refused = await talk.hear()
        await talk.subscribe("2", TRUSTED["hello"])
        answered = await talk.hear()

    assert refused["payload"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
    assert answered["payload"] == {"data": {"hello": "Hello, world!"}}


async def test_what_is_refused_counts_on_every_transport(served, http, happenings):
    who = {"authorization": "Bearer counted"}
    refused = [{"query": "{ gone }"}, {"documentId": "nothing"}, apollos(UNKNOWN)]

    for body in refused:
        await post(http, body, **who)
        await post(http, body, EVENTS, **who)
    over_http = happenings.count("counted asked a query")
    async with talk_to(served, additional_headers=who) as talk:
        for body in refused:
            await talk.say({"id": "1", "type": "subscribe", "payload": body})
            assert (await talk.hear())["type"] == "error"

    assert over_http == 6
    assert happenings.count("counted asked a query") == 9
