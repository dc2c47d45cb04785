"""The cookies that a browser keeps its tokens in."""

from enum import StrEnum

from starlette.requests import HTTPConnection


class Cookie(StrEnum):
    """A session's token; that of a sign-in which waits for its second factor; the secret of single sign-on; that of a
    browser which is trusted to need no second factor.
    """

    SESSION = "marquee_session"
    PENDING = "marquee_sign_in"
    SINGLE_SIGN_ON = "marquee_sso"
    DEVICE = "marquee_device"

    @property
    def path(self) -> str:
        """Below which browsers send it along."""
        return "/sign-in" if self is Cookie.PENDING else "/"

    @property
    def secure_prefix(self) -> str:
        """Browsers take the first from this host alone, over TLS, for every path: no other name can plant one."""
        return "__Host-" if self.path == "/" else "__Secure-"


def session_cookie(connection: HTTPConnection) -> str | None:
    """The token that a browser sent along."""
    return cookie(connection, Cookie.SESSION)


def cookie(connection: HTTPConnection, which: Cookie) -> str | None:
    return connection.cookies.get(_name(connection, which)) or None


class CookieJar:
    """The cookies that the response to one request sets."""

    def __init__(self, connection: HTTPConnection) -> None:
        self._connection = connection
        self._lines: dict[Cookie, str] = {}

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [("set-cookie", line) for line in self._lines.values()] if self._lines else []

    def keep(self, token: str, for_s: float, which: Cookie = Cookie.SESSION) -> None:
        """Have the browser send this token from now on, for so long at most."""
        name = _name(self._connection, which)
        # Sent with links from other sites too, which is how providers of single sign-on send browsers back.
        attributes = "HttpOnly; SameSite=Lax" + ("; Secure" if _is_secure(self._connection) else "")
        self._lines[which] = f"{name}={token}; Max-Age={int(for_s)}; Path={which.path}; {attributes}"

    @property
    def device_token(self) -> str | None:
        """What the browser kept when it was trusted."""
        return self._connection.cookies.get(_name(self._connection, Cookie.DEVICE)) or None

    def keep_device(self, token: str, for_s: float) -> None:
        """Have the browser be known as one that is trusted."""
        self.keep(token, for_s, Cookie.DEVICE)

    def drop(self, which: Cookie = Cookie.SESSION) -> None:
        """Have the browser forget its token."""
        self.keep("", 0, which)


def _name(connection: HTTPConnection, which: Cookie) -> str:
    return f"{which.secure_prefix if _is_secure(connection) else ''}{which}"


def _is_secure(connection: HTTPConnection) -> bool:
    return connection.scope["scheme"] in {"https", "wss"}
