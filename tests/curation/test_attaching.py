"""Pictures and extras follow the files that people give to other works, without a scan."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.catalog.edits import Edit
from app.core.app import App
from app.curation.edit import edit_work
from app.curation.matching import Target, choose, mark_as_extra
from app.library.attaching import attach
from tests.curation.deciding import doing, file_id, films, undo
from tests.curation.merging import merge, split_film
from tests.library import scanning
from tests.library.scanning import put, write

HEAT = "Heat (1995)/Heat (1995).mkv"
THIEF = "Thief (1981)/Thief (1981).mkv"
POSTER = "Heat (1995)/poster.jpg"


@pytest.fixture
async def library_id(app: App, clip: Path, tmp_path: Path) -> UUID:
    put(clip, tmp_path, HEAT, THIEF, "Heat (1995)/Heat (1995)-trailer.mkv")
    write(tmp_path, POSTER, b"\xff\xd8")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    return library_id


async def work(app: App) -> None:
    """Do what was asked for of pictures and extras; it has to be asked for."""
    asked = await scanning.rows(
        app, "DELETE FROM outbox.jobs WHERE name = 'library.attach' RETURNING args ->> 0 AS library_id"
    )
    assert asked
    for row in asked:
        await attach.run(app, row["library_id"])


async def owners(app: App) -> dict[str, Any]:
    """By name, the film that each picture and extra is of."""
    found = await scanning.catalog(app)
    return {row[1]: row[3] for row in (*found["artwork"], *found["extras"])}


async def test_a_chosen_film_gets_what_lies_beside_its_file(app: App, library_id: UUID) -> None:
    change = await doing(app, choose, HEAT, Target(title="The Keep", year=1983))
    await work(app)
    kept = await owners(app)
    await undo(app, change)
    await work(app)

    assert kept == {"poster.jpg": "The Keep", "Heat (1995)-trailer.mkv": "The Keep"}
    assert await owners(app) == {"poster.jpg": "Heat", "Heat (1995)-trailer.mkv": "Heat"}


async def test_a_choice_is_undone_after_a_scan_found_the_pictures(
    app: App, library_id: UUID, tmp_path: Path
) -> None:
    change = await doing(app, choose, HEAT, Target(movie_id=await scanning.movie_id(app, "Thief")))
    (tmp_path / HEAT).touch()
    await scanning.scan(app, library_id)
    found = await owners(app)

    await undo(app, change)

    assert found == {"poster.jpg": "Thief", "Heat (1995)-trailer.mkv": "Thief"}
    assert (await films(app))[HEAT] == "Heat"
    assert await owners(app) == {"poster.jpg": "Heat", "Heat (1995)-trailer.mkv": "Heat"}


async def test_a_picture_of_several_films_is_that_of_the_one_they_become(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Both/Heat (1995).mkv", "Both/Thief (1981).mkv")
    write(tmp_path, "Both/poster.jpg", b"\xff\xd8")
    await scanning.scan(app, await scanning.library(app, tmp_path))
    nobodys = await owners(app)

    await merge(app, await scanning.movie_id(app, "Heat"), await scanning.movie_id(app, "Thief"))
    await work(app)

    assert nobodys == {}
    assert await owners(app) == {"poster.jpg": "Heat"}


async def test_a_picture_found_since_a_split_finds_its_film_again_when_that_is_undone(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Heat (1995)/Heat (1995).mkv", "Cut/Heat (1995) 720p.mkv")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    heat, cut = await scanning.movie_id(app, "Heat"), await file_id(app, "Cut/Heat (1995) 720p.mkv")
    _, change = await split_film(app, heat, "L.A. Takedown", 1989, file_ids=[cut])
    write(tmp_path, "Cut/poster.jpg", b"\xff\xd8")
    await scanning.scan(app, library_id)
    found = await owners(app)

    await undo(app, change)
    await work(app)

    assert found == {"poster.jpg": "L.A. Takedown"}
    assert await owners(app) == {"poster.jpg": "Heat"}


async def test_an_extra_whose_film_goes_with_it_is_that_of_what_else_lies_there(
    app: App, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Both/Heat (1995).mkv", "Both/Thief (1981).mkv")
    await scanning.scan(app, await scanning.library(app, tmp_path))

    await doing(app, mark_as_extra, "Both/Thief (1981).mkv", "scene")
    await work(app)

    assert await owners(app) == {"Thief (1981).mkv": "Heat"}


async def test_an_edit_moves_no_file_and_asks_for_nothing(app: App, library_id: UUID) -> None:
    async with app.transaction() as tx:
        _, change = await edit_work(
            tx, "movie", await scanning.movie_id(app, "Heat"), Edit({"title": "Hitze"})
        )

    assert change is not None
    assert await scanning.values(app, "SELECT id FROM outbox.jobs WHERE name = 'library.attach'") == []
