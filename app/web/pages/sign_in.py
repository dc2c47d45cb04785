"""Signing in: by name and password, or by a passkey alone; and signing out."""

from typing import Any
from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.routing import BaseRoute

from app.core.app import App
from app.core.errors import AppError
from app.identity import accounts, second_step, session_writes
from app.identity.errors import EmailUnverified, WrongCredentials
from app.identity.passkeys import site_of
from app.identity.registration_terms import Mode, terms_of
from app.identity.sessions import SessionKind
from app.identity.sign_in import sign_in
from app.identity.sso_logout import way_out
from app.identity.sso_problems import MESSAGES
from app.identity.sso_providers import provider_names
from app.mail.settings import is_configured
from app.web.cookies import Cookie, cookie
from app.web.pages.calls import SIGN_IN, Call, place
from app.web.pages.entering import enter, next_path
from app.web.pages.exchange import exchange
from app.web.pages.frame import see
from app.web.pages.passkeys import credential_in

PASSKEY, SIGN_OUT = f"{SIGN_IN}/passkey", "/sign-out"
# What the page says when one comes back to it.
NOTICES = {
    "signed-out": "You are signed out.",
    "verified": "Your address is confirmed. Sign in now.",
    "password-set": "The password is set. Sign in with it now.",
}
FORGET = {"clear-site-data": '"storage"'}


def routes(app: App) -> list[BaseRoute]:
    return [
        place(app, SIGN_IN, _show, _sign_in),
        exchange(app, f"{PASSKEY}/options", _options),
        exchange(app, PASSKEY, _by_passkey),
        place(app, SIGN_OUT, _ask_to_leave, _leave),
    ]


async def _show(call: Call, error: AppError | None) -> Response:
    if call.viewer.user_id is not None and error is None:
        return see(next_path(call.told("next")))
    if await accounts.is_empty(call.app.db):
        text = call.t(
            "There is no account yet. Marquee printed a link when it started: open it to make the first one."
        )
        return call.page("said", heading=call.t("Welcome to Marquee"), text=text, link=None)
    return call.page(
        "sign_in",
        next=next_path(call.told("next")),
        name=call.form.get("name", ""),
        message=error or _problem(call.told("problem")),
        is_wrong=isinstance(error, WrongCredentials),
        notice=NOTICES.get(call.told("said"), ""),
        providers=await provider_names(call.app.db),
        is_unverified=isinstance(error, EmailUnverified),
        can_reset=await is_configured(call.app),
        can_register=(await terms_of(call.app)).mode is Mode.OPEN,
    )


def _problem(named: str) -> str:
    """Why single sign-on let nobody in; nothing for what we never say."""
    return next((words for problem, words in MESSAGES.items() if problem == named), "")


async def _sign_in(call: Call) -> Response:
    outcome = await sign_in(
        call.app,
        call.client,
        call.told("name"),
        call.told("password"),
        kind=SessionKind.BROWSER,
        device_token=cookie(call.request, Cookie.DEVICE),
    )
    return see(await enter(call, outcome, call.told("next")))


async def _options(call: Call, sent: dict[str, Any]) -> dict[str, Any]:
    return {"options": await second_step.ask_to_sign_in(call.app, site_of(call.client))}


async def _by_passkey(call: Call, sent: dict[str, Any]) -> dict[str, Any]:
    outcome = await second_step.sign_in_by_passkey(
        call.app, call.client, site_of(call.client), credential_in(sent), kind=SessionKind.BROWSER
    )
    return {"next": await enter(call, outcome, str(sent.get("next", "")))}


async def _ask_to_leave(call: Call, error: AppError | None) -> Response:
    if call.viewer.user_id is None:
        return see(SIGN_IN)
    return call.page(
        "confirm",
        heading=call.t("Sign out"),
        text=call.t("You are asked who you are when you come back."),
        action=SIGN_OUT,
        submit=call.t("Sign out"),
        fields={},
        message=error,
        back="/account",
    )


async def _leave(call: Call) -> Response:
    """The session ends, here and at the provider that began it, and with it what the browser kept of queries."""
    session_id, back = call.viewer.session_id, f"{SIGN_IN}?said=signed-out"
    url = None
    if session_id is not None:
        url = await way_out(call.app, session_id, back_to=f"{str(call.request.base_url).rstrip('/')}{back}")
        async with call.app.transaction() as tx:
            await session_writes.end_own(tx, call.viewer, [session_id])
    call.jar.drop()
    response = see(back) if url is None else _on_to(call, url)
    response.headers.update(FORGET)
    return response


def _on_to(call: Call, url: str) -> Response:
    """Browsers that heed form-action would stop at a redirect to elsewhere: the page goes on by itself."""
    text = call.t("You are signed out here. You go on to be signed out there, too.")
    return call.page("leaving", place=urlsplit(url).hostname, url=url, text=text)
