"""Everything that one port serves, put together."""

from collections.abc import Collection, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from app.web.gate import FirstPage, Gate
from app.web.graphiql import page as graphiql
from app.web.graphql.asgi import GraphQL
from app.web.graphql.http import is_browser_navigation
from app.web.graphql.request_id import RequestIds
from app.web.hosts import KnownHosts


class GraphQLOrPage:
    """`/graphql`: the graph for programs, GraphiQL for a person who opens the address in a browser."""

    def __init__(self, graphql: GraphQL, first_page: FirstPage) -> None:
        self._graphql = graphql
        self._page = Gate(_page, first_page)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_browser_navigation(scope):
            await self._page(scope, receive, send)
        else:
            await self._graphql(scope, receive, send)


async def _page(scope: Scope, receive: Receive, send: Send) -> None:
    await (await graphiql.page(Request(scope)))(scope, receive, send)


def site(
    graphql: GraphQL,
    health: Sequence[BaseRoute],
    *,
    pages: Sequence[BaseRoute] = (),
    operations_dir: Path,
    first_page: FirstPage,
    allowed_origins: Collection[str] = (),
) -> Starlette:
    """The ASGI application. allowed_origins: whose pages may use the graph; their names are ours as well.

    pages: what people see before they are signed in, and of their account. first_page: see Gate; of GraphiQL.
    """
    endpoint = GraphQLOrPage(graphql, first_page)
    gate = Middleware(Gate, first_page)
    names = [name for origin in allowed_origins if (name := urlsplit(origin).hostname)]
    return Starlette(
        routes=[
            *health,
            *pages,
            Route("/graphql", endpoint),
            WebSocketRoute("/graphql", endpoint),
            Route("/", graphiql.page, middleware=[gate]),
            *graphiql.routes(operations_dir, [gate]),
        ],
        middleware=[Middleware(RequestIds), Middleware(KnownHosts, names)],
    )
