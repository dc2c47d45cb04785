"""A scan that asks before it forgets much: what it shows, and what the answers do."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.api.node import global_id
from app.core.app import App
from app.core.ids import new_id
from tests import given
from tests.api.conftest import Ask

ASKED = datetime(2026, 5, 1, tzinfo=UTC)
LONG_AGO = ASKED - timedelta(days=3)


@pytest.fixture
async def library_id(app: App) -> UUID:
    return await given.library(app, name="All")


async def asking(app: App, library_id: UUID, *file_ids: UUID) -> UUID:
    scan_id = await given.scan(app, library_id, "awaiting_confirmation", started_at=ASKED, asked_at=ASKED)
    for file_id in file_ids:
        await given.removal(app, scan_id, file_id, missing_since=LONG_AGO)
    return scan_id


async def answer(execute: Ask, operation: str, scan_id: str) -> dict[str, Any]:
    data = await execute(f"library/{operation}", input={"scanId": scan_id})
    (result,) = data.values()
    return result


async def test_what_would_go_is_listed_page_by_page(app: App, execute: Ask, library_id: UUID) -> None:
    movie_id = await given.movie(app)
    files = [await given.movie_in(app, movie_id, library_id) for _ in range(3)]
    scan_id = await asking(app, library_id, *files)
    wanted = {"libraryId": global_id("Library", library_id)}

    first = (await execute("library/removals", first=2, **wanted))["library"]["scanAwaitingConfirmation"]
    after = first["removals"]["pageInfo"]["endCursor"]
    rest = (await execute("library/removals", first=2, after=after, **wanted))["library"]

    assert (first["id"], first["status"]) == (global_id("Scan", scan_id), "AWAITING_CONFIRMATION")
    assert first["removals"]["totalCount"] == 3
    pages = first["removals"]["nodes"] + rest["scanAwaitingConfirmation"]["removals"]["nodes"]
    assert [node["id"] for node in pages] == [global_id("File", key) for key in files]


async def test_works_that_would_go_are_counted(app: App, execute: Ask, library_id: UUID) -> None:
    other = await given.library(app)
    lost, kept, elsewhere = [await given.movie(app) for _ in range(3)]
    series_id = await given.series(app)
    season_id = await given.season(app, series_id)
    episodes = [await given.episode(app, series_id, season_id, 1, number) for number in (1, 2)]
    half_lost = await given.series(app)
    half_season = await given.season(app, half_lost)
    gone_episode = await given.episode(app, half_lost, half_season, 1, 1)
    there_episode = await given.episode(app, half_lost, half_season, 1, 2)
    gone = [
        await given.movie_in(app, lost, library_id),
        await given.movie_in(app, lost, library_id, edition="Director's cut"),
        await given.movie_in(app, kept, library_id),
        await given.movie_in(app, elsewhere, library_id),
    ]
    for episode_id in (*episodes, gone_episode):
        gone.append(await given.file(app, library_id))
        await given.episode_in(app, episode_id, library_id, file_id=gone[-1])
    await given.episode_in(app, there_episode, library_id)
    await given.movie_in(app, kept, library_id, edition="Extended")
    await given.movie_in(app, elsewhere, other)

    await asking(app, library_id, *gone)

    data = await execute("library/removals", libraryId=global_id("Library", library_id))
    assert data["library"]["scanAwaitingConfirmation"]["worksToRemove"] == {
        "movieCount": 2,
        "seriesCount": 1,
        "episodeCount": 3,
    }


async def test_a_file_that_is_there_again_is_not_listed(app: App, execute: Ask, library_id: UUID) -> None:
    file_id, back, back_and_gone = [await given.file(app, library_id) for _ in range(3)]
    scan_id = await asking(app, library_id, file_id)
    await given.removal(app, scan_id, back, missing_since=None)
    await given.removal(app, scan_id, back_and_gone, missing_since=ASKED + timedelta(hours=1))

    data = await execute("library/removals", libraryId=global_id("Library", library_id))

    (node,) = data["library"]["scanAwaitingConfirmation"]["removals"]["nodes"]
    assert node["id"] == global_id("File", file_id)


async def test_a_scan_that_asks_is_confirmed(app: App, execute: Ask, library_id: UUID) -> None:
    scan_id = await asking(app, library_id, await given.file(app, library_id))

    confirmed = await answer(execute, "confirm_removal", global_id("Scan", scan_id))
    again = await answer(execute, "confirm_removal", global_id("Scan", scan_id))

    assert (confirmed["__typename"], confirmed["scan"]["status"]) == ("ConfirmRemovalPayload", "REMOVING")
    assert confirmed["scan"]["askedAt"] is not None
    assert again["__typename"] == "Conflict"


async def test_a_scan_that_asks_is_refused(app: App, execute: Ask, library_id: UUID) -> None:
    scan_id = await asking(app, library_id, await given.file(app, library_id))

    refused = await answer(execute, "cancel_scan", global_id("Scan", scan_id))
    confirmed = await answer(execute, "confirm_removal", global_id("Scan", scan_id))

    assert (refused["__typename"], refused["scan"]["status"]) == ("CancelScanPayload", "CANCELLED")
    assert confirmed["__typename"] == "Conflict"
    data = await execute("library/removals", libraryId=global_id("Library", library_id))
    assert data["library"]["scanAwaitingConfirmation"] is None


async def test_what_is_no_scan_can_not_be_confirmed(app: App, execute: Ask, library_id: UUID) -> None:
    wrong = await answer(execute, "confirm_removal", global_id("Library", library_id))
    unknown = await answer(execute, "confirm_removal", global_id("Scan", new_id()))

    assert (wrong["__typename"], wrong["field"]) == ("InvalidInput", "scanId")
    assert unknown["__typename"] == "NotFound"
