from typing import Any

import httpx
import pytest

JSON = "application/json"
RESPONSE = "application/graphql-response+json"


async def post(http: httpx.AsyncClient, query: object, accept: str = RESPONSE, **rest: Any) -> httpx.Response:
    return await http.post("", json={"query": query, **rest}, headers={"accept": accept})


async def test_a_query_is_answered(http):
    response = await post(http, "query Q($n: String!) { hello(name: $n) }", variables={"n": "Ripley"})

    assert response.status_code == 200
    assert response.headers["content-type"] == f"{RESPONSE}; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.json() == {"data": {"hello": "Hello, Ripley!"}}


async def test_a_query_by_get_is_answered(http):
    parameters = {"query": "query A($n: String!) { hello(name: $n) } query B { whoami }"}
    parameters |= {"operationName": "A", "variables": '{"n": "Ré"}', "extensions": "{}"}

    response = await http.get("", params=parameters)

    assert response.json() == {"data": {"hello": "Hello, Ré!"}}


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (RESPONSE, RESPONSE),
        (f"{RESPONSE}; charset=utf-8, {JSON}; charset=utf-8", RESPONSE),
        (f"{JSON}, {RESPONSE}", JSON),
        (f"{JSON};q=0.5, {RESPONSE};q=0.9", RESPONSE),
        (f"{RESPONSE};q=0, */*", JSON),
        (f"{JSON};q=0, */*", RESPONSE),
        (f"text/html, {RESPONSE};q=0.1", RESPONSE),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        (f"{RESPONSE}, application/graphql+json, {JSON}, text/event-stream, multipart/mixed", RESPONSE),
        (f"text/event-stream;q=0.9, {JSON}", JSON),
        ("text/event-stream", "text/event-stream"),
        (f"text/event-stream, {JSON}", "text/event-stream"),
        ("APPLICATION/JSON", JSON),
        (f"{JSON};q=nonsense, {RESPONSE};q=0.1", RESPONSE),
    ],
)
async def test_the_media_type_is_negotiated(served, accept, media):
    headers = {"accept": accept} if accept is not None else {}
    async with httpx.AsyncClient() as client:
        del client.headers["accept"]

        response = await client.post(served.url, json={"query": "{ hello }"}, headers=headers)

    assert response.status_code == 200
    assert response.headers["content-type"] == f"{media}; charset=utf-8"


@pytest.mark.parametrize(
    "accept", ["text/html", "multipart/mixed", f"{JSON};q=0", "image/*", f"{JSON};charset=utf-16"]
)
async def test_what_is_not_served_is_not_acceptable(http, accept):
    response = await post(http, "{ hello }", accept)

    assert response.status_code == 406
    assert response.json()["errors"][0]["extensions"]["code"] == "NOT_ACCEPTABLE"


