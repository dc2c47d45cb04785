"""One's own account: who one is, the password, where one is signed in, and the way to second factors."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from app.access.permissions import Permission
from app.core.app import App
from app.core.errors import AppError, NotFound
from app.identity import accounts, session_writes, users
from app.identity.api_tokens import api_tokens
from app.identity.factors import factors_of
from app.identity.sessions import sessions_of
from app.identity.sso_accounts import ties_of
from app.identity.sso_providers import provider_names
from app.identity.trusted_devices import trusted_devices
from app.web.pages.calls import ACCOUNT, Call, keep_renewed, key_in, place, user_of
from app.web.pages.frame import see

PASSWORD, SESSIONS = f"{ACCOUNT}/password", f"{ACCOUNT}/sessions"


def routes(app: App) -> list[BaseRoute]:
    return [
        place(app, ACCOUNT, _show, needs=Permission.SELF_READ),
        place(app, PASSWORD, _ask_for_password, _change_password, needs=Permission.SELF_UPDATE),
        place(app, SESSIONS, _sessions, _end_sessions, needs=Permission.SELF_READ),
    ]


async def _show(call: Call, error: AppError | None) -> Response:
    db, user_id = call.app.db, user_of(call)
    return call.page(
        "account",
        user=(await users.users(db, call.viewer, [user_id]))[user_id],
        factors=await factors_of(db, user_id),
        trusted=len(await trusted_devices(db, user_id)),
        tokens=len(await api_tokens(db, user_id)),
        has_providers=bool(await provider_names(db) or await ties_of(db, user_id)),
        may_change=call.viewer.may(Permission.SELF_UPDATE),
        must_enrol=call.viewer.must_enrol,
    )


async def _ask_for_password(call: Call, error: AppError | None) -> Response:
    return call.page("password", message=error)


async def _change_password(call: Call) -> Response:
    changed = await accounts.change_password(
        call.app,
        call.viewer,
        call.client,
        call.told("current"),
        call.told("password"),
        takes_cookie=True,
    )
    await keep_renewed(call, changed.renewed)
    return see(ACCOUNT)


async def _sessions(call: Call, error: AppError | None) -> Response:
    seen = await sessions_of(call.app.db, call.viewer, user_of(call))
    return call.page("sessions", seen=seen, message=error)


async def _end_sessions(call: Call) -> Response:
    """One of them, or all the others."""
    async with call.app.transaction() as tx:
        if call.told("which") == "others":
            await session_writes.end_all_own(tx, call.viewer, but=call.viewer.session_id)
        elif not await session_writes.end_own(tx, call.viewer, [key_in(call, "which", "session")]):
            raise NotFound("session", call.told("which"))
    return see(SESSIONS)
