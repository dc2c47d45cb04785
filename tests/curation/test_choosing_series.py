"""What a person said of episodes' files holds, whatever happens to them."""

import shutil
from pathlib import Path
from uuid import UUID

import pytest

from app.core.app import App
from app.core.errors import Invalid
from app.curation.matching import Target, accept, choose, unmatch
from tests.curation.deciding import content, doing, episodes, ledger, rename, undo
from tests.library import scanning
from tests.library.scanning import put, series_nfo, write

LOST = "Lost/Season 01/Lost S01E01.mkv"
NEXT = "Lost/Season 01/Lost S01E02.mkv"
FRINGE = "Fringe/Season 01/Fringe S01E01.mkv"


@pytest.fixture
async def library_id(app: App, clip: Path, tmp_path: Path) -> UUID:
    put(clip, tmp_path, LOST, NEXT, FRINGE)
    library_id = await scanning.library(app, tmp_path, "tv")
    await scanning.scan(app, library_id)
    return library_id


async def fringe(app: App) -> UUID:
    return await scanning.value(app, "SELECT id FROM tv.series WHERE title = 'Fringe'")


async def test_a_chosen_series_takes_its_next_episodes(
    app: App, library_id: UUID, clip: Path, tmp_path: Path
) -> None:
    await doing(app, choose, [LOST, NEXT], Target(series_id=await fringe(app)))
    write(tmp_path, "Lost/Season 01/Lost S01E03.mkv", content(clip, b"\0"))
    write(tmp_path, "Lost/Season 02/Lost S02E01.mkv", content(clip, b"\0\0"))

    await scanning.scan(app, library_id)

    found = await episodes(app)
    assert found[LOST] == [("Fringe", 1, 1)]
    assert found["Lost/Season 01/Lost S01E03.mkv"] == [("Fringe", 1, 3)]
    assert found["Lost/Season 02/Lost S02E01.mkv"] == [("Fringe", 2, 1)]
    assert await scanning.values(app, "SELECT title FROM tv.series") == ["Fringe"]
    match = (await ledger(app))["Lost/Season 02/Lost S02E01.mkv"]
    assert match["evidence"][0] == "You decided this for another file of this title in this folder."


async def test_chosen_episodes_stay_through_new_names_and_nfo_files(
    app: App, library_id: UUID, tmp_path: Path
) -> None:
    await doing(app, choose, LOST, Target(series_id=await fringe(app), season=2, episodes=(5, 6)))
    assert (await episodes(app))[LOST] == [("Fringe", 2, 5), ("Fringe", 2, 6)]
    write(tmp_path, "Lost/tvshow.nfo", series_nfo("Lost", "<plot>An island.</plot>"))
    rename(tmp_path, LOST, "Lost/Season 01/Lost S01E09.mkv")

    await scanning.scan(app, library_id)

    found = await episodes(app)
    assert found["Lost/Season 01/Lost S01E09.mkv"] == [("Fringe", 2, 5), ("Fringe", 2, 6)]
    assert found[NEXT] == [("Lost", 1, 2)]
    overviews = await scanning.rows(app, "SELECT title, overview FROM tv.series ORDER BY title")
    assert overviews == [{"title": "Fringe", "overview": None}, {"title": "Lost", "overview": "An island."}]


async def test_a_series_nfo_alone_does_not_rename_a_chosen_series(
    app: App, library_id: UUID, tmp_path: Path
) -> None:
    await doing(app, choose, [LOST, NEXT], Target(series_id=await fringe(app)))
    write(tmp_path, "Lost/tvshow.nfo", series_nfo("Lost", "<plot>An island.</plot>"))

    await scanning.scan(app, library_id)

    assert await scanning.rows(app, "SELECT title, overview FROM tv.series") == [
        {"title": "Fringe", "overview": None}
    ]


async def test_an_accepted_episode_survives_its_removal(app: App, library_id: UUID, tmp_path: Path) -> None:
    await doing(app, accept, [LOST, NEXT])
    ids = await scanning.values(app, "SELECT id FROM tv.episodes ORDER BY id")
    shutil.move(tmp_path / "Lost", tmp_path.with_name("kept"))
    for _ in range(2):
        await scanning.scan(app, library_id)
        async with app.database.pool.acquire() as connection:
            await connection.execute(
                "UPDATE library.files SET missing_since = now() - interval '400 days' WHERE missing_since IS NOT NULL"
            )
    assert LOST not in await episodes(app)
    shutil.move(tmp_path.with_name("kept"), tmp_path / "Lust")

    await scanning.scan(app, library_id)

    found = await episodes(app)
    assert found[LOST.replace("Lost/", "Lust/")] == [("Lost", 1, 1)]
    assert await scanning.values(app, "SELECT id FROM tv.episodes ORDER BY id") == ids


async def test_an_unmatched_episode_does_not_keep_the_next_from_its_series(
    app: App, library_id: UUID, clip: Path, tmp_path: Path
) -> None:
    await doing(app, unmatch, LOST)
    write(tmp_path, "Lost/Season 01/Lost S01E03.mkv", content(clip, b"\0"))

    await scanning.scan(app, library_id)

    found = await episodes(app)
    assert (found[LOST], found["Lost/Season 01/Lost S01E03.mkv"]) == ([], [("Lost", 1, 3)])


async def test_a_file_that_says_no_number_needs_one_from_the_person(
    app: App, library_id: UUID, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Lost/Season 01/finale.mkv")
    await scanning.scan(app, library_id)
    path = "Lost/Season 01/finale.mkv"
    assert (await episodes(app))[path] == []

    with pytest.raises(Invalid, match="doesn't say which episodes"):
        await doing(app, choose, path, Target(series_id=await fringe(app)))
    await doing(app, choose, path, Target(series_id=await fringe(app), season=0, episodes=(1,)))

    assert (await episodes(app))[path] == [("Fringe", 0, 1)]
    assert "unidentified" not in (await scanning.problems(app)).values()


async def test_choosing_a_series_is_undone_and_done_again(app: App, library_id: UUID) -> None:
    before = await scanning.catalog(app), await scanning.values(app, "SELECT id FROM tv.episodes ORDER BY 1")
    change = await doing(app, choose, [LOST, NEXT], Target(title="Fringe", year=2008))
    after = await scanning.catalog(app), await scanning.values(app, "SELECT id FROM tv.episodes ORDER BY 1")

    undone = await undo(app, change)

    assert before != after
    assert (
        await scanning.catalog(app),
        await scanning.values(app, "SELECT id FROM tv.episodes ORDER BY 1"),
    ) == before
    await undo(app, undone)
    assert (
        await scanning.catalog(app),
        await scanning.values(app, "SELECT id FROM tv.episodes ORDER BY 1"),
    ) == after
