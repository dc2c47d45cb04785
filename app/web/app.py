"""Everything that one port serves, put together."""

from collections.abc import Collection, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from app.web.graphiql import page as graphiql
from app.web.graphql.asgi import GraphQL
from app.web.graphql.http import is_browser_navigation
from app.web.graphql.request_id import RequestIds
from app.web.hosts import KnownHosts


class GraphQLOrPage:
    """`/graphql`: the graph for programs, GraphiQL for a person who opens the address in a browser."""

    def __init__(self, graphql: GraphQL) -> None:
        self._graphql = graphql

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_browser_navigation(scope):
            await (await graphiql.page(Request(scope)))(scope, receive, send)
        else:
            await self._graphql(scope, receive, send)


def site(
    graphql: GraphQL,
    health: Sequence[BaseRoute],
    *,
    operations_dir: Path,
    allowed_origins: Collection[str] = (),
) -> Starlette:
    """The ASGI application. allowed_origins: whose pages may use the graph; their names are ours as well."""
    endpoint = GraphQLOrPage(graphql)
    names = [name for origin in allowed_origins if (name := urlsplit(origin).hostname)]
    return Starlette(
        routes=[
            Route("/", graphiql.page),
            *graphiql.routes(operations_dir),
            Route("/graphql", endpoint),
            WebSocketRoute("/graphql", endpoint),
            *health,
        ],
        middleware=[Middleware(RequestIds), Middleware(KnownHosts, names)],
    )
