"""How a page is made: its template, its headers, and the files that it loads."""

from pathlib import Path
from typing import Any

from anyio import to_thread
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from app.web.assets import SECURITY_HEADERS, Assets, security_headers
from app.web.pages.texts import ENGLISH, texts_in

FOLDER = Path(__file__).parent
STATIC = Assets(FOLDER / "static")
# Pages tell of one person at one moment: neither a cache nor the way back shows them to the next one.
# Without any referrer, browsers would send our own forms with `Origin: null` (Fetch, 3.2), like a stranger's.
HEADERS = {
    **security_headers(form_action="'self'", referrer="same-origin"),
    "Cache-Control": "no-store",
    "Vary": "Cookie, Accept-Language",
}
SEE_OTHER = 303
_TEMPLATES = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


def _strong(text: str) -> Markup:
    return Markup("<strong>{}</strong>").format(text)


_TEMPLATES.filters["strong"] = _strong


def page(template: str, /, *, language: str = ENGLISH, status: int = 200, **values: Any) -> Response:
    """A template of `templates/` as a page. Raises jinja2.UndefinedError for a value that it lacks."""
    texts = texts_in(language)
    words = {"t": texts, "said": texts.said, "language": language}
    html = _TEMPLATES.get_template(f"{template}.html").render(**words, **values)
    return HTMLResponse(html, status, HEADERS | {"Content-Language": language})


def see(path: str) -> Response:
    """To another page of ours, which is got and not posted to."""
    return RedirectResponse(path, SEE_OTHER, HEADERS)


def own_path(text: str | None, default: str = "/") -> str:
    """A path of ours to go on to, whatever somebody put into a link; `default` for anything else.

    What browsers would take for another host (`//host`, `/\\host`, tabs and line ends within) is none.
    """
    if text is None or not text.startswith("/") or text[1:2] in {"/", "\\"}:
        return default
    return text if text.isprintable() and text.isascii() and len(text) <= 1000 else default


def static_route(prefix: str) -> BaseRoute:
    """The style sheet and the scripts."""

    async def static(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in STATIC.names:
            return Response("Not found", status_code=404, media_type="text/plain", headers=SECURITY_HEADERS)
        asset = await to_thread.run_sync(STATIC.asset, name)
        return asset.response(request, cache_control="no-cache")

    return Route(f"{prefix}/{{name}}", static)
