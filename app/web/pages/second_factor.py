"""The second factor, after the password: a code or a passkey."""

from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from app.core.app import App
from app.core.errors import AppError
from app.identity import pending, second_step
from app.identity.factors import Method, factors_of
from app.identity.passkeys import site_of
from app.identity.pending import SignInExpired
from app.identity.second_step import TRUSTED_DEVICE_LIFETIME
from app.settings.values import value_of_user
from app.web.cookies import Cookie, cookie
from app.web.pages.calls import SIGN_IN, Call, place
from app.web.pages.entering import SECOND_FACTOR, enter, next_path
from app.web.pages.exchange import exchange
from app.web.pages.frame import see
from app.web.pages.passkeys import credential_in

PASSKEY = f"{SECOND_FACTOR}/passkey"


def routes(app: App) -> list[BaseRoute]:
    return [
        place(app, SECOND_FACTOR, _show, _by_code),
        exchange(app, f"{PASSKEY}/options", _options),
        exchange(app, PASSKEY, _by_passkey),
    ]


async def _show(call: Call, error: AppError | None) -> Response:
    if cookie(call.request, Cookie.PENDING) is None:
        return see(SIGN_IN)
    user_id = (await pending.find(call.app.db, _token(call))).user_id
    methods = (await factors_of(call.app.db, user_id)).methods
    return call.page(
        "second_factor",
        next=next_path(call.told("next")),
        message=error,
        has_code=Method.TOTP in methods or Method.BACKUP_CODE in methods,
        has_passkey=Method.PASSKEY in methods,
        trust_days=(await value_of_user(call.app, TRUSTED_DEVICE_LIFETIME, user_id)).days,
    )


async def _by_code(call: Call) -> Response:
    outcome = await second_step.finish_by_code(
        call.app, call.client, _token(call), call.told("code"), trusts=bool(call.form.get("trust"))
    )
    return see(await enter(call, outcome, call.told("next")))


async def _options(call: Call, sent: dict[str, Any]) -> dict[str, Any]:
    return {"options": await second_step.ask_for_passkey(call.app, site_of(call.client), _token(call))}


async def _by_passkey(call: Call, sent: dict[str, Any]) -> dict[str, Any]:
    outcome = await second_step.finish_by_passkey(
        call.app,
        call.client,
        site_of(call.client),
        _token(call),
        credential_in(sent),
        trusts=sent.get("trust") is True,
    )
    return {"next": await enter(call, outcome, str(sent.get("next", "")))}


def _token(call: Call) -> str:
    """Raises SignInExpired."""
    token = cookie(call.request, Cookie.PENDING)
    if token is None:
        raise SignInExpired
    return token
