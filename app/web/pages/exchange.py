"""What the script of our pages asks for and is told, as JSON."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from app.access.permissions import Permission
from app.core.app import App
from app.core.errors import AppError, Denied, Invalid
from app.web.pages.calls import Call, Unknown, call_of, check, retry_after, status_of, with_cookies
from app.web.pages.forms import is_forged, read_body
from app.web.pages.frame import HEADERS
from app.web.throttle import count

Answer = Callable[[Call, dict[str, Any]], Awaitable[dict[str, Any]]]


def exchange(
    app: App, path: str, answer: Answer, *, needs: Permission | None = None, step_up: bool = False
) -> BaseRoute:
    """A POST of one object, answered by another; needs, step_up: see `place`. What goes wrong is told as `message`."""

    async def answered(request: Request) -> JSONResponse:
        call = await call_of(app, request)
        try:
            await count(app, call.viewer, call.client, is_mutation=True)
            if needs is not None:
                await check(call, needs, step_up)
            response = JSONResponse(await answer(call, await _object(request)), headers=HEADERS)
        except AppError as error:
            status = 401 if isinstance(error, Unknown) else status_of(error)
            headers = HEADERS | retry_after(error)
            response = JSONResponse({"message": str(call.t.said(error)), "code": error.code}, status, headers)
        with_cookies(response, call.jar)
        return response

    return Route(path, answered, methods=["POST"])


async def _object(request: Request) -> dict[str, Any]:
    """Raises Denied for another site's, Invalid for what is none.

    The type is one that forms can't have, so that browsers ask us before another site's page sends it.
    """
    if is_forged(request):
        raise Denied("This was sent by a page of another site.")
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Invalid("body", "Send it as application/json.")
    try:
        found = orjson.loads(await read_body(request))
    except orjson.JSONDecodeError as error:
        raise Invalid("body", "That is no JSON.") from error
    if not isinstance(found, dict):
        raise Invalid("body", "That is no JSON object.")
    return cast("dict[str, Any]", found)
