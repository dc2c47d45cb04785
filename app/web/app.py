"""Everything that one port serves, put together."""
# What is asked most often by far goes the shortest way: neither routes nor middleware are gone through for the graph.

from collections.abc import Collection, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.gate import FirstPage, Gate
from app.web.graphiql import page as graphiql
from app.web.graphql.asgi import GraphQL
from app.web.graphql.http import is_browser_navigation
from app.web.graphql.request_id import RequestIds
from app.web.hosts import KnownHosts

GRAPHQL = "/graphql"


class GraphOrPages:
    """The graph for programs; all else, and GraphiQL for a person who opens the graph's address in a browser."""

    def __init__(self, graphql: GraphQL, pages: ASGIApp) -> None:
        self._graphql, self._app = graphql, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_graph = scope["type"] in {"http", "websocket"} and scope["path"] == GRAPHQL
        if is_graph and not is_browser_navigation(scope):
            await self._graphql(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def site(
    graphql: GraphQL,
    health: Sequence[BaseRoute],
    *,
    pages: Sequence[BaseRoute] = (),
    operations_dir: Path,
    first_page: FirstPage,
    allowed_origins: Collection[str] = (),
) -> ASGIApp:
    """The ASGI application. allowed_origins: whose pages may use the graph; their names are ours as well.

    pages: what people see before they are signed in, and of their account. first_page: see Gate; of GraphiQL.
    """
    gate = Middleware(Gate, first_page)
    names = [name for origin in allowed_origins if (name := urlsplit(origin).hostname)]
    others = Starlette(
        routes=[
            *health,
            *pages,
            Route(GRAPHQL, graphiql.page, middleware=[gate]),
            Route("/", graphiql.page, middleware=[gate]),
            *graphiql.routes(operations_dir, [gate]),
        ]
    )
    return KnownHosts(GraphOrPages(graphql, RequestIds(others)), names)
