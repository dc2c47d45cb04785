"""Files that pages load: held in memory, served compressed, by exact name."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cached_property
from mimetypes import guess_type
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from app.web.codings import takes_gzip
from app.web.graphql.validators import has_tag

MEDIA_TYPES = {".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}


def security_headers(*, form_action: str = "'none'", referrer: str = "no-referrer") -> dict[str, str]:
    """What every page and asset is sent with: nothing but our own scripts, styles, fonts and connections; no frames.

    form_action: where its forms may go, as a source of CSP. referrer: a Referrer-Policy.
    """
    policy = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        f"form-action {form_action}",
        "frame-ancestors 'none'",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": referrer,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


SECURITY_HEADERS = security_headers()


@dataclass(frozen=True, slots=True)
class Asset:
    """A body with its weak entity tag; `packed` is its gzip form where that is smaller."""

    body: bytes
    packed: bytes | None
    media_type: str
    tag: str

    @classmethod
    def of(cls, body: bytes, media_type: str) -> "Asset":
        packed = gzip.compress(body, mtime=0)
        tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
        return cls(body, packed if len(packed) < len(body) else None, media_type, tag)

    def response(self, request: Request, *, cache_control: str, vary: str = "Accept-Encoding") -> Response:
        """This asset as the client wants it: 304 when it has it already, gzip when it takes that."""
        headers = SECURITY_HEADERS | {"Cache-Control": cache_control, "ETag": self.tag, "Vary": vary}
        if has_tag(request.headers, self.tag):
            return Response(status_code=304, headers=headers)
        if self.packed is not None and takes_gzip(request.headers.get("accept-encoding", "")):
            headers["Content-Encoding"] = "gzip"
            return Response(self.packed, media_type=self.media_type, headers=headers)
        return Response(self.body, media_type=self.media_type, headers=headers)


class Assets:
    """The files of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, Asset] = {}

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that may be asked for, so that no request ever names a path."""
        return frozenset(path.name for path in self._folder.iterdir() if path.is_file())

    def asset(self, name: str) -> Asset:
        """One of `names`, read and compressed once per process."""
        if name not in self._read:
            path = self._folder / name
            self._read[name] = Asset.of(path.read_bytes(), _media_type(path))
        return self._read[name]


def _media_type(path: Path) -> str:
    return MEDIA_TYPES.get(path.suffix) or guess_type(path.name)[0] or "application/octet-stream"
