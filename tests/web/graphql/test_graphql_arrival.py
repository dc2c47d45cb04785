from typing import Any

import pytest
from starlette.datastructures import Headers

from app.web.graphql.arrival import MOST_BYTES, MOST_FIELDS, MOST_KNOWN, Arrival, _known, origin_of
from app.web.graphql.negotiate import Media

RAW = [
    (b"host", b"films.example:8000"),
    (b"cookie", b"a=1"),
    (b"cookie", b"b=2"),
    (b"x-name", b"caf\xe9"),
    (b"x-name", b"second"),
    (b"authorization", b"Bearer secret"),
]


def arrival(raw: list[tuple[bytes, bytes]] = RAW, **scope: Any) -> Arrival:
    server = ("127.0.0.1", 8000)
    return Arrival({"type": "http", "scheme": "http", "server": server, "headers": raw, **scope})


@pytest.mark.parametrize(
    "name", ["host", "Host", "cookie", "Cookie", "x-name", "accept", "authorization", "Accept"]
)
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


def test_what_programs_say_each_time_is_worked_out_once_and_what_is_secret_is_not_kept():
    said = [(b"accept", b"text/event-stream"), (b"content-type", b"application/json")]
    one = arrival([*said, (b"authorization", b"Bearer one"), (b"x-of-a-proxy", b"secret")])
    two = arrival([*said, (b"authorization", b"Bearer two"), (b"content-length", b"2")])

    assert one.bearing is two.bearing
    assert one.bearing.media == (Media.EVENTS,)
    assert one.bearing.is_json
    assert (one.headers["authorization"], two.headers["authorization"]) == ("Bearer one", "Bearer two")
    assert one.headers["x-of-a-proxy"] == "secret"
    assert one.bearing.said.keys() == {"accept", "content-type"}


def test_little_is_kept_of_what_strangers_say():
    long = [(b"accept", b"a" * MOST_BYTES)]
    many = [(b"accept", b"")] * (MOST_FIELDS + 1)

    for number in range(2 * MOST_KNOWN):
        arrival([(b"origin", b"%d" % number)])

    for each in (long, many):
        assert arrival(each).bearing is not arrival(each).bearing
    assert 0 < len(_known) <= MOST_KNOWN
