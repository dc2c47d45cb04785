"""What happens in a watched folder is in the catalog before long, with nothing lost and nothing scanned in vain."""

import asyncio
import os
import shutil
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.core import migrate
from app.core.app import App, open_app
from app.core.config import Config
from app.core.dispatch import TROUBLE
from app.embedded.servers import embedded
from app.library import notices, settling, stirred, watch
from app.library.scans import cancel_scan
from tests import given
from tests.library import scanning, watching
from tests.library.scanning import movie_nfo, put, write
from tests.library.watching import a_worker, at_rest, present, state, until, until_present

ALPHA, BETA = "Alpha (2001)/Alpha (2001).mkv", "Beta (2002)/Beta (2002).mkv"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "CHECK_S", 0.2)


@pytest.fixture
def root(clip: Path, tmp_path: Path) -> Path:
    put(clip, tmp_path / "films", ALPHA, BETA)
    return tmp_path / "films"


@pytest.fixture(params=["events", "polling"])
async def library_id(app: App, root: Path, request: pytest.FixtureRequest) -> UUID:
    """Scanned once, and watched in each way."""
    return await given.library(app, path=str(root), watch=request.param)


@pytest.fixture
async def watched(app: App, library_id: UUID) -> AsyncIterator[UUID]:
    """The same, with a worker that watches it and has nothing left to do."""
    await scanning.scan(app, library_id)
    async with a_worker(app):
        await at_rest(app, library_id)
        yield library_id


async def file_ids(app: App) -> dict[str, UUID]:
    found = await scanning.rows(
        app, "SELECT concat_ws('/', nullif(folder, ''), name) AS path, id FROM library.files ORDER BY 1"
    )
    return {row["path"]: row["id"] for row in found}


async def paths_scanned(app: App, since: int = 0) -> list[str | None]:
    return [scan["path"] for scan in (await watching.scans(app))[since:]]


async def test_a_new_file_and_a_new_folder_are_found(app: App, watched: UUID, root: Path, clip: Path) -> None:
    before = len(await watching.scans(app))

    put(clip, root, "Gamma (2003)/Gamma (2003).mkv", "Alpha (2001)/Alpha (2001) - 720p.mkv")

    await until_present(
        app, ALPHA, BETA, "Gamma (2003)/Gamma (2003).mkv", "Alpha (2001)/Alpha (2001) - 720p.mkv"
    )
    await at_rest(app, watched)
    found = await paths_scanned(app, before)
    assert sorted(map(str, found)) == [str(root / "Alpha (2001)"), str(root / "Gamma (2003)")]


