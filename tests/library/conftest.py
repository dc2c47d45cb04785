"""What tests of scanning need: a real clip that is quickly made and quickly read."""

from pathlib import Path

import pytest

from app.demo.clip import Clip, Video
from app.demo.encode import encode


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of half a second, to be copied to where a library should have one."""
    path = tmp_path_factory.mktemp("clip") / "clip.mkv"
    encode(Clip(Video(width=64, height=36), audio=(), duration_s=0.5), path)
    return path
