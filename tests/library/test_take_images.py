"""Pictures that lie beside works become images, by a job after the scan."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.core.app import App
from app.images.refusal import SENTENCES, Reason
from app.images.store import master_key, store
from app.images.studio import Studio, StudioFailed
from app.library import take_images as taking
from app.library.take_images import Unreadable, take_images
from tests.images.pictures import BLUE, GREEN, RED, file, picture
from tests.library import scanning
from tests.library.scanning import put, write

FILM = "Alpha (2001)/Alpha (2001).mkv"
TAKEN = """
SELECT f.name, t.failure, i.color, i.id FROM library.taken_images t JOIN library.files f ON f.id = t.file_id
LEFT JOIN images.images i ON i.id = t.image_id ORDER BY f.name
"""
WAITING = "SELECT args FROM outbox.jobs WHERE name = 'library.take_images'"


def hexed(color: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)


async def taken(app: App) -> dict[str, str]:
    """What became of each file: its color, or why it was refused."""
    return {row["name"]: row["failure"] or row["color"] for row in await scanning.rows(app, TAKEN)}


async def waiting(app: App) -> int:
    return len(await scanning.rows(app, WAITING))


@pytest.fixture
async def library_id(app: App, clip: Path, tmp_path: Path) -> UUID:
    put(clip, tmp_path, FILM)
    write(tmp_path, "Alpha (2001)/poster.png", file(picture(color=RED), "PNG"))
    write(tmp_path, "Alpha (2001)/fanart.png", file(picture(color=BLUE), "PNG"))
    return await scanning.library(app, tmp_path)


async def test_a_scan_asks_for_what_it_found_and_the_job_takes_it(app: App, library_id: UUID) -> None:
    await scanning.scan(app, library_id)
    assert await waiting(app) == 1

    await take_images.run(app, str(library_id))

    assert await taken(app) == {"poster.png": hexed(RED), "fanart.png": hexed(BLUE)}
    for row in await scanning.rows(app, TAKEN):
        assert await store(app).get(master_key(row["id"])) is not None


async def test_nothing_is_asked_for_or_read_again_until_it_changes(
    app: App, library_id: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scanning.scan(app, library_id)
    await take_images.run(app, str(library_id))
    await scanning.rows(app, "DELETE FROM outbox.jobs RETURNING id")

    await scanning.scan(app, library_id)
    assert await waiting(app) == 0
    write(tmp_path, "Alpha (2001)/poster.png", file(picture(40, 60, color=GREEN), "PNG"))
    await scanning.scan(app, library_id)
    read: list[str] = []
    take_file = taking.take_file

    async def noted(app: App, path: Path) -> UUID:
        read.append(path.name)
        return await take_file(app, path)

    monkeypatch.setattr(taking, "take_file", noted)
    await take_images.run(app, str(library_id))

    assert read == ["poster.png"]
    assert await taken(app) == {"poster.png": hexed(GREEN), "fanart.png": hexed(BLUE)}


async def test_what_is_no_image_is_told_and_stops_nothing(app: App, library_id: UUID, tmp_path: Path) -> None:
    write(tmp_path, "Alpha (2001)/poster.png", "no image")
    write(tmp_path, "Alpha (2001)/fanart.png", file(picture(), "PNG")[:100])
    write(tmp_path, "Alpha (2001)/logo.png", file(picture(color=GREEN), "PNG"))
    await scanning.scan(app, library_id)

    await take_images.run(app, str(library_id))

    assert await taken(app) == {
        "poster.png": SENTENCES[Reason.NOT_AN_IMAGE],
        "fanart.png": SENTENCES[Reason.DAMAGED],
        "logo.png": hexed(GREEN),
    }


async def test_what_can_t_be_read_now_is_tried_again_and_the_rest_is_taken(
    app: App, library_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scanning.scan(app, library_id)
    take_file = taking.take_file

    async def failing(app: App, path: Path) -> UUID:
        if path.name == "poster.png":
            raise OSError(5, "Input/output error")
        return await take_file(app, path)

    with monkeypatch.context() as patched:
        patched.setattr(taking, "take_file", failing)
        with pytest.raises(Unreadable):
            await take_images.run(app, str(library_id))

    assert await taken(app) == {"fanart.png": hexed(BLUE)}
    await take_images.run(app, str(library_id))
    assert set(await taken(app)) == {"fanart.png", "poster.png"}


async def test_trouble_of_all_files_ends_the_job_and_blames_none(
    app: App, library_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scanning.scan(app, library_id)
    asked: list[bytes] = []

    async def failing(self: Studio, content: bytes) -> Any:
        asked.append(content)
        raise StudioFailed("no process")

    monkeypatch.setattr(taking, "AT_ONCE", 1)
    monkeypatch.setattr(taking, "MOST_FAILURES", 1)
    monkeypatch.setattr(Studio, "render", failing)

    with pytest.raises(Unreadable):
        await take_images.run(app, str(library_id))

    assert len(asked) == 1
    assert await taken(app) == {}


async def test_a_file_that_is_deleted_meanwhile_is_forgotten(
    app: App, library_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scanning.scan(app, library_id)
    take_file = taking.take_file

    async def slow(app: App, path: Path) -> UUID:
        found = await take_file(app, path)
        if path.name == "poster.png":
            await scanning.rows(app, "DELETE FROM library.files WHERE name = 'poster.png' RETURNING id")
        return found

    monkeypatch.setattr(taking, "take_file", slow)
    await take_images.run(app, str(library_id))

    assert set(await taken(app)) == {"fanart.png"}


async def test_two_jobs_at_once_take_each_picture_once(app: App, second_app: App, library_id: UUID) -> None:
    await scanning.scan(app, library_id)

    await asyncio.gather(*(take_images.run(each, str(library_id)) for each in (app, second_app)))

    assert len(await taken(app)) == 2
    assert len(await scanning.rows(app, "SELECT id FROM images.images")) == 2
