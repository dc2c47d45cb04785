"""A forgotten password: a letter is asked for, and the link in it sets a new one."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response
from starlette.routing import BaseRoute

from app.core.app import App
from app.core.db import Db
from app.core.errors import AppError
from app.identity import accounts, password_resets
from app.identity.client import Client
from app.mail.settings import is_configured
from app.web.pages.calls import SIGN_IN, Act, Call, Show, place
from app.web.pages.frame import see

FORGOT, RESET, SET_PASSWORD = "/forgot", "/reset", "/set-password"

NameOf = Callable[[Db, str], Awaitable[str]]
Set = Callable[[App, Client, str, str], Awaitable[str]]


def routes(app: App) -> list[BaseRoute]:
    """`/reset` is for links of letters, `/set-password` for those that administrators hand on."""
    return [
        place(app, FORGOT, _ask, _send),
        place(app, RESET, _form(RESET, password_resets.name_to_reset), _put(password_resets.reset_password)),
        place(
            app,
            SET_PASSWORD,
            _form(SET_PASSWORD, accounts.name_of_link),
            _put(accounts.set_password_by_link),
        ),
    ]


async def _ask(call: Call, error: AppError | None) -> Response:
    if not await is_configured(call.app):
        text = call.t("This server sends no mail. Ask an administrator for a link that sets a new password.")
        link = {"path": SIGN_IN, "text": call.t("Sign in")}
        return call.page("said", heading=call.t("Forgot the password?"), text=text, link=link)
    return call.page(
        "ask_name",
        heading=call.t("Forgot the password?"),
        text=call.t("We send you a letter with a link by which you set a new one."),
        action=FORGOT,
        label=call.t("Name or e-mail address"),
        value=call.told("name"),
        submit=call.t("Send it"),
        message=error,
    )


async def _send(call: Call) -> Response:
    """The same is said whether there is such an account or not."""
    await password_resets.request_reset(call.app, call.client, call.told("name"))
    text = call.t(
        "If there is an account with that name or address, a letter is on its way. The link in it is good for an hour."
        " Look for it among unwanted mail, too."
    )
    link = {"path": SIGN_IN, "text": call.t("Sign in")}
    return call.page("said", heading=call.t("Look into your mail"), text=text, link=link)


def _form(action: str, name_of: NameOf) -> Show:
    async def show(call: Call, error: AppError | None) -> Response:
        """Looking uses nothing up: programs that look through mail open links, too."""
        token = call.told("token")
        name = await name_of(call.app.db, token)
        return call.page("new_password", action=action, name=name, token=token, message=error)

    return show


def _put(set_password: Set) -> Act:
    async def put(call: Call) -> Response:
        """Nobody is let in by it: whoever has a second factor is still asked for it at the sign-in."""
        await set_password(call.app, call.client, call.told("token"), call.told("password"))
        return see(f"{SIGN_IN}?said=password-set")

    return put
