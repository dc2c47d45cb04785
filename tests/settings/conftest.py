"""Settings that exist for one test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.settings.registry import REGISTRY, Setting, setting


@pytest.fixture
def declared() -> Iterator[Callable[..., Setting[Any]]]:
    """Declares settings that are gone after the test."""
    known = dict(REGISTRY)
    yield setting
    REGISTRY.clear()
    REGISTRY.update(known)
