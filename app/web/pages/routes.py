"""All the pages for people, and what they load."""

from starlette.routing import BaseRoute

from app.core.app import App
from app.web.pages import authenticator, passkeys
from app.web.pages.frame import static_route


def routes(app: App) -> list[BaseRoute]:
    return [*authenticator.routes(app), *passkeys.routes(app), static_route("/pages")]
