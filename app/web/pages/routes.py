"""All the pages for people, and what they load."""

from starlette.routing import BaseRoute

from app.core.app import App
from app.web.pages import (
    account,
    address,
    api_tokens,
    authenticator,
    confirm,
    device,
    enrolment,
    identities,
    passkeys,
    recovery,
    registration,
    second_factor,
    set_up,
    sign_in,
    trusted_devices,
)
from app.web.pages.frame import static_route

USE_CASES = (
    sign_in,
    second_factor,
    set_up,
    registration,
    recovery,
    account,
    address,
    confirm,
    enrolment,
    authenticator,
    passkeys,
    identities,
    trusted_devices,
    api_tokens,
    device,
)


def routes(app: App) -> list[BaseRoute]:
    return [*(route for each in USE_CASES for route in each.routes(app)), static_route("/pages")]
