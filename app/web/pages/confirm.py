"""Showing once more who one is, before what is dangerous: by password, code or passkey."""

from functools import partial
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from app.access.permissions import Permission
from app.core.app import App
from app.core.errors import AppError
from app.identity import proofs
from app.identity.factors import Method, factors_of
from app.identity.passkeys import site_of
from app.identity.proofs import Holder
from app.identity.sessions import Renewed
from app.web.pages.calls import ACCOUNT, CONFIRM, Call, keep_renewed, place, user_of
from app.web.pages.exchange import exchange
from app.web.pages.frame import own_path, see
from app.web.pages.passkeys import credential_in

PASSKEY = f"{CONFIRM}/passkey"


def routes(app: App) -> list[BaseRoute]:
    exchanges = partial(exchange, app, needs=Permission.SELF_READ)
    return [
        place(app, CONFIRM, _show, _prove, needs=Permission.SELF_READ),
        exchanges(f"{PASSKEY}/options", _options),
        exchanges(PASSKEY, _by_passkey),
    ]


async def _show(call: Call, error: AppError | None) -> Response:
    methods = (await factors_of(call.app.db, user_of(call))).methods
    return call.page(
        "prove",
        next=own_path(call.told("next"), ACCOUNT),
        message=error,
        has_code=Method.TOTP in methods or Method.BACKUP_CODE in methods,
        has_passkey=Method.PASSKEY in methods,
    )


async def _prove(call: Call) -> Response:
    if call.told("code"):
        renewed = await proofs.prove_by_code(call.app, _holder(call), call.told("code"))
    else:
        renewed = await proofs.prove_by_password(call.app, _holder(call), call.told("password"))
    return see(await _kept(call, renewed, call.told("next")))


async def _options(call: Call, sent: dict[str, Any]) -> dict[str, Any]:
    return {"options": await proofs.ask_for_passkey(call.app, _holder(call), site_of(call.client))}


async def _by_passkey(call: Call, sent: dict[str, Any]) -> dict[str, Any]:
    answer = credential_in(sent)
    renewed = await proofs.prove_by_passkey(call.app, _holder(call), site_of(call.client), answer)
    return {"next": await _kept(call, renewed, str(sent.get("next", "")))}


async def _kept(call: Call, renewed: Renewed, wanted: str) -> str:
    """Where to go on to, with the session's new token."""
    await keep_renewed(call, renewed)
    return own_path(wanted, ACCOUNT)


def _holder(call: Call) -> Holder:
    return proofs.holder(call.viewer, call.client, takes_cookie=True)
