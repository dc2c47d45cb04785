"""How many files a scan expects, before it has looked at them."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from app.core.app import App
from app.library import estimate
from app.library import scan as scan_module
from app.library.estimate import files_in_folders
from tests.library import scanning
from tests.library.scanning import put, write


def test_files_that_look_like_a_librarys_are_counted_folder_by_folder(tmp_path: Path) -> None:
    for path in ("a.mkv", "b.srt", "notes.txt", ".hidden.mkv", ".trash/a.mkv", "more/a.MKV", "more/a.nfo"):
        write(tmp_path, path)
    (tmp_path / "more/up").symlink_to(tmp_path)

    assert list(files_in_folders(str(tmp_path))) == [2, 2]
    assert list(files_in_folders(str(tmp_path / "gone"))) == []


async def test_a_first_scan_counts_ahead_and_tells_of_it(
    app: App, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(clip, tmp_path, *(f"Film {number} (2001)/Film {number} (2001).mkv" for number in range(4)))
    library_id = await scanning.library(app, tmp_path)
    scan_id = await scanning.request(app, library_id)
    step, totals = scan_module._step, []

    async def step_when_counted(*args: Any) -> bool:
        for _ in range(500):
            if total := await scanning.value(app, "SELECT files_total FROM library.scans"):
                totals.append(total)
                return await step(*args)
            await asyncio.sleep(0.01)
        pytest.fail("nothing was counted")

    monkeypatch.setattr(estimate, "FOLDERS_AT_ONCE", 100)
    monkeypatch.setattr(scan_module, "_step", step_when_counted)

    await scan_module.scan.run(app, str(scan_id), 0)

    assert totals[0] == 4


async def test_a_rescan_expects_what_is_known_and_ends_with_what_is_there(
    app: App, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(clip, tmp_path, "Alpha (2001).mkv", "Beta (2002).mkv", "Gamma (2003).mkv")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    (tmp_path / "Gamma (2003).mkv").unlink()
    scan_id = await scanning.request(app, library_id)
    monkeypatch.setattr(estimate, "files_in_folders", lambda path: pytest.fail("the files are known"))

    work = await scan_module._open(app, scan_id)
    before = await scanning.value(app, "SELECT files_total FROM library.scans WHERE status = 'running'")
    await scan_module.scan.run(app, str(scan_id), 0)

    assert work is not None
    assert before == 3
    (scan,) = await scanning.rows(app, "SELECT * FROM library.scans WHERE id = $1", scan_id)
    assert (scan["status"], scan["files_total"], scan["files_done"]) == ("completed", 2, 2)
