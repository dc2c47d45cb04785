"""All the pages for people, and what they load."""

from starlette.routing import BaseRoute

from app.core.app import App
from app.web.pages import account, authenticator, confirm, passkeys, second_factor, set_up, sign_in
from app.web.pages.frame import static_route

USE_CASES = (sign_in, second_factor, set_up, account, confirm, authenticator, passkeys)


def routes(app: App) -> list[BaseRoute]:
    return [*(route for each in USE_CASES for route in each.routes(app)), static_route("/pages")]
