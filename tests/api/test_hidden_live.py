"""Subscriptions of those who don't see everything: nothing tells of what doesn't exist for them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.access.rule import Access, Kind, Schedule, Window
from app.access.viewer import Viewer, marquee
from app.api.node import global_id
from app.catalog.events import WorksChanged
from app.catalog.identity.departures import depart
from app.catalog.identity.redirects import redirect
from app.core.app import App
from app.core.clock import now
from app.core.ids import new_id
from app.library.events import LibraryChanged
from tests import given
from tests.api.conftest import Ask
from tests.api.test_live import emit, subscribed

YOUNG, OLD = {"DE": "6"}, {"DE": "18"}


def viewer(**access: Any) -> Viewer:
    return replace(marquee(), access=Access(**access))


def ids(kind: str, *keys: UUID) -> list[str]:
    return [global_id(kind, key) for key in keys]


async def test_only_visible_works_are_told_of(app: App) -> None:
    library = await given.library(app)
    shown = await given.movie(app, library_id=library, certifications=YOUNG)
    hidden = await given.movie(app, library_id=library, certifications=OLD)

    async with subscribed(app, "catalog_changed", viewer=viewer(max_age=12)) as payload:
        await emit(
            app,
            WorksChanged("movie", library, added=(hidden,)),
            WorksChanged("movie", library, updated=(hidden,)),
            WorksChanged("movie", library, added=(hidden, shown)),
        )
        change = await payload()

    assert [node["id"] for node in change["added"]] == ids("Movie", shown)
    assert (change["updated"], change["removed"]) == ([], [])


async def test_of_works_that_went_those_are_told_of_that_were_visible(app: App) -> None:
    library, genre = await given.library(app), await given.term(app)
    shown, hidden = [await given.movie(app, certifications=each) for each in (YOUNG, OLD)]
    blocked = await given.movie(app, certifications=YOUNG, genres=(genre,))
    stays = await given.movie(app, certifications=YOUNG)
    works = (hidden, shown, blocked, stays, new_id())
    async with app.transaction() as tx:
        await depart(tx, "movie", works[:3])

    who = viewer(max_age=12, blocked_terms=(genre,))
    async with subscribed(app, "catalog_changed", viewer=who) as payload:
        await emit(
            app,
            WorksChanged("movie", library, removed=(hidden, blocked)),
            WorksChanged("movie", library, removed=works),
        )
        change = await payload()

    assert change["removed"] == ids("Movie", shown, stays)


@pytest.mark.parametrize("kind", ["season", "episode"])
async def test_parts_of_series_that_went_are_told_of_as_their_series(app: App, kind: str) -> None:
    library = await given.library(app, kind="tv")
    shown, hidden = [await given.series(app, certifications=each) for each in (YOUNG, OLD)]
    seasons = [await given.season(app, series) for series in (hidden, shown)]
    episodes = [
        await given.episode(app, series, season)
        for series, season in zip((hidden, shown), seasons, strict=True)
    ]
    gone = {"season": seasons, "episode": episodes}[kind]
    async with app.transaction() as tx:
        await depart(tx, "episode", episodes)
        await depart(tx, "season", seasons)
        await depart(tx, "series", [hidden])

    async with subscribed(app, "catalog_changed", viewer=viewer(max_age=12)) as payload:
        await emit(app, WorksChanged(kind, library, removed=tuple(gone)))
        change = await payload()

    assert change["removed"] == ids(kind.title(), gone[1])


async def test_works_that_became_others_are_told_of_if_these_are_visible(app: App) -> None:
    library = await given.library(app)
    shown, hidden = [await given.movie(app, certifications=each) for each in (YOUNG, OLD)]
    first, second = new_id(), new_id()
    async with app.transaction() as tx:
        await redirect(tx, "movie", {first: shown, second: hidden})

    async with subscribed(app, "catalog_changed", viewer=viewer(max_age=12)) as payload:
        await emit(app, WorksChanged("movie", library, removed=(first, second)))
        change = await payload()

    assert change["removed"] == ids("Movie", first)
    assert [each["becameId"] for each in change["redirected"]] == ids("Movie", shown)


async def test_nothing_is_told_of_libraries_that_are_not_granted(app: App) -> None:
    granted, other = await given.library(app), await given.library(app)
    both = await given.movie(app, library_id=granted)
    await given.movie_in(app, both, other)
    who = viewer(library_ids=(granted,))

    async with (
        subscribed(app, "catalog_changed", viewer=who) as works,
        subscribed(app, "library_changed", viewer=who) as libraries,
    ):
        await emit(
            app,
            WorksChanged("movie", other, added=(both,), removed=(new_id(),)),
            LibraryChanged(other, "added"),
            LibraryChanged(other, "updated"),
            LibraryChanged(other, "removed"),
            WorksChanged("movie", granted, updated=(both,)),
            LibraryChanged(granted, "updated"),
            LibraryChanged(granted, "removed"),
        )
        change, first, second = await works(), await libraries(), await libraries()

    assert change["libraryId"] == global_id("Library", granted)
    assert {first["libraryId"], second["libraryId"]} == {global_id("Library", granted)}
    assert [first["kind"], second["kind"]] == ["UPDATED", "REMOVED"]


async def test_nothing_is_told_of_kinds_that_are_not_allowed(app: App) -> None:
    films, shows = await given.library(app), await given.library(app, kind="tv")
    series = await given.series(app, library_id=shows)
    who = viewer(kinds=frozenset({Kind.TV}))

    async with (
        subscribed(app, "catalog_changed", viewer=who) as works,
        subscribed(app, "library_changed", viewer=who) as libraries,
    ):
        await emit(
            app,
            WorksChanged("movie", films, removed=(new_id(),)),
            LibraryChanged(films, "updated"),
            LibraryChanged(films, "removed"),
            WorksChanged("series", shows, added=(series,)),
            LibraryChanged(shows, "updated"),
        )
        change, library = await works(), await libraries()

    assert change["kind"] == "SERIES"
    assert library["libraryId"] == global_id("Library", shows)


async def test_out_of_hours_nothing_exists(app: App, ask: Ask) -> None:
    library = await given.library(app)
    await given.movie(app, library_id=library)
    later = (now() + timedelta(days=2)).weekday()
    closed = viewer(schedules=(Schedule("UTC", (Window(later, 0, 0),)),))
    open_now = viewer(schedules=(Schedule("UTC", tuple(Window(day, 0, 0) for day in range(7))),))
    query = "{ movies { totalCount } libraries { totalCount } }"

    nothing, everything = await ask(query, viewer=closed), await ask(query, viewer=open_now)

    assert nothing == {"movies": {"totalCount": 0}, "libraries": {"totalCount": 0}}
    assert everything == {"movies": {"totalCount": 1}, "libraries": {"totalCount": 1}}


async def test_scans_are_told_of_to_those_who_see_whole_libraries(app: App, ask: Ask) -> None:
    library = await given.library(app)
    await given.scan(app, library, status="running")
    query = "query ($id: ID!) { library(id: $id) { latestScan { status } } }"
    asked = {"id": global_id("Library", library)}

    whole = await ask(query, **asked, viewer=viewer(library_ids=(library,)))
    limited = await ask(query, **asked, viewer=viewer(max_age=12))
    hidden = await ask(query, **asked, viewer=viewer(library_ids=()))

    assert whole["library"] == {"latestScan": {"status": "RUNNING"}}
    assert limited["library"] == {"latestScan": None}
    assert hidden["library"] is None
