"""A scan whose every job is given up is over, and says why."""

from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from sqlalchemy import text

from app.core import work
from app.core.app import App
from app.library import scan as scan_module
from app.library.events import ScanProgressed
from tests.library import scanning

JOBS = text("SELECT id, attempt FROM outbox.jobs WHERE failed_at IS NULL ORDER BY args ->> 1")
MARK = text("UPDATE outbox.jobs SET dispatched_at = now(), attempt = attempt + 1")
AT_LAST_TRY = text("UPDATE outbox.jobs SET failures = 9")


async def give_up_all(app: App, most: int = 100) -> None:
    await app.db.run(MARK)
    await app.db.run(AT_LAST_TRY)
    for job in (await app.db.rows(JOBS))[:most]:
        await work.run_job(app, job["id"], job["attempt"])


async def broken(*_: Any) -> Any:
    raise ZeroDivisionError("no disk has so many sectors")


@pytest.fixture
async def library_id(app: App, clip: Path, tmp_path: Path) -> UUID:
    scanning.put(clip, tmp_path, "Alpha (2001)/Alpha (2001).mkv")
    return await scanning.library(app, tmp_path)


async def test_a_scan_fails_with_its_last_job_and_another_may_follow(app: App, library_id: UUID) -> None:
    await scanning.request(app, library_id)

    with patch.object(scan_module, "_open", broken):
        await give_up_all(app)

    (scan,) = await scanning.rows(app, "SELECT * FROM library.scans")
    assert (scan["status"], scan["error"]) == ("failed", "ZeroDivisionError: no disk has so many sectors")
    assert scan["finished_at"] is not None
    told = await scanning.rows(app, "SELECT payload FROM outbox.events WHERE name = $1", ScanProgressed.name)
    assert len(told) == 2
    await scanning.scan(app, library_id)
    assert await scanning.titles(app) == [("Alpha", 2001)]


async def test_a_scan_goes_on_while_one_of_its_jobs_is_left(app: App, library_id: UUID) -> None:
    await scanning.request(app, library_id)

    with patch.object(scan_module, "_open", broken):
        await give_up_all(app, most=3)

    assert await scanning.values(app, "SELECT status FROM library.scans") == ["queued"]
