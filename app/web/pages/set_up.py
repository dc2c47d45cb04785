"""The first account, an administrator's, by the link that Marquee prints at its start."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from app.core.app import App
from app.core.errors import AppError, Invalid
from app.identity import accounts, one_time
from app.identity.errors import LinkInvalid
from app.identity.one_time import Purpose
from app.identity.sessions import SessionKind
from app.identity.user_writes import Profile
from app.web.pages.calls import Call, place
from app.web.pages.entering import enter
from app.web.pages.frame import see

SET_UP = "/set-up"


def routes(app: App) -> list[BaseRoute]:
    return [place(app, SET_UP, _show, _set_up)]


async def _show(call: Call, error: AppError | None) -> Response:
    token = call.told("token")
    if await one_time.peek(call.app.db, Purpose.SET_UP, token) is None:
        raise LinkInvalid
    return call.page(
        "new_account",
        heading=call.t("Set up Marquee"),
        text=call.t(
            "You make the first account. It is an administrator's: it may do everything, and lets others in."
        ),
        action=SET_UP,
        submit=call.t("Make the account"),
        token=token,
        name=call.form.get("name", ""),
        email=call.form.get("email", ""),
        has_email=False,
        needs_email=False,
        has_sign_in=False,
        message=error,
        wrong=error.field if isinstance(error, Invalid) else "",
    )


async def _set_up(call: Call) -> Response:
    profile = Profile(call.told("name"), call.told("email") or None)
    outcome = await accounts.set_up(
        call.app,
        call.client,
        call.told("token"),
        profile,
        call.told("password"),
        kind=SessionKind.BROWSER,
    )
    return see(await enter(call, outcome, None))
