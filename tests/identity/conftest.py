from collections.abc import Iterator

import pytest

from app.core.app import App
from app.identity.oidc_discovery import directory
from tests.identity.provider import Provider, providing


@pytest.fixture(scope="session")
def _provider() -> Iterator[Provider]:
    with providing() as provider:
        yield provider


@pytest.fixture
def provider(_provider: Provider, app: App) -> Iterator[Provider]:
    """A provider that does as it is told; what it was told, and what we know of it, is forgotten after each test."""
    yield _provider
    _provider.reset()
    directory(app).forget()
