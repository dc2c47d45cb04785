import re

import pytest


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
