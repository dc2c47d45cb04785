from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from app.activity.actor import Actor
from app.settings.secrets import set_secret
from app.settings.writes import change_settings
from tests.mail.post import HOST, Authority, Post, posting

SET = {
    "mail_host": HOST,
    "mail_security": "none",
    "mail_from_address": "films@example.org",
    "public_url": "https://films.example.org",
}


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A mail server without encryption, which takes everything."""
    async with posting() as server:
        yield server


@pytest.fixture
def set_up(app) -> Callable[..., Awaitable[None]]:
    """Has Marquee send mail by a port of this machine."""

    async def put(port: int, *, password: str | None = None, **changes: object) -> None:
        async with app.transaction() as tx:
            await change_settings(tx, Actor(), SET | {"mail_port": port} | changes)
            if password is not None:
                await set_secret(tx, Actor(), app.keyring, "mail_password", password)

    return put


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"), "trusted")


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority
