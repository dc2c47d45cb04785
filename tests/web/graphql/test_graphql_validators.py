"""What a client may keep of answers, and how it asks whether that still holds."""

import httpx
import pytest

from app.web.graphql.manifests import hash_of
from tests.web.graphql.graph import TRUSTED, shelf

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
EVENTS = "text/event-stream"


async def get(
    http: httpx.AsyncClient, accept: str = JSON, tag: str | None = None, **parameters: str
) -> httpx.Response:
    headers = {"accept": accept} | ({} if tag is None else {"if-none-match": tag})
    return await http.get("", params=parameters, headers=headers)


@pytest.mark.parametrize("named", [{"documentId": "hello"}, {"query": TRUSTED["hello"]}])
async def test_a_trusted_query_by_get_may_be_kept_by_who_asked(http, named):
    answer = await get(http, **named)

    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["vary"] == "accept, accept-encoding, accept-language, authorization, cookie"
    assert answer.headers["etag"].startswith('W/"')


@pytest.mark.parametrize("form", ["{}", '"other", {}', '{},W/"other"', "*", "strong"])
async def test_what_the_client_has_is_not_sent_again(http, form):
    tag = (await get(http, documentId="hello")).headers["etag"]

    known = tag.removeprefix("W/") if form == "strong" else form.format(tag)
    answer = await get(http, tag=known, documentId="hello")

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == tag
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "accept-language" in answer.headers["vary"]
    assert "content-type" not in answer.headers
    assert "content-length" not in answer.headers
    assert (await get(http, documentId="hello")).status_code == 200


@pytest.mark.parametrize("tag", ['W/"other"', "", "nonsense", '"'])
async def test_what_the_client_has_not_is_sent(http, tag):
    answer = await get(http, tag=tag, documentId="hello")

    assert answer.json() == {"data": {"hello": "Hello, world!"}}


async def test_other_answers_and_other_forms_have_other_tags(http):
    same = [(await get(http, documentId="hello")).headers["etag"] for _ in range(2)]
    name = await get(http, documentId="hello", variables='{"name": "Ripley"}')
    form = await get(http, accept=RESPONSE, documentId="hello")
    viewer = [
        await http.get("", params={"documentId": "whoami"}, headers={"authorization": f"Bearer {who}"})
        for who in ("Ripley", "Ash")
    ]

    assert same[0] == same[1]
    assert len({same[0], name.headers["etag"], form.headers["etag"]}) == 3
    assert viewer[0].headers["etag"] != viewer[1].headers["etag"]


async def test_nobody_gets_what_another_has(http):
    ripley = await http.get("", params={"documentId": "whoami"}, headers={"authorization": "Bearer Ripley"})
    headers = {"authorization": "Bearer Ash", "if-none-match": ripley.headers["etag"]}

    answer = await http.get("", params={"documentId": "whoami"}, headers=headers)

    assert (answer.status_code, answer.json()) == (200, {"data": {"whoami": "Ash"}})


async def test_who_is_not_let_in_learns_nothing(http):
    tag = (await get(http, documentId="hello")).headers["etag"]

    answer = await http.get(
        "", params={"documentId": "hello"}, headers={"authorization": "Bearer bad", "if-none-match": tag}
    )

    assert (answer.status_code, answer.headers["cache-control"]) == (401, "no-store")


NEVER_KEPT = {
    "not trusted": ({"query": "{ hello }"}, JSON),
    "registered": ({"documentId": hash_of("{ kept: hello }")}, JSON),
    "partial": ({"documentId": "partial"}, JSON),
    "invalid": ({"documentId": "outdated"}, JSON),
    "unknown": ({"documentId": "nothing"}, JSON),
    "mutation": ({"documentId": "rename"}, JSON),
    "subscription": ({"documentId": "count"}, EVENTS),
    "stream": ({"documentId": "hello"}, EVENTS),
    "variables": ({"documentId": "hello", "variables": '{"name": 1}'}, RESPONSE),
}


@pytest.mark.parametrize("case", NEVER_KEPT)
async def test_nothing_else_is_kept(http, case):
    shelf.texts[hash_of("{ kept: hello }")] = "{ kept: hello }"
    parameters, accept = NEVER_KEPT[case]

    answer = await get(http, accept, "*", **parameters)

    assert answer.status_code != 304
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


async def test_what_is_posted_is_not_kept(http):
    answer = await http.post("", json={"documentId": "hello"}, headers={"if-none-match": "*"})

    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert "etag" not in answer.headers


async def test_a_tag_is_the_same_however_the_answer_is_packed(http):
    named = {"documentId": "hello", "variables": f'{{"name": "{"Ripley" * 2000}"}}'}

    plain, packed = [
        await http.get("", params=named, headers={"accept-encoding": coding})
        for coding in ("identity", "gzip")
    ]
    again = await http.get(
        "", params=named, headers={"accept-encoding": "gzip", "if-none-match": plain.headers["etag"]}
    )

    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json() == plain.json()
    assert packed.headers["etag"] == plain.headers["etag"]
    assert (again.status_code, again.content) == (304, b"")
    assert "content-encoding" not in again.headers
