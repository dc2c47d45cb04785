"""Scanning what was scanned before: only what changed is read, and nothing is forgotten that may still be there."""

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.core.app import App
from app.identify.files import FileRole
from app.library import finish, survey, walk
from app.library import scan as scan_module
from app.library.prober import Prober
from app.library.questions import Question
from tests import given
from tests.library import scanning
from tests.library.scanning import put, write

watched: dict[str, list[str]] = {}


def _on_open(event: str, args: tuple[Any, ...]) -> None:
    if event == "open" and isinstance(args[0], (str, Path)):
        for root, opened in watched.items():
            if str(args[0]).startswith(root):
                opened.append(str(args[0]))


sys.addaudithook(_on_open)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[list[str]]:
    """Every path below the test's folder that this process opens."""
    yield watched.setdefault(str(tmp_path), [])
    watched.clear()


@pytest.fixture
def probed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The media files that are given to a process to open."""
    found: list[str] = []
    ask = Prober.ask

    async def listen(self: Prober, questions: list[Question]) -> Any:
        found.extend(question.path for question in questions)
        return await ask(self, questions)

    monkeypatch.setattr(Prober, "ask", listen)
    return found


def touch(path: Path) -> None:
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000_000))


async def age_missing(app: App) -> None:
    """As if what is missing had been for two days."""
    await scanning.rows(
        app, "UPDATE library.files SET missing_since = missing_since - interval '2 days' RETURNING id"
    )


async def test_a_second_scan_opens_none_of_the_unchanged_files(
    app: App, clip: Path, tmp_path: Path, opened: list[str], probed: list[str]
) -> None:
    put(clip, tmp_path, "Alpha (2001)/Alpha (2001).mkv", "Beta (2002)/Beta (2002).mkv")
    write(tmp_path, "Alpha (2001)/movie.nfo", scanning.movie_nfo("Alpha", 2001))
    write(tmp_path, "Alpha (2001)/Alpha (2001).en.srt")
    library_id = await scanning.library(app, tmp_path)
    opened.clear()
    await scanning.scan(app, library_id)
    assert len(probed) == 2
    assert {Path(path).name for path in opened} == {"movie.nfo"}
    before = await scanning.catalog(app)
    stamps = await scanning.values(app, "SELECT updated_at FROM movies.movies ORDER BY id")
    await scanning.announced(app)
    probed.clear()
    opened.clear()

    again = await scanning.scan(app, library_id)

    assert probed == []
    assert opened == []
    assert await scanning.announced(app) == []
    assert await scanning.catalog(app) == before
    assert await scanning.values(app, "SELECT updated_at FROM movies.movies ORDER BY id") == stamps
    assert (again["files_done"], again["files_added"], again["files_changed"]) == (4, 0, 0)


async def test_a_second_scan_names_no_file_that_is_as_it_was(
    app: App, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(clip, tmp_path, "Alpha (2001)/Alpha (2001).mkv", "Beta (2002)/Beta (2002).mkv")
    write(tmp_path, "Alpha (2001)/notes.txt")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    named: list[str] = []
    classify = walk.classify
    monkeypatch.setattr(survey, "classify", lambda path: (named.append(path), classify(path))[1])
    monkeypatch.setattr(walk.Look, "listing", lambda look: pytest.fail("a folder is looked at closely"))

    await scanning.scan(app, library_id)

    assert named == ["Alpha (2001)/notes.txt"]


async def test_files_are_looked_at_closely_once_when_newer_rules_tell_other_roles(
    app: App, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(clip, tmp_path, "Alpha (2001)/Alpha (2001).mkv", "Beta (2002)/Beta (2002).mkv")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    classify = walk.classify
    for module in (scan_module, finish):
        monkeypatch.setattr(module, "rules", lambda: "newer")
    monkeypatch.setattr(
        walk, "classify", lambda path: FileRole.EXTRA if path.endswith("Beta (2002).mkv") else classify(path)
    )

    first = await scanning.scan(app, library_id)
    second = await scanning.scan(app, library_id)

    assert (first["files_changed"], second["files_changed"]) == (1, 0)
    assert await scanning.values(app, "SELECT role FROM library.files ORDER BY name") == ["video", "extra"]
    assert await scanning.values(app, "SELECT rules FROM library.roots") == ["newer"]


async def test_a_changed_file_is_read_again_and_its_neighbours_are_not(
    app: App, clip: Path, tmp_path: Path, probed: list[str]
) -> None:
    put(clip, tmp_path, "Alpha (2001)/Alpha (2001) - 1080p.mkv", "Alpha (2001)/Alpha (2001) - 720p.mkv")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    before = await scanning.catalog(app)
    probed.clear()
    touch(tmp_path / "Alpha (2001)/Alpha (2001) - 720p.mkv")

    again = await scanning.scan(app, library_id)

    assert probed == ["Alpha (2001)/Alpha (2001) - 720p.mkv"]
    assert again["files_changed"] == 1
    assert await scanning.catalog(app) == before


async def test_a_new_neighbour_leaves_quality_and_places_of_episodes_as_they_were_found(
    app: App, demo: Path, clip: Path, tmp_path: Path, probed: list[str]
) -> None:
    double = next((demo / "tv").glob("Harbour Street*/Season 01/*S01E03*.mkv"))
    put(double, tmp_path, "Harbour/Season 1/Harbour.S01E03-E04.480p.mkv")
    library_id = await scanning.library(app, tmp_path, "tv")
    await scanning.scan(app, library_id)
    found = "SELECT label, start_ms, end_ms FROM library.episode_parts p JOIN tv.episodes e ON e.id = p.episode_id "
    found += "WHERE number IN (3, 4) ORDER BY e.number"
    before = await scanning.rows(app, found.replace("number IN", "e.number IN"))
    assert [row["label"] for row in before] == ["720p", "720p"]
    assert before[0]["end_ms"] == before[1]["start_ms"] == 900
    probed.clear()
    put(clip, tmp_path, "Harbour/Season 1/Harbour.S01E05.mkv")

    await scanning.scan(app, library_id)

    assert probed == ["Harbour/Season 1/Harbour.S01E05.mkv"]
    assert await scanning.rows(app, found.replace("number IN", "e.number IN")) == before


async def test_a_replaced_file_keeps_its_id_and_gets_new_streams(
    app: App, demo: Path, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Alpha (2001)/Alpha (2001).mkv")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    (file_id,) = await scanning.values(app, "SELECT id FROM library.files")
    film = await scanning.movie_id(app, "Alpha")
    better = next((demo / "movies").glob("Clockwork Orchard (2021)/*2160p.mkv"))
    put(better, tmp_path, "Alpha (2001)/Alpha (2001).mkv")

    await scanning.scan(app, library_id)

    assert await scanning.values(app, "SELECT id FROM library.files") == [file_id]
    assert await scanning.movie_id(app, "Alpha") == film
    assert await scanning.values(app, "SELECT label FROM movies.versions") == ["2160p HDR10"]
    assert await scanning.values(app, "SELECT hdr FROM library.streams WHERE kind = 'video'") == ["hdr10"]


async def test_a_removed_file_is_missing_and_its_film_stays(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "Alpha (2001)/Alpha (2001).mkv", "Beta (2002)/Beta (2002).mkv")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    (tmp_path / "Alpha (2001)/Alpha (2001).mkv").unlink()

    again = await scanning.scan(app, library_id)

    assert await scanning.missing(app) == ["Alpha (2001)/Alpha (2001).mkv"]
    assert again["files_missing"] == 1
    assert await scanning.titles(app) == [("Alpha", 2001), ("Beta", 2002)]


async def test_a_file_that_comes_back_is_what_it_was(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "Alpha (2001)/Alpha (2001).mkv", "Alpha (2001)/Broken (2001).mkv")
    (tmp_path / "Alpha (2001)/Broken (2001).mkv").write_bytes(b"no film")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    before = (
        await scanning.catalog(app),
        await scanning.values(app, "SELECT id FROM library.files ORDER BY id"),
    )
    (tmp_path / "Alpha (2001)").rename(tmp_path.with_name("elsewhere"))
    write(tmp_path, "keep.txt")
    await scanning.scan(app, library_id)
    assert len(await scanning.missing(app)) == 2
    assert await scanning.problems(app) == {}
    tmp_path.with_name("elsewhere").rename(tmp_path / "Alpha (2001)")

    await scanning.scan(app, library_id)

    after = (
        await scanning.catalog(app),
        await scanning.values(app, "SELECT id FROM library.files ORDER BY id"),
    )
    assert after == before
    assert await scanning.problems(app) == {"Alpha (2001)/Broken (2001).mkv": "not_media"}


async def test_what_is_missing_for_longer_than_the_grace_period_goes(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Alpha (2001)/Alpha (2001).mkv", "Beta (2002)/Beta (2002).mkv")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    film = await scanning.movie_id(app, "Alpha")
    (tmp_path / "Alpha (2001)/Alpha (2001).mkv").unlink()
    await scanning.scan(app, library_id)
    await age_missing(app)
    await scanning.announced(app)

    again = await scanning.scan(app, library_id)

    assert again["files_removed"] == 1
    assert await scanning.titles(app) == [("Beta", 2002)]
    (event,) = await scanning.announced(app)
    assert event.removed == (film,)


async def test_a_removed_folder_is_missing_with_all_below_it(app: App, clip: Path, tmp_path: Path) -> None:
    put(
        clip,
        tmp_path,
        "Show/Season 1/Show.S01E01.mkv",
        "Show/Season 2/Show.S02E01.mkv",
        "Other/Other.S01E01.mkv",
    )
    library_id = await scanning.library(app, tmp_path, "tv")
    await scanning.scan(app, library_id)
    (tmp_path / "Show").rename(tmp_path.with_name("gone"))

    await scanning.scan(app, library_id)

    assert await scanning.missing(app) == ["Show/Season 1/Show.S01E01.mkv", "Show/Season 2/Show.S02E01.mkv"]
    assert await scanning.values(app, "SELECT folder FROM library.series_folders") == ["Other"]


@pytest.mark.parametrize("left_behind", ["nothing", "an empty folder"])
async def test_a_root_that_is_offline_loses_nothing(
    app: App, clip: Path, tmp_path: Path, left_behind: str
) -> None:
    root = tmp_path / "films"
    put(clip, root, "Alpha (2001)/Alpha (2001).mkv", "Beta (2002).mkv")
    library_id = await scanning.library(app, root)
    await scanning.scan(app, library_id)
    before = await scanning.catalog(app)
    root.rename(tmp_path / "unplugged")
    if left_behind == "an empty folder":
        root.mkdir()

    away = await scanning.scan(app, library_id)

    assert away["files_missing"] == 0
    assert await scanning.missing(app) == []
    assert await scanning.problems(app) == {"": "root_offline"}
    assert await scanning.value(app, "SELECT is_online FROM library.roots") is False
    if root.exists():
        root.rmdir()
    (tmp_path / "unplugged").rename(root)

    await scanning.scan(app, library_id, root / "Alpha (2001)")

    assert await scanning.value(app, "SELECT is_online FROM library.roots") is True
    assert await scanning.problems(app) == {}
    assert await scanning.catalog(app) == before


async def test_an_empty_root_that_never_held_anything_is_online(app: App, tmp_path: Path) -> None:
    library_id = await scanning.library(app, tmp_path)

    await scanning.scan(app, library_id)

    assert await scanning.value(app, "SELECT is_online FROM library.roots") is True
    assert await scanning.problems(app) == {}


async def test_a_root_that_comes_online_while_others_are_scanned_loses_nothing(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "a/Alpha (2001).mkv", "b/Beta (2002).mkv")
    library_id = await scanning.library(app, tmp_path / "a")
    await given.root(app, library_id, str(tmp_path / "b"))
    await scanning.scan(app, library_id)
    (tmp_path / "b").rename(tmp_path / "away")
    scan_id = await scanning.request(app, library_id)
    work = await scan_module._open(app, scan_id)
    assert work is not None
    (tmp_path / "away").rename(tmp_path / "b")

    await scan_module.scan.run(app, str(scan_id), 0)

    assert await scanning.missing(app) == []
    assert await scanning.problems(app) == {"": "root_offline"}


async def test_a_root_that_vanishes_and_returns_during_a_scan_loses_nothing(
    app: App, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "films"
    put(clip, root, "Alpha (2001)/Alpha (2001).mkv", "Beta (2002)/Beta (2002).mkv")
    library_id = await scanning.library(app, root)
    await scanning.scan(app, library_id)
    look_around, finish = survey.look_around, scan_module.finish

    def see_nothing(*args: Any) -> Any:
        if root.exists():
            root.rename(tmp_path / "unplugged")
        return look_around(*args)

    async def come_back(*args: Any) -> None:
        (tmp_path / "unplugged").rename(root)
        await finish(*args)

    monkeypatch.setattr(survey, "look_around", see_nothing)
    monkeypatch.setattr(scan_module, "finish", come_back)

    await scanning.scan(app, library_id)

    assert await scanning.missing(app) == []
    assert await scanning.problems(app) == {"": "root_offline"}


async def test_a_folder_that_cannot_be_read_hides_nothing_below_it(
    app: App, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(
        clip,
        tmp_path,
        "Show/Season 1/Show.S01E01.mkv",
        "Show/Season 2/Show.S02E01.mkv",
        "Other/Other.S01E01.mkv",
    )
    write(tmp_path, "Show/Season 2/Show.S02E02.mkv", b"broken")
    library_id = await scanning.library(app, tmp_path, "tv")
    await scanning.scan(app, library_id)
    before = await scanning.problems(app)
    scandir = os.scandir

    def refuse(path: Any) -> Any:
        if str(path) == str(tmp_path / "Show"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    with monkeypatch.context() as patched:
        patched.setattr(os, "scandir", refuse)
        await scanning.scan(app, library_id)

    assert await scanning.missing(app) == []
    assert await scanning.problems(app) == before | {"Show": "unreadable_folder"}

    await scanning.scan(app, library_id)

    assert await scanning.problems(app) == before


async def test_a_folder_that_cannot_be_read_keeps_the_problems_of_its_files(
    app: App, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "Alpha (2001)/Alpha (2001).mkv", b"broken")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    scandir = os.scandir

    def refuse(path: Any) -> Any:
        if str(path).endswith("Alpha (2001)"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    with monkeypatch.context() as patched:
        patched.setattr(os, "scandir", refuse)
        await scanning.scan(app, library_id)
    await scanning.scan(app, library_id)

    assert await scanning.problems(app) == {"Alpha (2001)/Alpha (2001).mkv": "not_media"}


async def test_a_folder_that_can_be_read_only_at_the_second_try_is_scanned_too(
    app: App, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(clip, tmp_path, "Alpha (2001)/Alpha (2001).mkv")
    library_id = await scanning.library(app, tmp_path)
    scandir, refused = os.scandir, []

    def refuse_once(path: Any) -> Any:
        if str(path) == str(tmp_path) and len(refused) < 1 and refused.append(path) is None:
            raise OSError(116, "Stale file handle", str(path))
        return scandir(path)

    scan_id = await scanning.request(app, library_id)
    assert await scan_module._open(app, scan_id) is not None
    monkeypatch.setattr(os, "scandir", refuse_once)

    await scan_module.scan.run(app, str(scan_id), 0)

    assert refused
    assert await scanning.titles(app) == [("Alpha", 2001)]


async def test_a_link_to_a_disk_that_is_not_there_loses_nothing(app: App, clip: Path, tmp_path: Path) -> None:
    root, disk = tmp_path / "films", tmp_path / "disk"
    put(clip, disk, "Alpha (2001)/Alpha (2001).mkv", "Beta (2002).mkv")
    put(clip, root, "Gamma (2003).mkv")
    (root / "linked").symlink_to(disk)
    (root / "Beta (2002).mkv").symlink_to(disk / "Beta (2002).mkv")
    library_id = await scanning.library(app, root)
    await scanning.scan(app, library_id)
    before = await scanning.catalog(app)
    disk.rename(tmp_path / "unplugged")

    await scanning.scan(app, library_id)

    assert await scanning.missing(app) == []
    assert await scanning.problems(app) == {"linked": "broken_link", "Beta (2002).mkv": "broken_link"}
    (tmp_path / "unplugged").rename(disk)

    await scanning.scan(app, library_id)

    assert await scanning.catalog(app) == before


async def test_a_scan_of_one_folder_touches_nothing_else(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "Alpha (2001)/Alpha (2001).mkv", "Beta (2002)/Beta (2002).mkv", "Gamma (2003).mkv")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    put(clip, tmp_path, "Beta (2002)/New (2005).mkv")
    # Not the content of what goes, or it would be that.
    write(tmp_path, "Alpha (2001)/Trailers/New.mkv", await asyncio.to_thread(clip.read_bytes) + b"new")
    (tmp_path / "Alpha (2001)/Alpha (2001).mkv").unlink()
    (tmp_path / "Gamma (2003).mkv").unlink()

    scan = await scanning.scan(app, library_id, tmp_path / "Alpha (2001)")

    assert scan["files_total"] == 1
    assert await scanning.missing(app) == ["Alpha (2001)/Alpha (2001).mkv"]
    names = await scanning.values(app, "SELECT name FROM library.files ORDER BY name")
    assert names == ["Alpha (2001).mkv", "Beta (2002).mkv", "Gamma (2003).mkv", "New.mkv"]


async def test_a_scan_of_a_file_is_one_of_its_folder(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "Alpha (2001)/Alpha (2001).mkv", "Beta (2002)/Beta (2002).mkv")
    library_id = await scanning.library(app, tmp_path)

    await scanning.scan(app, library_id, tmp_path / "Alpha (2001)/Alpha (2001).mkv")

    assert await scanning.titles(app) == [("Alpha", 2001)]


async def test_a_scan_of_a_folder_that_is_gone_finds_its_files_missing(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Show/Season 1/Show.S01E01.mkv", "Other/Other.S01E01.mkv")
    library_id = await scanning.library(app, tmp_path, "tv")
    await scanning.scan(app, library_id)
    (tmp_path / "Show").rename(tmp_path.with_name("gone-too"))

    await scanning.scan(app, library_id, tmp_path / "Show")

    assert await scanning.missing(app) == ["Show/Season 1/Show.S01E01.mkv"]
