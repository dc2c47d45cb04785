"""The demo library, generated once per run."""

import os
from pathlib import Path

import pytest

from app.demo.library import generate


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library's root; test processes running side by side share one, and none may change it."""
    base = tmp_path_factory.getbasetemp()
    root = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo-library"
    generate(root)
    return root
