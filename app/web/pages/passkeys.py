"""Passkeys of an account: registered by the browser's script, renamed and deleted by forms."""

from functools import partial
from typing import Any, cast

from starlette.responses import Response
from starlette.routing import BaseRoute

from app.access.permissions import Permission
from app.core.app import App
from app.core.errors import AppError, Invalid
from app.identity import passkey_writes
from app.identity.passkeys import site_of
from app.web.pages.calls import ACCOUNT, Call, key_in, place, user_of
from app.web.pages.entering import onward
from app.web.pages.exchange import exchange
from app.web.pages.frame import own_path, see

PATH, NEW = f"{ACCOUNT}/passkeys", f"{ACCOUNT}/passkeys/new"


def routes(app: App) -> list[BaseRoute]:
    """Each only for those who have just shown who they are."""
    private = partial(place, app, needs=Permission.SELF_UPDATE, step_up=True)
    exchanges = partial(exchange, app, needs=Permission.SELF_UPDATE, step_up=True)
    return [
        private(PATH, _passkeys, _change),
        exchanges(f"{NEW}/options", _options),
        exchanges(NEW, _register),
    ]


async def _passkeys(call: Call, error: AppError | None) -> Response:
    found = await passkey_writes.passkeys_of(call.app.db, user_of(call))
    return call.page("passkeys", passkeys=found, next=onward(call, ""), message=error)


async def _change(call: Call) -> Response:
    """Delete one, or give it another name."""
    user_id, passkey_id = user_of(call), key_in(call, "id", "passkey")
    async with call.app.transaction() as tx:
        if call.told("act") == "delete":
            await passkey_writes.delete(tx, call.viewer.actor, user_id, passkey_id)
        else:
            await passkey_writes.rename(tx, call.viewer.actor, user_id, passkey_id, call.told("name"))
    return see(PATH)


async def _options(call: Call, sent: dict[str, Any]) -> dict[str, Any]:
    async with call.app.transaction() as tx:
        return {"options": await passkey_writes.ask_to_register(tx, site_of(call.client), user_of(call))}


async def _register(call: Call, sent: dict[str, Any]) -> dict[str, Any]:
    user_id, site, name = user_of(call), site_of(call.client), str(sent.get("name") or "Passkey")
    async with call.app.transaction() as tx:
        _, codes = await passkey_writes.register(
            tx, call.viewer.actor, site, user_id, credential_in(sent), name
        )
    return {"next": own_path(str(sent.get("next") or ""), PATH), "codes": codes}


def credential_in(sent: dict[str, Any]) -> dict[str, Any]:
    """What the authenticator answered. Raises Invalid."""
    credential = sent.get("credential")
    if not isinstance(credential, dict):
        raise Invalid("credential", "There is no answer of a passkey.")
    return cast("dict[str, Any]", credential)
