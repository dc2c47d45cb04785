"""Letting in a television that shows a code: what asks, from where, and the decision."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from app.access.permissions import Permission
from app.core.app import App
from app.core.errors import AppError
from app.identity import device_sign_in
from app.identity.agents import agent_of
from app.identity.users import users
from app.web.pages.calls import ACCOUNT, Call, place, user_of

DEVICE = "/device"


def routes(app: App) -> list[BaseRoute]:
    """For those who have just shown who they are: it lets somebody in as them."""
    return [place(app, DEVICE, _ask, _go_on, needs=Permission.SELF_UPDATE, step_up=True)]


async def _ask(call: Call, error: AppError | None) -> Response:
    """A link's code is filled in and no more: what is looked up counts as a guess, and links come from anywhere."""
    return call.page("device", typed=call.told("code")[:20], message=error)


async def _go_on(call: Call) -> Response:
    """Shows the device, then does as was decided."""
    code = call.told("code")
    match call.told("act"):
        case "approve":
            device = await device_sign_in.approve(call.app, call.viewer, code)
            text = call.t(
                "{device} is signed in within seconds. You can go back to it.", device=device.client_name
            )
            return _done(call, call.t("The device is let in"), text)
        case "deny":
            device = await device_sign_in.deny(call.app, call.viewer, code)
            text = call.t("{device} is not signed in. Its code is good no more.", device=device.client_name)
            return _done(call, call.t("The device is left out"), text)
        case _:
            return await _shown(call, code)


async def _shown(call: Call, code: str) -> Response:
    device = await device_sign_in.find(call.app, call.viewer, code)
    user_id = user_of(call)
    user = (await users(call.app.db, call.viewer, [user_id]))[user_id]
    return call.page(
        "device_found",
        device=device,
        agent=agent_of(device.agent),
        typed=code[:20],
        name=user.name if user else "",
    )


def _done(call: Call, heading: str, text: str) -> Response:
    link = {"path": ACCOUNT, "text": call.t("Your account")}
    return call.page("said", heading=heading, text=text, link=link)
