"""Subtitles, pictures and extras find the work that they belong to, wherever in its folder they lie."""

from pathlib import Path
from typing import Any

import pytest

from app.core.app import App
from app.core.db import prepare
from app.library import attach
from tests.library import scanning
from tests.library.scanning import put, write

SUBTITLES = """
SELECT f.name, s.file_name, s.language, s.is_forced, s.is_sdh, s.codec FROM library.streams s
JOIN library.files f ON f.id = s.file_id WHERE s.external_file_id IS NOT NULL ORDER BY f.name, s.file_name, s.language
"""
FILM = "Alpha (2001)/Alpha (2001).mkv"


async def subtitles(app: App) -> list[tuple[Any, ...]]:
    return [tuple(row.values())[:3] for row in await scanning.rows(app, SUBTITLES)]


async def test_subtitles_beside_a_film_and_below_it_are_its_streams(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, FILM)
    write(tmp_path, "Alpha (2001)/Alpha (2001).en.srt")
    write(tmp_path, "Alpha (2001)/Subs/2_German.srt")
    write(tmp_path, "Alpha (2001)/Subs/Alpha (2001).fr.forced.srt")
    write(tmp_path, "Alpha (2001)/Subs/Alpha (2001)/3_Spanish.sdh.srt")
    write(tmp_path, "Alpha (2001)/Extras/2_Italian.srt")
    library_id = await scanning.library(app, tmp_path)

    await scanning.scan(app, library_id)

    found = await scanning.rows(app, SUBTITLES)
    assert {(row["file_name"], row["language"], row["is_forced"], row["is_sdh"]) for row in found} == {
        ("Alpha (2001).en.srt", "en", False, False),
        ("2_German.srt", "de", False, False),
        ("Alpha (2001).fr.forced.srt", "fr", True, False),
        ("3_Spanish.sdh.srt", "es", False, True),
    }
    assert {row["name"] for row in found} == {"Alpha (2001).mkv"}


