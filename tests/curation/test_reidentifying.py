"""Files are identified anew by what their names and NFO files say now, not by what they were read as once."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from app.core.app import App
from app.curation.matching import Target, choose
from app.curation.reidentify import Reidentified, reidentify
from app.identify import parse
from app.identify.kinds import LibraryKind
from app.identify.reading import Reading
from app.library.reread import reread
from tests.curation.deciding import doing, episodes, file_id, films, ledger, undo
from tests.curation.merging import everything
from tests.library import scanning
from tests.library.scanning import movie_nfo, put, series_nfo, write

HEAT = "Heat (1995)/Heat (1995).mkv"
RULES = "app.library.name_process.read_together"


async def anew(app: App, *paths: str, keeps_decisions: bool = False) -> Reidentified:
    files = [await file_id(app, path) for path in paths]
    read = await reread(app, files)
    async with app.transaction() as tx:
        return await reidentify(tx, files, read, keeps_decisions=keeps_decisions)


def earlier_rules(folder: str, names: Sequence[str], kind: LibraryKind) -> list[Reading]:
    """Every name for itself, and films by the wrong year."""
    found = [parse.read(f"{folder}/{name}", kind) for name in names]
    return [replace(each, year=each.year and each.year - 1) for each in found]


async def scanned_by_earlier_rules(
    app: App, monkeypatch: pytest.MonkeyPatch, root: Path, kind: str = "movie"
) -> UUID:
    library_id = await scanning.library(app, root, kind)
    with monkeypatch.context() as patch:
        patch.setattr(RULES, earlier_rules)
        await scanning.scan(app, library_id)
    return library_id


async def test_todays_rules_hold_for_what_was_read_by_earlier_ones(
    app: App, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(clip, tmp_path, HEAT)
    library_id = await scanned_by_earlier_rules(app, monkeypatch, tmp_path)
    before = await scanning.titles(app)

    done = await anew(app, HEAT)

    assert before == [("Heat", 1994)]
    assert await scanning.titles(app) == [("Heat", 1995)]
    assert list(done.changed.values()) == [("Heat (1994)", "Heat (1995)")]
    after = await everything(app)
    await scanning.scan(app, library_id)
    assert await everything(app) == after
    assert (await anew(app, HEAT)).changed == {}


async def test_one_name_is_judged_with_all_that_lie_beside_it(
    app: App, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(clip, tmp_path, *(f"Two/Season 1/24 {number}.mkv" for number in (1, 2, 3)))
    await scanned_by_earlier_rules(app, monkeypatch, tmp_path, "tv")
    before = await episodes(app)

    await anew(app, "Two/Season 1/24 2.mkv")

    assert before["Two/Season 1/24 2.mkv"] == [("Two", 1, 24)]
    assert await episodes(app) == before | {"Two/Season 1/24 2.mkv": [("Two", 1, 2)]}


@pytest.mark.parametrize("is_away", [False, True])
async def test_an_nfo_still_says_what_a_film_is(
    app: App, clip: Path, tmp_path: Path, *, is_away: bool
) -> None:
    root = tmp_path / "films"
    put(clip, root, HEAT)
    write(root, "Heat (1995)/movie.nfo", movie_nfo("Collateral", 2004))
    await scanning.scan(app, await scanning.library(app, root))
    await doing(app, choose, HEAT, Target(title="Thief", year=1981))
    if is_away:
        shutil.move(root, tmp_path / "away")

    await anew(app, HEAT)

    assert await films(app) == {HEAT: "Collateral"}
    assert (await ledger(app))[HEAT]["decided_by"] == "nfo"


async def test_a_series_nfo_still_says_what_an_episode_is(app: App, clip: Path, tmp_path: Path) -> None:
    path = "Show/Season 1/Show S01E02.mkv"
    put(clip, tmp_path, path)
    write(tmp_path, "Show/tvshow.nfo", series_nfo("The Show"))
    await scanning.scan(app, await scanning.library(app, tmp_path, "tv"))
    await doing(app, choose, path, Target(title="Another", year=1981))

    await anew(app, path)

    assert await episodes(app) == {path: [("The Show", 1, 2)]}
    assert (await ledger(app))[path]["decided_by"] == "nfo"


async def test_an_nfo_that_went_says_nothing_any_more(app: App, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, HEAT)
    write(tmp_path, "Heat (1995)/movie.nfo", movie_nfo("Collateral", 2004))
    await scanning.scan(app, await scanning.library(app, tmp_path))
    (tmp_path / "Heat (1995)/movie.nfo").unlink()

    await anew(app, HEAT)

    assert await films(app) == {HEAT: "Heat"}
    assert (await ledger(app))[HEAT]["decided_by"] == "file"


async def test_identifying_anew_is_undone_where_it_led_to_a_film_that_is_there(
    app: App, clip: Path, tmp_path: Path
) -> None:
    other = "Heat (1995)/Heat (1995) 720p.mkv"
    put(clip, tmp_path, HEAT, other)
    await scanning.scan(app, await scanning.library(app, tmp_path))
    await doing(app, choose, other, Target(title="Thief", year=1981))
    before = await everything(app)

    done = await anew(app, other)
    after = await films(app)
    assert done.change_id is not None
    anew_once = await everything(app)
    undone = await undo(app, done.change_id)

    assert after == {HEAT: "Heat", other: "Heat"}
    assert await everything(app) == before
    await undo(app, undone)
    assert await everything(app) == anew_once
