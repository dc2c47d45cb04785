import re

import pytest

from app.web.graphql.request_id import RequestIds, current_request_id


async def test_every_answer_names_its_request(http):
    good = await http.post("", json={"query": "{ requestId }"})
    bad = await http.post("", content=b"nonsense", headers={"content-type": "application/json"})

    assert re.fullmatch(r"[0-9a-f]{16}", good.headers["x-request-id"])
    assert good.json() == {"data": {"requestId": [good.headers["x-request-id"]] * 2}}
    assert bad.json()["errors"][0]["extensions"]["requestId"] == bad.headers["x-request-id"]
    assert bad.headers["x-request-id"] != good.headers["x-request-id"]


async def test_a_masked_error_names_its_request(http):
    response = await http.post("", json={"query": "{ fails }"})

    error = response.json()["errors"][0]
    assert error["message"] == "Something went wrong."
    assert error["extensions"]["requestId"] == response.headers["x-request-id"]


async def test_a_sane_name_is_kept(http):
    response = await http.post("", json={"query": "{ hello }"}, headers={"x-request-id": "trace/1.2_3-4"})

    assert response.headers.get_list("x-request-id") == ["trace/1.2_3-4"]


@pytest.mark.parametrize("name", ["", "two words", "<script>", "é", "x" * 129])
async def test_any_other_name_is_replaced(http, name):
    response = await http.post("", json={"query": "{ hello }"}, headers={"x-request-id": name.encode()})

    assert re.fullmatch(r"[0-9a-f]{16}", response.headers["x-request-id"])


async def test_a_request_is_named_once_however_often_the_middleware_is_applied():
    seen: list[str] = []

    async def app(scope, receive, send):
        seen.append(current_request_id())
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        seen.extend(value.decode() for name, value in message["headers"] if name == b"x-request-id")

    await RequestIds(RequestIds(app))({"type": "http", "headers": [(b"x-request-id", b"once")]}, None, send)

    assert seen == ["once", "once"]
    assert current_request_id() == ""
