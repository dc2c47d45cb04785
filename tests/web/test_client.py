"""A client is believed what it says of itself by nobody; a proxy that is trusted, of whom it speaks for."""

import pytest

from app.core.config import ForwardedHeader
from app.web.client import BehindProxies, read_address

TRUSTED = ["10.0.0.0/8", "2001:db8:ff::/48"]
X, RFC = ForwardedHeader


async def seen(headers, *, peer="10.0.0.1", trusted=TRUSTED, header=X, kind="http", scheme="http"):
    """The client's address and scheme, as what lies below the middleware sees them."""
    found = []

    async def app(scope, receive, send):
        found.append((scope["client"][0], scope["scheme"]))

    scope = {
        "type": kind,
        "scheme": scheme,
        "client": (peer, 40000),
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    await BehindProxies(app, trusted, header)(scope, None, None)
    return found[0]


def x(addresses, scheme=None):
    return [("x-forwarded-for", addresses), *([("x-forwarded-proto", scheme)] if scheme else [])]


@pytest.mark.parametrize(
    ("headers", "client"),
    [
        ([], ("10.0.0.1", "http")),
        (x("192.0.2.1"), ("192.0.2.1", "http")),
        (x("192.0.2.1", "https"), ("192.0.2.1", "https")),
        (x("203.0.113.9, 192.0.2.1", "https"), ("192.0.2.1", "https")),
        (x("203.0.113.9, 192.0.2.1, 10.0.0.2", "https"), ("192.0.2.1", "https")),
        (x("192.0.2.1, 10.0.0.2", "https, http"), ("192.0.2.1", "https")),
        (x("203.0.113.9, 192.0.2.1", "https, http"), ("192.0.2.1", "http")),
        (x("10.0.0.3, 10.0.0.2"), ("10.0.0.3", "http")),
        ([*x("203.0.113.9"), *x("192.0.2.1")], ("192.0.2.1", "http")),
        (x("192.0.2.1:4711"), ("192.0.2.1", "http")),
        (x("[2001:db8::7]:4711"), ("2001:db8::7", "http")),
        (x("2001:db8::7, 2001:db8:ff::1"), ("2001:db8::7", "http")),
        (x("::ffff:192.0.2.1"), ("192.0.2.1", "http")),
        (x("192.0.2.1, unknown"), ("10.0.0.1", "http")),
        (x("192.0.2.1, unknown, 10.0.0.2"), ("10.0.0.2", "http")),
        (x("192.0.2.1", "ftp"), ("192.0.2.1", "http")),
        ([("x-forwarded-proto", "https")], ("10.0.0.1", "https")),
        ([("forwarded", "for=192.0.2.1;proto=https")], ("10.0.0.1", "http")),
    ],
)
async def test_x_forwarded_for_is_read_from_its_end_to_the_first_that_is_not_trusted(headers, client):
    assert await seen(headers) == client


@pytest.mark.parametrize(
    ("value", "client"),
    [
        ("for=192.0.2.1", ("192.0.2.1", "http")),
        ("for=192.0.2.1;proto=https;by=10.0.0.1", ("192.0.2.1", "https")),
        ('For="[2001:db8::7]:4711"; Proto="HTTPS"', ("2001:db8::7", "https")),
        ("for=203.0.113.9, for=192.0.2.1;proto=https, for=10.0.0.2;proto=http", ("192.0.2.1", "https")),
        ('for="a,b;c", for=192.0.2.1', ("192.0.2.1", "http")),
        ("for=_hidden;proto=https", ("10.0.0.1", "https")),
        ("for=192.0.2.1, for=_hidden", ("10.0.0.1", "http")),
        ("for=unknown", ("10.0.0.1", "http")),
        ("", ("10.0.0.1", "http")),
        ('for="192.0.2.1', ("10.0.0.1", "http")),
    ],
)
async def test_forwarded_is_read_alike(value, client):
    assert await seen([("forwarded", value), *x("198.51.100.1", "https")], header=RFC) == client


@pytest.mark.parametrize("peer", ["192.0.2.99", "2001:db8::1", "::ffff:192.0.2.99"])
async def test_others_are_not_believed(peer):
    assert await seen(x("198.51.100.1", "https"), peer=peer) == (peer, "http")


async def test_nobody_is_believed_unless_told():
    assert await seen(x("198.51.100.1", "https"), trusted=[]) == ("10.0.0.1", "http")


async def test_a_proxy_may_be_seen_by_ipv6_that_is_ipv4():
    assert await seen(x("192.0.2.1"), peer="::ffff:10.0.0.1") == ("192.0.2.1", "http")


async def test_sockets_get_their_own_schemes():
    assert await seen(x("192.0.2.1", "https"), kind="websocket", scheme="ws") == ("192.0.2.1", "wss")


async def test_a_long_list_is_read_in_time():
    assert await seen([("forwarded", 'for="' + "\\" * 60_000)], header=RFC) == ("10.0.0.1", "http")
    assert await seen(x("10.0.0.2, " * 5000 + "192.0.2.1")) == ("192.0.2.1", "http")


@pytest.mark.parametrize("text", ["", "here", "1.2.3", "1.2.3.4:port", "[::1", "1.2.3.4/8"])
def test_what_is_no_address_is_none(text):
    assert read_address(text) is None
