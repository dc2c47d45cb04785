"""Files that are moved, copied and replaced: what stays the same file, and what is another."""

import os
import shutil
from pathlib import Path
from uuid import UUID

import pytest

from app.core.app import App
from app.demo.clip import Clip, Video
from app.demo.encode import encode
from app.library import scan as scanning
from tests import given
from tests.library.scanning import announced, library, missing, movie_id, put, request, rows, scan, value
from tests.library.scanning import scan_job as run_scan

FILM = "Alpha (2001)/Alpha (2001).mkv"


@pytest.fixture(scope="session")
def better(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same film with more to see."""
    path = tmp_path_factory.mktemp("better") / "better.mkv"
    encode(Clip(Video(width=128, height=72), audio=(), duration_s=0.5), path)
    return path


def carry(source: Path, target: Path) -> None:
    """As from one disk to another: only the content stays what it was."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    os.utime(target, ns=(1, 1_000_000_000))
    source.unlink()
    if not any(source.parent.iterdir()):
        source.parent.rmdir()


async def ids(app: App) -> dict[str, UUID]:
    """Files by root and place, those that are there."""
    found = await rows(
        app,
        """
        SELECT f.id, concat_ws('/', regexp_replace(r.path, '.*/', ''), nullif(f.folder, ''), f.name) AS place
        FROM library.files f JOIN library.roots r ON r.id = f.root_id WHERE f.missing_since IS NULL
        """,
    )
    return {row["place"]: row["id"] for row in found}


async def two_disks(app: App, tmp_path: Path, kind: str = "movie") -> UUID:
    """A library of two folders, neither of which is ever empty."""
    for disk in ("one", "two"):
        (tmp_path / disk).mkdir()
        (tmp_path / disk / "disk.txt").touch()
    key = await library(app, tmp_path / "one", kind)
    await given.root(app, key, str(tmp_path / "two"))
    return key


async def test_a_file_carried_to_another_disk_stays_the_same_file(
    app: App, clip: Path, tmp_path: Path
) -> None:
    key = await two_disks(app, tmp_path)
    put(clip, tmp_path / "one", FILM)
    await scan(app, key)
    before, film = await ids(app), await movie_id(app, "Alpha")

    carry(tmp_path / "one" / FILM, tmp_path / "two" / FILM)
    again = await scan(app, key)
    after = await ids(app)
    quiet = await scan(app, key)

    assert after == {f"two/{FILM}": before[f"one/{FILM}"]}
    assert await movie_id(app, "Alpha") == film
    assert await missing(app) == []
    assert (again["files_added"], again["files_changed"], again["files_missing"]) == (0, 1, 0)
    assert (quiet["files_added"], quiet["files_changed"]) == (0, 0)


async def test_the_new_place_may_be_scanned_before_the_old(app: App, clip: Path, tmp_path: Path) -> None:
    key = await two_disks(app, tmp_path)
    put(clip, tmp_path / "one", FILM)
    await scan(app, key)
    before = await ids(app)

    carry(tmp_path / "one" / FILM, tmp_path / "two" / "Films" / FILM)
    await scan(app, key, tmp_path / "two")
    await scan(app, key, tmp_path / "one")

    assert await ids(app) == {f"two/Films/{FILM}": before[f"one/{FILM}"]}
    assert await missing(app) == []


async def test_a_file_that_is_missing_may_turn_up_elsewhere(app: App, clip: Path, tmp_path: Path) -> None:
    key = await two_disks(app, tmp_path)
    put(clip, tmp_path / "one", FILM)
    await scan(app, key)
    before = await ids(app)
    carry(tmp_path / "one" / FILM, tmp_path / "suitcase" / FILM)
    await scan(app, key)
    assert await missing(app) == [FILM]

    carry(tmp_path / "suitcase" / FILM, tmp_path / "two" / FILM)
    await scan(app, key)

    assert await ids(app) == {f"two/{FILM}": before[f"one/{FILM}"]}
    assert await missing(app) == []


async def test_a_copy_is_another_file(app: App, clip: Path, tmp_path: Path) -> None:
    key = await two_disks(app, tmp_path)
    put(clip, tmp_path / "one", FILM)
    await scan(app, key)
    before = await ids(app)

    put(clip, tmp_path / "two", FILM)
    await scan(app, key)

    after = await ids(app)
    assert after[f"one/{FILM}"] == before[f"one/{FILM}"]
    assert after[f"two/{FILM}"] != before[f"one/{FILM}"]


async def test_what_an_unplugged_disk_holds_is_not_moved(app: App, clip: Path, tmp_path: Path) -> None:
    key = await two_disks(app, tmp_path)
    put(clip, tmp_path / "one", FILM)
    await scan(app, key)
    before = await ids(app)

    (tmp_path / "one").rename(tmp_path / "unplugged")
    put(clip, tmp_path / "two", FILM)
    await scan(app, key)
    (tmp_path / "unplugged").rename(tmp_path / "one")
    await scan(app, key)

    after = await ids(app)
    assert len(after) == 2
    assert after[f"one/{FILM}"] == before[f"one/{FILM}"]


async def test_a_folder_carried_and_renamed_keeps_its_series_and_files(
    app: App, clip: Path, tmp_path: Path
) -> None:
    key = await two_disks(app, tmp_path, "tv")
    names = [f"Season 1/Show.S01E0{n}.mkv" for n in (1, 2, 3)]
    for number, name in enumerate(names):
        put(clip, tmp_path / "one/Show (2001)", name)
        with (tmp_path / "one/Show (2001)" / name).open("ab") as file:
            file.write(bytes(number))
    await scan(app, key)
    before = await ids(app)
    series = await value(app, "SELECT id FROM tv.series")

    for name in names:
        carry(tmp_path / "one/Show (2001)" / name, tmp_path / "two/Schau (2002)" / name)
    (tmp_path / "one/Show (2001)").rmdir()
    await scan(app, key)

    assert await ids(app) == {f"two/Schau (2002)/{name}": before[f"one/Show (2001)/{name}"] for name in names}
    assert await rows(app, "SELECT id, title FROM tv.series") == [{"id": series, "title": "Schau"}]


async def test_of_several_vanished_copies_the_one_of_the_same_name_moved(
    app: App, clip: Path, tmp_path: Path
) -> None:
    key = await two_disks(app, tmp_path)
    put(clip, tmp_path / "one", "Gamma (2003)/a.mkv", "Beta (2002)/Beta (2002).mkv", FILM)
    await scan(app, key)
    before = await ids(app)

    (tmp_path / "one" / "Gamma (2003)/a.mkv").unlink()
    (tmp_path / "one" / "Beta (2002)/Beta (2002).mkv").unlink()
    carry(tmp_path / "one" / FILM, tmp_path / "two" / "x" / "Alpha (2001).mkv")
    put(clip, tmp_path / "two", "Beta (2002)/b.mkv")
    await scan(app, key)

    after = await ids(app)
    assert after["two/x/Alpha (2001).mkv"] == before[f"one/{FILM}"]
    assert after["two/Beta (2002)/b.mkv"] == before["one/Beta (2002)/Beta (2002).mkv"]
    assert await missing(app) == ["Gamma (2003)/a.mkv"]


async def test_a_missing_one_of_many_copies_is_found(app: App, clip: Path, tmp_path: Path) -> None:
    key = await two_disks(app, tmp_path)
    names = [f"Film {n} (2001)/Film {n} (2001).mkv" for n in range(40)]
    put(clip, tmp_path / "one", *names)
    await scan(app, key)
    before = await ids(app)
    (tmp_path / "one" / names[39]).unlink()
    await scan(app, key)

    put(clip, tmp_path / "two", names[39])
    await scan(app, key)

    assert (await ids(app))[f"two/{names[39]}"] == before[f"one/{names[39]}"]
    assert await missing(app) == []


async def test_files_of_a_large_folder_are_known_again(
    app: App, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await two_disks(app, tmp_path)
    names = [f"Film {n} (2001).mkv" for n in range(7)]
    for number, name in enumerate(names):
        put(clip, tmp_path / "one/Films", name)
        with (tmp_path / "one/Films" / name).open("ab") as file:
            file.write(bytes(number))
    await scan(app, key)
    before = await ids(app)
    films = {row["id"] for row in await rows(app, "SELECT id FROM movies.movies")}

    monkeypatch.setattr(scanning, "FILES_TO_READ", 2)
    for name in names:
        carry(tmp_path / "one/Films" / name, tmp_path / "two/Films" / name)
    await scan(app, key)

    assert await ids(app) == {f"two/Films/{name}": before[f"one/Films/{name}"] for name in names}
    assert {row["id"] for row in await rows(app, "SELECT id FROM movies.movies")} == films
    assert await missing(app) == []


async def test_a_file_in_the_same_place_of_another_disk_is_not_missing(
    app: App, clip: Path, tmp_path: Path
) -> None:
    """Though the same step saw it go there, and come here."""
    key = await two_disks(app, tmp_path)
    put(clip, tmp_path / "two", FILM)
    await scan(app, key)
    before = await ids(app)

    (tmp_path / "one" / "Alpha (2001)").mkdir()
    (tmp_path / "two" / FILM).rename(tmp_path / "one" / FILM)
    await scan(app, key, jobs=2)

    assert await ids(app) == {f"one/{FILM}": before[f"two/{FILM}"]}
    assert await missing(app) == []


@pytest.mark.parametrize("is_carried", [True, False])
async def test_a_film_moved_to_another_library_keeps_its_id(
    app: App, clip: Path, tmp_path: Path, is_carried: bool
) -> None:
    old = await library(app, tmp_path / "old")
    new = await library(app, tmp_path / "new")
    put(clip, tmp_path / "old", FILM, "Beta (2002)/Beta (2002).mkv")
    put(clip, tmp_path / "new", "Gamma (2003)/Gamma (2003).mkv")
    await scan(app, old)
    await scan(app, new)
    before, film = await ids(app), await movie_id(app, "Alpha")
    await announced(app)

    (tmp_path / "new" / FILM).parent.mkdir()
    if is_carried:
        carry(tmp_path / "old" / FILM, tmp_path / "new" / FILM)
    else:
        (tmp_path / "old" / FILM).rename(tmp_path / "new" / FILM)
    await scan(app, new)
    events = await announced(app)
    await scan(app, old)

    assert (await ids(app))[f"new/{FILM}"] == before[f"old/{FILM}"]
    assert await movie_id(app, "Alpha") == film
    held = await rows(app, "SELECT library_id FROM library.library_movies WHERE movie_id = $1", film)
    assert [row["library_id"] for row in held] == [new]
    assert {(event.library_id, event.added, event.removed) for event in events} == {
        (new, (film,), ()),
        (old, (), (film,)),
    }
    assert await missing(app) == []
    assert (
        await value(app, "SELECT library_id FROM library.files WHERE id = $1", before[f"old/{FILM}"]) == new
    )


async def test_episodes_moved_to_another_library_take_their_series_along(
    app: App, clip: Path, tmp_path: Path
) -> None:
    old = await library(app, tmp_path / "old", "tv")
    new = await library(app, tmp_path / "new", "tv")
    put(clip, tmp_path / "old", "Show/Season 1/Show.S01E01.mkv", "Other/Other.S01E01.mkv")
    put(clip, tmp_path / "new", "Third/Third.S01E01.mkv")
    await scan(app, old)
    await scan(app, new)
    series = await value(app, "SELECT id FROM tv.series WHERE title = 'Show'")
    episode = await value(app, "SELECT id FROM tv.episodes WHERE series_id = $1", series)

    (tmp_path / "old/Show").rename(tmp_path / "new/Show")
    await scan(app, new)
    await scan(app, old)

    assert await value(app, "SELECT id FROM tv.episodes WHERE series_id = $1", series) == episode
    held = await rows(app, "SELECT library_id FROM library.library_series WHERE series_id = $1", series)
    assert [row["library_id"] for row in held] == [new]
    assert await missing(app) == []


async def test_a_file_moved_to_a_library_of_another_kind_is_another_file(
    app: App, clip: Path, tmp_path: Path
) -> None:
    films = await library(app, tmp_path / "films")
    series = await library(app, tmp_path / "series", "tv")
    put(clip, tmp_path / "films", FILM, "Beta (2002)/Beta (2002).mkv")
    await scan(app, films)
    before = await ids(app)

    (tmp_path / "series/Show").mkdir(parents=True)
    (tmp_path / "films" / FILM).rename(tmp_path / "series/Show/Show.S01E01.mkv")
    await scan(app, series)

    assert (await ids(app))["series/Show/Show.S01E01.mkv"] != before[f"films/{FILM}"]


async def test_two_jobs_that_find_the_same_file_move_it_once(app: App, clip: Path, tmp_path: Path) -> None:
    old = await library(app, tmp_path / "old")
    ones = [await library(app, tmp_path / name) for name in ("new", "newer")]
    put(clip, tmp_path / "old", FILM, "Beta (2002)/Beta (2002).mkv")
    await scan(app, old)
    before = await ids(app)

    put(clip, tmp_path, f"new/{FILM}", f"newer/{FILM}")
    (tmp_path / "old" / FILM).unlink()
    scans = [await request(app, one) for one in ones]
    for scan_id in scans:
        await run_scan.run(app, str(scan_id), 0)

    after = await ids(app)
    moved = [place for place, file_id in after.items() if file_id == before[f"old/{FILM}"]]
    assert moved == [f"new/{FILM}"]
    assert len(after) == 3


async def test_a_better_file_in_the_same_place_stays_the_same_file(
    app: App, clip: Path, better: Path, tmp_path: Path
) -> None:
    key = await library(app, tmp_path)
    put(clip, tmp_path, FILM)
    await scan(app, key)
    before, film = await ids(app), await movie_id(app, "Alpha")

    put(better, tmp_path, FILM)
    await scan(app, key)

    assert await ids(app) == before
    assert await movie_id(app, "Alpha") == film
    assert await value(app, "SELECT width FROM library.streams WHERE kind = 'video'") == 128


async def test_a_better_file_of_another_name_is_of_the_same_film(
    app: App, clip: Path, better: Path, tmp_path: Path
) -> None:
    key = await library(app, tmp_path)
    put(clip, tmp_path, "Alpha (2001)/Alpha.2001.480p.mkv")
    await scan(app, key)
    film = await movie_id(app, "Alpha")

    (tmp_path / "Alpha (2001)/Alpha.2001.480p.mkv").unlink()
    put(better, tmp_path, "Alpha (2001)/Alpha.2001.1080p.WEB-DL.mkv")
    await scan(app, key)

    assert await movie_id(app, "Alpha") == film
    assert await missing(app) == ["Alpha (2001)/Alpha.2001.480p.mkv"]
