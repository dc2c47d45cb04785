from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import pytest

from tests.mail.post import Authority, Post, configure, posting


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A mail server without encryption, which takes everything."""
    async with posting() as server:
        yield server


@pytest.fixture
def set_up(app) -> Callable[..., Awaitable[None]]:
    """Has Marquee send mail by a port of this machine."""

    return partial(configure, app)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"), "trusted")


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority
