"""Folders of many files are stored in many transactions, and a crash costs only the last of them."""

from pathlib import Path
from typing import Any

import pytest

from app.core.app import App
from app.library import ahead
from app.library import scan as scan_module
from app.library.prober import Prober
from app.library.questions import Question
from app.library.scans import cancel_scan
from app.library.writes import delete_library
from tests.library import scanning
from tests.library.scanning import put, write

FILMS = [f"Film {number:02} (2001).mkv" for number in range(10)]


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_module, "FILES_TO_READ", 3)


@pytest.fixture
def probed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    ask = Prober.ask

    async def listen(self: Prober, questions: list[Question]) -> Any:
        found.extend(question.path for question in questions)
        return await ask(self, questions)

    monkeypatch.setattr(Prober, "ask", listen)
    return found


def fail_at(monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    """The database goes away in that step ahead."""
    store_media, calls = ahead.store_media, []

    async def fail(*args: Any) -> None:
        calls.append(args)
        if len(calls) == call:
            raise ConnectionResetError("The database is gone.")
        await store_media(*args)

    monkeypatch.setattr(ahead, "store_media", fail)


async def test_a_large_folder_is_opened_once_and_counted_once(
    app: App, clip: Path, tmp_path: Path, probed: list[str]
) -> None:
    put(clip, tmp_path, *FILMS, "Film 00 (2001)-trailer.mkv")
    write(tmp_path, "Film 03 (2001).en.srt")
    write(tmp_path, "Film 04 (2001).mkv", b"broken")
    library_id = await scanning.library(app, tmp_path)

    scan = await scanning.scan(app, library_id)

    assert sorted(probed) == sorted([*FILMS, "Film 00 (2001)-trailer.mkv"])
    assert (scan["files_total"], scan["files_done"], scan["files_added"]) == (12, 12, 12)
    assert len(await scanning.titles(app)) == len(FILMS)
    assert await scanning.problems(app) == {"Film 04 (2001).mkv": "not_media"}
    assert set(await scanning.values(app, "SELECT label FROM movies.versions")) == {"36p", None}
    probed.clear()
    await scanning.announced(app)

    again = await scanning.scan(app, library_id)

    assert probed == []
    assert (again["files_done"], again["files_added"], again["files_changed"]) == (12, 0, 0)
    assert await scanning.announced(app) == []


@pytest.mark.parametrize("step", [1, 2, 3])
async def test_a_crash_costs_only_the_step_that_it_was_in(
    app: App, clip: Path, tmp_path: Path, probed: list[str], monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    put(clip, tmp_path, *FILMS)
    write(tmp_path, "Film 01 (2001).mkv", b"broken")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    undisturbed = await scanning.catalog(app)
    async with app.transaction() as tx:
        await delete_library(tx, library_id)
    library_id = await scanning.library(app, tmp_path)
    scan_id = await scanning.request(app, library_id)
    with monkeypatch.context() as patched:
        fail_at(patched, step)
        with pytest.raises(ConnectionResetError):
            await scan_module.scan.run(app, str(scan_id), 0)
    probed.clear()

    await scan_module.scan.run(app, str(scan_id), 0)

    assert len(probed) == len(FILMS) - 3 * (step - 1)
    assert await scanning.catalog(app) == undisturbed
    (scan,) = await scanning.rows(app, "SELECT * FROM library.scans")
    assert (scan["status"], scan["files_total"], scan["files_done"]) == ("completed", 10, 10)
    assert scan["files_added"] == 10


async def test_what_a_cancelled_scan_stored_ahead_the_next_makes_films_of(
    app: App, clip: Path, tmp_path: Path, probed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(clip, tmp_path, *FILMS)
    library_id = await scanning.library(app, tmp_path)
    scan_id = await scanning.request(app, library_id)
    with monkeypatch.context() as patched:
        fail_at(patched, 2)
        with pytest.raises(ConnectionResetError):
            await scan_module.scan.run(app, str(scan_id), 0)
    async with app.transaction() as tx:
        await cancel_scan(tx, scan_id)
    assert await scanning.titles(app) == []
    probed.clear()

    await scanning.scan(app, library_id)

    assert len(probed) == len(FILMS) - 3
    assert len(await scanning.titles(app)) == len(FILMS)


async def test_changed_files_are_read_anew_even_after_a_crash(
    app: App, demo: Path, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(clip, tmp_path, *FILMS)
    write(tmp_path, "Film 00 (2001).mkv", b"broken")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    before = await scanning.values(app, "SELECT id FROM library.files ORDER BY id")
    better = next((demo / "movies").glob("2041*/*.mkv"))
    put(better, tmp_path, *FILMS)
    scan_id = await scanning.request(app, library_id)
    with monkeypatch.context() as patched:
        fail_at(patched, 3)
        with pytest.raises(ConnectionResetError):
            await scan_module.scan.run(app, str(scan_id), 0)

    await scan_module.scan.run(app, str(scan_id), 0)

    assert await scanning.values(app, "SELECT label FROM movies.versions") == ["720p"] * len(FILMS)
    assert await scanning.problems(app) == {}
    assert await scanning.values(app, "SELECT id FROM library.files ORDER BY id") == before
    changed = await scanning.values(app, "SELECT files_changed FROM library.scans ORDER BY id")
    assert changed == [0, len(FILMS)]


async def test_one_file_that_postgresql_refuses_is_a_problem_and_no_other_is(
    app: App, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(clip, tmp_path, *FILMS)
    library_id = await scanning.library(app, tmp_path)
    store_media = ahead.store_media

    async def refuse(tx: Any, folders: Any, ids: Any) -> None:
        if any(video.name == FILMS[4] and video.media for folder in folders for video in folder.videos):
            await tx.db.value(scan_module.text("SELECT CAST(:given AS jsonb)"), given={"title": "\0"})
        await store_media(tx, folders, ids)

    monkeypatch.setattr(ahead, "store_media", refuse)

    scan = await scanning.scan(app, library_id)

    assert await scanning.problems(app) == {FILMS[4]: "unreadable"}
    assert scan["files_done"] == len(FILMS)
    assert len(await scanning.titles(app)) == len(FILMS)
