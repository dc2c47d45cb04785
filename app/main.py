"""The server process: GraphQL, GraphiQL and health on one port."""

import argparse
import asyncio
import logging
import socket
import sys
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any

import uvicorn
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp

from app.access.permissions import Permission
from app.api.context import Context
from app.api.errors import error_formatter
from app.api.public import check_document, public_schema
from app.api.schema import schema
from app.core import migrate
from app.core.app import App
from app.core.config import Config
from app.core.languages import wanted_languages
from app.core.lifeline import LIFELINE, say_ready
from app.core.plain import Trouble
from app.core.process import opened, run
from app.declared_settings import check_environment
from app.executors import metered_executor_of
from app.guards import guard_of
from app.identity import accounts
from app.identity.networks import may_reach
from app.identity.presences import Departure as Left
from app.identity.presences import presences
from app.metadata.registry import all_languages
from app.settings.keys import check_keys
from app.web import avatars, health, images, metrics, pictures, sso
from app.web.app import site
from app.web.client import BehindProxies
from app.web.credentials import visit
from app.web.gate import SIGN_IN as SIGN_IN_PAGE
from app.web.graphql.arrival import origin_of
from app.web.graphql.asgi import GraphQL
from app.web.graphql.documents import Documents
from app.web.graphql.endpoint import SIGN_IN, Departure, Graph, UntilAway
from app.web.graphql.errors import Unauthenticated
from app.web.graphql.known import KnownDocuments, Trust, Trusted
from app.web.graphql.limits import TransportLimits
from app.web.graphql.request_id import current_request_id
from app.web.graphql.tally import Tally
from app.web.known_networks import KnownNetworks
from app.web.listen import ListenError, is_loopback, listen, url_of
from app.web.pages import routes as pages
from app.web.pages.entering import ENROL
from app.web.registered import Registered
from app.web.throttle import admit
from app.web.trusted import OPERATIONS, trusted_by
from app.web.wire import HttpConnection

log = logging.getLogger(__name__)

SHUTDOWN_S = 5
# A little above what the transport itself refuses, with a reason.
FRAME_HEADROOM_BYTES = 4096
# Clients connect anew after the second; after the third they are turned away before that.
DEPARTURES = {
    Left.SESSION_ENDED: Departure(4401, "Unauthorized"),
    Left.MAY_DO_LESS: Departure(1012, "Permissions changed"),
    Left.NOT_FROM_HERE: Departure(4403, "Not from this network"),
}


def graph(app: App, limits: TransportLimits | None = None) -> GraphQL:
    """The schema over every transport; strangers get what lets them in, and no word of the rest."""

    async def context(connection: HTTPConnection, params: Mapping[str, Any] | None) -> Context:
        visitor = await visit(app, connection, params)
        if visitor.viewer.user_id is None and connection.scope["type"] == "websocket":
            raise Unauthenticated(SIGN_IN)
        accepted = connection.headers.get("accept-language", "")
        viewer = visitor.viewer.speaking(
            wanted_languages(visitor.viewer.languages, accepted), await all_languages(app)
        )
        return Context(
            app,
            viewer,
            current_request_id(),
            client=visitor.client,
            jar=visitor.jar,
            origin=partial(origin_of, connection),
        )

    trusted, tally = trusted_by(app.config), Tally(app.metrics)
    is_hidden = not app.config.graphql_introspection
    return GraphQL(
        Documents(
            schema,
            guard=guard_of(schema, app.config),
            hide_suggestions=is_hidden,
            trusted=trusted.texts,
        ),
        metered_executor_of(
            schema, app.config, context_of_event=Context.renewed, hide_suggestions=is_hidden, tally=tally
        ),
        strangers=Graph(
            Documents(
                public_schema,
                guard=guard_of(public_schema, app.config),
                check_document=check_document,
                hide_suggestions=True,
                trusted=trusted.texts,
            ),
            metered_executor_of(public_schema, app.config, hide_suggestions=True, tally=tally),
        ),
        is_stranger=_is_stranger,
        stay=lambda context: _stay(app, context),
        admit=lambda kind, context: admit(app, kind, context),
        headers_of=_headers,
        known=_known(app, trusted),
        may_ask_anything=lambda context: context.viewer.may(Permission.SETTINGS_UPDATE),
        make_context=context,
        viewer_key=lambda context: str(context.viewer.user_id),
        format_error=error_formatter(current_request_id),
        limits=limits,
        allowed_origins=app.config.allowed_origins,
    )


