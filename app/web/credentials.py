"""Who a request comes from: a browser by its cookie, anything else by the token that it shows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from starlette.requests import HTTPConnection

from app.access.permissions import STRANGERS
from app.access.viewer import Viewer
from app.core.app import App
from app.identity.authenticate import Authenticated, authenticate, by_session, renewed
from app.identity.client import Client
from app.identity.lifetimes import lifetimes
from app.identity.sessions import SessionKind
from app.identity.tokens import TokenKind
from app.web.cookies import CookieJar, session_cookie
from app.web.graphql.origins import is_foreign
from app.web.graphql.request_id import current_request_id

_SCHEME = "bearer "


@dataclass(frozen=True, slots=True)
class Visit:
    """viewer: a stranger where there are no good credentials. jar: None where no cookie can be set."""

    viewer: Viewer
    client: Client
    jar: CookieJar | None


async def visit(
    app: App,
    connection: HTTPConnection,
    params: Mapping[str, Any] | None = None,
    *,
    is_page: bool = False,
    sets_cookies: bool = True,
) -> Visit:
    """Who is there. What is told by a token outweighs a cookie.

    params: the payload of a socket's connection_init. is_page: something is looked at and nothing done, to which
    links of other sites may lead. sets_cookies: whether the response will be sent with the jar's; a token that is
    renewed for nobody would be lost.
    """
    client = _client(connection, _page(connection, app.config.allowed_origins))
    jar = CookieJar(connection) if sets_cookies and connection.scope["type"] == "http" else None
    if token := _shown(connection, params):
        viewer = await _by_token(app, token, client)
    elif (token := session_cookie(connection)) and _counts(connection, app.config.allowed_origins, is_page):
        viewer = await _by_cookie(app, token, client, jar)
    else:
        viewer = None
    return Visit(viewer or Viewer(permissions=STRANGERS, actor=client.actor()), client, jar)


def client_of(connection: HTTPConnection) -> Client:
    return _client(connection, None)


def _client(connection: HTTPConnection, page: str | None) -> Client:
    address: tuple[str, int] | None = connection.scope.get("client")
    agent = connection.headers.get("user-agent")
    return Client(address[0] if address else None, agent, current_request_id() or None, page=page)


def _page(connection: HTTPConnection, allowed_origins: Collection[str]) -> str | None:
    """The origin of the page that asks, if it is our own or one that is let in."""
    origin = connection.headers.get("origin")
    return None if origin is None or _is_foreign(connection, allowed_origins) else origin


def _is_foreign(connection: HTTPConnection, allowed_origins: Collection[str]) -> bool:
    return is_foreign(connection.headers, _plain(tuple(allowed_origins)))


@lru_cache(maxsize=8)
def _plain(origins: tuple[str, ...]) -> frozenset[str]:
    return frozenset(origin.lower().rstrip("/") for origin in origins)


def _shown(connection: HTTPConnection, params: Mapping[str, Any] | None) -> str | None:
    told = _told(params) if params else None
    if (token := _bearers(told)) is not None:
        return token
    return _bearers(connection.headers.get("authorization"))


def _bearers(header: object) -> str | None:
    if isinstance(header, str) and header[: len(_SCHEME)].lower() == _SCHEME:
        return header[len(_SCHEME) :].strip()
    return None


def _told(params: Mapping[str, Any]) -> object:
    return next((value for name, value in params.items() if name.lower() == "authorization"), None)


async def _by_token(app: App, token: str, client: Client) -> Viewer | None:
    if not token.startswith(TokenKind.SESSION):
        return await authenticate(app, token, client)
    return _of_kind(await by_session(app, token, client), SessionKind.APP)


async def _by_cookie(app: App, token: str, client: Client, jar: CookieJar | None) -> Viewer | None:
    found = await by_session(app, token, client)
    viewer = _of_kind(found, SessionKind.BROWSER)
    if viewer is None and jar is not None:
        jar.drop()
    elif found is not None and jar is not None and (fresh := await renewed(app, found)):
        jar.keep(fresh, (await lifetimes(app)).absolute.total_seconds())
    return viewer


def _of_kind(found: Authenticated | None, kind: SessionKind) -> Viewer | None:
    """A cookie's token is good for nothing elsewhere, nor the other way round."""
    return found.viewer if found is not None and found.known.kind == kind else None


def _counts(connection: HTTPConnection, allowed_origins: Collection[str], is_page: bool) -> bool:
    """Whether the cookie came with what one of our own pages, or of those that are let in, asked for.

    Browsers name the site; those that don't send no cookie of ours along from another (SameSite).
    """
    if _is_foreign(connection, allowed_origins):
        return False
    site = connection.headers.get("sec-fetch-site", "none")
    return is_page or site in {"same-origin", "none"} or "origin" in connection.headers
