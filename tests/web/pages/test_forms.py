"""Forms: what is read of them, and from whom."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.core.errors import AppError
from app.web.pages.forms import MOST_BYTES, MOST_FIELDS, read_form

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async def read(request: Request) -> JSONResponse:
        try:
            return JSONResponse(dict(await read_form(request)))
        except AppError as error:
            return JSONResponse(error.code, 400)

    transport = httpx.ASGITransport(Starlette(routes=[Route("/", read, methods=["POST"])]))
    async with httpx.AsyncClient(transport=transport, base_url="http://marquee") as client:
        yield client


async def test_fields_are_read_as_browsers_send_them(client: httpx.AsyncClient):
    answer = await client.post("/", data={"name": "Zoë & Co", "next": "/a?b=c", "empty": ""})

    assert answer.json() == {"name": "Zoë & Co", "next": "/a?b=c", "empty": ""}


async def test_of_a_field_that_is_sent_twice_the_first_counts(client: httpx.AsyncClient):
    answer = await client.post("/", content="name=first&name=second", headers=FORM)

    assert answer.json() == {"name": "first"}


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://marquee:8080"},
        {"sec-fetch-site": "same-origin", "origin": "https://evil.example"},
    ],
    ids=str,
)
async def test_a_form_of_another_site_is_refused(client: httpx.AsyncClient, headers: dict[str, str]):
    answer = await client.post("/", data={"name": "x"}, headers=headers)

    assert (answer.status_code, answer.json()) == (400, "PERMISSION_DENIED")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "same-origin", "origin": "http://marquee"},
        {"sec-fetch-site": "none"},
        {"origin": "https://marquee"},
    ],
    ids=str,
)
async def test_a_form_of_ours_is_read(client: httpx.AsyncClient, headers: dict[str, str]):
    answer = await client.post("/", data={"name": "x"}, headers=headers)

    assert answer.json() == {"name": "x"}


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"name=" + b"x" * MOST_BYTES, FORM),
        ("&".join(f"f{number}=x" for number in range(MOST_FIELDS + 1)).encode(), FORM),
        (b"name=%ff", FORM),
        (b"name=\xff", FORM),
        (b"name=a%00b", FORM),
        (b'{"name": "x"}', {"content-type": "application/json"}),
        (b"name=x", {}),
    ],
    ids=["too long", "too many fields", "no UTF-8", "no UTF-8 within", "NUL", "JSON", "no type"],
)
async def test_what_is_no_form_is_refused(client: httpx.AsyncClient, content: bytes, headers: dict[str, str]):
    answer = await client.post("/", content=content, headers=headers)

    assert (answer.status_code, answer.json()) == (400, "INVALID_INPUT")
