"""Images by their signed addresses: what `<img>` asks for, without a cookie or a token."""

import logging
import re
from uuid import UUID

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from app.core.app import App
from app.images.formats import WIDTHS, ImageFormat
from app.images.links import good_for_s
from app.images.refusal import Refused
from app.images.store import MAKE
from app.images.studio import StudioFailed
from app.images.variants import variants
from app.web.graphql.negotiate import preferred
from app.web.graphql.validators import has_tag

log = logging.getLogger(__name__)

RETRY_S = 5
_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_WIDTHS = {str(width): width for width in WIDTHS}
# Has to be named: who takes anything is given WebP.
AVIF = ImageFormat.AVIF.media_type
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    # The address is the permission, on whichever page it stands.
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Vary": "Accept",
    "X-Content-Type-Options": "nosniff",
}


def routes(app: App) -> list[BaseRoute]:
    async def image(request: Request) -> Response:
        return await answer(app, request)

    return [Route("/images/{image_id}/{width}", image)]


async def answer(app: App, request: Request) -> Response:
    """Whatever is wrong with an address, there is no such image."""
    name, width = request.path_params["image_id"], _WIDTHS.get(request.path_params["width"])
    if width is None or not _ID.fullmatch(name):
        return _missing()
    image_id, asked = UUID(name), request.query_params
    left_s = good_for_s(app.keyring, image_id, asked.get("e", ""), asked.get("s", ""))
    if not left_s:
        return _missing()
    form = _form(request.headers.get("accept"))
    headers = HEADERS | {
        "Cache-Control": f"public, max-age={left_s}, immutable",
        "ETag": f'"{name}-{width}-{MAKE}-{form}"',
    }
    if has_tag(request.headers, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    try:
        found = await variants(app).get(image_id, width, form)
    except (StudioFailed, OSError) as error:
        log.warning("Image %s can't be handed out: %s", name, error)
        return _later()
    except Refused as error:
        log.error("The master of image %s is refused: %s", name, error)
        return _missing()
    return _missing() if found is None else Response(found, media_type=form.media_type, headers=headers)


def _form(accept: str | None) -> ImageFormat:
    """Where a client takes neither, it may still take WebP: there is nothing else to give."""
    if AVIF in (accept or "").lower() and preferred(accept, (AVIF,)):
        return ImageFormat.AVIF
    return ImageFormat.WEBP


def _missing() -> Response:
    return PlainTextResponse("There is no such image.\n", 404, {"Cache-Control": "no-store"})


def _later() -> Response:
    headers = {"Cache-Control": "no-store", "Retry-After": str(RETRY_S)}
    return PlainTextResponse("The image can't be handed out just now.\n", 503, headers)
