"""Whoever asks too often is told so, and when to come back."""

from collections.abc import AsyncIterator

import httpx
import pytest

from app.activity.actor import Actor
from app.main import build, graph
from app.settings.registry import SERVER
from app.settings.writes import change_settings
from tests import given

TYPENAME = {"query": "{ __typename }"}
OPTIONS = {"query": "{ signInOptions { needsSetUp } }"}
MUTATION = {"query": "mutation { __typename }"}


@pytest.fixture
async def stranger(app) -> AsyncIterator[httpx.AsyncClient]:
    site = httpx.ASGITransport(build(app, graph(app)))
    async with httpx.AsyncClient(transport=site, base_url="http://localhost:8000") as client:
        yield client


@pytest.fixture
async def client(app, stranger) -> httpx.AsyncClient:
    stranger.headers.update(await given.credentials(app))
    return stranger


async def limit(app, **changes):
    async with app.transaction() as tx:
        await change_settings(tx, Actor(), changes, SERVER)


async def test_each_response_says_how_much_is_left(app, client):
    await limit(app, rate_queries=10)

    answer = await client.post("/graphql", json=TYPENAME)

    assert answer.headers["ratelimit-policy"] == '"query";q=10;w=60'
    assert answer.headers["ratelimit"].startswith('"query";r=9;t=')


async def test_too_many_are_answered_with_429_and_when_to_come_back(app, client):
    await limit(app, rate_queries=1)
    await client.post("/graphql", json=TYPENAME)

    answer = await client.post("/graphql", json=TYPENAME)

    assert answer.status_code == 429
    assert answer.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert answer.headers["ratelimit"].startswith('"query";r=0;t=')
    assert (await client.post("/graphql", json=MUTATION)).status_code == 200


async def test_what_is_invalid_counts_too(app, client):
    await limit(app, rate_queries=1)

    first = await client.post("/graphql", json={"query": "{ nothing }"})
    second = await client.post("/graphql", json={"query": "{ nothing }"})

    assert (first.status_code, second.status_code) == (200, 429)


async def test_strangers_are_counted_by_address(app, stranger):
    await limit(app, rate_queries=1)

    first = await stranger.post("/graphql", json=OPTIONS)
    second = await stranger.post("/graphql", json=OPTIONS)

    assert (first.status_code, second.status_code) == (200, 429)


async def test_what_strangers_are_refused_counts_too(app, stranger):
    await limit(app, rate_queries=1)
    headers = {"authorization": "Bearer mqs_guessed"}

    first = await stranger.post("/graphql", json={"query": "{ movies { totalCount } }"}, headers=headers)
    second = await stranger.post("/graphql", json={"query": "{ movies { totalCount } }"}, headers=headers)

    assert (first.status_code, second.status_code) == (401, 429)


async def test_no_limit_no_headers(app, client):
    await limit(app, rate_queries=0)

    answer = await client.post("/graphql", json=TYPENAME)

    assert answer.status_code == 200
    assert "ratelimit" not in answer.headers
