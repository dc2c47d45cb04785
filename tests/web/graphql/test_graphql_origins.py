import pytest
from starlette.datastructures import Headers

from app.web.graphql.http import is_browser_navigation
from app.web.graphql.origins import is_foreign

CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("origin", "host", "foreign"),
    [
        (None, "films.home", False),
        ("http://films.home", "films.home", False),
        ("http://films.home", "films.home:80", False),
        ("http://films.home:80", "films.home", False),
        ("https://films.home", "films.home", False),
        ("https://films.home", "films.home:443", False),
        ("HTTPS://Films.Home", "films.home", False),
        ("http://[::1]:8000", "[::1]:8000", False),
        ("http://films.home:8001", "films.home:8000", True),
        ("https://films.home", "films.home:80", True),
        ("http://evil.home", "films.home", True),
        ("http://films.home.evil", "films.home", True),
        ("http://films.home@evil", "films.home", True),
        ("null", "films.home", True),
        ("", "", True),
        ("http://films.home:port", "films.home", True),
        ("https://named.example", "films.home", False),
        ("https://named.example:8443", "films.home", True),
    ],
)
def test_whose_pages_are_foreign(origin, host, foreign):
    headers = Headers({"host": host} | ({} if origin is None else {"origin": origin}))

    assert is_foreign(headers, {"https://named.example"}) is foreign


def test_two_origins_are_foreign():
    headers = Headers(raw=[(b"host", b"a"), (b"origin", b"http://a"), (b"origin", b"http://a")])

    assert is_foreign(headers, ())


@pytest.mark.parametrize(
    ("method", "accept", "query_string", "navigation"),
    [
        ("GET", CHROMIUM, b"", True),
        ("GET", "text/html", b"operation=browse", True),
        ("GET", CHROMIUM, b"query=%7Bhello%7D", False),
        ("POST", CHROMIUM, b"", False),
        ("GET", "*/*", b"", False),
        ("GET", "application/json", b"", False),
        ("GET", "application/json, text/html;q=0.5", b"", False),
        ("GET", "text/event-stream", b"", False),
        ("GET", None, b"", False),
    ],
)
def test_who_is_shown_a_page(method, accept, query_string, navigation):
    headers = [] if accept is None else [(b"accept", accept.encode())]
    scope = {
        "type": "http",
        "method": method,
        "headers": headers,
        "query_string": query_string,
        "path": "/graphql",
    }

    assert is_browser_navigation(scope) is navigation
    assert not is_browser_navigation({**scope, "type": "websocket"})
