"""Figures of the server are for who may read them."""

from collections.abc import AsyncIterator

import httpx
import pytest

from app.access.builtin import ADMIN, MODERATOR
from app.access.permissions import expand
from app.access.viewer import Viewer
from app.activity.actor import Actor
from app.core import clock
from app.identity.api_tokens import create_api_token
from app.main import build, graph
from tests import given


@pytest.fixture
async def http(app) -> AsyncIterator[httpx.AsyncClient]:
    site = httpx.ASGITransport(build(app, graph(app)))
    async with httpx.AsyncClient(transport=site, base_url="http://localhost:8000") as client:
        yield client


async def read(http, token):
    return await http.get("/metrics", headers={"authorization": f"Bearer {token}"})


async def scoped(app, *scopes):
    user_id = await given.user(app, roles=[ADMIN])
    owner = Viewer(permissions=expand(["*"]), actor=Actor(user_id=user_id), proved_at=clock.now())
    async with app.transaction() as tx:
        return (await create_api_token(tx, owner, "Prometheus", scopes, None))[1]


async def test_strangers_and_those_who_may_not_are_told_nothing(app, http):
    moderator = await given.token(app, await given.user(app, roles=[MODERATOR]))
    scopes = await scoped(app, "movie:*")

    answers = [
        await http.get("/metrics"),
        await read(http, "mqt_x"),
        *[await read(http, each) for each in (moderator, scopes)],
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 403, 403]
    assert not any("marquee_" in answer.text for answer in answers)
    assert answers[0].headers["www-authenticate"] == "Bearer"


async def test_a_token_for_metrics_alone_reads_what_was_counted(app, http):
    token = await scoped(app, "metrics:read")
    by_admin = {"authorization": f"Bearer {await given.token(app)}"}
    before = await figures(http, token)
    for query in (
        "{ movies { totalCount } }",
        "query Q($first: Int!) { movies(first: $first) { totalCount } }",
    ):
        await http.post("/graphql", json={"query": query}, headers=by_admin)

    after = await figures(http, token)

    def more(name):
        return after.get(name, 0) - before.get(name, 0)

    answered = 'marquee_graphql_operations_total{kind="query",outcome="%s",executor="engine"}'
    assert (more(answered % "answered"), more(answered % "refused")) == (1, 1)
    assert more('marquee_graphql_seconds_count{kind="query",executor="engine"}') == 2
    assert more('marquee_cache_hits_total{cache="viewer",place="process"}') > 0
    assert after["marquee_database_connections"] > 0


async def figures(http, token):
    answer = await read(http, token)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    lines = [line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}
