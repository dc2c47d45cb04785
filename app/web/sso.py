"""Single sign-on over HTTP: the way to a provider, the way back, and the provider's word that somebody signed out."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import parse_qsl, quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from app.core.app import App
from app.core.errors import AppError, NotFound, RateLimited, StepUpRequired
from app.identity.oidc_http import Unreachable
from app.identity.oidc_tokens import BadToken
from app.identity.sso_flows import FLOW_S, begin
from app.identity.sso_logout import heed
from app.identity.sso_problems import Problem, Refused
from app.identity.sso_providers import enabled_provider
from app.identity.sso_sign_in import Arrival, arrive, enter, must_be_let_link
from app.web.cookies import Cookie, cookie
from app.web.credentials import visit
from app.web.gate import SIGN_IN
from app.web.pages.calls import (
    ACCOUNT,
    CONFIRM,
    Call,
    call_of,
    retry_after,
    status_of,
    with_cookies,
)
from app.web.pages.entering import enter as entered
from app.web.pages.forms import read_form
from app.web.pages.frame import own_path, see
from app.web.throttle import count

MOST_BYTES = 64 * 1024
HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer"}

Answer = Callable[[App, Request], Awaitable[Response]]


def routes(app: App) -> list[BaseRoute]:
    """`POST /sso/{key}` sets out, `GET /sso/{key}/callback` comes back, `POST /sso/{key}/logout` is the provider's."""

    def answering(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        async def answered(request: Request) -> Response:
            return await answer(app, request)

        return answered

    return [
        Route("/sso/{key}", answering(_begin), methods=["POST"]),
        Route("/sso/{key}/callback", answering(_come_back), methods=["GET"], name="sso-callback"),
        Route("/sso/{key}/logout", answering(_log_out), methods=["POST"]),
    ]


async def _begin(app: App, request: Request) -> Response:
    """form: `next`, the path to go on to; `link=1`, to link the account that is signed in."""
    key, call = request.path_params["key"], await call_of(app, request)
    try:
        call = replace(call, form=await read_form(request))
        await count(app, call.viewer, call.client, is_mutation=True)
        is_link = call.told("link") == "1"
        if is_link:
            await must_be_let_link(app, call.viewer)
        provider = await enabled_provider(app.db, key)
        begun = await begin(
            app,
            key,
            redirect_uri=str(request.url_for("sso-callback", key=key)),
            next_path=own_path(call.told("next")),
            user_id=call.viewer.user_id if is_link else None,
        )
    except AppError as error:
        return _problem(call, error)
    # Browsers that heed form-action would stop at a redirect to elsewhere: the page goes on by itself.
    text = call.t("You sign in there, and come back here.")
    response = call.page("leaving", place=provider.draft.name, url=begun.url, text=text)
    call.jar.keep(begun.secret, FLOW_S, Cookie.SINGLE_SIGN_ON)
    return with_cookies(response, call.jar)


async def _come_back(app: App, request: Request) -> Response:
    call = await call_of(app, request)
    call.jar.drop(Cookie.SINGLE_SIGN_ON)
    try:
        await count(app, call.viewer, call.client, is_mutation=True)
        answer, secret = dict(request.query_params), cookie(request, Cookie.SINGLE_SIGN_ON) or ""
        arrival = await arrive(app, call.viewer, call.client, request.path_params["key"], answer, secret)
        response = see(await _arrived(call, arrival))
    except AppError as error:
        response = _problem(call, error)
    return with_cookies(response, call.jar)


async def _arrived(call: Call, arrival: Arrival) -> str:
    if arrival.is_linked:
        return arrival.next
    device_token = cookie(call.request, Cookie.DEVICE)
    outcome = await enter(call.app, call.client, arrival, device_token=device_token)
    return await entered(call, outcome, arrival.next)


async def _log_out(app: App, request: Request) -> Response:
    """OpenID Connect Back-Channel Logout 1.0 §2.5 to §2.8."""
    try:
        form = await _posted(request)
        visitor = await visit(app, request, sets_cookies=False)
        # As a query: one address tells of all who leave.
        await count(app, visitor.viewer, visitor.client, is_mutation=False)
        await heed(app, visitor.client, request.path_params["key"], form.get("logout_token", ""))
    except (BadToken, NotFound) as error:
        said = {"error": "invalid_request", "error_description": str(error)}
        return JSONResponse(said, 400, HEADERS)
    except (Unreachable, RateLimited) as error:
        return JSONResponse({"error": "temporarily_unavailable"}, 503, HEADERS | retry_after(error))
    return Response(status_code=200, headers=HEADERS)


async def _posted(request: Request) -> dict[str, str]:
    """What a server posts, which tells nothing of where it comes from. Raises BadToken where it can't be read."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise BadToken("The request is too long.")
    try:
        return dict(parse_qsl(body.decode(), max_num_fields=20))
    except ValueError:
        raise BadToken("The request can't be read.") from None


def _problem(call: Call, error: AppError) -> Response:
    """To the sign-in page, which tells of it; what is no sign-in at all is told at once."""
    match error:
        case Refused(why=why):
            return see(f"{SIGN_IN}?problem={why}")
        case Unreachable():
            return see(f"{SIGN_IN}?problem={Problem.UNREACHABLE}")
        case StepUpRequired():
            return see(f"{CONFIRM}?next={quote(own_path(call.told('next'), ACCOUNT))}")
        case _:
            said = call.page("refused", status=status_of(error), text=error, link=SIGN_IN)
            said.headers.update(retry_after(error))
            return said
