"""What only those who are signed in get to see."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.graphql.negotiate import preferred

SIGN_IN = "/sign-in"

# The page that has to come first; None for those who may come in.
FirstPage = Callable[[HTTPConnection], Awaitable[str | None]]


class Gate:
    """ASGI middleware: a person who may not come in is led to where that is mended, a program is told 401.

    first_page: says where.
    """

    def __init__(self, app: ASGIApp, first_page: FirstPage) -> None:
        self._app = app
        self._first_page = first_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        page = await self._first_page(connection)
        if page is None:
            await self._app(scope, receive, send)
        else:
            await _turned_away(connection, page)(scope, receive, send)


def _turned_away(connection: HTTPConnection, page: str) -> Response:
    headers = {"cache-control": "no-store", "vary": "accept, cookie"}
    kinds = preferred(connection.headers.get("accept"), ("text/plain", "text/html"))
    if connection.scope["method"] in {"GET", "HEAD"} and kinds[:1] == ("text/html",):
        place = connection.url.path + (f"?{connection.url.query}" if connection.url.query else "")
        return RedirectResponse(f"{page}?next={quote(place, safe='/')}", 303, headers)
    return Response(
        "Sign in first.\n" if page == SIGN_IN else "Set up a second factor first.\n",
        401,
        headers,
        "text/plain",
    )