def _known(app: App, trusted: Trusted) -> KnownDocuments:
    most = app.config.persisted_queries
    registry = Registered(app, most) if most else None
    return KnownDocuments(trusted, Trust(app.config.trusted_documents), registry, app.metrics)


def _is_stranger(context: Context) -> bool:
    return context.viewer.user_id is None


def _headers(context: Context) -> Sequence[tuple[str, str]]:
    own = context.jar.headers if context.jar is not None else ()
    return [*own, *context.headers] if own else context.headers


@asynccontextmanager
async def _stay(app: App, context: Context) -> AsyncGenerator[UntilAway]:
    async with presences(app).hold(context.viewer) as presence:

        async def until_away() -> Departure:
            return DEPARTURES[await presence.departure()]

        yield until_away


def build(app: App, graphql: GraphQL) -> ASGIApp:
    """All that the port serves."""

    async def first_page(connection: HTTPConnection) -> str | None:
        viewer = (await visit(app, connection, is_page=True, sets_cookies=False)).viewer
        if viewer.user_id is None:
            return SIGN_IN_PAGE
        return ENROL if viewer.must_enrol else None

    served = site(
        graphql,
        health.routes(app, head=migrate.head()),
        pages=[
            *pages.routes(app),
            *sso.routes(app),
            *images.routes(app),
            *avatars.routes(app),
            *pictures.routes(app),
            *metrics.routes(app),
        ],
        operations_dir=OPERATIONS,
        first_page=first_page,
        allowed_origins=app.config.allowed_origins,
    )
    reachable = KnownNetworks(served, partial(may_reach, app))
    if not app.config.trusted_proxies:
        return reachable
    return BehindProxies(reachable, app.config.trusted_proxies, app.config.forwarded_header)


class Server(uvicorn.Server):
    """Uvicorn that says when it is ready, ends streams before it waits for them, and leaves signals to us."""

    def __init__(self, config: uvicorn.Config, graphql: GraphQL) -> None:
        super().__init__(config)
        self._graphql = graphql

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        say_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._graphql.close()
        await super().shutdown(sockets)

    def leave(self) -> None:
        """Shut down in order; what is not done in a few seconds is cut off."""
        self.should_exit = True


async def serve(config: Config, stop: asyncio.Event) -> None:
    """Serve until told to stop. Raises Trouble where the port or the database can't be had; ConfigError."""
    check_environment()
    sockets = _sockets(config)
    limits = TransportLimits()
    async with opened(config) as app:
        await check_keys(app)
        graphql = graph(app, limits)
        server = Server(_settings(build(app, graphql), limits), graphql)
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda _: server.leave())
        await _greet(app, url_of(config.host, sockets))
        try:
            await server.serve(sockets)
        finally:
            stopping.cancel()


async def _greet(app: App, url: str) -> None:
    """Say by which link the first account is made, and what anybody on the way could read."""
    if (token := await accounts.set_up_token(app)) is not None:
        log.warning("There is no account yet. Make the first, an admin's, at %s/set-up?token=%s", url, token)
    if not is_loopback(app.config.host) and not app.config.trusted_proxies:
        log.warning(
            "Passwords and tokens travel unencrypted from other machines to %s: put a proxy with TLS before it and name"
            " that in MARQUEE_TRUSTED_PROXIES.",
            url,
        )


def _sockets(config: Config) -> list[socket.socket]:
    """Those that a parent holds for us, or our own."""
    parser = argparse.ArgumentParser(prog="python -m app.main", description=__doc__)
    parser.add_argument("--fd", type=int, action="append", default=[], help="a listening socket to serve on")
    parser.add_argument(LIFELINE, action="store_true", help="end when standard input ends")
    descriptors: list[int] = parser.parse_args().fd
    if descriptors:
        return [socket.socket(fileno=descriptor) for descriptor in descriptors]
    try:
        return listen(config.host, config.port)
    except ListenError as error:
        raise Trouble(str(error)) from error


def _settings(site: ASGIApp, limits: TransportLimits) -> uvicorn.Config:
    return uvicorn.Config(
        site,
        http=HttpConnection,
        ws="websockets-sansio",
        ws_max_size=limits.message_bytes + FRAME_HEADROOM_BYTES,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        # Whom to believe is BehindProxies' to say.
        proxy_headers=False,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )


if __name__ == "__main__":
    sys.exit(run("server", serve))
