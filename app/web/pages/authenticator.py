"""An authenticator app: scanned, confirmed by a code of it, removed; and backup codes."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import BaseRoute

from app.access.permissions import Permission
from app.core.app import App
from app.core.errors import AppError
from app.identity import factors
from app.identity.totp import qr_svg
from app.web.pages.calls import ACCOUNT, Call, place, user_of
from app.web.pages.entering import onward
from app.web.pages.frame import see

APP, REMOVAL, CODES = f"{ACCOUNT}/authenticator", f"{ACCOUNT}/authenticator/remove", f"{ACCOUNT}/backup-codes"


def routes(app: App) -> list[BaseRoute]:
    """Each only for those who have just shown who they are."""
    private = partial(place, app, needs=Permission.SELF_UPDATE, step_up=True)
    return [
        private(APP, _code_to_scan, _enrol),
        private(REMOVAL, _removal, _remove),
        private(CODES, _renewal, _renew),
    ]


async def _code_to_scan(call: Call, error: AppError | None) -> Response:
    """The same one until it is confirmed, so that a code of it may be mistyped."""
    made = await factors.unconfirmed_totp(call.app.db, call.app.keyring, user_of(call))
    if made is None:
        return _confirm(
            call,
            call.t("Set up an authenticator app"),
            call.t(
                "An app like Aegis or Google Authenticator makes a code that you enter after your password."
            ),
            APP,
            call.t("Show the code to scan"),
            error,
        )
    return call.page(
        "authenticator",
        secret=_in_groups(made.secret),
        uri=made.uri,
        qr=qr_svg(made.uri),
        next=onward(call, ""),
        message=error,
    )


async def _enrol(call: Call) -> Response:
    """Without a code it begins, with one it is confirmed."""
    user_id, code = user_of(call), call.form.get("code")
    async with call.app.transaction() as tx:
        if code is None:
            await factors.enrol_totp(tx, call.viewer.actor, call.app.keyring, user_id)
            return see(f"{APP}?next={quote(wanted)}" if (wanted := onward(call, "")) else APP)
        codes = await factors.confirm_totp(tx, call.viewer.actor, call.app.keyring, user_id, code)
    return shown_codes(call, codes) if codes else see(onward(call, ACCOUNT))


async def _removal(call: Call, error: AppError | None) -> Response:
    text = call.t("You are not asked for its codes from then on.")
    return _confirm(call, call.t("Remove the authenticator app"), text, REMOVAL, call.t("Remove it"), error)


async def _remove(call: Call) -> Response:
    async with call.app.transaction() as tx:
        await factors.remove_totp(tx, call.viewer.actor, user_of(call))
    return see(ACCOUNT)


async def _renewal(call: Call, error: AppError | None) -> Response:
    text = call.t("Ten new ones are made. Those that you have are good no more.")
    return _confirm(call, call.t("New backup codes"), text, CODES, call.t("Make new codes"), error)


async def _renew(call: Call) -> Response:
    async with call.app.transaction() as tx:
        codes = await factors.renew_backup_codes(tx, call.viewer.actor, user_of(call))
    return shown_codes(call, codes)


def shown_codes(call: Call, codes: Sequence[str]) -> Response:
    """The one time that backup codes are seen."""
    return call.page("backup_codes", codes=codes, next=onward(call, ACCOUNT))


def _confirm(
    call: Call, heading: str, text: str, action: str, submit: str, error: AppError | None
) -> Response:
    return call.page(
        "confirm",
        heading=heading,
        text=text,
        action=action,
        submit=submit,
        fields={"next": onward(call, ACCOUNT)},
        message=error,
        back=ACCOUNT,
    )


def _in_groups(secret: str) -> str:
    """As people type it."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
