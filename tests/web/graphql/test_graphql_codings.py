import httpx
import pytest

from app.web.codings import LEAST_BYTES

EVENTS = "text/event-stream"


async def greeting(http: httpx.AsyncClient, length: int, **headers: str) -> httpx.Response:
    body = {"query": "query ($name: String!) { hello(name: $name) }", "variables": {"name": "x" * length}}
    return await http.post("", json=body, headers={"accept-encoding": "identity", **headers})


@pytest.mark.parametrize("coding", ["zstd", "br", "gzip"])
async def test_an_answer_is_compressed_where_the_client_asks(http: httpx.AsyncClient, coding: str):
    plain = await greeting(http, 50_000)

    answer = await greeting(http, 50_000, **{"accept-encoding": coding})

    assert answer.headers["content-encoding"] == coding
    assert int(answer.headers["content-length"]) < 2000
    assert answer.json() == plain.json() == {"data": {"hello": f"Hello, {'x' * 50_000}!"}}
    assert "content-encoding" not in plain.headers
    assert answer.headers["vary"] == plain.headers["vary"] == "accept, accept-encoding"


async def test_a_small_answer_is_not_compressed(http: httpx.AsyncClient):
    answer = await greeting(http, LEAST_BYTES // 2, **{"accept-encoding": "gzip"})

    assert "content-encoding" not in answer.headers


async def test_event_streams_are_not_compressed(http: httpx.AsyncClient):
    answer = await greeting(http, 50_000, **{"accept-encoding": "gzip", "accept": EVENTS})

    assert answer.headers["content-type"].startswith(EVENTS)
    assert "content-encoding" not in answer.headers


async def test_an_error_that_is_long_is_compressed_as_well(http: httpx.AsyncClient):
    fields = " ".join(f"nothing{number:0200}" for number in range(10))

    answer = await http.post("", json={"query": f"{{ {fields} }}"}, headers={"accept-encoding": "br"})

    assert answer.headers["content-encoding"] == "br"
    assert len(answer.json()["errors"]) == 10