REQUEST_ERRORS = {
    "syntax": ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
    "empty": ({"query": ""}, "GRAPHQL_PARSE_FAILED"),
    "deep": ({"query": "{a" * 20_000}, "GRAPHQL_PARSE_FAILED"),
    "deep list": ({"query": "{ hello(name: " + "[" * 50_000 + ") }"}, "GRAPHQL_PARSE_FAILED"),
    "validation": ({"query": "{ unknown }"}, "GRAPHQL_VALIDATION_FAILED"),
    "limit of documents": ({"query": "query bomb { hello }"}, "TOO_EXPENSIVE"),
    "limit of variables": (
        {"query": "query ($name: String!) { hello(name: $name) }", "variables": {"name": "bomb"}},
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "two operations": ({"query": "query A { hello } query B { hello }"}, "OPERATION_RESOLUTION_FAILURE"),
    "unknown operation": (
        {"query": "query A { hello }", "operationName": "B"},
        "OPERATION_RESOLUTION_FAILURE",
    ),
    "no operation": ({"query": "fragment F on Query { hello }"}, "GRAPHQL_VALIDATION_FAILED"),
    "variable": (
        {"query": "query ($n: Int!) { hello }", "variables": {"n": "x"}},
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "missing variable": ({"query": "query ($n: Float!) { number(value: $n) }"}, "BAD_USER_INPUT"),
    "wrong variable": (
        {"query": "query ($n: Float!) { number(value: $n) }", "variables": {"n": "one"}},
        "BAD_USER_INPUT",
    ),
}


@pytest.mark.parametrize("case", REQUEST_ERRORS)
async def test_a_request_error_is_400_without_data(http, case):
    body, code = REQUEST_ERRORS[case]

    response = await http.post("", json=body, headers={"accept": RESPONSE})

    assert response.status_code == 400
    assert response.headers["content-type"] == f"{RESPONSE}; charset=utf-8"
    assert response.json().keys() == {"errors"}
    assert response.json()["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize("case", REQUEST_ERRORS)
async def test_a_request_error_is_200_without_data_for_legacy_clients(http, case):
    body, code = REQUEST_ERRORS[case]

    response = await http.post("", json=body, headers={"accept": JSON})

    assert response.status_code == 200
    assert response.json().keys() == {"errors"}
    assert response.json()["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize("accept", [JSON, RESPONSE])
async def test_a_resolver_error_is_a_partial_response(http, accept):
    partial = await post(http, "{ hello fails }", accept)
    nothing = await post(http, "{ hello mustNotFail }", accept)

    assert partial.status_code == 200
    assert partial.json()["data"] == {"hello": "Hello, world!", "fails": None}
    assert partial.json()["errors"][0]["path"] == ["fails"]
    assert nothing.status_code == 200
    assert nothing.json()["data"] is None


MALFORMED = {
    "empty": b"",
    "invalid utf-8": b'{"query": "\xff"}',
    "string": b'"{ hello }"',
    "number": b"7",
    "null": b"null",
    "no query": b"{}",
    "null query": b'{"query": null}',
    "query map": b'{"query": {}}',
    "query number": b'{"query": 7}',
    "name": b'{"query": "{ hello }", "operationName": 7}',
    "variables string": b'{"query": "{ hello }", "variables": "{}"}',
    "variables list": b'{"query": "{ hello }", "variables": [7]}',
    "extensions": b'{"query": "{ hello }", "extensions": 0}',
    "deep": b'{"query": "{ hello }", "variables": {"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
    "digits": b'{"query": "{ hello }", "variables": {"a": ' + b"1" * 100_000 + b"}}",
    "infinity": b'{"query": "{ hello }", "variables": {"a": 1e999}}',
    "not a number": b'{"query": "{ hello }", "variables": {"a": NaN}}',
    "lone surrogate": b'{"query": "{ hello }", "variables": {"a": "\\ud800"}}',
    "cut off": b'{"query": "{ hello }"',
    "trailing": b'{"query": "{ hello }"} x',
}


@pytest.mark.parametrize("accept", [JSON, RESPONSE])
@pytest.mark.parametrize("case", MALFORMED)
async def test_a_malformed_body_is_400(http, case, accept):
    headers = {"content-type": JSON, "accept": accept}

    response = await http.post("", content=MALFORMED[case], headers=headers)

    assert response.status_code == 400
    assert response.headers["content-type"].startswith(accept)
    assert response.json().keys() == {"errors"}
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_batching_is_refused_in_words(http):
    response = await http.post("", json=[{"query": "{ hello }"}])

    assert response.status_code == 400
    assert "Batching" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "query=",
        "variables={}",
        "query=%7Bhello%7D&variables=nonsense",
        "query=%7Bhello%7D&variables=[]",
        "query=%7Bhello%7D&variables=%5B1%5D",
        "query=%7Bhello%7D&extensions=7",
        "query=%7Bhello%7D&query=%7Bwhoami%7D",
        "query=%7B%FF%7D",
    ],
)
async def test_a_malformed_url_is_400(http, query_string):
    response = await http.get(f"?{query_string}", headers={"accept": RESPONSE})

    assert response.status_code == 400
    assert response.json().keys() == {"errors"}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
async def test_other_methods_are_told_which_are_allowed(http, method):
    response = await http.request(method, "")

    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST"


MIXED = 'query Q { hello } mutation M { rename(to: "by get") }'


@pytest.mark.parametrize("accept", [JSON, RESPONSE, "text/event-stream"])
@pytest.mark.parametrize(
    "parameters", [{"query": 'mutation { rename(to: "by get") }'}, {"query": MIXED, "operationName": "M"}]
)
async def test_get_serves_no_mutations(http, happenings, parameters, accept):
    response = await http.get("", params=parameters, headers={"accept": accept})

    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert not happenings.count("renamed to by get")


async def test_get_with_a_body_is_refused(http):
    response = await http.request("GET", "?query=%7Bhello%7D", json={"query": "{ whoami }"})

    assert response.status_code == 400


async def test_get_of_another_site_is_refused(http):
    cross = {"sec-fetch-site": "cross-site"}
    parameters = {"query": "{ hello }"}

    image = await http.get("", params=parameters, headers=cross)
    foreign = await http.get("", params=parameters, headers={**cross, "origin": "https://evil.example"})
    named = await http.get("", params=parameters, headers={**cross, "origin": "https://films.example"})

    assert image.status_code == 403
    assert foreign.status_code == 403
    assert named.status_code == 200


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "text/plain; charset=utf-8",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=utf-16",
        "application/jsonp",
        "text/plain, application/json",
    ],
)
async def test_what_a_page_may_send_to_other_sites_is_refused(served, happenings, content_type):
    headers = {"content-type": content_type} if content_type is not None else {}
    body = b'{"query": "mutation { rename(to: \\"by form\\") }"}'
    async with httpx.AsyncClient() as client:
        response = await client.post(served.url, content=body, headers=headers)

    assert response.status_code == 415
    assert response.json()["errors"][0]["extensions"]["code"] == "UNSUPPORTED_MEDIA_TYPE"
    assert not happenings.count("renamed to by form")


