"""What only those who are signed in get to see."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.graphql.negotiate import preferred

SIGN_IN = "/sign-in"

IsSignedIn = Callable[[HTTPConnection], Awaitable[bool]]


class Gate:
    """ASGI middleware: a person who is not signed in is led to where that is done, a program is told 401."""

    def __init__(self, app: ASGIApp, is_signed_in: IsSignedIn) -> None:
        self._app = app
        self._is_signed_in = is_signed_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        if await self._is_signed_in(connection):
            await self._app(scope, receive, send)
        else:
            await _turned_away(connection)(scope, receive, send)


def _turned_away(connection: HTTPConnection) -> Response:
    headers = {"cache-control": "no-store", "vary": "accept, cookie"}
    kinds = preferred(connection.headers.get("accept"), ("text/plain", "text/html"))
    if connection.scope["method"] in {"GET", "HEAD"} and kinds[:1] == ("text/html",):
        place = connection.url.path + (f"?{connection.url.query}" if connection.url.query else "")
        return RedirectResponse(f"{SIGN_IN}?next={quote(place, safe='/')}", 303, headers)
    return Response("Sign in first.\n", 401, headers, "text/plain")
