"""How pages are asked for: by whom, with what, and how an error becomes a page."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import ceil
from typing import Any
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.access.permissions import Permission
from app.access.viewer import Viewer
from app.core import clock
from app.core.app import App
from app.core.errors import AppError, Conflict, Denied, NotFound, RateLimited, StepUpRequired
from app.core.languages import accepted_languages
from app.identity.client import Client
from app.identity.errors import EmailUnverified, LinkInvalid, RegistrationClosed, WrongCredentials
from app.identity.lifetimes import lifetimes
from app.identity.lockout import Locked
from app.identity.sessions import Renewed
from app.identity.step_up import must_have_proved
from app.mail.errors import MailNotConfigured
from app.web.cookies import CookieJar
from app.web.credentials import visit
from app.web.pages.forms import read_form
from app.web.pages.frame import page, see
from app.web.pages.texts import Texts, language_of, texts_in
from app.web.throttle import count

SIGN_IN, ACCOUNT, CONFIRM = "/sign-in", "/account", "/account/confirm"
_STATUS: Sequence[tuple[type[AppError], int]] = (
    (WrongCredentials, 401),
    (Locked, 429),
    (Denied, 403),
    (StepUpRequired, 403),
    (NotFound, 404),
    (LinkInvalid, 404),
    (EmailUnverified, 403),
    (RegistrationClosed, 403),
    (MailNotConfigured, 503),
    (Conflict, 409),
    (RateLimited, 429),
)


class Unknown(AppError):
    """Nobody is signed in."""

    code = "UNAUTHENTICATED"


@dataclass(frozen=True, slots=True)
class Call:
    """One request for a page. form: what was posted, by name."""

    app: App
    request: Request
    viewer: Viewer
    client: Client
    jar: CookieJar
    form: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def t(self) -> Texts:
        """Our texts as whoever asks wants them: as their profile says, or else their browser."""
        return texts_in(language_wanted(self.viewer, self.request))

    def told(self, name: str) -> str:
        """A field of the form, or of the address; empty where there is none."""
        return self.form.get(name, self.request.query_params.get(name, ""))

    def page(self, template: str, /, *, status: int = 200, **values: Any) -> Response:
        response = page(template, language=self.t.language, status=status, **values)
        if "token" in self.request.query_params:
            # What is in the address lets somebody in: it stays out of referrers to ourselves, too. Without any
            # referrer, browsers would take our own form for a stranger's.
            response.headers["referrer-policy"] = "strict-origin"
        return response


# With the error for which the form was not taken.
Show = Callable[[Call, AppError | None], Awaitable[Response]]
Act = Callable[[Call], Awaitable[Response]]


def place(
    app: App,
    path: str,
    show: Show,
    act: Act | None = None,
    *,
    needs: Permission | None = None,
    step_up: bool = False,
) -> BaseRoute:
    """A page and what its form does. What the form is refused for is told by the page itself.

    needs: what one must be allowed; strangers are led to where one signs in. step_up: only for those who have just
    shown who they are; others are led to where they do so.
    """

    async def answer(request: Request) -> Response:
        call = await call_of(app, request)
        try:
            if needs is not None:
                await check(call, needs, step_up)
            response = await _answered(call, show, act)
        except StepUpRequired:
            response = see(f"{CONFIRM}?next={quote(_asked(request))}")
        except Unknown:
            response = see(f"{SIGN_IN}?next={quote(_asked(request))}")
        except AppError as error:
            response = _refused(call.page("refused", text=error, link="/"), error)
        return with_cookies(response, call.jar)

    return Route(path, answer, methods=["GET", "POST"] if act else ["GET"])


def _asked(request: Request) -> str:
    """The page, to come back to it, with what its link says."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def language_wanted(viewer: Viewer, request: Request) -> str:
    accepted = accepted_languages(request.headers.get("accept-language", ""))
    return language_of((*viewer.languages, *accepted))


def user_of(call: Call) -> UUID:
    """Who is signed in. Raises Unknown."""
    if call.viewer.user_id is None:
        raise Unknown("Sign in first.")
    return call.viewer.user_id


def key_in(call: Call, name: str, kind: str) -> UUID:
    """The id in a field of the form. kind: of what it is. Raises NotFound."""
    try:
        return UUID(call.told(name))
    except ValueError:
        raise NotFound(kind, call.told(name)) from None


async def call_of(app: App, request: Request) -> Call:
    """Who asks. A link may lead here from anywhere; what is posted counts only from pages of ours."""
    visitor = await visit(app, request, is_page=request.method != "POST")
    return Call(app, request, visitor.viewer, visitor.client, visitor.jar or CookieJar(request))


async def keep_renewed(call: Call, renewed: Renewed) -> None:
    """Have the browser keep the session's new token."""
    if renewed.token is not None:
        call.jar.keep(renewed.token, (await lifetimes(call.app)).absolute.total_seconds())


def with_cookies(response: Response, jar: CookieJar) -> Response:
    for name, value in jar.headers:
        response.headers.append(name, value)
    return response


def status_of(error: AppError) -> int:
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 400)


def retry_after(error: AppError) -> dict[str, str]:
    """The header field that says when to come again, where that is known."""
    match error:
        case RateLimited():
            return {"retry-after": str(ceil(error.retry_after_s))}
        case Locked(until=datetime() as until):
            return {"retry-after": str(max(1, ceil((until - clock.now()).total_seconds())))}
        case _:
            return {}


async def check(call: Call, needs: Permission, step_up: bool) -> None:
    user_of(call)
    call.viewer.must(needs)
    if step_up:
        await must_have_proved(call.app, call.viewer)


async def _answered(call: Call, show: Show, act: Act | None) -> Response:
    if act is None or call.request.method != "POST":
        await count(call.app, call.viewer, call.client, is_mutation=False)
        return await show(call, None)
    try:
        await count(call.app, call.viewer, call.client, is_mutation=True)
        call = replace(call, form=await read_form(call.request))
        return await act(call)
    except (StepUpRequired, Unknown):
        raise
    except AppError as error:
        return _refused(await show(call, error), error)


def _refused(response: Response, error: AppError) -> Response:
    if response.status_code == 200:
        response.status_code = status_of(error)
    response.headers.update(retry_after(error))
    return response
