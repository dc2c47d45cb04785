"""Scanning folders as they are in the wild: nothing in them stops a scan, and each thing lands where it belongs."""

import os
import shutil
import socket
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from app.core.app import App
from app.library import scan as scan_module
from tests.library import scanning
from tests.library.scanning import movie_nfo, put, series_nfo, write

ALPHA = "Alpha (2001)/Alpha (2001).mkv"


def chunk_statements(statements: list[str]) -> list[str]:
    """Without what dispatching the outbox and looking for work take."""
    return [
        each
        for each in statements
        if "outbox." not in each and "scan_tasks" not in each and "_lock" not in each
    ]


async def test_films_are_found_and_grouped(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, ALPHA, "Beta (2002)/Beta (2002) - cd1.mkv", "Beta (2002)/Beta (2002) - cd2.mkv")
    library_id = await scanning.library(app, tmp_path)

    scan = await scanning.scan(app, library_id)

    assert await scanning.titles(app) == [("Alpha", 2001), ("Beta", 2002)]
    assert (scan["files_total"], scan["files_done"], scan["files_added"]) == (3, 3, 3)
    numbers = (
        "SELECT p.number FROM library.movie_parts p JOIN library.files f ON f.id = p.file_id ORDER BY f.name"
    )
    assert await scanning.values(app, numbers) == [1, 1, 2]
    assert await scanning.value(app, "SELECT count(*) FROM movies.versions") == 2


async def test_films_loose_in_the_root_are_told_apart(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "Alpha.2001.1080p.mkv", "Alpha.2011.1080p.mkv", "Beta.mkv")
    library_id = await scanning.library(app, tmp_path)

    await scanning.scan(app, library_id)

    assert await scanning.titles(app) == [("Alpha", 2001), ("Alpha", 2011), ("Beta", None)]
    assert len(set(await scanning.values(app, "SELECT slug FROM movies.movies"))) == 3