async def test_subtitles_below_a_season_belong_to_the_episode_that_they_name(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Show/Season 1/Show.S01E01.mkv", "Show/Season 1/Show.S01E02.mkv")
    write(tmp_path, "Show/Season 1/Subs/Show.S01E02.en.srt")
    write(tmp_path, "Show/Season 1/Subs/Show.S01E01/2_English.srt")
    write(tmp_path, "Show/Season 1/Subs/Show.S01E02/2_German.srt")
    write(tmp_path, "Show/Season 1/Subs/2_French.srt")
    library_id = await scanning.library(app, tmp_path, "tv")

    await scanning.scan(app, library_id)

    assert await subtitles(app) == [
        ("Show.S01E01.mkv", "2_English.srt", "en"),
        ("Show.S01E02.mkv", "2_German.srt", "de"),
        ("Show.S01E02.mkv", "Show.S01E02.en.srt", "en"),
    ]


@pytest.mark.parametrize("folder", ["", "Subs/"])
async def test_pictures_and_their_index_are_one_stream(
    app: App, clip: Path, tmp_path: Path, folder: str
) -> None:
    put(clip, tmp_path, FILM)
    write(tmp_path, f"Alpha (2001)/{folder}Alpha (2001).en.idx")
    write(tmp_path, f"Alpha (2001)/{folder}Alpha (2001).en.sub")
    write(tmp_path, f"Alpha (2001)/{folder}Alpha (2001).de.sub")
    library_id = await scanning.library(app, tmp_path)

    await scanning.scan(app, library_id)

    found = await scanning.rows(app, SUBTITLES)
    assert [(row["file_name"], row["codec"]) for row in found] == [
        ("Alpha (2001).de.sub", "microdvd"),
        ("Alpha (2001).en.idx", "dvd_subtitle"),
    ]


async def test_subtitles_below_stay_when_the_film_is_looked_at_again(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, FILM)
    write(tmp_path, "Alpha (2001)/Subs/2_German.srt")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    write(tmp_path, "Alpha (2001)/Alpha (2001).en.srt")

    await scanning.scan(app, library_id)

    assert await subtitles(app) == [
        ("Alpha (2001).mkv", "2_German.srt", "de"),
        ("Alpha (2001).mkv", "Alpha (2001).en.srt", "en"),
    ]


@pytest.mark.parametrize("path", ["Alpha (2001)/Alpha (2001).en.srt", "Alpha (2001)/Subs/2_English.srt"])
async def test_a_subtitle_file_that_goes_takes_its_stream_along_and_brings_it_back(
    app: App, clip: Path, tmp_path: Path, path: str
) -> None:
    put(clip, tmp_path, FILM)
    write(tmp_path, path)
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    (tmp_path / path).rename(tmp_path / "kept.txt")

    await scanning.scan(app, library_id)

    assert await subtitles(app) == []
    (tmp_path / "kept.txt").rename(tmp_path / path)

    await scanning.scan(app, library_id)

    assert [row[2] for row in await subtitles(app)] == ["en"]


async def test_a_folder_of_subtitles_that_goes_takes_its_streams_along(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, FILM)
    write(tmp_path, "Alpha (2001)/Subs/2_English.srt")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    (tmp_path / "Alpha (2001)/Subs/2_English.srt").unlink()
    (tmp_path / "Alpha (2001)/Subs").rmdir()

    await scanning.scan(app, library_id)

    assert await subtitles(app) == []


async def test_many_loose_files_are_attached_page_by_page(
    app: App, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statements: list[str]
) -> None:
    for number in range(9):
        put(clip, tmp_path, f"Film {number} (2001)/Film {number} (2001).mkv")
        write(tmp_path, f"Film {number} (2001)/poster.jpg", b"\xff\xd8")
        write(tmp_path, f"Film {number} (2001)/Subs/English.srt")
    monkeypatch.setattr("app.library.attach.PAGE", 4)
    library_id = await scanning.library(app, tmp_path)

    await scanning.scan(app, library_id)

    assert await scanning.value(app, "SELECT count(DISTINCT movie_id) FROM library.artwork") == 9
    assert len({name for name, _, _ in await subtitles(app)}) == 9


async def test_a_picture_that_says_nothing_is_nobodys(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, FILM)
    for name in ("poster.jpg", "Alpha (2001)-fanart.jpg", "IMG_0001.jpg"):
        write(tmp_path, f"Alpha (2001)/{name}", b"\xff\xd8")
    library_id = await scanning.library(app, tmp_path)

    await scanning.scan(app, library_id)

    kinds = "SELECT f.name, a.kind FROM library.artwork a JOIN library.files f ON f.id = a.file_id"
    found = await scanning.rows(app, kinds)
    assert {row["name"]: row["kind"] for row in found} == {
        "poster.jpg": "poster",
        "Alpha (2001)-fanart.jpg": "backdrop",
    }


async def test_a_picture_in_a_folder_of_several_films_is_of_the_one_it_names(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Alpha (2001).mkv", "Beta (2002).mkv")
    for name in ("poster.jpg", "Beta (2002)-poster.jpg", "Alpha (2001).jpg"):
        write(tmp_path, name, b"\xff\xd8")
    library_id = await scanning.library(app, tmp_path)

    await scanning.scan(app, library_id)

    found = (await scanning.catalog(app))["artwork"]
    assert {row[1]: (row[2], row[3]) for row in found} == {
        "Beta (2002)-poster.jpg": ("poster", "Beta"),
        "Alpha (2001).jpg": ("thumb", "Alpha"),
    }


async def test_a_picture_that_came_before_its_film_finds_it_later(
    app: App, clip: Path, tmp_path: Path
) -> None:
    write(tmp_path, "Alpha (2001)/poster.jpg", b"\xff\xd8")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    assert await scanning.values(app, "SELECT file_id FROM library.artwork") == []
    put(clip, tmp_path, FILM)

    await scanning.scan(app, library_id)

    assert await scanning.value(app, "SELECT count(*) FROM library.artwork") == 1


async def test_where_a_page_begins_is_no_reason_to_read_the_index_of_all_ids(app: App) -> None:
    statement = prepare(attach.LOOSE)
    kinds = {"root_ids": "uuid[]", "folders": "text[]", "after": "uuid", "last": "text", "most": "int"}
    typed = ", ".join(kinds[name] for name in statement.names)
    nulls = ", ".join("NULL" for _ in statement.names)

    async with app.database.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        # Any other index of the files out of the way, and plans as they are cached.
        await connection.execute("ALTER TABLE library.files DROP CONSTRAINT uq_files_root_id_folder_name")
        await connection.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL plan_cache_mode = force_generic_plan"
        )
        await connection.execute(f"PREPARE loose ({typed}) AS {statement.sql}")
        plan = await connection.fetch(f"EXPLAIN EXECUTE loose ({nulls})")
        await transaction.rollback()
        await connection.execute("DEALLOCATE loose")

    assert not [row[0] for row in plan if "(id > $" in row[0] and "Index Cond" in row[0]]
