"""The cookie that a browser keeps its session's token in."""

from starlette.requests import HTTPConnection

PLAIN = "marquee_session"
# Browsers take it from this host alone, over TLS, for every path: no other name can plant one.
SECURE = "__Host-marquee_session"


def session_cookie(connection: HTTPConnection) -> str | None:
    """The token that a browser sent along."""
    return connection.cookies.get(_name(connection)) or None


class CookieJar:
    """The cookies that the response to one request sets."""

    def __init__(self, connection: HTTPConnection) -> None:
        self._name = _name(connection)
        self._attributes = "; Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if _is_secure(connection) else "")
        self._line: str | None = None

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [] if self._line is None else [("set-cookie", self._line)]

    def keep(self, token: str, for_s: float) -> None:
        """Have the browser send this token from now on, for so long at most."""
        self._line = f"{self._name}={token}; Max-Age={int(for_s)}{self._attributes}"

    def drop(self) -> None:
        """Have the browser forget its token."""
        self._line = f"{self._name}=; Max-Age=0{self._attributes}"


def _name(connection: HTTPConnection) -> str:
    return SECURE if _is_secure(connection) else PLAIN


def _is_secure(connection: HTTPConnection) -> bool:
    return connection.scope["scheme"] in {"https", "wss"}
