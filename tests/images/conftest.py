"""A studio for all tests: what it holds is disposable."""

from collections.abc import Iterator

import pytest

from app.images.studio import Studio


@pytest.fixture(scope="session")
def studio() -> Iterator[Studio]:
    made = Studio(1, 60, memory_mb=768)
    yield made
    made.close()
