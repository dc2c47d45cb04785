import asyncio
import json
from uuid import UUID

import pytest

from app.commands import confirm, library, scan
from app.core.errors import AppError
from app.core.plain import Trouble
from app.core.work import work
from app.library import jobs as _jobs
from app.library.scans import cancel_scan
from tests import given

assert _jobs


@pytest.fixture
def said(capsys):
    """What a command printed as JSON."""
    return lambda: json.loads(capsys.readouterr().out)


async def test_a_library_is_added_listed_and_forgotten(app, tmp_path, said):
    await library.add(app.config, "Films", "movie", [tmp_path], as_json=True)
    added = said()
    await library.show(app.config, as_json=True)
    listed = said()
    await library.remove(app.config, "films", as_json=True)
    removed = said()

    assert added == {"id": added["id"], "name": "Films", "kind": "movie", "paths": [str(tmp_path)]}
    assert listed == [added | {"files": 0}]
    assert removed == {"id": added["id"], "name": "Films"}
    assert await library.libraries(app) == []


async def test_for_people_libraries_are_a_table(app, tmp_path, capsys):
    await given.library(app, name="Films", path=str(tmp_path))

    await library.show(app.config, as_json=False)

    head, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["NAME", "KIND", "FILES", "FOLDERS"]
    assert row.split() == ["Films", "movie", "0", str(tmp_path)]


async def test_a_folder_that_is_not_there_makes_no_library(app, tmp_path):
    with pytest.raises(AppError, match="There is no folder"):
        await library.add(app.config, "Films", "movie", [tmp_path / "gone"], as_json=False)

    assert await library.libraries(app) == []


async def test_an_unknown_library_is_answered_with_those_that_there_are(app):
    with pytest.raises(Trouble, match="none at all"):
        await library.named(app, "Films")

    await given.library(app, name="Series", kind="tv")

    with pytest.raises(Trouble, match="There are: Series"):
        await library.remove(app.config, "Films", as_json=False)


async def test_a_scan_is_asked_for(app, tmp_path, said):
    await given.library(app, name="Films", path=str(tmp_path))

    await scan.run(app.config, "Films", None, wait=False, as_json=True)

    asked = said()
    assert asked["library"] == "Films"
    assert await app.db.value(scan.SCAN, scan_id=asked["id"]) is not None


async def test_a_scan_of_a_folder_elsewhere_is_refused(app, tmp_path):
    await given.library(app, name="Films", path=str(tmp_path / "films"))

    with pytest.raises(AppError, match="not in any of the library's folders"):
        await scan.run(app.config, "Films", tmp_path, wait=False, as_json=False)


async def test_waiting_for_a_scan_tells_what_it_found(app, tmp_path, said):
    (tmp_path / "Broken (1999).mkv").write_bytes(b"no film")
    await given.library(app, name="Films", path=str(tmp_path))
    working = asyncio.create_task(work(app))

    try:
        await scan.run(app.config, "Films", None, wait=True, as_json=True)
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)

    found = said()
    assert found["status"] == "completed"
    assert (found["files_total"], found["files_done"], found["problems"]) == (1, 1, 1)


async def test_a_cancelled_scan_is_trouble(app, tmp_path):
    library_id = await given.library(app, name="Films", path=str(tmp_path))
    films = await library.named(app, "Films")
    scan_id = await scan.request(app, films)
    waiting = asyncio.create_task(scan._wait(app, films, scan_id, as_json=False))

    async with app.transaction() as tx:
        await cancel_scan(tx, scan_id)

    with pytest.raises(Trouble, match="The scan of Films is cancelled"):
        await waiting
    assert films.id == library_id


async def test_a_scan_that_asks_says_so(app, tmp_path, capsys):
    await given.library(app, name="Films", path=str(tmp_path))
    films = await library.named(app, "Films")
    scan_id = await given.scan(app, films.id, "awaiting_confirmation", asked_at="2026-05-01T00:00:00Z")
    await given.removal(app, scan_id, await given.file(app, films.id), missing_since=None)

    with pytest.raises(Trouble, match=r"1 files of Films .* nothing was removed.* library confirm"):
        await scan._wait(app, films, scan_id, as_json=True)

    told = json.loads(capsys.readouterr().out)
    assert (told["status"], told["to_remove"]) == ("awaiting_confirmation", 1)


async def test_a_question_is_answered(app, tmp_path, said):
    await given.library(app, name="Films", path=str(tmp_path))
    films = await library.named(app, "Films")
    for refuse, status in ((True, "cancelled"), (False, "completed")):
        await given.scan(app, films.id, "awaiting_confirmation", asked_at="2026-05-01T00:00:00Z")
        working = asyncio.create_task(work(app))
        try:
            await confirm.run(app.config, "films", refuse=refuse, as_json=True)
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

        assert said()["status"] == status

    with pytest.raises(Trouble, match="No scan of Films"):
        await confirm.run(app.config, "Films", refuse=True, as_json=False)


def test_a_scan_is_told_in_a_line():
    counts = scan.Progressed(UUID(int=0), "completed", 9, 9, 3, 0, 1, 0, 2, None, 0)

    assert str(counts) == "9 files, 3 added, 1 missing, 2 problems"
