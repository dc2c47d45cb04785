"""The mail server, whom letters come from, and where their links lead."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlencode, urlsplit

from app.core.app import App
from app.core.db import Db
from app.core.errors import Invalid
from app.mail.addresses import address
from app.mail.errors import MailNotConfigured
from app.settings.registry import Setting, setting
from app.settings.secrets import secret
from app.settings.values import value

PASSWORD = "mail_password"  # noqa: S105


class Security(StrEnum):
    """How the way to the mail server is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Language(StrEnum):
    """What letters are written in."""

    EN = "en"
    DE = "de"
    FR = "fr"
    ES = "es"
    JA = "ja"


def _check_host(text: str) -> None:
    if text and (not text.isascii() or any(each in " /@[]" for each in text)):
        raise ValueError("It must be a host name or an IP address.")


def _check_address(text: str) -> None:
    try:
        _ = text and address(text)
    except Invalid as error:
        raise ValueError(str(error)) from error


def _check_url(text: str) -> None:
    if not text:
        return
    try:
        parts = urlsplit(text)
        is_plain = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_plain = False
    if not is_plain or "@" in text or "?" in text or "#" in text or not text.isascii() or " " in text:
        raise ValueError("It must be like `https://films.example.org`, without user, query and fragment.")


HOST = setting(
    "mail_host", "", "Name or address of the mail server; without it no mail is sent.", check=_check_host
)
PORT = setting("mail_port", 587, "Port of the mail server.", minimum=1, maximum=65_535)
SECURITY = setting(
    "mail_security",
    Security.STARTTLS,
    "How the way to the mail server is encrypted: `starttls` (port 587), `tls` from the start (port 465), or `none`,"
    " which sends no password but within this machine.",
)
USERNAME = setting(
    "mail_username",
    "",
    "Who signs in at the mail server, by the secret `mail_password`; nobody, where empty.",
)
FROM_ADDRESS = setting(
    "mail_from_address", "", "E-mail address that letters come from.", check=_check_address
)
FROM_NAME = setting("mail_from_name", "Marquee", "Name that letters come from.")
LANGUAGE = setting("mail_language", Language.EN, "Language of letters to people whose own is not known.")
PUBLIC_URL = setting(
    "public_url", "", "Where people reach this server: links in letters begin with it.", check=_check_url
)
NEEDED: Sequence[Setting[str]] = (HOST, FROM_ADDRESS, PUBLIC_URL)


@dataclass(frozen=True, slots=True)
class Server:
    """What is needed to send. password: None where nobody signs in, or it was not set."""

    host: str
    port: int
    security: Security
    username: str
    password: str | None = field(repr=False)
    from_address: str
    from_name: str
    language: Language
    public_url: str

    def __repr__(self) -> str:
        return f"Server({self.host}:{self.port})"


async def missing(app: App, db: Db | None = None) -> list[str]:
    """The names of settings that have to be set before letters can be sent."""
    return [each.name for each in NEEDED if not await value(app, each, db)]


async def is_configured(app: App, db: Db | None = None) -> bool:
    """Whether letters can be sent."""
    return not await missing(app, db)


async def require(app: App, db: Db | None = None) -> None:
    """Raises MailNotConfigured."""
    if not await is_configured(app, db):
        raise MailNotConfigured


async def server(app: App) -> Server:
    """Raises MailNotConfigured, Unreadable."""
    await require(app)
    username = await value(app, USERNAME)
    return Server(
        host=await value(app, HOST),
        port=await value(app, PORT),
        security=await value(app, SECURITY),
        username=username,
        password=await _password(app) if username else None,
        from_address=await value(app, FROM_ADDRESS),
        from_name=await value(app, FROM_NAME),
        language=await value(app, LANGUAGE),
        public_url=await value(app, PUBLIC_URL),
    )


async def _password(app: App) -> str | None:
    return app.config.mail_password or await secret(app, PASSWORD)


async def link(app: App, path: str, **query: str) -> str:
    """An address of this server for a letter, as its admin says how people reach it; never as a request says.

    path: `/reset`. Raises MailNotConfigured.
    """
    base = (await value(app, PUBLIC_URL)).rstrip("/")
    if not base:
        raise MailNotConfigured
    return f"{base}{path}" + (f"?{urlencode(query)}" if query else "")
