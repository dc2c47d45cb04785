"""GraphiQL's routes: the page, its assets and its examples."""

from collections.abc import Sequence
from pathlib import Path

import orjson
from anyio import to_thread
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.web.assets import SECURITY_HEADERS, Asset
from app.web.graphiql.assets import STATIC, account_style, page_asset
from app.web.graphiql.examples import load_examples

REVALIDATE = "no-cache"
FOR_EVER = "public, max-age=31536000, immutable"


def routes(operations_dir: Path, middleware: Sequence[Middleware] = ()) -> list[BaseRoute]:
    """`/graphiql` and what it loads, behind the middleware.

    `operations_dir` holds `<slice>/<name>.graphql` and is read at each visit.
    """

    async def examples(request: Request) -> Response:
        found = await to_thread.run_sync(load_examples, operations_dir)
        body = orjson.dumps({"operations": [example.as_json() for example in found]})
        return Asset.of(body, "application/json").response(request, cache_control=REVALIDATE)

    return [
        Route("/graphiql", page, middleware=middleware),
        Route("/graphiql/account.css", style, middleware=middleware),
        Route("/graphiql/examples.json", examples, middleware=middleware),
        Route("/graphiql/static/{name}", static, middleware=middleware),
    ]


async def page(request: Request) -> Response:
    """The HTML page. It works at `/graphiql`, `/graphql` and `/`: its links are relative, one level deep."""
    return page_asset().response(request, cache_control=REVALIDATE, vary="Accept, Accept-Encoding")


async def style(request: Request) -> Response:
    """Of the bar above it."""
    return account_style().response(request, cache_control=REVALIDATE)


async def static(request: Request) -> Response:
    """One built file by its exact name."""
    name = request.path_params["name"]
    if name not in STATIC.names:
        return Response("Not found", status_code=404, media_type="text/plain", headers=SECURITY_HEADERS)
    asset = await to_thread.run_sync(STATIC.asset, name)
    lasting = REVALIDATE if name == "LICENSES.txt" else FOR_EVER
    return asset.response(request, cache_control=lasting)
