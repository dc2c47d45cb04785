"""The providers by whose word one signs in: linked, and linked no more."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from app.access.permissions import Permission
from app.core.app import App
from app.core.errors import AppError
from app.identity.sso_accounts import ties_of, unlink
from app.identity.sso_providers import provider_names
from app.web.pages.calls import ACCOUNT, Call, place, user_of
from app.web.pages.frame import see

PATH = f"{ACCOUNT}/identities"


def routes(app: App) -> list[BaseRoute]:
    """Linking itself is `POST /sso/{key}`."""
    return [place(app, PATH, _show, _unlink, needs=Permission.SELF_UPDATE, step_up=True)]


async def _show(call: Call, error: AppError | None) -> Response:
    ties = await ties_of(call.app.db, user_of(call))
    linked = {tie.provider_key for tie in ties}
    others = [each for each in await provider_names(call.app.db) if each.key not in linked]
    return call.page("identities", ties=ties, providers=others, message=error)


async def _unlink(call: Call) -> Response:
    async with call.app.transaction() as tx:
        await unlink(tx, call.viewer.actor, user_of(call), call.told("unlink"))
    return see(PATH)
