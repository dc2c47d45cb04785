"""Whatever happens to files and works, in whatever order: no id of a work is lost."""

import os
import random
from pathlib import Path

import pytest

from app.core.app import App
from tests.curation.wandering import Wanderer

STEPS = int(os.environ.get("MARQUEE_TEST_STEPS", "12"))
SEEDS = range(
    int(os.environ.get("MARQUEE_TEST_SEED", "1")), int(os.environ.get("MARQUEE_TEST_SEED", "1")) + 2
)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["movie", "series"])
@pytest.mark.parametrize("seed", SEEDS)
async def test_no_id_is_lost(app: App, clip: Path, tmp_path: Path, kind: str, seed: int) -> None:
    wanderer = Wanderer(app, tmp_path / "media", clip, kind, random.Random(seed))
    await wanderer.begin()

    for _ in range(STEPS):
        await wanderer.step()

    assert len(wanderer.seen) >= 3
