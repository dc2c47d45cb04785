"""How many threads look at a disk at once."""

import asyncio
import threading
import time
from typing import Any

import pytest

from app.core.app import App
from app.library import survey
from app.library.survey import Eyes
from app.library.walk import Look


async def test_one_thread_at_a_time_looks_at_a_disk_that_answers_at_once(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, most = [], []

    def work(*args: Any) -> list[Look]:
        looking.append(args)
        most.append(len(looking))
        until = time.thread_time() + 0.005
        while time.thread_time() < until:
            pass
        looking.pop()
        return [Look("")]

    monkeypatch.setattr(survey, "look_around", work)
    eyes = Eyes()

    found = await asyncio.gather(*(eyes.look(app, "/films", [""]) for _ in range(5)))

    assert [len(looks) for looks in found] == [1] * 5
    assert max(most) == 1


async def test_several_look_at_one_that_keeps_them_waiting(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    waited = threading.Event()
    together = threading.Barrier(3)
    eyes = Eyes()
    monkeypatch.setattr(survey, "look_around", lambda *args: [Look("")] if waited.wait(0.1) else [])
    await eyes.look(app, "/films", [""])
    monkeypatch.setattr(survey, "look_around", lambda *args: [Look(str(together.wait(10)))])

    found = await asyncio.gather(*(eyes.look(app, "/films", [""]) for _ in range(3)))

    assert sorted(look.folder for (look,) in found) == ["0", "1", "2"]
