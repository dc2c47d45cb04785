"""The whole site: to a browser without scripts, and on a port to a real one."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import httpx
import pytest

from app.access.builtin import ADMIN
from app.core.app import App
from app.main import build, graph
from app.web.cookies import Cookie
from tests import given

ORIGIN = "http://localhost:8000"
AS_BROWSERS_DO = {
    "accept": "text/html,*/*;q=0.8",
    "sec-fetch-site": "same-origin",
    "user-agent": "Mozilla/5.0",
}


@dataclass
class Person:
    """Somebody at a browser. user_id: None for strangers."""

    browser: httpx.AsyncClient
    user_id: UUID | None = None

    async def sees(self, path: str, **headers: str) -> httpx.Response:
        return await self.browser.get(path, headers=headers)

    async def sends(self, path: str, **fields: str) -> httpx.Response:
        headers = {"origin": ORIGIN, "content-type": "application/x-www-form-urlencoded"}
        return await self.browser.post(path, content=urlencode(fields), headers=headers)

    async def asks(self, path: str, body: Any = None) -> httpx.Response:
        """As the script of our pages does."""
        return await self.browser.post(path, json=body or {}, headers={"origin": ORIGIN})


@asynccontextmanager
async def at_a_browser(
    app: App, token: str | None = None, *, origin: str = ORIGIN
) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(build(app, graph(app)))
    cookies = {Cookie.SESSION: token} if token else {}
    async with httpx.AsyncClient(
        transport=transport, base_url=origin, cookies=cookies, headers=AS_BROWSERS_DO
    ) as client:
        yield client


@pytest.fixture
async def stranger(app: App) -> AsyncIterator[Person]:
    async with at_a_browser(app) as browser:
        yield Person(browser)


@pytest.fixture
async def person(app: App) -> AsyncIterator[Person]:
    """An admin called Ada, who has just signed in."""
    user_id = await given.user(app, "Ada", roles=[ADMIN])
    async with at_a_browser(app, await given.token(app, user_id, in_browser=True)) as browser:
        yield Person(browser, user_id)


def text_of(answer: httpx.Response) -> str:
    """What a page says, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())
