"""Putting one's avatar where a signed address says: the image itself as the body, and nothing around it."""

import logging
import re
from dataclasses import replace
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from app.activity.actor import Actor
from app.core.app import App
from app.core.errors import NotFound
from app.identity.rates import Rate, Throttled, take
from app.images.avatars import MOST_BYTES, take_avatar
from app.images.links import AVATAR, good_for_s
from app.images.refusal import Reason, Refused
from app.images.studio import StudioFailed
from app.web.credentials import client_of

log = logging.getLogger(__name__)

RETRY_S = 5
_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_NO_STORE = {"Cache-Control": "no-store"}


def routes(app: App) -> list[BaseRoute]:
    async def avatar(request: Request) -> Response:
        return await answer(app, request)

    return [Route("/avatars/{user_id}", avatar, methods=["PUT"])]


async def answer(app: App, request: Request) -> Response:
    """204, or a code with a sentence for people. What the client says of the type is not asked."""
    name, asked = request.path_params["user_id"], request.query_params
    if not _ID.fullmatch(name):
        return _missing()
    user_id = UUID(name)
    if not good_for_s(app.keyring, user_id, asked.get("e", ""), asked.get("s", ""), purpose=AVATAR):
        return _missing()
    try:
        await take(app, Rate.MUTATION, f"user:{user_id}")
        actor = _actor(request, user_id)
        await take_avatar(app, actor, user_id, await _body(request))
    except Throttled as error:
        headers = {"Retry-After": f"{error.retry_after_s:.0f}"}
        return _problem(429, error.code, str(error), headers)
    except Refused as refused:
        return _refusal(refused)
    except NotFound:
        return _missing()
    except (StudioFailed, OSError) as error:
        log.warning("An avatar can't be taken: %s", error)
        return _problem(503, "UNAVAILABLE", "That can't be done just now.", {"Retry-After": str(RETRY_S)})
    return Response(status_code=204, headers=_NO_STORE)


def _actor(request: Request, user_id: UUID) -> Actor:
    return replace(client_of(request).actor(), user_id=user_id)


async def _body(request: Request) -> bytes:
    """Raises Refused as soon as it is too much."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > MOST_BYTES:
        raise Refused(Reason.TOO_MANY_BYTES)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise Refused(Reason.TOO_MANY_BYTES)
    return bytes(body)


def _refusal(refused: Refused) -> Response:
    status = {Reason.TOO_MANY_BYTES: 413, Reason.NOT_AN_IMAGE: 415}.get(refused.reason, 422)
    return _problem(status, refused.reason.name, str(refused), {})


def _missing() -> Response:
    return _problem(404, "NOT_FOUND", "This address is not good, or not any more.", {})


def _problem(status: int, code: str, message: str, headers: dict[str, str]) -> Response:
    return JSONResponse({"code": code, "message": message}, status, _NO_STORE | headers)
