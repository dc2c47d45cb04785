"""A root that is offline: nothing in it counts as gone, whatever lies in its place."""

import shutil
from pathlib import Path
from uuid import UUID

import pytest

from app.core.app import App
from app.core.events import load
from app.library.events import LibraryChanged
from tests.library import scanning
from tests.library.scanning import put, write

FILMS = ("Alpha (2001)/Alpha (2001).mkv", "Beta (2002).mkv", "Gamma (2003)/Gamma (2003).mkv")


@pytest.fixture
def root(clip: Path, tmp_path: Path) -> Path:
    put(clip, tmp_path / "films", *FILMS)
    return tmp_path / "films"


@pytest.fixture
async def library_id(app: App, root: Path) -> UUID:
    """Scanned once."""
    key = await scanning.library(app, root)
    await scanning.scan(app, key)
    await told(app)
    return key


async def told(app: App) -> list[str]:
    """What was announced of libraries since the last time."""
    found = await scanning.rows(app, "DELETE FROM outbox.events RETURNING name, payload")
    events = [load(row["name"], row["payload"]) for row in found]
    return [event.change for event in events if isinstance(event, LibraryChanged)]


async def is_online(app: App) -> bool:
    return await scanning.value(app, "SELECT is_online FROM library.roots")


async def message(app: App) -> str:
    return await scanning.value(app, "SELECT message FROM library.problems WHERE reason = 'root_offline'")


async def mount_another(app: App) -> None:
    """As if the root had been on another file system so far."""
    await scanning.rows(app, "UPDATE library.roots SET device = device + 1")


def vanish(root: Path) -> None:
    root.rename(root.with_name("unplugged"))


def come_back(root: Path) -> None:
    if root.is_symlink() or root.is_file():
        root.unlink()
    elif root.exists():
        shutil.rmtree(root)
    root.with_name("unplugged").rename(root)


def leave_a_file(root: Path) -> None:
    vanish(root)
    root.write_text("not a folder")


def leave_an_empty_folder(root: Path) -> None:
    vanish(root)
    root.mkdir()


def leave_a_loop(root: Path) -> None:
    vanish(root)
    root.symlink_to(root.name)


def lock(root: Path) -> None:
    vanish(root)
    root.mkdir(mode=0)


WAYS = [vanish, leave_a_file, leave_an_empty_folder, leave_a_loop, lock]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_what_can_not_be_read_is_offline_and_loses_nothing(
    app: App, library_id: UUID, root: Path, way: object
) -> None:
    before = await scanning.catalog(app)
    assert callable(way)
    way(root)

    scan = await scanning.scan(app, library_id)

    assert (scan["files_missing"], scan["files_removed"]) == (0, 0)
    assert not await is_online(app)
    assert "is missing, empty or unreadable" in await message(app)
    assert await told(app) == ["updated"]
    assert await scanning.missing(app) == []

    come_back(root)
    await scanning.scan(app, library_id)

    assert await is_online(app)
    assert await told(app) == ["updated"]
    assert await scanning.catalog(app) == before


async def test_what_lies_below_a_mount_point_is_not_what_was_mounted(
    app: App, library_id: UUID, root: Path, clip: Path
) -> None:
    before = await scanning.catalog(app)
    vanish(root)
    write(root, "README.txt", "The disk belongs here.")
    put(clip, root, "Copied by mistake (1999).mkv")
    await mount_another(app)

    scan = await scanning.scan(app, library_id)

    assert (scan["files_added"], scan["files_missing"]) == (0, 0)
    assert not await is_online(app)
    assert "may not be mounted" in await message(app)
    assert await told(app) == ["updated"]
    assert {**await scanning.catalog(app), "problems": []} == before

    come_back(root)
    again = await scanning.scan(app, library_id)

    assert await is_online(app)
    assert await scanning.catalog(app) == before
    assert again["files_changed"] == 0


async def test_a_scan_of_a_folder_of_what_is_not_mounted_finds_nothing_gone(
    app: App, library_id: UUID, root: Path
) -> None:
    vanish(root)
    write(root, "README.txt")
    await mount_another(app)

    await scanning.scan(app, library_id, root / "Alpha (2001)")

    assert await scanning.missing(app) == []
    assert not await is_online(app)


async def test_a_new_disk_with_the_same_files_just_works(app: App, library_id: UUID, root: Path) -> None:
    ids = await scanning.values(app, "SELECT id FROM library.files ORDER BY id")
    vanish(root)
    shutil.copytree(root.with_name("unplugged"), root)
    device = await scanning.value(app, "SELECT device FROM library.roots")
    await mount_another(app)

    await scanning.scan(app, library_id)

    assert await is_online(app)
    assert await scanning.missing(app) == []
    assert await scanning.values(app, "SELECT id FROM library.files ORDER BY id") == ids
    assert await scanning.value(app, "SELECT device FROM library.roots") == device


async def test_a_new_disk_that_lacks_a_few_files_is_online(app: App, library_id: UUID, root: Path) -> None:
    await mount_another(app)
    (root / FILMS[0]).unlink()

    await scanning.scan(app, library_id)

    assert await is_online(app)
    assert await scanning.missing(app) == [FILMS[0]]


async def test_files_that_go_from_the_same_disk_are_gone(app: App, library_id: UUID, root: Path) -> None:
    for path in FILMS:
        (root / path).unlink()

    scan = await scanning.scan(app, library_id)

    assert scan["files_missing"] == 3
    assert await is_online(app)


async def test_a_disk_that_comes_back_while_all_is_missing_is_online(
    app: App, library_id: UUID, root: Path
) -> None:
    for path in FILMS:
        (root / path).rename(root.with_name(Path(path).name))
    await scanning.scan(app, library_id)
    for path in FILMS:
        root.with_name(Path(path).name).rename(root / path)
    await mount_another(app)

    await scanning.scan(app, library_id)

    assert await scanning.missing(app) == []
    assert await is_online(app)
