from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from app.web.graphql.known import Trust
from app.web.graphql.limits import TransportLimits
from tests.patience import PATIENCE_S
from tests.web.graphql import graph
from tests.web.graphql.graph import Happenings, make_app
from tests.web.graphql.serving import Served, serving


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    with serving(make_app()) as served:
        yield served


@pytest.fixture(scope="session")
def tight() -> Iterator[Served]:
    """A server with limits that tests reach at once."""
    limits = TransportLimits(
        send_timeout_s=0.5,
        keep_alive_s=0.05,
        operations_per_socket=3,
        subscriptions_per_viewer=2,
    )
    with serving(make_app(limits)) as served:
        yield served


@pytest.fixture(scope="session")
def impatient() -> Iterator[Served]:
    """A server that soon has waited long enough for what clients have to send."""
    with serving(make_app(TransportLimits(body_timeout_s=0.2, init_timeout_s=0.2))) as served:
        yield served


@pytest.fixture(scope="session")
def strict() -> Iterator[Served]:
    """A server that answers trusted documents alone."""
    with serving(make_app(trust=Trust.ONLY)) as served:
        yield served


@pytest.fixture(scope="session")
async def http(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=served.url, timeout=PATIENCE_S) as client:
        yield client


@pytest.fixture
def happenings() -> Happenings:
    return graph.happenings
