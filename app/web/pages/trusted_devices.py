"""Devices that need no second factor, and how they come to need one again."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from app.access.permissions import Permission
from app.core.app import App
from app.core.errors import AppError
from app.identity.agents import agent_of
from app.identity.trusted_devices import forget_device, forget_devices, trusted_devices
from app.web.pages.calls import ACCOUNT, Call, key_in, place, user_of
from app.web.pages.frame import see

PATH = f"{ACCOUNT}/trusted-devices"


def routes(app: App) -> list[BaseRoute]:
    return [place(app, PATH, _show, _forget, needs=Permission.SELF_UPDATE)]


async def _show(call: Call, error: AppError | None) -> Response:
    found = await trusted_devices(call.app.db, user_of(call))
    return call.page(
        "trusted_devices", devices=[(each, agent_of(each.agent)) for each in found], message=error
    )


async def _forget(call: Call) -> Response:
    """One of them, or all."""
    async with call.app.transaction() as tx:
        if call.told("which") == "all":
            await forget_devices(tx, call.viewer.actor, user_of(call))
        else:
            device_id = key_in(call, "which", "trusted device")
            await forget_device(tx, call.viewer.actor, user_of(call), device_id)
    return see(PATH)
