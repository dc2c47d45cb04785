"""API tokens of one's own: made, shown once, revoked."""

from collections.abc import Collection
from datetime import timedelta

from starlette.responses import Response
from starlette.routing import BaseRoute

from app.access.permissions import MEANINGS, Permission
from app.access.viewer import Viewer
from app.core import clock
from app.core.app import App
from app.core.errors import AppError, Invalid
from app.identity.api_tokens import NEVER, api_tokens, create_api_token, revoke_api_token
from app.web.pages.calls import ACCOUNT, Call, key_in, place, user_of
from app.web.pages.frame import see

PATH, NEW = f"{ACCOUNT}/tokens", f"{ACCOUNT}/tokens/new"
# In days; 0 for one that doesn't expire.
LIFETIMES = (30, 90, 365, 0)
USUAL = 90


def routes(app: App) -> list[BaseRoute]:
    """Made by those alone who have just shown who they are; whoever finds an open browser may only take them away."""
    return [
        place(app, PATH, _tokens, _revoke, needs=Permission.SELF_UPDATE),
        place(app, NEW, _ask, _make, needs=Permission.SELF_UPDATE, step_up=True),
    ]


async def _tokens(call: Call, error: AppError | None) -> Response:
    found = await api_tokens(call.app.db, user_of(call))
    return call.page("tokens", tokens=found, now=clock.now(), message=error)


async def _revoke(call: Call) -> Response:
    async with call.app.transaction() as tx:
        await revoke_api_token(tx, call.viewer, key_in(call, "revoke", "API token"))
    return see(PATH)


async def _ask(call: Call, error: AppError | None) -> Response:
    return call.page(
        "new_token",
        name=call.form.get("name", ""),
        days=_days(call),
        lifetimes=LIFETIMES,
        permissions=[(each, MEANINGS[each]) for each in grantable(call.viewer)],
        chosen=_chosen(call),
        message=error,
        wrong=error.field if isinstance(error, Invalid) else "",
    )


async def _make(call: Call) -> Response:
    days = _days(call)
    expires_at = clock.now() + timedelta(days=days) if days else None
    name = call.told("name")
    async with call.app.transaction() as tx:
        _, token = await create_api_token(tx, call.viewer, name, sorted(_chosen(call)), expires_at)
    return call.page("token_made", name=name.strip(), token=token)


def grantable(viewer: Viewer) -> list[Permission]:
    """What a token of the viewer's can be given."""
    return [each for each in Permission if each in viewer.permissions and each not in NEVER]


def _chosen(call: Call) -> Collection[str]:
    return {name.removeprefix("scope.") for name in call.form if name.startswith("scope.")}


def _days(call: Call) -> int:
    """One of those that are offered; the usual where the form says nothing of ours."""
    told = call.form.get("days", "")
    return int(told) if told in map(str, LIFETIMES) else USUAL
