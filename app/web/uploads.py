"""Files that people put where a signed address says: the file itself as the body, and nothing around it."""

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.activity.actor import Actor
from app.core.app import App
from app.core.errors import AppError
from app.identity.rates import Rate, Throttled, take
from app.images.links import good_for_s
from app.images.refusal import Reason, Refused
from app.images.studio import StudioFailed
from app.web.credentials import client_of

log = logging.getLogger(__name__)

RETRY_S = 5
_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_NO_STORE = {"Cache-Control": "no-store"}
TakeIn = Callable[[Actor, bytes], Awaitable[object]]


def id_in(request: Request, name: str) -> UUID | None:
    """An id in the path; None for what is none."""
    text = request.path_params[name]
    return UUID(text) if _ID.fullmatch(text) else None


def is_signed(app: App, request: Request, subject: UUID, purpose: str) -> bool:
    asked = request.query_params
    return bool(good_for_s(app.keyring, subject, asked.get("e", ""), asked.get("s", ""), purpose=purpose))


async def taken(app: App, request: Request, user_id: UUID, most_bytes: int, take_in: TakeIn) -> Response:
    """204, or a code with a sentence for people. What the client says of the type is not asked."""
    try:
        await take(app, Rate.MUTATION, f"user:{user_id}")
        actor = replace(client_of(request).actor(), user_id=user_id)
        await take_in(actor, await _body(request, most_bytes))
    except Throttled as error:
        headers = {"Retry-After": f"{error.retry_after_s:.0f}"}
        return _problem(429, error.code, str(error), headers)
    except Refused as refused:
        return _refusal(refused)
    except AppError:
        # Whose it was to be is gone, or whoever was given the address may not do it any more.
        return missing()
    except (StudioFailed, OSError) as error:
        log.warning("An upload can't be taken: %s", error)
        return _problem(503, "UNAVAILABLE", "That can't be done just now.", {"Retry-After": str(RETRY_S)})
    return Response(status_code=204, headers=_NO_STORE)


def missing() -> Response:
    return _problem(404, "NOT_FOUND", "This address is not good, or not any more.", {})


async def _body(request: Request, most_bytes: int) -> bytes:
    """Raises Refused as soon as it is too much."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most_bytes:
        raise Refused(Reason.TOO_MANY_BYTES)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise Refused(Reason.TOO_MANY_BYTES)
    return bytes(body)


def _refusal(refused: Refused) -> Response:
    status = {Reason.TOO_MANY_BYTES: 413, Reason.NOT_AN_IMAGE: 415}.get(refused.reason, 422)
    return _problem(status, refused.reason.name, str(refused), {})


def _problem(status: int, code: str, message: str, headers: dict[str, str]) -> Response:
    return JSONResponse({"code": code, "message": message}, status, _NO_STORE | headers)