async def test_a_file_is_scanned_once_it_has_stopped_growing(
    app: App, watched: UUID, root: Path, clip: Path
) -> None:
    content = await asyncio.to_thread(clip.read_bytes)
    before = len(await watching.scans(app))
    (root / "Gamma (2003)").mkdir()
    steps, pause = 12, threading.Event()

    def grow() -> None:
        with (root / "Gamma (2003)/Gamma (2003).mkv").open("wb") as file:
            for step in range(steps):
                file.write(content[step * len(content) // steps : (step + 1) * len(content) // steps])
                file.flush()
                os.fsync(file.fileno())
                pause.wait(0.25)

    await asyncio.to_thread(grow)

    await until_present(app, ALPHA, BETA, "Gamma (2003)/Gamma (2003).mkv")
    await at_rest(app, watched)
    assert await scanning.problems(app) == {}
    after = (await watching.scans(app))[before:]
    assert sum(scan["files_added"] for scan in after) == 1
    assert sum(scan["files_changed"] for scan in after) == 0


async def test_a_renamed_file_and_a_renamed_folder_keep_their_ids(
    app: App, watched: UUID, root: Path
) -> None:
    ids = await file_ids(app)

    (root / ALPHA).rename(root / "Alpha (2001)/Alpha (2001) - Remux.mkv")
    (root / "Beta (2002)").rename(root / "Beta Two (2002)")

    await until_present(app, "Alpha (2001)/Alpha (2001) - Remux.mkv", "Beta Two (2002)/Beta (2002).mkv")
    await at_rest(app, watched)
    assert sorted((await file_ids(app)).values()) == sorted(ids.values())


async def test_a_file_moved_to_another_folder_keeps_its_id_and_is_never_missing(
    app: App, watched: UUID, root: Path
) -> None:
    ids = await file_ids(app)
    movie = await scanning.movie_id(app, "Beta")
    (root / "Another").mkdir()

    (root / BETA).rename(root / "Another/Beta (2002).mkv")

    await until_present(app, ALPHA, "Another/Beta (2002).mkv")
    await at_rest(app, watched)
    assert sorted((await file_ids(app)).values()) == sorted(ids.values())
    assert await scanning.movie_id(app, "Beta") == movie
    assert sum(scan["files_missing"] for scan in await watching.scans(app)) == 0


async def test_a_file_moved_beside_one_that_still_grows_is_never_missing(
    app: App, watched: UUID, root: Path, clip: Path
) -> None:
    ids = await file_ids(app)
    content = await asyncio.to_thread(clip.read_bytes)
    pause = threading.Event()
    (root / "Another").mkdir()

    def move_and_grow() -> None:
        (root / BETA).rename(root / "Another/Beta (2002).mkv")
        with (root / "Another/Gamma (2003).mkv").open("wb") as file:
            for step in range(10):
                file.write(content[step * len(content) // 10 : (step + 1) * len(content) // 10])
                file.flush()
                pause.wait(0.25)

    await asyncio.to_thread(move_and_grow)

    await until_present(app, ALPHA, "Another/Beta (2002).mkv", "Another/Gamma (2003).mkv")
    await at_rest(app, watched)
    assert (await file_ids(app))["Another/Beta (2002).mkv"] == ids[BETA]
    assert sum(scan["files_missing"] for scan in await watching.scans(app)) == 0


async def test_deleted_files_and_folders_are_missing(app: App, watched: UUID, root: Path, clip: Path) -> None:
    put(clip, root, "Gamma (2003)/Gamma (2003).mkv")
    await until_present(app, ALPHA, BETA, "Gamma (2003)/Gamma (2003).mkv")

    (root / ALPHA).unlink()
    shutil.rmtree(root / "Beta (2002)")

    await until_present(app, "Gamma (2003)/Gamma (2003).mkv")
    assert await scanning.missing(app) == [ALPHA, BETA]


async def test_a_changed_file_is_read_anew(app: App, watched: UUID, root: Path) -> None:
    write(root, "Alpha (2001)/movie.nfo", movie_nfo("The Alpha", 2001))

    async def is_named() -> bool:
        return ("The Alpha", 2001) in await scanning.titles(app)

    await until(is_named, "the name")
    write(root, "Alpha (2001)/movie.nfo", movie_nfo("Alpha, the Film", 2001))

    async def is_renamed() -> bool:
        return ("Alpha, the Film", 2001) in await scanning.titles(app)

    await until(is_renamed, "the new name")


async def test_a_file_that_another_one_takes_the_place_of_is_read_anew_however_old_that_is(
    app: App, watched: UUID, root: Path
) -> None:
    for number, mtime_ns in enumerate((5_000_000_000, 5_500_000_000, 1_000_000_000)):
        write(root, "new.nfo.part", movie_nfo(f"Alpha {number}", 2001))
        os.utime(root / "new.nfo.part", ns=(mtime_ns, mtime_ns))
        (root / "new.nfo.part").rename(root / "Alpha (2001)/movie.nfo")

        async def is_named(number: int = number) -> bool:
            return (f"Alpha {number}", 2001) in await scanning.titles(app)

        await until(is_named, f"name {number}")


async def test_what_is_no_business_of_a_library_causes_no_scan(
    app: App, watched: UUID, root: Path, clip: Path
) -> None:
    before = len(await watching.scans(app))

    for name in (".hidden.mkv", "Delta (2004).mkv.part", "notes.txt", ".cache/film.mkv", "@eaDir/film.mkv"):
        write(root, f"Alpha (2001)/{name}", b"1")
    os.utime(root / ALPHA, ns=((root / ALPHA).stat().st_atime_ns, (root / ALPHA).stat().st_mtime_ns))
    (root / BETA).chmod(0o600)
    (root / "Alpha (2001)/notes.txt").unlink()
    put(clip, root, "Omega (2009)/Omega (2009).mkv")
    await until_present(app, ALPHA, BETA, "Omega (2009)/Omega (2009).mkv")
    await at_rest(app, watched)

    assert await paths_scanned(app, before) == [str(root / "Omega (2009)")]


async def test_many_files_at_once_are_few_scans(app: App, watched: UUID, root: Path, clip: Path) -> None:
    before = len(await watching.scans(app))
    paths = [f"Film {number:03} (2001)/Film {number:03} (2001).nfo" for number in range(500)]

    for path in paths:
        write(root, path, movie_nfo(Path(path).stem, 2001))

    await until_present(app, ALPHA, BETA, *paths)
    await at_rest(app, watched)
    assert len(await paths_scanned(app, before)) <= 5


async def test_nothing_is_lost_while_a_scan_is_under_way(
    app: App, root: Path, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library_id = await given.library(app, path=str(root), watch="events")
    await scanning.scan(app, library_id)
    async with a_worker(app):
        await at_rest(app, library_id)
        blocking = await given.scan(app, library_id, "running")
        put(clip, root, "Gamma (2003)/Gamma (2003).mkv")

        async def is_noted() -> bool:
            return await scanning.values(app, "SELECT folder FROM library.stirred") == ["Gamma (2003)"]

        await until(is_noted, "the note")
        async with app.transaction() as tx:
            await cancel_scan(tx, blocking)

        await until_present(app, ALPHA, BETA, "Gamma (2003)/Gamma (2003).mkv")


async def test_a_scan_of_the_whole_library_answers_what_stirred_before_it(app: App, root: Path) -> None:
    library_id = await given.library(app, path=str(root), watch="events")
    async with app.transaction() as tx:
        await stirred.note(tx, await given.root_of(app, library_id), ["Alpha (2001)"])

    assert len(await stirred.stirred_folders(app, library_id)) == 1
    await scanning.scan(app, library_id, root / "Alpha (2001)")
    assert len(await stirred.stirred_folders(app, library_id)) == 1
    await scanning.scan(app, library_id)
    assert await stirred.stirred_folders(app, library_id) == []


async def test_a_library_that_nobody_had_scanned_is_left_alone(app: App, root: Path, clip: Path) -> None:
    library_id = await given.library(app, path=str(root), watch="events")
    async with a_worker(app):

        async def is_watched() -> bool:
            return await state(app, library_id) == "watching"

        await until(is_watched, "the watch")
        put(clip, root, "Gamma (2003)/Gamma (2003).mkv")

        async def is_noted() -> bool:
            return "Gamma (2003)" in await scanning.values(app, "SELECT folder FROM library.stirred")

        await until(is_noted, "the note")
        assert await watching.scans(app) == []

        await scanning.request(app, library_id)

        await until_present(app, ALPHA, BETA, "Gamma (2003)/Gamma (2003).mkv")


def unplug(root: Path) -> None:
    root.rename(root.with_name("unplugged"))


def plug_in(root: Path) -> None:
    root.with_name("unplugged").rename(root)


async def test_a_root_that_goes_and_comes_back(app: App, watched: UUID, root: Path, clip: Path) -> None:
    before = await scanning.catalog(app)
    unplug(root)

    async def is_offline() -> bool:
        return await state(app, watched) == "offline"

    await until(is_offline, "the root to be offline")
    assert await scanning.values(app, "SELECT is_online FROM library.roots") == [False]
    assert await scanning.missing(app) == []
    put(clip, root.with_name("unplugged"), "Gamma (2003)/Gamma (2003).mkv")
    plug_in(root)

    await until_present(app, ALPHA, BETA, "Gamma (2003)/Gamma (2003).mkv")
    assert await scanning.values(app, "SELECT is_online FROM library.roots") == [True]
    assert set(before["files"]) < set((await scanning.catalog(app))["files"])
    await at_rest(app, watched)


async def test_a_system_that_watches_no_more_folders_is_helped_by_polling(
    app: App, root: Path, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library_id = await given.library(app, path=str(root), watch="events")
    await scanning.scan(app, library_id)

    def refuse(*paths: Path, **settings: Any) -> Any:
        raise OSError('OS file watch limit reached. about ["/films"] (Error { kind: MaxFilesWatch })')

    monkeypatch.setattr(notices, "watch", refuse)
    async with a_worker(app):
        await at_rest(app, library_id)
        put(clip, root, "Gamma (2003)/Gamma (2003).mkv")

        await until_present(app, ALPHA, BETA, "Gamma (2003)/Gamma (2003).mkv")

        (row,) = await scanning.rows(app, "SELECT mode, message FROM library.watches")
        assert row["mode"] == "polling"
        assert "fs.inotify.max_user_watches" in row["message"]


async def test_a_new_folder_that_the_system_does_not_watch_is_found_by_polling(
    app: App, root: Path, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library_id = await given.library(app, path=str(root), watch="events")
    await scanning.scan(app, library_id)
    real = notices.watch

    def refuse_more(*paths: Path, **settings: Any) -> Any:
        if not settings.get("recursive", True):
            raise OSError('OS file watch limit reached. about ["/films/new"] (Error { kind: MaxFilesWatch })')
        return real(*paths, **settings)

    monkeypatch.setattr(notices, "watch", refuse_more)
    async with a_worker(app):
        await at_rest(app, library_id)
        put(clip, root, "Gamma (2003)/Gamma (2003).mkv")

        async def is_polled() -> bool:
            return await scanning.values(app, "SELECT mode FROM library.watches") == ["polling"]

        await until(is_polled, "polling")
        await until_present(app, ALPHA, BETA, "Gamma (2003)/Gamma (2003).mkv")


async def test_what_happens_while_postgresql_is_away_is_scanned_afterwards(
    config: Config, root: Path, clip: Path, tmp_path: Path
) -> None:
    async with embedded(tmp_path / "data", postgres=True, valkey=False, durable=True) as urls:
        assert urls.database_url is not None
        own = replace(config, database_url=urls.database_url, namespace=f"{config.namespace}-away")
        await migrate.upgrade(own.database_url)
        async with open_app(own) as app, a_worker(app):
            library_id = await given.library(app, path=str(root), watch="events")
            await scanning.request(app, library_id)
            await until_present(app, ALPHA, BETA)
            await at_rest(app, library_id)
            os.kill(int((tmp_path / "data/postgres/postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            put(clip, root, "Gamma (2003)/Gamma (2003).mkv")

            async def is_found() -> bool:
                try:
                    return "Gamma (2003)/Gamma (2003).mkv" in await present(app)
                except TROUBLE:
                    return False

            await until(is_found, "the film")


async def test_a_user_who_renames_a_folder_replaces_a_file_and_unplugs_a_disk_loses_nothing(
    app: App, watched: UUID, root: Path, clip: Path
) -> None:
    works = await scanning.values(app, "SELECT id FROM movies.movies ORDER BY id")
    await scanning.announced(app)

    (root / "Alpha (2001)").rename(root / "Alpha, the First (2001)")
    await until_present(app, "Alpha, the First (2001)/Alpha (2001).mkv", BETA)
    better = "Beta (2002)/Beta (2002) - 2160p.mkv"
    put(clip, root, better)
    (root / BETA).unlink()
    await until_present(app, "Alpha, the First (2001)/Alpha (2001).mkv", better)
    unplug(root)

    async def is_offline() -> bool:
        return await state(app, watched) == "offline"

    await until(is_offline, "the root to be offline")
    kept_while_away = await present(app)
    plug_in(root)
    await at_rest(app, watched)

    assert kept_while_away == ["Alpha, the First (2001)/Alpha (2001).mkv", better]
    assert await present(app) == kept_while_away
    assert await scanning.values(app, "SELECT id FROM movies.movies ORDER BY id") == works
    assert [event for event in await scanning.announced(app) if event.removed] == []


async def test_a_file_that_never_rests_is_scanned_seldom(
    app: App, root: Path, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "PATIENCE_S", 2.0)
    library_id = await given.library(app, path=str(root), watch="events")
    await scanning.scan(app, library_id)
    async with a_worker(app):
        await at_rest(app, library_id)
        before = len(await watching.scans(app))

        async def never_rest() -> None:
            number = 0
            while True:
                number += 1
                write(root, "Alpha (2001)/movie.nfo", movie_nfo("Alpha", 2001, f"<plot>{number}</plot>"))
                await asyncio.sleep(0.1)

        began = time.monotonic()
        restless = asyncio.create_task(never_rest())
        put(clip, root, "Alpha (2001)/Alpha (2001) - 720p.mkv")
        try:

            async def is_found() -> bool:
                return "Alpha (2001)/Alpha (2001) - 720p.mkv" in await present(app)

            await until(is_found, "the file beside the restless one")
            put(clip, root, "Gamma (2003)/Gamma (2003).mkv")

            async def is_gamma_found() -> bool:
                return "Gamma (2003)/Gamma (2003).mkv" in await present(app)

            await until(is_gamma_found, "the other film")
        finally:
            restless.cancel()
            await asyncio.gather(restless, return_exceptions=True)
        restless_scans = [
            path for path in await paths_scanned(app, before) if path == str(root / "Alpha (2001)")
        ]
        waited = (time.monotonic() - began) / settling.PATIENCE_S
        assert 1 <= len(restless_scans) <= waited + 2


async def test_a_folder_that_is_not_to_be_looked_at_is_left_out_and_found_again(
    app: App, watched: UUID, root: Path
) -> None:
    write(root, "Alpha (2001)/.ignore")
    await until_present(app, BETA)

    (root / "Alpha (2001)/.ignore").unlink()

    await until_present(app, ALPHA, BETA)


async def test_a_library_that_is_watched_no_more_is_let_go(app: App, root: Path) -> None:
    library_id = await given.library(app, path=str(root), watch="events")
    async with a_worker(app):

        async def is_watched() -> bool:
            return await state(app, library_id) == "watching"

        await until(is_watched, "the watch")
        await scanning.rows(app, "UPDATE library.libraries SET watch = 'off'")

        async def is_let_go() -> bool:
            return await scanning.values(app, "SELECT owner FROM library.watches") == []

        await until(is_let_go, "its end")
    assert await scanning.values(app, "SELECT owner FROM library.watches") == []


async def test_what_a_dead_worker_noted_or_missed_is_scanned_by_the_next(
    config: Config, new_database: Callable[[], Any], root: Path, clip: Path
) -> None:
    own = replace(config, database_url=await new_database(), namespace=f"{config.namespace}-watch")
    async with open_app(own) as app:
        library_id = await given.library(app, path=str(root), watch="events")
        await scanning.request(app, library_id)
        async with watching.process(own) as first:
            await until_present(app, ALPHA, BETA)
            await at_rest(app, library_id)
            holder = await scanning.value(app, "SELECT owner FROM library.watches")
            async with watching.process(own) as second:
                first.kill()
                await first.wait()
                put(clip, root, "Gamma (2003)/Gamma (2003).mkv")

                await until_present(app, ALPHA, BETA, "Gamma (2003)/Gamma (2003).mkv")

                assert await scanning.value(app, "SELECT owner FROM library.watches") != holder
                assert second.returncode is None


async def test_a_library_is_watched_by_one_worker_alone(app: App, second_app: App, root: Path) -> None:
    library_id = await given.library(app, path=str(root), watch="events")
    async with a_worker(app):

        async def is_watched() -> bool:
            return await state(app, library_id) == "watching"

        await until(is_watched, "the watch")
        owner = await scanning.value(app, "SELECT owner FROM library.watches")
        async with a_worker(second_app):
            assert await scanning.value(app, "SELECT owner FROM library.watches") == owner

            async def is_extended() -> bool:
                return await scanning.value(
                    app, "SELECT lease_until > now() + interval '14 s' FROM library.watches"
                )

            await until(is_extended, "a renewed lease")
            assert await scanning.value(app, "SELECT owner FROM library.watches") == owner
