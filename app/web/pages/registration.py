"""Making an account of one's own: openly, by an invitation, and once the address is shown to be one's own."""

from functools import partial

from starlette.responses import Response
from starlette.routing import BaseRoute

from app.core.app import App
from app.core.errors import AppError, Invalid
from app.identity import invitations, registration
from app.identity.registration import Applicant, VerificationSent
from app.identity.registration_terms import Mode, Terms, terms_of
from app.identity.sessions import SessionKind
from app.identity.user_writes import Profile
from app.web.pages.calls import SIGN_IN, Call, place
from app.web.pages.entering import enter
from app.web.pages.frame import see

REGISTER, INVITATION, VERIFY, RESEND = "/register", "/invitation", "/verify", "/resend"


def routes(app: App) -> list[BaseRoute]:
    """Looking at a link uses nothing up, since programs that look through mail open links as well; its button does."""
    return [
        place(app, REGISTER, _ask, _register),
        place(app, INVITATION, _ask_invited, _register),
        place(app, VERIFY, _ask_to_verify, _verify),
        place(app, RESEND, _ask_to_resend, _resend),
    ]


async def _ask(call: Call, error: AppError | None) -> Response:
    terms = await terms_of(call.app)
    if terms.mode is not Mode.OPEN:
        return _closed(call, terms)
    form = partial(_form, call, error, REGISTER, needs_email=terms.verifies)
    return form(text=call.t("Choose how you sign in here from now on."))


async def _ask_invited(call: Call, error: AppError | None) -> Response:
    terms, found = await terms_of(call.app), await invitations.look(call.app, call.told("token"))
    terms.check_open(is_invited=True)
    form = partial(_form, call, error, INVITATION, needs_email=terms.verifies, email=found.email)
    return form(text=call.t("You were invited. Choose how you sign in here from now on."))


def _form(
    call: Call,
    error: AppError | None,
    action: str,
    *,
    text: str,
    needs_email: bool,
    email: str | None = None,
) -> Response:
    return call.page(
        "new_account",
        heading=call.t("Make an account"),
        text=text,
        action=action,
        submit=call.t("Make the account"),
        token=call.told("token"),
        name=call.form.get("name", ""),
        email=email or call.form.get("email", ""),
        has_email=email is not None,
        needs_email=needs_email,
        has_sign_in=True,
        message=error,
        wrong=error.field if isinstance(error, Invalid) else "",
    )


def _closed(call: Call, terms: Terms) -> Response:
    text = (
        call.t("Accounts are made by invitation here. Open the link that you were given.")
        if terms.mode is Mode.INVITATION
        else call.t("Nobody makes an account of their own here. Ask an administrator for one.")
    )
    link = {"path": SIGN_IN, "text": call.t("Sign in")}
    return call.page("said", heading=call.t("Make an account"), text=text, link=link)


async def _register(call: Call) -> Response:
    profile = Profile(call.told("name"), call.told("email") or None, call.t.language)
    who = Applicant(profile, call.told("password"), call.told("token") or None)
    outcome = await registration.register(call.app, call.client, who, kind=SessionKind.BROWSER)
    if isinstance(outcome, VerificationSent):
        return _look_into_mail(call, profile.name, outcome.email)
    return see(await enter(call, outcome, None))


async def _ask_to_verify(call: Call, error: AppError | None) -> Response:
    token = call.told("token")
    name = await registration.name_to_verify(call.app.db, token)
    return call.page(
        "confirm",
        heading=call.t("Confirm your address"),
        text=call.t("The account {name} is made by it.", name=name),
        action=VERIFY,
        submit=call.t("Confirm"),
        fields={"token": token},
        message=error,
        back="",
    )


async def _verify(call: Call) -> Response:
    await registration.verify(call.app, call.client, call.told("token"))
    return see(f"{SIGN_IN}?said=verified")


async def _ask_to_resend(call: Call, error: AppError | None) -> Response:
    return call.page(
        "ask_name",
        heading=call.t("Have the letter sent again"),
        text=call.t("Tell us the name that you chose. The letter goes to the address that you gave."),
        action=RESEND,
        label=call.t("Name"),
        value=call.told("name"),
        submit=call.t("Send it"),
        message=error,
    )


async def _resend(call: Call) -> Response:
    await registration.resend(call.app, call.client, call.told("name"))
    return _look_into_mail(call, call.told("name"), "")


def _look_into_mail(call: Call, name: str, email: str) -> Response:
    """The same whether there is something to send, and whether the address has an account already."""
    return call.page("look_into_mail", name=name, email=email)
