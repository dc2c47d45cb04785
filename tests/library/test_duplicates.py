"""Files that may be duplicates: found after scans, kept when dismissed, never resolved on their own."""

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.access.viewer import marquee
from app.core.app import App
from app.core.errors import NotFound
from app.core.ids import new_id
from app.core.paging import Page
from app.demo.clip import Clip, Video
from app.demo.encode import encode
from app.library import fingerprints
from app.library.duplicate_reads import DuplicateGroup, files_of_duplicates, list_duplicates
from app.library.duplicates import connected, dismiss_duplicates, restore_duplicates
from app.library.find_duplicates import find_duplicates
from tests.library.films import Encoding, encode_card, encode_film
from tests.library.scanning import library, put, rows, scan, value, values, write


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One film in three encodings, and another."""
    folder = tmp_path_factory.mktemp("films")
    return {
        "large": encode_film(folder / "large.mkv", "one"),
        "small": encode_film(folder / "small.mp4", "one", Encoding(".mp4", "mpeg4", 160, 90, quality="8")),
        "coarse": encode_film(folder / "coarse.mkv", "one", Encoding(quality="38")),
        "other": encode_film(folder / "other.mkv", "two"),
    }


async def found(app: App, key: UUID, **wanted: Any) -> dict[str, list[list[str]]]:
    """Groups by kind, each as the names of its files."""
    groups = await listed(app, key, **wanted)
    of = await files_of_duplicates(app.db, marquee(), [group.id for group in groups])
    names: dict[str, list[list[str]]] = {}
    for group in groups:
        names.setdefault(group.kind, []).append(sorted(file.name for file in of[group.id]))
    return {kind: sorted(each) for kind, each in names.items()}


async def listed(app: App, key: UUID, **wanted: Any) -> list[DuplicateGroup]:
    return (await list_duplicates(app.db, marquee(), page=Page(first=100), library_id=key, **wanted)).items


async def look(app: App, key: UUID) -> None:
    """A scan, and the job that it asks for."""
    await scan(app, key)
    await find_duplicates.run(app, str(key))


async def test_files_of_the_same_content_are_listed(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "Alpha (2001)/Alpha (2001).mkv", "Old disk/alpha.mkv", "Beta (2002)/Beta (2002).mkv")
    with (tmp_path / "Beta (2002)/Beta (2002).mkv").open("ab") as file:
        file.write(b"more")
    key = await library(app, tmp_path)

    await look(app, key)

    assert await found(app, key) == {"exact": [["Alpha (2001).mkv", "alpha.mkv"]]}
    (group,) = await listed(app, key)
    assert (group.score, group.file_count) == (1.0, 2)
    assert f"{(tmp_path / 'Old disk/alpha.mkv').stat().st_size:,} bytes" in group.reason


async def test_several_names_of_one_file_are_none(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "Alpha (2001)/Alpha (2001).mkv")
    (tmp_path / "Links").mkdir()
    os.link(tmp_path / "Alpha (2001)/Alpha (2001).mkv", tmp_path / "Links/Alpha (2001).mkv")
    key = await library(app, tmp_path)

    await look(app, key)

    assert await found(app, key) == {}


async def test_a_copy_in_another_library_is_none_of_this_one(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "one/Alpha (2001).mkv", "two/Alpha (2001).mkv")
    keys = [await library(app, tmp_path / name) for name in ("one", "two")]

    for key in keys:
        await look(app, key)

    assert [await found(app, key) for key in keys] == [{}, {}]


async def test_versions_of_one_quality_are_listed(app: App, tmp_path: Path) -> None:
    for name, width, height, length in (
        ("web", 1280, 720, 0.5),
        ("tv", 1280, 720, 0.75),
        ("disc", 1920, 1080, 0.5),
    ):
        path = tmp_path / "Alpha (2001)" / f"Alpha (2001) - {name}.mkv"
        path.parent.mkdir(exist_ok=True)
        encode(Clip(Video(width=width, height=height), audio=(), duration_s=length), path)
    key = await library(app, tmp_path)

    await look(app, key)

    assert await found(app, key) == {"same_quality": [["Alpha (2001) - tv.mkv", "Alpha (2001) - web.mkv"]]}
    (group,) = await listed(app, key)
    assert group.reason == "Several versions of one work in the same quality: 720p, h264, SDR."


async def test_versions_of_an_episode_count_and_parts_do_not(app: App, tmp_path: Path) -> None:
    for number, name in enumerate(
        ("Show.S01E01E02.720p.mkv", "Show.S01E01E02.repack.mkv", "Show.S01E03a.mkv", "Show.S01E03b.mkv")
    ):
        path = tmp_path / "Show" / "Season 1" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        video = Video(width=1280, height=720, caption=str(number))
        encode(Clip(video, audio=(), duration_s=0.5 + number / 4), path)
    key = await library(app, tmp_path, "tv")

    await look(app, key)

    assert await found(app, key) == {
        "same_quality": [["Show.S01E01E02.720p.mkv", "Show.S01E01E02.repack.mkv"]]
    }


async def test_a_film_encoded_again_is_recognised(app: App, films: dict[str, Path], tmp_path: Path) -> None:
    put(films["large"], tmp_path, "Alpha (2001)/Alpha (2001).mkv")
    put(films["small"], tmp_path, "Old disk/film.mp4")
    put(films["coarse"], tmp_path, "Somewhere/Something.mkv")
    put(films["other"], tmp_path, "Beta (2002)/Beta (2002).mkv")
    key = await library(app, tmp_path)

    await look(app, key)

    assert await found(app, key) == {"perceptual": [["Alpha (2001).mkv", "Something.mkv", "film.mp4"]]}
    (group,) = await listed(app, key)
    assert 0.85 < group.score < 1
    assert group.reason.startswith("The pictures are alike")
    assert await value(app, "SELECT count(*) FROM library.fingerprints") == 4


async def test_the_same_content_is_not_listed_as_alike_too(
    app: App, films: dict[str, Path], tmp_path: Path
) -> None:
    put(films["large"], tmp_path, "Alpha (2001)/Alpha (2001).mkv", "Copy/Copy.mkv")
    key = await library(app, tmp_path)

    await look(app, key)

    assert await found(app, key) == {"exact": [["Alpha (2001).mkv", "Copy.mkv"]]}


async def test_pictures_are_looked_at_once_until_the_file_changes(
    app: App, films: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(films["large"], tmp_path, "Alpha (2001)/Alpha (2001).mkv")
    put(films["small"], tmp_path, "Old disk/film.mp4")
    key = await library(app, tmp_path)
    await look(app, key)
    asked: list[str] = []
    prober = fingerprints.decoder(app)
    ask = prober.ask

    async def listen(questions: Any) -> Any:
        asked.extend(question.path for question in questions)
        return await ask(questions)

    monkeypatch.setattr(prober, "ask", listen)

    await find_duplicates.run(app, str(key))
    unchanged = list(asked)
    put(films["other"], tmp_path, "Old disk/film.mp4")
    await scan(app, key)
    asked.clear()
    await find_duplicates.run(app, str(key))

    assert unchanged == []
    assert asked == ["Old disk/film.mp4"]
    assert await found(app, key) == {}


async def test_what_can_t_be_decoded_is_tried_once(app: App, films: dict[str, Path], tmp_path: Path) -> None:
    put(films["large"], tmp_path, "Alpha (2001)/Alpha (2001).mkv")
    path = tmp_path / "Alpha (2001)/Alpha (2001).mkv"
    key = await library(app, tmp_path)
    await scan(app, key)
    status = path.stat()
    path.write_bytes(bytes(status.st_size))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    await find_duplicates.run(app, str(key))

    assert await values(app, "SELECT hashes FROM library.fingerprints") == [[]]


async def test_pictures_are_left_alone_when_told(app: App, films: dict[str, Path], tmp_path: Path) -> None:
    put(films["large"], tmp_path, "Alpha (2001)/Alpha (2001).mkv")
    key = await library(app, tmp_path)
    await scan(app, key)
    before = app.config
    app.config = replace(before, fingerprint_frames=0)

    try:
        await find_duplicates.run(app, str(key))
    finally:
        app.config = before

    assert await rows(app, "SELECT FROM library.fingerprints") == []


async def test_what_is_short_is_not_looked_at(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "Alpha (2001)/Alpha (2001).mkv")
    key = await library(app, tmp_path)

    await look(app, key)

    assert await rows(app, "SELECT FROM library.fingerprints") == []


async def test_what_shows_one_picture_is_like_nothing(app: App, tmp_path: Path) -> None:
    for title in ("Raven", "Robin", "Heron"):
        (tmp_path / title).mkdir()
        encode_card(tmp_path / title / f"{title} (2001).mkv", title)
    key = await library(app, tmp_path)

    await look(app, key)

    assert await found(app, key) == {}
    assert await values(app, "SELECT cardinality(hashes) FROM library.fingerprints") == [16] * 3


async def test_a_dismissed_group_stays_so_until_it_grows(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "a/a.mkv", "b/b.mkv", "c/c.mkv")
    key = await library(app, tmp_path)
    await look(app, key)
    (group,) = await listed(app, key)

    async with app.transaction() as tx:
        await dismiss_duplicates(tx, group.id)
    await look(app, key)
    after_a_scan = await found(app, key)
    (tmp_path / "c/c.mkv").unlink()
    write(tmp_path, "c/other.mkv", b"something")
    await look(app, key)
    of_two = await found(app, key)
    shutil.copyfile(clip, tmp_path / "c/c.mkv")
    put(clip, tmp_path, "d/d.mkv")
    await look(app, key)

    assert (after_a_scan, of_two) == ({}, {})
    assert await found(app, key) == {"exact": [["a.mkv", "b.mkv", "c.mkv", "d.mkv"]]}
    assert len(await listed(app, key, is_dismissed=True)) == 2


async def test_a_restored_group_is_listed_again(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "a/a.mkv", "b/b.mkv", "c/c.mkv")
    key = await library(app, tmp_path)
    await look(app, key)
    (group,) = await listed(app, key)
    async with app.transaction() as tx:
        await dismiss_duplicates(tx, group.id)
    (tmp_path / "c/c.mkv").unlink()
    write(tmp_path, "c/other.mkv", b"something")
    await look(app, key)
    part = next(each for each in await listed(app, key, is_dismissed=True) if each.file_count == 2)

    async with app.transaction() as tx:
        await restore_duplicates(tx, part.id)
    await look(app, key)

    assert await found(app, key) == {"exact": [["a.mkv", "b.mkv"]]}


async def test_what_is_resolved_is_listed_no_more(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "a/a.mkv", "b/b.mkv")
    key = await library(app, tmp_path)
    await look(app, key)

    (tmp_path / "b/b.mkv").unlink()
    write(tmp_path, "b/other.mkv", b"something")
    await look(app, key)

    assert await found(app, key) == {}


async def test_an_unknown_group_is_not_found(app: App) -> None:
    with pytest.raises(NotFound):
        async with app.transaction() as tx:
            await dismiss_duplicates(tx, new_id())
    with pytest.raises(NotFound):
        async with app.transaction() as tx:
            await restore_duplicates(tx, new_id())


async def test_a_scan_that_changed_something_asks_for_the_search(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "a/a.mkv")
    key = await library(app, tmp_path)
    jobs = "DELETE FROM outbox.jobs WHERE name = 'library.find_duplicates' RETURNING args"

    await scan(app, key)
    first = await rows(app, jobs)
    await scan(app, key)

    assert [row["args"] for row in first] == [[str(key)]]
    assert await rows(app, jobs) == []


async def test_the_search_in_a_deleted_library_does_nothing(app: App) -> None:
    await find_duplicates.run(app, str(new_id()))

    assert await rows(app, "SELECT FROM library.duplicates") == []


def test_pairs_make_sets() -> None:
    a, b, c, d, e = sorted(new_id() for _ in range(5))

    assert connected([(a, b, 1.0), (c, d, 3.0), (b, e, 2.0)]) == [([a, b, e], 2.0), ([c, d], 3.0)]
    assert connected([]) == []
