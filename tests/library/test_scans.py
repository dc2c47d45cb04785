"""Asking for scans, sharing them out by leases, and ending them."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.core.app import App
from app.core.errors import Conflict, Invalid, NotFound
from app.core.outbox import Tx
from app.library import leases, scans, survey
from app.library import scan as scan_module
from app.library.leases import Task, advance, claim, extend, hold, put_up, release
from app.library.scans import LeaseLost, cancel_scan, request_scan
from app.library.writes import delete_library
from tests import given
from tests.library import scanning
from tests.library.scanning import put

FILMS = [f"Film {number:02} (2001)/Film {number:02} (2001).mkv" for number in range(12)]


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """One folder at a time, so that a scan of a few has many steps."""
    monkeypatch.setattr(survey, "FOLDERS_AT_ONCE", 1)
    monkeypatch.setattr(leases, "BUNDLE", 1)
    monkeypatch.setattr(scan_module, "FILES_TO_READ", 1)
    monkeypatch.setattr(scan_module, "IDLE_S", 0.01)


async def status(app: App, scan_id: UUID) -> str:
    return await scanning.value(app, "SELECT status FROM library.scans WHERE id = $1", scan_id)


@pytest.fixture
def one_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    """All folders that are put up together stay together."""
    monkeypatch.setattr(leases, "WORKERS", 1)


async def bundles(app: App, scan_id: UUID, *folders: list[str]) -> None:
    root_id = await scanning.value(app, "SELECT id FROM library.roots")
    async with app.transaction() as tx:
        for bundle in folders:
            await put_up(tx, scan_id, root_id, bundle)


async def put_up_now(app: App) -> list[list[str]]:
    """The folders that are still to be looked at, bundle by bundle."""
    return await scanning.values(app, "SELECT folders FROM library.scan_tasks ORDER BY id")


async def lapse(app: App) -> None:
    """As if the holders of leases had not been heard of for long."""
    await scanning.rows(
        app, "UPDATE library.scan_tasks SET lease_until = now() - interval '1 second' RETURNING id"
    )


async def test_a_scan_is_queued_with_its_jobs(app: App) -> None:
    library_id = await given.library(app)

    async with app.transaction() as tx:
        scan_id = await request_scan(tx, library_id, parallelism=3)

    assert await status(app, scan_id) == "queued"
    jobs = await scanning.rows(app, "SELECT name, args FROM outbox.jobs ORDER BY id")
    assert [job["name"] for job in jobs] == ["library.scan"] * 3
    names = await scanning.values(app, "SELECT name FROM outbox.events")
    assert names == ["library.scan_progressed"]


async def test_a_second_scan_of_a_library_is_a_conflict_until_the_first_is_over(app: App) -> None:
    library_id, other = await given.library(app), await given.library(app)
    scan_id = await scanning.request(app, library_id)

    with pytest.raises(Conflict):
        await scanning.request(app, library_id)
    await scanning.request(app, other)
    async with app.transaction() as tx:
        await cancel_scan(tx, scan_id)

    assert await scanning.request(app, library_id) != scan_id


async def test_of_scans_asked_for_at_once_one_is_made(app: App) -> None:
    library_id = await given.library(app)

    found = await asyncio.gather(
        *(scanning.request(app, library_id) for _ in range(5)), return_exceptions=True
    )

    assert sorted(type(each).__name__ for each in found) == ["Conflict"] * 4 + ["UUID"]


async def test_an_unknown_library_has_no_scans(app: App) -> None:
    with pytest.raises(NotFound):
        await scanning.request(app, uuid4())


@pytest.mark.parametrize("path", ["/etc", "relative", "/films/../etc", "/filmsandmore", ""])
async def test_a_path_outside_of_the_library_is_refused(app: App, path: str) -> None:
    library_id = await given.library(app, path="/films")

    with pytest.raises(Invalid) as refused:
        async with app.transaction() as tx:
            await request_scan(tx, library_id, path)

    assert refused.value.field == "path"


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        (None, ""),
        ("/films", ""),
        ("/films/a/b", "a/b"),
        ("/films/a/../b/", "b"),
        ("/other", None),
        ("/film", None),
    ],
)
def test_a_scope_is_a_folder_of_the_root(path: str | None, scope: str | None) -> None:
    assert scans.scope_of(path, "/films") == scope


async def test_bundles_are_claimed_once(app: App, one_bundle: None) -> None:
    library_id = await given.library(app)
    scan_id = await given.scan(app, library_id, "running")
    await bundles(app, scan_id, ["a", "b"], ["c"])

    found = await asyncio.gather(*(claim(app.db, scan_id, uuid4()) for _ in range(4)))

    assert sorted(task.folders for task in found if task) == [["a", "b"], ["c"]]
    assert await claim(app.db, scan_id, uuid4()) is None


@pytest.mark.parametrize(
    "off", ["", "hashjoin", "hashjoin mergejoin", "hashjoin mergejoin hashagg sort material"]
)
async def test_one_bundle_is_claimed_however_the_statement_is_planned(
    app: App, one_bundle: None, off: str
) -> None:
    library_id = await given.library(app)
    scan_id = await given.scan(app, library_id, "running")
    await bundles(app, scan_id, *([f"{number}"] for number in range(5)))

    async with app.transaction() as tx:
        for kind in off.split():
            await tx.db.run(text(f"SET LOCAL enable_{kind} = off"))
        task = await claim(tx.db, scan_id, uuid4())

    assert task is not None
    claimed = "SELECT folders FROM library.scan_tasks WHERE lease_owner IS NOT NULL"
    assert await scanning.values(app, claimed) == [task.folders]


async def test_few_folders_are_put_up_for_several_workers_and_many_in_bundles(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "BUNDLE", 3)
    library_id = await given.library(app)
    scan_id = await given.scan(app, library_id, "running")

    await bundles(app, scan_id, ["a", "b", "c", "d", "e"], [f"m{number:02}" for number in range(14)])

    found = sorted(await put_up_now(app))
    assert found[:3] == [["a", "b"], ["c", "d"], ["e"]]
    assert [len(bundle) for bundle in found[3:]] == [3, 3, 3, 3, 2]


async def test_what_is_done_leaves_its_bundle_and_what_is_below_comes(app: App, one_bundle: None) -> None:
    library_id = await given.library(app)
    scan_id = await given.scan(app, library_id, "running")
    await bundles(app, scan_id, ["a", "b", "c"])
    task = await claim(app.db, scan_id, uuid4())
    assert task is not None

    async with app.transaction() as tx:
        task.folders = await advance(tx, task, {"a": ["a/1", "a/2", "a/3"], "a/1": []}, {"b", "a/2"})

    assert task.folders == ["b", "a/2"]
    assert sorted(await put_up_now(app)) == [["b", "a/2"], ["c", "a/3"]]
    async with app.transaction() as tx:
        assert await advance(tx, task, {"b": [], "a/2": []}, {"b", "a/2"}) == []
    assert await put_up_now(app) == [["c", "a/3"]]
    assert await scanning.values(app, "SELECT folders FROM library.scan_seen ORDER BY id") == [
        ["a", "a/1"],
        ["b", "a/2"],
    ]


async def test_a_lease_that_ran_out_is_anybodys_and_the_late_holder_writes_nothing(
    app: App, one_bundle: None
) -> None:
    library_id = await given.library(app)
    scan_id = await given.scan(app, library_id, "running")
    await bundles(app, scan_id, ["a", "b"])
    first = await claim(app.db, scan_id, uuid4())
    assert first is not None
    await lapse(app)

    again = await claim(app.db, scan_id, uuid4())

    assert again is not None
    assert again.id == first.id
    for late in (hold, advance_all, advance_one):
        with pytest.raises(LeaseLost):
            async with app.transaction() as tx:
                await late(tx, first)
    async with app.transaction() as tx:
        await hold(tx, again)
        await advance_all(tx, again)
    assert await put_up_now(app) == []


async def advance_all(tx: Tx, task: Task) -> None:
    await advance(tx, task, {folder: [] for folder in task.folders}, task.folders)


async def advance_one(tx: Tx, task: Task) -> None:
    await advance(tx, task, {task.folders[0]: []}, task.folders)


async def test_a_lease_is_extended_and_given_back(app: App) -> None:
    library_id = await given.library(app)
    scan_id = await given.scan(app, library_id, "running")
    await bundles(app, scan_id, ["a"])
    owner = uuid4()
    await claim(app.db, scan_id, owner)
    await lapse(app)

    await extend(app, owner)

    assert await claim(app.db, scan_id, uuid4()) is None
    await release(app, owner)
    assert await claim(app.db, scan_id, uuid4()) is not None


async def test_folders_found_below_are_free_however_long_who_found_them_lives(app: App) -> None:
    library_id = await given.library(app)
    scan_id = await given.scan(app, library_id, "running")
    await bundles(app, scan_id, ["a"])
    owner = uuid4()
    task = await claim(app.db, scan_id, owner)
    assert task is not None
    async with app.transaction() as tx:
        await advance(tx, task, {"a": ["a/1"]}, {"a"})

    await extend(app, owner)

    found = await claim(app.db, scan_id, uuid4())
    assert found is not None
    assert found.folders == ["a/1"]


async def test_a_scan_goes_on_while_leases_are_extended_all_the_time(
    app: App, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_steps: None
) -> None:
    monkeypatch.setattr(scan_module, "LEASE_S", 0.03)
    put(clip, tmp_path, *FILMS)
    library_id = await scanning.library(app, tmp_path)

    scan = await scanning.scan(app, library_id, jobs=2)

    assert scan["files_done"] == len(FILMS)


async def test_folders_of_a_dropped_chunk_are_taken_again(
    app: App, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(clip, tmp_path, *FILMS)
    library_id = await scanning.library(app, tmp_path)
    monkeypatch.setattr(scan_module, "FILES_TO_READ", 3)
    store, lost = scan_module._store, []

    async def lose_once(*args: Any) -> None:
        if not lost:
            lost.append(True)
            raise LeaseLost("The machine slept.")
        await store(*args)

    monkeypatch.setattr(scan_module, "_store", lose_once)

    scan = await scanning.scan(app, library_id)

    assert lost
    assert scan["files_done"] == scan["files_added"] == len(FILMS)


async def test_two_workers_share_a_scan_and_double_nothing(
    app: App,
    second_app: App,
    clip: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    small_steps: None,
) -> None:
    put(clip, tmp_path, *FILMS)
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    undisturbed = await scanning.catalog(app)
    async with app.transaction() as tx:
        await delete_library(tx, library_id)
    library_id = await scanning.library(app, tmp_path)
    scan_id = await scanning.request(app, library_id)
    stored: list[App] = []
    store = scan_module._store

    async def note(app: App, *args: Any) -> None:
        await store(app, *args)
        stored.append(app)

    monkeypatch.setattr(scan_module, "_store", note)

    await asyncio.gather(
        *(scan_module.scan.run(each, str(scan_id), slot) for slot, each in enumerate((app, second_app)))
    )

    assert await status(app, scan_id) == "completed"
    assert {id(each) for each in stored} == {id(app), id(second_app)}
    assert await scanning.catalog(app) == undisturbed


async def test_a_cancelled_scan_stops_and_keeps_what_it_stored(
    app: App, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_steps: None
) -> None:
    put(clip, tmp_path, *FILMS)
    library_id = await scanning.library(app, tmp_path)
    scan_id = await scanning.request(app, library_id)
    store, stored = scan_module._store, []

    async def cancel_after_three(*args: Any) -> None:
        await store(*args)
        stored.append(args)
        if len(stored) == 4:
            async with app.transaction() as tx:
                await cancel_scan(tx, scan_id)

    monkeypatch.setattr(scan_module, "_store", cancel_after_three)

    await scan_module.scan.run(app, str(scan_id), 0)

    assert await status(app, scan_id) == "cancelled"
    assert len(await scanning.titles(app)) == 3
    assert await put_up_now(app) == []
    assert await scanning.values(app, "SELECT id FROM library.scan_seen") == []
    assert await scanning.missing(app) == []


async def test_cancelling_waits_for_the_chunk_that_is_written_and_for_no_more(
    app: App, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_steps: None
) -> None:
    put(clip, tmp_path, *FILMS)
    library_id = await scanning.library(app, tmp_path)
    scan_id = await scanning.request(app, library_id)
    store_files, waiting = scan_module.store_files, []

    async def cancel() -> None:
        async with app.transaction() as tx:
            await cancel_scan(tx, scan_id)

    async def cancel_meanwhile(*args: Any) -> Any:
        if not waiting:
            waiting.append(asyncio.create_task(cancel()))
            await until_waiting(app)
        return await store_files(*args)

    monkeypatch.setattr(scan_module, "store_files", cancel_meanwhile)

    await asyncio.gather(*(scan_module.scan.run(app, str(scan_id), slot) for slot in range(2)))
    await asyncio.gather(*waiting)

    assert await status(app, scan_id) == "cancelled"
    assert await put_up_now(app) == []


async def test_a_library_is_deleted_while_it_is_scanned(
    app: App, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_steps: None
) -> None:
    put(clip, tmp_path, *FILMS)
    library_id = await scanning.library(app, tmp_path)
    scan_id = await scanning.request(app, library_id)
    store_files, waiting = scan_module.store_files, []

    async def delete() -> None:
        async with app.transaction() as tx:
            await delete_library(tx, library_id)

    async def delete_meanwhile(*args: Any) -> Any:
        if not waiting:
            waiting.append(asyncio.create_task(delete()))
            await until_waiting(app)
        return await store_files(*args)

    monkeypatch.setattr(scan_module, "store_files", delete_meanwhile)

    await asyncio.gather(*(scan_module.scan.run(app, str(scan_id), slot) for slot in range(2)))
    await asyncio.gather(*waiting)

    assert await scanning.titles(app) == []
    assert await scanning.values(app, "SELECT id FROM library.files") == []


async def until_waiting(app: App) -> None:
    """Until a connection waits for an advisory lock."""
    for _ in range(500):
        if await scanning.value(
            app, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        ):
            return
        await asyncio.sleep(0.01)
    pytest.fail("nobody waits")


async def test_a_scan_that_is_over_cannot_be_cancelled(app: App) -> None:
    library_id = await given.library(app)
    scan_id = await given.scan(app, library_id, "completed")

    with pytest.raises(Conflict):
        async with app.transaction() as tx:
            await cancel_scan(tx, scan_id)
    with pytest.raises(NotFound):
        async with app.transaction() as tx:
            await cancel_scan(tx, uuid4())


async def test_the_job_of_a_scan_that_is_over_or_gone_does_nothing(app: App, tmp_path: Path) -> None:
    library_id = await scanning.library(app, tmp_path)
    over = await given.scan(app, library_id, "cancelled")

    await scan_module.scan.run(app, str(over), 0)
    await scan_module.scan.run(app, str(uuid4()), 0)

    assert await status(app, over) == "cancelled"


async def test_a_scan_whose_worker_died_is_finished_by_the_next(
    app: App, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_steps: None
) -> None:
    put(clip, tmp_path, *FILMS)
    library_id = await scanning.library(app, tmp_path)
    scan_id = await scanning.request(app, library_id)
    store, stored = scan_module._store, []

    async def die_after_three(*args: Any) -> None:
        if len(stored) == 3:
            raise ConnectionResetError("The database is gone.")
        await store(*args)
        stored.append(args)

    with monkeypatch.context() as patched:
        patched.setattr(scan_module, "_store", die_after_three)
        with pytest.raises(ConnectionResetError):
            await scan_module.scan.run(app, str(scan_id), 0)
    assert await status(app, scan_id) == "running"

    await scan_module.scan.run(app, str(scan_id), 0)

    scan = (await scanning.rows(app, "SELECT * FROM library.scans"))[0]
    assert (scan["status"], scan["files_done"], scan["files_total"]) == ("completed", len(FILMS), len(FILMS))
    assert len(await scanning.titles(app)) == len(FILMS)