async def test_a_compressed_body_is_refused(http):
    response = await http.post("", json={"query": "{ hello }"}, headers={"content-encoding": "gzip"})

    assert response.status_code == 415


@pytest.mark.parametrize(
    ("token", "status", "code"),
    [("bad", 401, "UNAUTHENTICATED"), ("banned", 403, "FORBIDDEN"), ("crash", 500, "INTERNAL_SERVER_ERROR")],
)
@pytest.mark.parametrize("accept", [JSON, RESPONSE, "text/event-stream"])
async def test_who_may_not_come_in_is_told_so(http, token, status, code, accept):
    headers = {"authorization": f"Bearer {token}", "accept": accept}

    response = await http.post("", json={"query": "{ hello }"}, headers=headers)

    assert response.status_code == status
    assert response.json()["errors"][0]["extensions"]["code"] == code
    assert ("www-authenticate" in response.headers) == (status == 401)
    assert "secret" not in response.text


async def test_a_bug_of_the_transport_is_a_logged_500_with_a_request_id(http, caplog):
    response = await post(http, '{ anything(kind: "object") }')

    error = response.json()["errors"][0]
    assert response.status_code == 500
    assert error["extensions"] == {
        "code": "INTERNAL_SERVER_ERROR",
        "requestId": response.headers["x-request-id"],
    }
    assert any(response.headers["x-request-id"] in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize(
    ("kind", "value"), [("big", 2**80), ("surrogate", "caf?.mkv"), ("nested", {"a": [1, None]})]
)
async def test_values_beyond_plain_json_are_written(http, kind, value):
    response = await post(http, "query ($kind: String!) { anything(kind: $kind) }", variables={"kind": kind})

    assert response.json() == {"data": {"anything": value}}


async def test_resolvers_see_variables_as_strawberry_gives_them(http):
    query = 'query ($value: JSON, $name: String = "Ash") { variables(value: $value) hello(name: $name) }'

    response = await post(http, query, variables={"value": {"a": 1}})

    assert response.json()["data"]["variables"] == {
        "variables": {"value": {"a": 1}, "name": "Ash"},
        "value": {"a": 1},
    }
