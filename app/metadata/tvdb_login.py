"""Tokens of TheTVDB: what a key is exchanged for, and is good for a month."""

import asyncio
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from app.core.app import App
from app.core.clock import now
from app.core.http import http
from app.core.http_errors import ProviderBroken
from app.core.http_messages import Question, Service
from app.metadata.keys import key
from app.metadata.provider import About
from app.metadata.tmdb_json import mapping

# They are good for a month.
RENEWED_AFTER = timedelta(days=20)
NEVER = datetime.min.replace(tzinfo=UTC)
_TOKEN = re.compile(r"[\x21-\x7e]{1,8000}")


@dataclass(slots=True)
class Login:
    """What a process has been given. owner: the address and the key that it was given for."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    owner: tuple[str, str] = field(default=("", ""), repr=False)
    token: str = field(default="", repr=False)
    until: datetime = NEVER


# Not in Redis: there it would lie unsealed, and a process asks once in weeks.
_logins: WeakKeyDictionary[App, Login] = WeakKeyDictionary()


async def token(app: App, about: About, service: Service, url: str, *, refused: str = "") -> str:
    """refused: a token that isn't taken any more, which is replaced unless somebody has done so meanwhile.

    Raises ProviderError and Unreadable; ProviderRefused where the key isn't taken.
    """
    secret = await key(app, about)
    login = _logins.setdefault(app, Login())
    async with login.lock:
        is_good = login.token != refused and login.owner == (url, secret) and now() < login.until
        if not is_good:
            # Read again: it may have been refused, or replaced, while others were let in.
            secret = await key(app, about)
            login.token = await _given(app, service, url, secret)
            login.owner, login.until = (url, secret), now() + RENEWED_AFTER
        return login.token


async def _given(app: App, service: Service, url: str, secret: str) -> str:
    """secret: the key; behind a colon the PIN of who pays for it, if it is such a one."""
    own, _, pin = (part.strip() for part in secret.partition(":"))
    body: dict[str, Any] = {"apikey": own} | ({"pin": pin} if pin else {})
    answer = await http(app).ask(service, Question(f"{url}/login", method="POST", body=body))
    found = mapping(answer.body, "data").get("token")
    if not isinstance(found, str) or not _TOKEN.fullmatch(found):
        raise ProviderBroken(service.name, "it lets us in without a token", answer.status)
    return found