async def test_the_halves_of_an_episode_are_parts_of_one_version(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Show/Season 1/Show.S01E01a.mkv", "Show/Season 1/Show.S01E01b.mkv")
    library_id = await scanning.library(app, tmp_path, "tv")

    await scanning.scan(app, library_id)

    assert await scanning.value(app, "SELECT count(*) FROM tv.episodes") == 1
    found = await scanning.rows(app, "SELECT number, version FROM library.episode_parts ORDER BY number")
    assert [row["number"] for row in found] == [1, 2]
    assert found[0]["version"] == found[1]["version"]


async def test_one_file_with_several_episodes_and_one_episode_with_several_files(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Show/Show.S01E01-E02.mkv", "Show/Show.S01E02.720p.mkv")
    nfo = "<episodedetails><season>1</season><episode>{0}</episode><title>Part {0}</title></episodedetails>"
    write(tmp_path, "Show/Show.S01E01-E02.nfo", nfo.format(1) + nfo.format(2))
    library_id = await scanning.library(app, tmp_path, "tv")

    await scanning.scan(app, library_id)

    found = await scanning.rows(
        app,
        "SELECT e.number, e.title, count(*) FROM tv.episodes e JOIN library.episode_parts p ON p.episode_id = e.id "
        "GROUP BY e.number, e.title ORDER BY e.number",
    )
    assert [tuple(row.values()) for row in found] == [(1, "Part 1", 1), (2, "Part 2", 2)]


async def test_files_that_cannot_be_read_or_identified_are_listed_and_stop_nothing(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Show/Season 1/Show.S01E01.mkv", "Show/Season 1/Holiday.mkv")
    write(tmp_path, "Show/Season 1/Show.S01E02.mkv")
    write(tmp_path, "Show/Season 1/Show.S01E03.mkv", b"this is no film" * 100)
    library_id = await scanning.library(app, tmp_path, "tv")

    scan = await scanning.scan(app, library_id)

    assert await scanning.problems(app) == {
        "Show/Season 1/Show.S01E02.mkv": "empty",
        "Show/Season 1/Show.S01E03.mkv": "not_media",
        "Show/Season 1/Holiday.mkv": "unidentified",
    }
    assert scan["problems"] == 3
    assert await scanning.values(app, "SELECT number FROM tv.episodes ORDER BY number") == [1, 2, 3]


async def test_pipes_sockets_loops_and_odd_names_stop_nothing(app: App, clip: Path, tmp_path: Path) -> None:
    names = [
        "a\nb (2001).mkv",
        'it\'s "quoted" (2002).mkv',
        "🎬 映画 (2003).mkv",
        "%s\\n (2004).mkv",
        "x" * 240 + " (2005).mkv",
    ]
    put(clip, tmp_path, *names)
    os.mkfifo(tmp_path / "pipe.mkv")
    os.mkfifo(tmp_path / "movie.nfo")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / os.fsdecode(b"b\xe4d (2006).mkv")).touch()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s.mkv"))
        library_id = await scanning.library(app, tmp_path)

        scan = await scanning.scan(app, library_id)

    assert scan["files_done"] == len(names)
    assert sorted(await scanning.values(app, "SELECT name FROM library.files")) == sorted(names)
    assert sorted((await scanning.problems(app)).values()) == ["bad_name", "link_loop"]


async def test_what_nfo_files_can_hold_stops_nothing(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, ALPHA, "Beta (2002)/Beta (2002).mkv")
    long = "".join(chr(0x4E00 + number % 20000) for number in range(6000))
    inside = "".join(
        f"<{tag}>{long}</{tag}>" for tag in ("plot", "sorttitle", "genre", "tag", "studio", "credits")
    )
    inside += f"<actor><name>{long}</name><role>{long}</role></actor><set><name>{long}</name></set>"
    inside += "<runtime>999999999</runtime>"
    inside += (
        f'<uniqueid type="tmdb">{"9" * 5000}</uniqueid><premiered>9999-12-31</premiered><mpaa>{long}</mpaa>'
    )
    inside += "<ratings><rating name='x'><value>1e400</value><votes>999999999999</votes></rating></ratings>"
    write(tmp_path, "Alpha (2001)/movie.nfo", movie_nfo(long, 999999999, inside))
    library_id = await scanning.library(app, tmp_path)

    await scanning.scan(app, library_id)

    assert await scanning.problems(app) == {}
    found = await scanning.rows(app, "SELECT title, overview FROM movies.movies WHERE title <> 'Beta'")
    assert found[0]["overview"] == long
    assert long.startswith(found[0]["title"])
    assert len(found[0]["title"]) > 100


async def test_a_folder_that_postgresql_refuses_is_set_aside_and_the_others_stored(
    app: App, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(clip, tmp_path, ALPHA, "Beta (2002)/Beta (2002).mkv", "Gamma (2003)/Gamma (2003).mkv")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    before = await scanning.catalog(app)
    write(tmp_path, "Beta (2002)/movie.nfo", movie_nfo("Beta\\u0000", 2002))
    put(clip, tmp_path, "Gamma (2003)/Gamma (2003) - 2.mkv")
    store_files = scan_module.store_files

    async def refuse_beta(tx: Any, library_id: Any, folders: Any) -> Any:
        if any(folder.path == "Beta (2002)" for folder in folders):
            await tx.db.value(scan_module.text("SELECT CAST(:given AS jsonb)"), given={"title": "\0"})
        return await store_files(tx, library_id, folders)

    with monkeypatch.context() as patched:
        patched.setattr(scan_module, "store_files", refuse_beta)
        scan = await scanning.scan(app, library_id)

    assert scan["files_added"] == 1
    assert await scanning.problems(app) == {"Beta (2002)": "unreadable_folder"}
    assert await scanning.missing(app) == []
    assert len((await scanning.catalog(app))["films"]) == len(before["films"]) + 1

    await scanning.scan(app, library_id)

    assert await scanning.problems(app) == {}


async def test_five_thousand_files_in_one_folder(app: App, tmp_path: Path) -> None:
    for number in range(5000):
        write(tmp_path, f"Film {number:04} (2001).nfo")
    write(tmp_path, "Alpha (2001).mkv", b"broken")
    library_id = await scanning.library(app, tmp_path)

    scan = await scanning.scan(app, library_id)
    again = await scanning.scan(app, library_id)

    assert scan["files_added"] == 5001
    assert (again["files_done"], again["files_added"], again["files_changed"]) == (5001, 0, 0)


async def test_a_deep_folder_is_reached(app: App, clip: Path, tmp_path: Path) -> None:
    path = "/".join(f"{number}" for number in range(60)) + "/Alpha (2001)/Alpha (2001).mkv"
    put(clip, tmp_path, path)
    library_id = await scanning.library(app, tmp_path)

    await scanning.scan(app, library_id)

    assert await scanning.titles(app) == [("Alpha", 2001)]


@pytest.mark.parametrize("kind", ["movie", "tv"])
async def test_many_files_cost_as_many_statements_as_few(
    app: App, clip: Path, tmp_path: Path, kind: str, statements: list[str]
) -> None:
    counts = []
    for works in (1, 6):
        root = tmp_path / str(works)
        for number in range(works):
            if kind == "movie":
                folder = f"Film {works}-{number} (2001)"
                put(clip, root, f"{folder}/{folder}.mkv", f"{folder}/{folder} - 720p.mkv")
                inside = f"<genre>Drama {works} {number}</genre><set>Set {works} {number}</set>"
                inside += f"<actor><name>Actor {works} {number}</name></actor>"
                write(root, f"{folder}/movie.nfo", movie_nfo(f"Film {works} {number}", 2001, inside))
            else:
                folder = f"Show {works}-{number}"
                put(clip, root, *(f"{folder}/Season 1/S01E{episode:02}.mkv" for episode in range(1, 4)))
                write(
                    root,
                    f"{folder}/tvshow.nfo",
                    series_nfo(f"Show {works} {number}", f"<genre>Drama {works}</genre>"),
                )
            write(root, f"{folder}/poster.jpg", b"\xff\xd8")
        library_id = await scanning.library(app, root, kind)
        statements.clear()
        await scanning.scan(app, library_id)
        counts.append(chunk_statements(statements))

    few, many = counts
    assert Counter(many) == Counter(few)
    assert len(few) > 20


async def test_an_unchanged_folder_costs_few_statements(
    app: App, clip: Path, tmp_path: Path, statements: list[str]
) -> None:
    put(clip, tmp_path, *(f"Film {number} (2001)/Film {number} (2001).mkv" for number in range(9)))
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    statements.clear()

    await scanning.scan(app, library_id)

    assert not [each for each in statements if "movies." in each or 'INSERT INTO "library"."files"' in each]


async def test_a_film_in_a_folder_that_is_copied_away_while_scanned_is_only_missing(
    app: App, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(clip, tmp_path, ALPHA, "Beta (2002)/Beta (2002).mkv")
    library_id = await scanning.library(app, tmp_path)
    read = scan_module.read_folders

    async def remove_meanwhile(*args: Any) -> None:
        shutil.rmtree(tmp_path / "Alpha (2001)", ignore_errors=True)
        await read(*args)

    with monkeypatch.context() as patched:
        patched.setattr(scan_module, "read_folders", remove_meanwhile)
        await scanning.scan(app, library_id)
    assert (await scanning.problems(app)).keys() == {ALPHA}

    await scanning.scan(app, library_id)

    assert await scanning.missing(app) == [ALPHA]
    assert await scanning.problems(app) == {}


async def test_new_works_of_every_kind_are_announced(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "Show/Season 1/Show.S01E01.mkv")
    library_id = await scanning.library(app, tmp_path, "tv")

    await scanning.scan(app, library_id)

    first = {event.kind: event for event in await scanning.announced(app)}
    assert {kind: len(event.added) for kind, event in first.items()} == {
        "series": 1,
        "season": 1,
        "episode": 1,
    }
    put(clip, tmp_path, "Show/Season 1/Show.S01E02.mkv", "Show/Season 2/Show.S02E01.mkv")

    await scanning.scan(app, library_id)

    added = {"series": 0, "season": 0, "episode": 0}
    for event in await scanning.announced(app):
        assert event.library_id == library_id
        added[event.kind] += len(event.added)
    assert added == {"series": 0, "season": 1, "episode": 2}
