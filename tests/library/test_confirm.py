"""A scan that would remove much asks first; nothing that is there again is ever removed."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.core.app import App
from app.core.errors import Conflict, NotFound
from app.core.ids import new_id
from app.library import confirm
from app.library.confirm import confirm_removal
from app.library.scan import scan as scan_job
from app.library.scans import cancel_scan, request_scan
from tests.library import scanning
from tests.library.scanning import put

FILMS = [f"Film {number:02} (2001)/Film {number:02} (2001).mkv" for number in range(12)]


@pytest.fixture
async def library_id(app: App, clip: Path, tmp_path: Path) -> UUID:
    """Twelve films, of which eight vanished longer ago than the grace period."""
    put(clip, tmp_path / "films", *FILMS)
    key = await scanning.library(app, tmp_path / "films")
    await scanning.scan(app, key)
    for path in FILMS[:8]:
        take_away(tmp_path, path)
    await scanning.scan(app, key)
    await age_missing(app)
    await scanning.announced(app)
    return key


def take_away(tmp_path: Path, path: str) -> None:
    (tmp_path / "away").mkdir(exist_ok=True)
    (tmp_path / "films" / path).rename(tmp_path / "away" / Path(path).name)


def bring_back(tmp_path: Path, path: str) -> None:
    (tmp_path / "away" / Path(path).name).rename(tmp_path / "films" / path)


async def age_missing(app: App) -> None:
    await scanning.rows(app, "UPDATE library.files SET missing_since = missing_since - interval '2 days'")


async def looked(app: App, library_id: UUID, path: Path | None = None) -> dict[str, Any]:
    """A scan's row when nothing more happens by itself."""
    scan_id = await scanning.request(app, library_id, path)
    await scan_job.run(app, str(scan_id), 0)
    return await row(app, scan_id)


async def row(app: App, scan_id: UUID) -> dict[str, Any]:
    (found,) = await scanning.rows(app, "SELECT * FROM library.scans WHERE id = $1", scan_id)
    return found


async def confirmed(app: App, scan_id: UUID) -> dict[str, Any]:
    async with app.transaction() as tx:
        await confirm_removal(tx, scan_id)
    await confirm.remove.run(app, str(scan_id))
    return await row(app, scan_id)


async def listed(app: App) -> list[UUID]:
    return await scanning.values(app, "SELECT file_id FROM library.removals ORDER BY file_id")


async def test_a_scan_that_would_remove_much_lists_it_and_waits(app: App, library_id: UUID) -> None:
    before = await scanning.catalog(app)

    asking = await looked(app, library_id)

    assert (asking["status"], asking["files_removed"]) == ("awaiting_confirmation", 0)
    assert asking["asked_at"] is not None
    assert asking["finished_at"] is None
    assert len(await listed(app)) == 8
    assert await scanning.catalog(app) == before
    assert await scanning.announced(app) == []


async def test_what_was_confirmed_goes(app: App, library_id: UUID) -> None:
    asking = await looked(app, library_id)

    done = await confirmed(app, asking["id"])

    assert (done["status"], done["files_removed"]) == ("completed", 8)
    assert done["finished_at"] is not None
    assert [title for title, _ in await scanning.titles(app)] == [f"Film {n:02}" for n in range(8, 12)]
    assert sum(len(event.removed) for event in await scanning.announced(app)) == 8
    assert await listed(app) == []


async def test_what_was_refused_stays_missing_and_is_asked_about_again(app: App, library_id: UUID) -> None:
    asking = await looked(app, library_id)

    async with app.transaction() as tx:
        await cancel_scan(tx, asking["id"])

    assert (await row(app, asking["id"]))["status"] == "cancelled"
    assert len(await scanning.missing(app)) == 8
    assert await listed(app) == []
    assert (await looked(app, library_id))["status"] == "awaiting_confirmation"
    assert len(await listed(app)) == 8


