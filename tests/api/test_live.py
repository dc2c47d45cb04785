"""Subscriptions: what two servers on one database and one Redis tell their clients."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.access.viewer import Viewer, marquee
from app.api.context import Context
from app.api.errors import error_formatter
from app.api.node import global_id
from app.api.places import Place
from app.api.schema import schema
from app.catalog.events import WorksChanged
from app.catalog.identity.redirects import redirect
from app.core.app import App
from app.core.errors import Invalid
from app.core.events import Event
from app.core.ids import new_id
from app.core.languages import with_general
from app.executors import executor_of
from app.library.events import LibraryChanged, ScanProgressed
from app.library.scans import cancel_scan, request_scan
from app.web.graphql.documents import Documents
from app.web.graphql.executor import Result
from app.web.graphql.request import Request
from tests import given
from tests.api.conftest import Ask
from tests.patience import PATIENCE_S

OPERATIONS = Path(__file__).parents[2] / "graphql" / "operations" / "library"
Next = Callable[[], Awaitable[Any]]


class Refused(Exception):
    """Errors of a subscription, as a client gets them."""

    def __init__(self, result: Result) -> None:
        format_error = error_formatter(lambda: "request-1")
        self.errors = [format_error(error) for error in result.errors]
        super().__init__(self.errors)

    @property
    def extensions(self) -> dict[str, Any]:
        return dict(self.errors[0]["extensions"])


@asynccontextmanager
async def subscribed(
    app: App, name: str, *, languages: tuple[str, ...] = (), viewer: Viewer | None = None, **variables: Any
) -> AsyncIterator[Next]:
    """Runs a subscription's document, for Marquee itself unless told for whom.

    Answers a function that waits for its next payload, None at its end.
    """
    text = (OPERATIONS / f"{name}.graphql").read_text(encoding="utf-8")
    operation = Documents(schema).prepare(
        Request(query=text, operation_name=None, variables=variables, extensions={})
    )
    context = Context(app, viewer or marquee(with_general(languages)), "r")
    results = await executor_of(schema, context_of_event=Context.renewed).subscribe(operation, context)
    if isinstance(results, Result):
        raise Refused(results)
    async with aclosing(results):

        async def payload() -> Any:
            async with asyncio.timeout(PATIENCE_S):
                result = await anext(results, None)
            if result is None:
                return None
            if result.errors:
                raise Refused(result)
            assert result.data is not None
            (value,) = result.data.values()
            return value

        yield payload


async def emit(app: App, *events: Event) -> None:
    async with app.transaction() as tx:
        for event in events:
            tx.emit(event)


async def set_scan(app: App, scan_id: UUID, **values: Any) -> None:
    changes = ", ".join(f"{name} = ${place}" for place, name in enumerate(values, start=2))
    async with app.database.pool.acquire() as connection:
        await connection.execute(
            f"UPDATE library.scans SET {changes} WHERE id = $1", scan_id, *values.values()
        )


async def test_a_scan_is_followed_from_another_server(app: App, second_app: App) -> None:
    library_id = await given.library(app)
    async with subscribed(second_app, "scan_progress", libraryId=global_id("Library", library_id)) as payload:
        async with app.transaction() as tx:
            scan_id = await request_scan(tx, library_id)
        queued = await payload()
        await set_scan(app, scan_id, status="running", files_total=10, files_done=4)
        await emit(app, ScanProgressed(library_id, scan_id))
        running = await payload()
        async with app.transaction() as tx:
            await cancel_scan(tx, scan_id)
        cancelled = await payload()

    assert queued["id"] == global_id("Scan", scan_id)
    assert [each["status"] for each in (queued, running, cancelled)] == ["QUEUED", "RUNNING", "CANCELLED"]
    assert (running["filesDone"], running["filesTotal"]) == (4, 10)


async def test_the_scan_under_way_is_told_at_once(app: App) -> None:
    library_id = await given.library(app)
    await given.scan(app, library_id, status="completed", finished_at="2026-01-01T00:00:00Z")
    scan_id = await given.scan(app, library_id, status="running", files_done=7)

    async with subscribed(app, "scan_progress", libraryId=global_id("Library", library_id)) as payload:
        first = await payload()

    assert (first["id"], first["filesDone"]) == (global_id("Scan", scan_id), 7)


async def test_a_slow_client_gets_the_newest_state_once_not_every_step(app: App) -> None:
    library_id = await given.library(app)
    scan_id = await given.scan(app, library_id, status="running")
    wanted = global_id("Library", library_id)
    async with (
        subscribed(app, "scan_progress", libraryId=wanted) as payload,
        aclosing(app.stream.listen(app.stream.head)) as events,
    ):
        await emit(app, ScanProgressed(library_id, scan_id))
        told = [await payload(), await payload()]
        for done in range(1, 30):
            await set_scan(app, scan_id, files_done=done)
            await emit(app, ScanProgressed(library_id, scan_id))
        await emit(app, LibraryChanged(library_id, "removed"))
        async for delivered in events:
            if isinstance(delivered.event, LibraryChanged):
                break
        while (further := await payload()) is not None:
            told.append(further)

    assert [each["filesDone"] for each in told[:2]] == [0, 0]
    assert told[-1]["filesDone"] == 29
    assert len(told) <= 4


async def test_scans_of_other_libraries_are_not_told(app: App) -> None:
    library_id, other = await given.library(app), await given.library(app)
    elsewhere = await given.scan(app, other, status="running")
    scan_id = await given.scan(app, library_id, status="completed", finished_at="2026-01-01T00:00:00Z")
    async with subscribed(app, "scan_progress", libraryId=global_id("Library", library_id)) as payload:
        await emit(app, ScanProgressed(other, elsewhere), ScanProgressed(library_id, scan_id))

        assert (await payload())["id"] == global_id("Scan", scan_id)


async def test_following_scans_ends_with_the_library(app: App) -> None:
    library_id = await given.library(app)
    async with subscribed(app, "scan_progress", libraryId=global_id("Library", library_id)) as payload:
        await emit(app, LibraryChanged(library_id, "removed"))

        assert await payload() is None


NOBODY = UUID(int=7)


@pytest.mark.parametrize("wanted", [global_id("Library", NOBODY), global_id("Movie", NOBODY), "nonsense"])
async def test_scans_of_no_library_can_not_be_followed(app: App, wanted: str) -> None:
    with pytest.raises(Refused) as refused:
        async with subscribed(app, "scan_progress", libraryId=wanted):
            pass

    assert refused.value.extensions["code"] in {"NOT_FOUND", "INVALID_INPUT"}


async def test_changes_are_told_by_another_server_as_the_works_are_now(app: App, second_app: App) -> None:
    library_id = await given.library(app, name="Films")
    movie_id = await given.movie(app, "Lantern", translations={"de": {"title": "Laterne"}})
    gone = new_id()
    async with subscribed(second_app, "catalog_changed", languages=("de",)) as payload:
        await emit(app, WorksChanged("movie", library_id, added=(movie_id,), removed=(gone,)))
        change = await payload()
        async with app.database.pool.acquire() as connection:
            await connection.execute("UPDATE movies.movies SET year = 1999")
        await emit(app, WorksChanged("movie", library_id, updated=(movie_id,)))
        second = await payload()

    assert (change["kind"], change["library"]["name"]) == ("MOVIE", "Films")
    assert change["added"] == [
        {"__typename": "Movie", "id": global_id("Movie", movie_id), "title": "Laterne", "year": None}
    ]
    assert change["removed"] == [global_id("Movie", gone)]
    assert (second["added"], second["updated"][0]["year"]) == ([], 1999)


async def test_each_kind_of_work_is_told(app: App) -> None:
    library_id = await given.library(app, kind="tv")
    series_id = await given.series(app, "Tides")
    season_id = await given.season(app, series_id, 2)
    episode_id = await given.episode(app, series_id, season_id, 2, 5)
    async with subscribed(app, "catalog_changed") as payload:
        await emit(
            app,
            WorksChanged("series", library_id, added=(series_id,)),
            WorksChanged("season", library_id, added=(season_id,)),
            WorksChanged("episode", library_id, added=(episode_id,)),
        )
        told = [await payload() for _ in range(3)]

    assert [each["kind"] for each in told] == ["SERIES", "SEASON", "EPISODE"]
    assert [each["added"][0]["__typename"] for each in told] == ["Series", "Season", "Episode"]
    assert told[2]["added"][0]["series"]["title"] == "Tides"


async def test_only_wanted_kinds_and_libraries_are_told(app: App) -> None:
    here, there = await given.library(app), await given.library(app)
    movie_id, series_id = await given.movie(app), await given.series(app)
    wanted = {"kinds": ["MOVIE"], "libraryIds": [global_id("Library", here)]}
    async with subscribed(app, "catalog_changed", **wanted) as payload:
        await emit(
            app,
            WorksChanged("series", here, added=(series_id,)),
            WorksChanged("movie", there, added=(movie_id,)),
            WorksChanged("movie", here, updated=(movie_id,)),
        )
        change = await payload()

    assert change["added"] == []
    assert change["updated"][0]["id"] == global_id("Movie", movie_id)


async def test_what_is_gone_before_it_is_told_is_left_out(app: App) -> None:
    library_id = await given.library(app)
    movie_id = await given.movie(app)
    async with subscribed(app, "catalog_changed") as payload:
        await emit(app, WorksChanged("movie", library_id, added=(movie_id, new_id())))
        change = await payload()

    assert [each["id"] for each in change["added"]] == [global_id("Movie", movie_id)]


async def test_a_deleted_library_takes_its_works_from_everybodys_screen(
    app: App, second_app: App, execute: Ask
) -> None:
    library_id, other = await given.library(app), await given.library(app)
    movie_id = await given.movie(app, library_id=library_id)
    shared = await given.movie(app, library_id=other)
    await given.movie_in(app, shared, library_id)
    async with subscribed(second_app, "catalog_changed") as payload:
        await execute("library/delete_library", input={"libraryId": global_id("Library", library_id)})
        change = await payload()

    assert set(change["removed"]) == {global_id("Movie", movie_id), global_id("Movie", shared)}
    assert (change["libraryId"], change["library"]) == (global_id("Library", library_id), None)
    left = await execute("catalog/nodes", ids=[global_id("Movie", movie_id), global_id("Movie", shared)])
    assert [node and node["__typename"] for node in left["nodes"]] == [None, "Movie"]


async def test_works_that_became_others_are_told_with_what_they_became(app: App, second_app: App) -> None:
    library_id = await given.library(app)
    film, gone, lost = await given.movie(app), UUID(int=1), UUID(int=2)
    async with app.transaction() as tx:
        await redirect(tx, "movie", {gone: film})
    async with subscribed(second_app, "catalog_changed") as payload:
        await emit(app, WorksChanged("movie", library_id, removed=(gone, lost)))
        change = await payload()

    assert change["removed"] == [global_id("Movie", gone), global_id("Movie", lost)]
    assert change["redirected"] == [{"id": global_id("Movie", gone), "becameId": global_id("Movie", film)}]


async def test_a_client_resumes_on_another_server_where_it_stopped(
    app: App, second_app: App, execute: Ask
) -> None:
    library_id = await given.library(app)
    movies = [await given.movie(app, f"Film {number}") for number in range(3)]
    start = (await execute("library/catalog_cursor"))["catalogCursor"]
    async with subscribed(app, "catalog_changed", after=start) as payload:
        for movie_id in movies:
            await emit(app, WorksChanged("movie", library_id, added=(movie_id,)))
        first = await payload()

    async with subscribed(second_app, "catalog_changed", after=first["cursor"]) as payload:
        rest = [await payload(), await payload()]

    titles = [change["added"][0]["title"] for change in (first, *rest)]
    assert titles == ["Film 0", "Film 1", "Film 2"]


async def test_a_large_change_comes_in_parts_and_is_resumed_within(app: App) -> None:
    library_id = await given.library(app)
    movie_id = await given.movie(app)
    removed = tuple(new_id() for _ in range(230))
    start = Place(app.stream.head).cursor
    async with subscribed(app, "catalog_changed", after=start) as payload:
        await emit(
            app,
            WorksChanged("movie", library_id, added=(movie_id,), removed=removed),
            WorksChanged("movie", library_id, updated=(movie_id,)),
        )
        first = await payload()
    async with subscribed(app, "catalog_changed", after=first["cursor"]) as payload:
        second, third, other = [await payload() for _ in range(3)]
    async with subscribed(app, "catalog_changed", after=third["cursor"]) as payload:
        after_all = await payload()

    assert [len(each["added"]) + len(each["removed"]) for each in (first, second, third)] == [100, 100, 31]
    told = first["removed"] + second["removed"] + third["removed"]
    assert told == [global_id("Movie", each) for each in removed]
    assert len(other["updated"]) == 1
    assert after_all == other


async def test_a_part_costs_as_many_statements_as_a_single_work(app: App, statements: list[str]) -> None:
    library_id = await given.library(app)
    movies = tuple([await given.movie(app) for _ in range(20)])

    async def cost(*added: UUID) -> int:
        async with subscribed(app, "catalog_changed") as payload:
            await emit(app, WorksChanged("movie", library_id, added=added))
            statements.clear()
            change = await payload()
            assert len(change["added"]) == len(added)
            return sum("FROM movies." in each or "FROM library." in each for each in statements)

    assert await cost(movies[0]) == await cost(*movies) == 2


async def test_a_cursor_that_is_too_old_is_refused(app: App) -> None:
    library_id = await given.library(app)
    start = Place(app.stream.head).cursor
    async with subscribed(app, "catalog_changed") as payload:
        await emit(app, WorksChanged("movie", library_id, removed=(new_id(),)))
        await payload()
    async with app.database.pool.acquire() as connection:
        await connection.execute(
            "WITH gone AS (DELETE FROM outbox.events RETURNING seq) "
            "UPDATE outbox.cursor SET dropped_seq = (SELECT max(seq) FROM gone)"
        )
    app.stream._ring.clear()  # as in a server that began later

    with pytest.raises(Refused) as refused:
        async with subscribed(app, "catalog_changed", after=start) as payload:
            await payload()

    assert refused.value.extensions["code"] == "INVALID_INPUT"
    assert refused.value.extensions["field"] == "after"


@pytest.mark.parametrize("cursor", ["nonsense", "", "%", "W10", "WyJjaGFuZ2UiLC0xLG51bGxd", "é"])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        Place.of(cursor)

    assert refused.value.field == "after"


@pytest.mark.parametrize("place", [Place(0), Place(7, 100), Place((1 << 63) - 1)])
def test_a_place_survives_its_cursor(place: Place) -> None:
    assert Place.of(place.cursor) == place


async def test_a_subscription_that_is_left_lets_go_of_everything(app: App) -> None:
    library_id = await given.library(app)
    before = asyncio.all_tasks()

    async with subscribed(app, "scan_progress", libraryId=global_id("Library", library_id)) as payload:
        waiting = asyncio.ensure_future(payload())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    assert asyncio.all_tasks() <= before
