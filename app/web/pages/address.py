"""One's e-mail address: a new one is asked for, and counts once the link of its letter was confirmed."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from app.access.permissions import Permission
from app.core.app import App
from app.core.errors import AppError
from app.identity import email_changes
from app.identity.users import users
from app.mail.settings import is_configured
from app.web.pages.calls import ACCOUNT, Call, place, user_of

PATH, CONFIRM_ADDRESS = f"{ACCOUNT}/email", "/confirm-address"


def routes(app: App) -> list[BaseRoute]:
    return [
        place(app, PATH, _ask, _send, needs=Permission.SELF_UPDATE, step_up=True),
        place(app, CONFIRM_ADDRESS, _ask_to_confirm, _confirm),
    ]


async def _ask(call: Call, error: AppError | None) -> Response:
    user_id = user_of(call)
    user = (await users(call.app.db, call.viewer, [user_id]))[user_id]
    if not await is_configured(call.app):
        text = call.t("This server sends no mail, so it can't confirm an address. Ask an administrator.")
        return _said(call, call.t("E-mail address"), text)
    return call.page(
        "email", now=user.email if user else None, email=call.form.get("email", ""), message=error
    )


async def _send(call: Call) -> Response:
    """The same is said whether the address has an account already or not."""
    email = call.told("email")
    await email_changes.change_email(call.app, call.viewer, call.client, email)
    text = call.t(
        "A letter is on its way to {email}. The address counts once you open its link.", email=email
    )
    return _said(call, call.t("Look into your mail"), text)


async def _ask_to_confirm(call: Call, error: AppError | None) -> Response:
    token = call.told("token")
    email = await email_changes.address_to_confirm(call.app.db, token)
    return call.page(
        "confirm",
        heading=call.t("Confirm your address"),
        text=call.t("{email} becomes the address of your account.", email=email),
        action=CONFIRM_ADDRESS,
        submit=call.t("Confirm"),
        fields={"token": token},
        message=error,
        back="",
    )


async def _confirm(call: Call) -> Response:
    email = await email_changes.confirm_email(call.app, call.client, call.told("token"))
    text = call.t("{email} is the address of your account from now on.", email=email)
    return _said(call, call.t("Your address is confirmed"), text)


def _said(call: Call, heading: str, text: str) -> Response:
    link = {"path": ACCOUNT, "text": call.t("Your account")}
    return call.page("said", heading=heading, text=text, link=link)