async def test_files_that_a_scan_found_again_are_kept(app: App, library_id: UUID, tmp_path: Path) -> None:
    asking = await looked(app, library_id)
    bring_back(tmp_path, FILMS[0])
    await scanning.scan(app, library_id, tmp_path / "films" / Path(FILMS[0]).parent)

    done = await confirmed(app, asking["id"])

    assert done["files_removed"] == 7
    assert ("Film 00", 2001) in await scanning.titles(app)


async def test_files_that_are_back_on_the_disk_are_kept_though_no_scan_has_seen_them(
    app: App, library_id: UUID, tmp_path: Path
) -> None:
    asking = await looked(app, library_id)
    bring_back(tmp_path, FILMS[3])

    done = await confirmed(app, asking["id"])

    assert done["files_removed"] == 7
    assert await scanning.missing(app) == [FILMS[3]]
    assert (await scanning.scan(app, library_id))["files_removed"] == 0
    assert await scanning.missing(app) == []


async def test_files_that_came_back_and_vanished_again_are_kept(
    app: App, library_id: UUID, tmp_path: Path
) -> None:
    asking = await looked(app, library_id)
    bring_back(tmp_path, FILMS[0])
    folder = tmp_path / "films" / Path(FILMS[0]).parent
    await scanning.scan(app, library_id, folder)
    take_away(tmp_path, FILMS[0])
    await scanning.scan(app, library_id, folder)

    done = await confirmed(app, asking["id"])

    assert done["files_removed"] == 7
    assert await scanning.missing(app) == [FILMS[0]]


async def test_nothing_goes_while_the_root_is_offline(app: App, library_id: UUID, tmp_path: Path) -> None:
    asking = await looked(app, library_id)
    (tmp_path / "films").rename(tmp_path / "unplugged")

    done = await confirmed(app, asking["id"])

    assert (done["status"], done["files_removed"]) == ("completed", 0)
    assert len(await scanning.missing(app)) == 8


async def test_a_few_files_go_unasked_however_small_the_library_is(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, *FILMS[:4])
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    for path in FILMS[:3]:
        (tmp_path / path).unlink()
    await scanning.scan(app, library_id)
    await age_missing(app)

    assert (await scanning.scan(app, library_id))["files_removed"] == 3


@pytest.mark.parametrize(("share", "status"), [(0.6, "awaiting_confirmation"), (0.7, "completed")])
async def test_the_share_is_set(
    app: App, library_id: UUID, share: float, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "config", replace(app.config, removal_share=share))

    assert (await looked(app, library_id))["status"] == status


async def test_scans_of_single_folders_remove_no_more_unasked_than_one_of_all(
    app: App, library_id: UUID, tmp_path: Path
) -> None:
    first = await looked(app, library_id, tmp_path / "films" / Path(FILMS[0]).parent)
    second = await looked(app, library_id, tmp_path / "films" / Path(FILMS[1]).parent)

    assert (first["status"], second["status"]) == ("awaiting_confirmation", "completed")
    assert (first["files_removed"], second["files_removed"]) == (0, 0)
    assert len(await scanning.missing(app)) == 8


async def test_a_later_scan_asks_in_the_place_of_an_earlier_one_even_about_less(
    app: App, library_id: UUID, tmp_path: Path
) -> None:
    earlier = await looked(app, library_id)
    for path in FILMS[1:8]:
        bring_back(tmp_path, path)

    later = await looked(app, library_id)

    assert (await row(app, earlier["id"]))["status"] == "cancelled"
    assert (later["status"], later["files_removed"]) == ("awaiting_confirmation", 0)
    assert len(await listed(app)) == 1
    with pytest.raises(Conflict):
        await confirmed(app, earlier["id"])


@pytest.mark.parametrize("scope", ["all", "the root as a folder"])
async def test_a_question_ends_when_all_is_back(
    app: App, library_id: UUID, tmp_path: Path, scope: str
) -> None:
    asking = await looked(app, library_id)
    for path in FILMS[:8]:
        bring_back(tmp_path, path)

    path = None if scope == "all" else tmp_path / "films"
    # Before that scan is over nobody knows that they are back; what the next one sees is nothing to ask about.
    await scanning.scan(app, library_id, path)

    assert (await row(app, asking["id"]))["status"] == "cancelled"
    assert await listed(app) == []


