"""What a person said of a film's file holds, whatever happens to the file."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.core.app import App
from app.core.errors import Conflict
from app.curation.matching import (
    Target,
    accept,
    choose,
    mark_as_extra,
    move_to_edition,
    unmark_extra,
    unmatch,
)
from tests.curation import deciding
from tests.curation.deciding import content, doing, films, ledger, rename, undo
from tests.library import scanning
from tests.library.scanning import movie_nfo, put, write

HEAT = "Heat (1995)/Heat (1995).mkv"
THIEF = "Thief (1981)/Thief (1981).mkv"
Event = Callable[[App, Path, Path, UUID], Awaitable[str]]


@pytest.fixture
async def library_id(app: App, clip: Path, tmp_path: Path) -> UUID:
    put(clip, tmp_path, HEAT, THIEF)
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    return library_id


async def rescan(app: App, root: Path, clip: Path, library_id: UUID) -> str:
    (root / HEAT).touch()
    await scanning.scan(app, library_id)
    return HEAT


async def rename_file(app: App, root: Path, clip: Path, library_id: UUID) -> str:
    rename(root, HEAT, "Heat (1995)/Hitze (1996).mkv")
    await scanning.scan(app, library_id)
    return "Heat (1995)/Hitze (1996).mkv"


async def rename_folder(app: App, root: Path, clip: Path, library_id: UUID) -> str:
    rename(root, "Heat (1995)", "Ali (2001)")
    await scanning.scan(app, library_id)
    return "Ali (2001)/Heat (1995).mkv"


async def add_nfo(app: App, root: Path, clip: Path, library_id: UUID) -> str:
    write(root, "Heat (1995)/movie.nfo", movie_nfo("Collateral", 2004, "<plot>A cab.</plot>"))
    await scanning.scan(app, library_id)
    return HEAT


async def upgrade(app: App, root: Path, clip: Path, library_id: UUID) -> str:
    (root / HEAT).unlink()
    write(root, "Heat (1995)/Heat (1995) 2160p.mkv", content(clip, b"\0"))
    await scanning.scan(app, library_id)
    return "Heat (1995)/Heat (1995) 2160p.mkv"


async def overwrite(app: App, root: Path, clip: Path, library_id: UUID) -> str:
    (root / HEAT).unlink()
    write(root, HEAT, content(clip, b"\0"))
    await scanning.scan(app, library_id)
    return HEAT


async def unplug(app: App, root: Path, clip: Path, library_id: UUID) -> str:
    shutil.move(root, root.with_name("away"))
    await scanning.scan(app, library_id)
    shutil.move(root.with_name("away"), root)
    await scanning.scan(app, library_id)
    return HEAT


async def expire(app: App, root: Path, library_id: UUID) -> None:
    """Scan until what is gone is removed for good."""
    await scanning.scan(app, library_id)
    async with app.database.pool.acquire() as connection:
        await connection.execute(
            "UPDATE library.files SET missing_since = now() - interval '400 days' WHERE missing_since IS NOT NULL"
        )
    await scanning.scan(app, library_id)


async def go_and_come_back(app: App, root: Path, clip: Path, library_id: UUID) -> str:
    shutil.move(root / "Heat (1995)", root.with_name("kept"))
    await expire(app, root, library_id)
    assert HEAT not in await films(app)
    shutil.move(root.with_name("kept"), root / "Heat (1995)")
    await scanning.scan(app, library_id)
    return HEAT


async def go_and_come_back_elsewhere(app: App, root: Path, clip: Path, library_id: UUID) -> str:
    own = content(clip, b"a film of its own")
    write(root, HEAT, own)
    await scanning.scan(app, library_id)
    (root / HEAT).unlink()
    await expire(app, root, library_id)
    write(root, "Other/Something Else (2010).mkv", own)
    await scanning.scan(app, library_id)
    return "Other/Something Else (2010).mkv"


EVENTS = [
    rescan,
    rename_file,
    rename_folder,
    add_nfo,
    upgrade,
    overwrite,
    unplug,
    go_and_come_back,
    go_and_come_back_elsewhere,
]


@pytest.mark.parametrize("event", EVENTS)
async def test_a_chosen_film_stays(
    app: App, library_id: UUID, clip: Path, tmp_path: Path, event: Event
) -> None:
    thief = await scanning.movie_id(app, "Thief")
    await doing(app, choose, HEAT, Target(movie_id=thief))

    path = await event(app, tmp_path, clip, library_id)

    assert (await films(app))[path] == "Thief"
    assert await scanning.rows(
        app, "SELECT title, year, overview FROM movies.movies WHERE id = $1", thief
    ) == [{"title": "Thief", "year": 1981, "overview": None}]
    assert (await ledger(app))[path]["decided_by"] == "human"


@pytest.mark.parametrize("event", [each for each in EVENTS if each is not go_and_come_back_elsewhere])
async def test_an_accepted_film_stays(
    app: App, library_id: UUID, clip: Path, tmp_path: Path, event: Event
) -> None:
    heat = await scanning.movie_id(app, "Heat")
    await doing(app, accept, HEAT)

    path = await event(app, tmp_path, clip, library_id)

    assert (await films(app))[path] == "Heat"
    assert await scanning.movie_id(app, "Heat") == heat


@pytest.mark.parametrize("event", [each for each in EVENTS if each is not upgrade])
async def test_what_is_no_work_stays_none(
    app: App, library_id: UUID, clip: Path, tmp_path: Path, event: Event
) -> None:
    await doing(app, unmatch, HEAT)

    path = await event(app, tmp_path, clip, library_id)

    assert (await films(app))[path] is None
    assert (await ledger(app))[path]["status"] == "unmatched"
    assert await scanning.titles(app) == [("Thief", 1981)]


@pytest.mark.parametrize("event", EVENTS)
async def test_an_edition_stays(app: App, library_id: UUID, clip: Path, tmp_path: Path, event: Event) -> None:
    await doing(app, move_to_edition, HEAT, "Director's Cut")

    path = await event(app, tmp_path, clip, library_id)

    assert (await deciding.editions(app))[path] == "Director's Cut"
    assert (await films(app))[path] == "Heat"


@pytest.mark.parametrize("event", [each for each in EVENTS if each is not upgrade])
async def test_an_extra_stays_one(
    app: App, library_id: UUID, clip: Path, tmp_path: Path, event: Event
) -> None:
    thief = await scanning.movie_id(app, "Thief")
    await doing(app, mark_as_extra, HEAT, "interview", movie_id=thief)

    path = await event(app, tmp_path, clip, library_id)

    assert path not in await films(app)
    found = await scanning.rows(app, scanning.EXTRAS)
    assert [(row["kind"], row["movie"]) for row in found if row["name"] == Path(path).name] == [
        ("interview", "Thief")
    ]
    assert await scanning.titles(app) == [("Thief", 1981)]


@pytest.mark.parametrize("event", [rescan, rename_folder, unplug, go_and_come_back])
async def test_a_film_that_is_called_like_an_extra_stays_one(
    app: App, clip: Path, tmp_path: Path, event: Event
) -> None:
    put(clip, tmp_path, THIEF, "Heat (1995)/Heat (1995)-trailer.mkv")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    path = "Heat (1995)/Heat (1995)-trailer.mkv"
    assert path not in await films(app)
    await doing(app, unmark_extra, path)
    assert (await films(app))[path] == "Heat"
    put(clip, tmp_path, HEAT)

    await event(app, tmp_path, clip, library_id)

    found = {Path(path).name: title for path, title in (await films(app)).items()}
    assert found["Heat (1995)-trailer.mkv"] is not None
    assert await scanning.rows(app, scanning.EXTRAS) == []


async def everything(app: App) -> dict[str, Any]:
    found = await scanning.catalog(app)
    kept = "SELECT file_id, verdict, movie_id FROM library.decisions ORDER BY file_id"
    return found | {
        "ids": await scanning.values(app, "SELECT id FROM movies.movies ORDER BY id"),
        "decisions": await scanning.rows(app, kept),
    }


@pytest.mark.parametrize("name", ["choose", "new", "accept", "unmatch", "edition", "extra"])
async def test_each_decision_is_undone_and_done_again(app: App, library_id: UUID, name: str) -> None:
    thief = await scanning.movie_id(app, "Thief")
    decisions: dict[str, Callable[[], Awaitable[UUID]]] = {
        "choose": lambda: doing(app, choose, HEAT, Target(movie_id=thief)),
        "new": lambda: doing(app, choose, HEAT, Target(title="The Keep", year=1983, edition="Uncut")),
        "accept": lambda: doing(app, accept, HEAT),
        "unmatch": lambda: doing(app, unmatch, HEAT),
        "edition": lambda: doing(app, move_to_edition, HEAT, "Uncut"),
        "extra": lambda: doing(app, mark_as_extra, HEAT, "scene", movie_id=thief),
    }
    before = await everything(app)
    change = await decisions[name]()
    after = await everything(app)

    undone = await undo(app, change)

    assert after != before
    assert await everything(app) == before
    await undo(app, undone)
    assert await everything(app) == after
    await scanning.scan(app, library_id)
    assert await everything(app) == after


@pytest.mark.parametrize("event", [rescan, rename_file, rename_folder, overwrite, unplug])
async def test_a_decision_is_undone_after_what_scans_do(
    app: App, library_id: UUID, clip: Path, tmp_path: Path, event: Event
) -> None:
    heat, thief = await scanning.movie_id(app, "Heat"), await scanning.movie_id(app, "Thief")
    change = await doing(app, choose, HEAT, Target(movie_id=thief))
    path = await event(app, tmp_path, clip, library_id)

    await undo(app, change)

    assert (await films(app))[path] == "Heat"
    assert await scanning.movie_id(app, "Heat") == heat
    assert await scanning.values(app, "SELECT count(*) FROM library.decisions") == [0]


async def test_an_nfo_of_the_chosen_film_still_describes_it(
    app: App, library_id: UUID, tmp_path: Path
) -> None:
    thief = await scanning.movie_id(app, "Thief")
    await doing(app, choose, HEAT, Target(movie_id=thief))
    write(tmp_path, "Heat (1995)/movie.nfo", movie_nfo("Thief", 1981, "<plot>A safe.</plot>"))

    await scanning.scan(app, library_id)

    assert await scanning.values(app, "SELECT overview FROM movies.movies WHERE id = $1", thief) == [
        "A safe."
    ]


async def test_a_chosen_film_that_went_comes_back_under_its_id(
    app: App, library_id: UUID, tmp_path: Path
) -> None:
    await doing(app, choose, HEAT, Target(title="The Keep", year=1983))
    keep = await scanning.movie_id(app, "The Keep")
    shutil.move(tmp_path / "Heat (1995)", tmp_path.with_name("kept"))
    await expire(app, tmp_path, library_id)
    assert await scanning.titles(app) == [("Thief", 1981)]
    shutil.move(tmp_path.with_name("kept"), tmp_path / "Heat (1995)")

    await scanning.scan(app, library_id)

    assert (await films(app))[HEAT] == "The Keep"
    assert await scanning.movie_id(app, "The Keep") == keep


async def test_other_titles_in_the_folder_are_not_touched(
    app: App, library_id: UUID, clip: Path, tmp_path: Path
) -> None:
    thief = await scanning.movie_id(app, "Thief")
    await doing(app, choose, HEAT, Target(movie_id=thief))
    write(tmp_path, "Heat (1995)/Ronin (1998).mkv", content(clip, b"\0"))

    await scanning.scan(app, library_id)

    assert (await films(app))["Heat (1995)/Ronin (1998).mkv"] == "Ronin"


async def test_accepting_keeps_the_edition_that_was_decided(app: App, library_id: UUID) -> None:
    await doing(app, move_to_edition, HEAT, "Uncut")

    await doing(app, accept, HEAT)

    assert (await deciding.editions(app))[HEAT] == "Uncut"


async def test_a_decision_that_another_one_replaced_is_not_undone(app: App, library_id: UUID) -> None:
    first = await doing(app, choose, HEAT, Target(title="Thief", year=1981))
    second = await doing(app, choose, HEAT, Target(title="Ronin", year=1998))

    with pytest.raises(Conflict, match=r"Heat \(1995\)\.mkv"):
        await undo(app, first)
    await undo(app, second)
    await undo(app, first)

    assert (await films(app))[HEAT] == "Heat"


async def test_a_film_that_was_decided_on_is_no_film_in_a_television_library(
    app: App, library_id: UUID, clip: Path, tmp_path: Path
) -> None:
    write(tmp_path, HEAT, content(clip, b"of its own"))
    await scanning.scan(app, library_id)
    await doing(app, accept, HEAT)
    (tmp_path / HEAT).unlink()
    await expire(app, tmp_path, library_id)
    series = tmp_path.with_name("series")
    write(series, "Heat/Heat S01E01.mkv", content(clip, b"of its own"))
    television = await scanning.library(app, series, "tv")

    await scanning.scan(app, television)

    assert (await deciding.episodes(app))["Heat/Heat S01E01.mkv"] == [("Heat", 1, 1)]


async def test_many_files_are_decided_about_at_once_and_undone(
    app: App, library_id: UUID, clip: Path, tmp_path: Path
) -> None:
    paths = [f"Film {number} (2001)/Film {number} (2001).mkv" for number in range(40)]
    put(clip, tmp_path, *paths)
    await scanning.scan(app, library_id)
    before = await everything(app)

    change = await doing(app, choose, paths, Target(title="One Film", year=2001))

    assert {(await films(app))[path] for path in paths} == {"One Film"}
    await undo(app, change)
    assert await everything(app) == before


async def test_what_is_decided_while_a_scan_runs_holds(
    app: App, library_id: UUID, clip: Path, tmp_path: Path
) -> None:
    paths = [f"Film {number} (2001)/Film {number} (2001).mkv" for number in range(30)]
    for path in paths:
        write(tmp_path, path, content(clip, path.encode()))
    thief = await scanning.movie_id(app, "Thief")
    for path in (HEAT, *paths):
        (tmp_path / path).touch()

    await asyncio.gather(
        scanning.scan(app, library_id, jobs=2),
        *(doing(app, choose, path, Target(movie_id=thief)) for path in (HEAT, THIEF)),
    )

    assert (await films(app))[HEAT] == "Thief"
    await scanning.scan(app, library_id)
    assert (await films(app))[HEAT] == "Thief"
    assert (await films(app))[paths[0]] == "Film 0"
