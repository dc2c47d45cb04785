"""Single sign-on over HTTP: the way to a provider, the way back, and the provider's word that somebody signed out."""

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl, quote

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from app.core.app import App
from app.core.errors import AppError, NotFound, RateLimited, StepUpRequired
from app.identity.client import Client
from app.identity.lifetimes import lifetimes
from app.identity.oidc_http import Unreachable
from app.identity.oidc_tokens import BadToken
from app.identity.pending import LIFETIME_S
from app.identity.second_step import SecondStep
from app.identity.sso_flows import FLOW_S, begin
from app.identity.sso_logout import heed
from app.identity.sso_problems import Problem, Refused
from app.identity.sso_providers import enabled_provider
from app.identity.sso_sign_in import Arrival, arrive, enter, must_be_let_link
from app.web.cookies import Cookie, CookieJar, cookie
from app.web.credentials import visit
from app.web.gate import SIGN_IN
from app.web.pages.calls import ACCOUNT, CONFIRM, retry_after, status_of, with_cookies
from app.web.pages.forms import read_form
from app.web.pages.frame import own_path, page
from app.web.throttle import count

SECOND_FACTOR = "/sign-in/second-factor"
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
    key = request.path_params["key"]
    try:
        form = await read_form(request)
        visitor = await visit(app, request)
        await count(app, visitor.viewer, visitor.client, is_mutation=True)
        viewer = visitor.viewer if form.get("link") == "1" else None
        if viewer is not None:
            await must_be_let_link(app, viewer)
        provider = await enabled_provider(app.db, key)
        begun = await begin(
            app,
            key,
            redirect_uri=str(request.url_for("sso-callback", key=key)),
            next_path=own_path(form.get("next")),
            user_id=viewer.user_id if viewer else None,
        )
    except AppError as error:
        return _problem(error)
    # Browsers that heed form-action would stop at a redirect to elsewhere: the page goes on by itself.
    response = page("leaving", place=provider.draft.name, url=begun.url)
    jar = visitor.jar or CookieJar(request)
    jar.keep(begun.secret, FLOW_S, Cookie.SINGLE_SIGN_ON)
    return with_cookies(response, jar)


async def _come_back(app: App, request: Request) -> Response:
    visitor = await visit(app, request, is_page=True)
    jar = visitor.jar or CookieJar(request)
    jar.drop(Cookie.SINGLE_SIGN_ON)
    try:
        await count(app, visitor.viewer, visitor.client, is_mutation=True)
        answer, secret = dict(request.query_params), cookie(request, Cookie.SINGLE_SIGN_ON) or ""
        key = request.path_params["key"]
        arrival = await arrive(app, visitor.viewer, visitor.client, key, answer, secret)
        response = await _arrived(app, visitor.client, arrival, jar)
    except AppError as error:
        response = _problem(error)
    return with_cookies(response, jar)


async def _arrived(app: App, client: Client, arrival: Arrival, jar: CookieJar) -> Response:
    if arrival.is_linked:
        return _see(arrival.next)
    entered = await enter(app, client, arrival)
    if isinstance(entered, SecondStep):
        jar.keep(entered.token, LIFETIME_S, Cookie.PENDING)
        return _see(f"{SECOND_FACTOR}?next={quote(arrival.next, safe='/')}")
    jar.keep(entered.begun.token, (await lifetimes(app)).absolute.total_seconds())
    return _see(arrival.next)


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


def _problem(error: AppError) -> Response:
    """To the sign-in page, which tells of it; what is no sign-in at all is told at once."""
    match error:
        case Refused(why=why):
            return _see(f"{SIGN_IN}?problem={why}")
        case Unreachable():
            return _see(f"{SIGN_IN}?problem={Problem.UNREACHABLE}")
        case StepUpRequired():
            return _see(f"{CONFIRM}?next={ACCOUNT}")
        case _:
            link = {"path": SIGN_IN, "text": "Sign in"}
            said = page(
                "said", status=status_of(error), heading="That can't be done", text=str(error), link=link
            )
            said.headers.update(retry_after(error))
            return said


def _see(path: str) -> Response:
    return RedirectResponse(path, 303, HEADERS)