async def test_a_scan_asks_while_another_may_run_but_nothing_is_removed_beside_one(
    app: App, library_id: UUID
) -> None:
    asking = await looked(app, library_id)
    other = await scanning.request(app, library_id)

    with pytest.raises(Conflict, match="under way"):
        await confirmed(app, asking["id"])

    async with app.transaction() as tx:
        await cancel_scan(tx, other)
        await confirm_removal(tx, asking["id"])
    with pytest.raises(Conflict, match="under way"):
        await scanning.request(app, library_id)


async def test_what_asks_for_nothing_can_not_be_confirmed(app: App, library_id: UUID) -> None:
    scan_id = await scanning.request(app, library_id)

    with pytest.raises(Conflict):
        await confirmed(app, scan_id)
    with pytest.raises(NotFound):
        await confirmed(app, new_id())


async def test_a_removal_that_died_goes_on_where_it_was(
    app: App, library_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = await looked(app, library_id)
    monkeypatch.setattr(confirm, "BATCH", 3)
    remove_files, calls = confirm.remove_files, iter(range(10))

    async def dies_the_second_time(*args: Any) -> None:
        if next(calls) == 1:
            raise asyncio.CancelledError
        await remove_files(*args)

    monkeypatch.setattr(confirm, "remove_files", dies_the_second_time)
    with pytest.raises(asyncio.CancelledError):
        await confirmed(app, asking["id"])
    assert len(await scanning.missing(app)) == 5

    await confirm.remove.run(app, str(asking["id"]))

    done = await row(app, asking["id"])
    assert (done["status"], done["files_removed"]) == ("completed", 8)


async def test_a_cancelled_removal_stops(app: App, library_id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    asking = await looked(app, library_id)
    monkeypatch.setattr(confirm, "BATCH", 3)
    remove_files = confirm.remove_files
    cancelling: list[asyncio.Task[None]] = []

    async def cancel() -> None:
        async with app.transaction() as tx:
            await cancel_scan(tx, asking["id"])

    async def cancelled_meanwhile(*args: Any) -> None:
        await remove_files(*args)
        cancelling.append(asyncio.create_task(cancel()))
        await asyncio.sleep(0)

    monkeypatch.setattr(confirm, "remove_files", cancelled_meanwhile)
    looked_at = confirm.look_at_roots

    async def after_the_cancellation(*args: Any) -> Any:
        await asyncio.gather(*cancelling)
        return await looked_at(*args)

    monkeypatch.setattr(confirm, "look_at_roots", after_the_cancellation)

    stopped = await confirmed(app, asking["id"])

    assert (stopped["status"], stopped["files_removed"]) == ("cancelled", 3)
    assert len(await scanning.missing(app)) == 5


async def test_a_deleted_library_asks_nothing(app: App, library_id: UUID) -> None:
    await looked(app, library_id)

    await scanning.rows(app, "DELETE FROM library.libraries WHERE id = $1", library_id)

    assert await listed(app) == []
    with pytest.raises(NotFound):
        async with app.transaction() as tx:
            await request_scan(tx, library_id)


async def test_a_removal_that_is_given_up_fails_with_its_reason(app: App, library_id: UUID) -> None:
    asking = await looked(app, library_id)
    async with app.transaction() as tx:
        await confirm_removal(tx, asking["id"])

    async with app.transaction() as tx:
        await confirm.fail_removal(tx, str(asking["id"]), error="The disk is on fire.")

    failed = await row(app, asking["id"])
    assert (failed["status"], failed["error"]) == ("failed", "The disk is on fire.")
    assert len(await scanning.missing(app)) == 8
    assert (await looked(app, library_id))["status"] == "awaiting_confirmation"
