"""The frame of pages: what they are sent with, and where one goes on to from them."""

import jinja2
import pytest

from app.web.pages.frame import own_path, page


@pytest.mark.parametrize("path", ["/", "/graphiql", "/graphiql?query=%7Ba%7D#x", "/device?code=AB-CD"])
def test_a_path_of_ours_is_gone_on_to(path: str):
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "graphiql",
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        " //evil.example",
        "/ä",
        "/" + "x" * 1000,
    ],
)
def test_what_could_lead_elsewhere_is_not(path: str | None):
    assert own_path(path, "/graphiql") == "/graphiql"


def test_a_page_loads_nothing_of_others_and_is_kept_by_nobody():
    answer = page("said", heading="Done", text="It is done.", link=None, status=403)

    assert answer.status_code == 403
    assert answer.headers["cache-control"] == "no-store"
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"


def test_what_somebody_typed_is_text_and_nothing_more():
    answer = page("said", heading="<script>alert(1)</script>", text='"><b>', link=None)

    body = bytes(answer.body).decode()
    assert "<script>" not in body
    assert "<b>" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body


def test_a_value_that_is_missing_is_a_mistake_of_ours():
    with pytest.raises(jinja2.UndefinedError):
        page("said", heading="Done")
