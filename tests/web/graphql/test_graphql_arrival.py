from typing import Any

import pytest
from starlette.datastructures import Headers

from app.web.graphql.arrival import Arrival, origin_of

RAW = [(b"host", b"films.example:8000"), (b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"x-name", b"caf\xe9")]


def arrival(raw: list[tuple[bytes, bytes]] = RAW, **scope: Any) -> Arrival:
    server = ("127.0.0.1", 8000)
    return Arrival({"type": "http", "scheme": "http", "server": server, "headers": raw, **scope})


@pytest.mark.parametrize("name", ["host", "Host", "cookie", "x-name", "accept"])
def test_fields_are_found_as_starlette_finds_them(name: str):
    fields, starlettes = arrival().headers, Headers(raw=RAW)

    assert fields.get(name) == starlettes.get(name)
    assert fields.get(name, "other") == starlettes.get(name, "other")
    assert fields.getlist(name) == starlettes.getlist(name)
    assert (name in fields) == (name in starlettes)
    assert arrival().cookies == {"a": "1", "b": "2"}


def test_a_field_that_is_not_there_can_not_be_had():
    with pytest.raises(KeyError):
        arrival().headers["accept"]


@pytest.mark.parametrize(
    ("headers", "scheme", "origin"),
    [
        ([(b"host", b"films.example")], "https", "https://films.example"),
        ([(b"host", b"[::1]:8000")], "http", "http://[::1]:8000"),
        ([], "http", "http://127.0.0.1:8000"),
    ],
)
def test_the_origin_is_that_by_which_the_client_knows_us(
    headers: list[tuple[bytes, bytes]], scheme: str, origin: str
):
    asked = arrival(headers, scheme=scheme, path="/graphql", query_string=b"query={a}")

    assert origin_of(asked) == origin
    assert str(asked.base_url).rstrip("/") == origin
