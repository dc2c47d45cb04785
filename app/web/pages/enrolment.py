"""Where those are led who have to set up a second factor before they may do anything else."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from app.access.permissions import Permission
from app.core.app import App
from app.core.errors import AppError
from app.web.pages.calls import Call, place
from app.web.pages.entering import ENROL, HOME, onward
from app.web.pages.frame import see


def routes(app: App) -> list[BaseRoute]:
    return [place(app, ENROL, _show, needs=Permission.SELF_UPDATE)]


async def _show(call: Call, error: AppError | None) -> Response:
    """Whoever has one by now goes on."""
    wanted = onward(call, HOME)
    return call.page("enrol", next=wanted) if call.viewer.must_enrol else see(wanted)
