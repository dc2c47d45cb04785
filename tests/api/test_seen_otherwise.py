"""Open subscriptions of those who don't see everything, when works come into their sight or go out of it."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from app.access.rule import Access
from app.access.viewer import Viewer, marquee
from app.api.node import global_id
from app.catalog.announce import announce
from app.catalog.events import WorksChanged
from app.catalog.movies.writes import save_movies
from app.core.app import App
from tests import given
from tests.api.conftest import Ask
from tests.api.test_live import emit, subscribed
from tests.catalog.said import work as work_facts

FOR_CHILDREN = [{"country": "DE", "name": "6"}]
FOR_ADULTS = [{"country": "DE", "name": "18"}]
YOUNG, OLD = {"DE": "6"}, {"DE": "18"}
Told = dict[str, dict[str, list[str]]]


def viewer(**access: Any) -> Viewer:
    return replace(marquee(), access=Access(**access))


async def told(
    app: App, kind: str, change: Callable[[], Any], marker: WorksChanged, **viewers: Viewer
) -> Told:
    """What each is told of while something changes; the marker, which all of them see, ends it."""
    found: Told = {}
    async with AsyncExitStack() as stack:
        open_ = {
            name: await stack.enter_async_context(
                subscribed(app, "catalog_changed", viewer=each, kinds=[kind.upper()])
            )
            for name, each in viewers.items()
        }
        await change()
        await emit(app, marker)
        end = global_id(kind.title(), marker.updated[0])
        for name, payload in open_.items():
            found[name] = {"added": [], "updated": [], "removed": []}
            while True:
                said = await payload()
                updated = [node["id"] for node in said["updated"]]
                if updated == [end]:
                    break
                found[name]["added"] += [node["id"] for node in said["added"]]
                found[name]["updated"] += updated
                found[name]["removed"] += said["removed"]
    return found


NOTHING: dict[str, list[str]] = {"added": [], "updated": [], "removed": []}


async def work(app: App, kind: str, library: UUID, certifications: dict[str, str], **values: Any) -> UUID:
    if kind == "movie":
        return await given.movie(app, library_id=library, certifications=certifications, **values)
    return await given.series(app, library_id=library, certifications=certifications, **values)


async def update(execute: Ask, kind: str, key: UUID, **changes: Any) -> str:
    wanted = {f"{kind}Id": global_id(kind.title(), key), **changes}
    done = (await execute(f"curation/update_{kind}", input=wanted))[f"update{kind.title()}"]
    assert "message" not in done, done
    return done["change"]["id"]


@pytest.mark.parametrize("kind", ["movie", "series"])
async def test_a_work_whose_age_changes_goes_and_comes(app: App, execute: Ask, kind: str) -> None:
    library = await given.library(app, kind="movie" if kind == "movie" else "tv")
    seen = await work(app, kind, library, {"DE": "0"})
    changes = await work(app, kind, library, YOUNG)
    marker = WorksChanged(kind, library, updated=(seen,))
    viewers = {
        "all": marquee(),
        "adults": viewer(max_age=18),
        "children": viewer(max_age=12),
        "infants": viewer(max_age=0),
    }
    key = global_id(kind.title(), changes)

    async def age() -> None:
        await update(execute, kind, changes, certifications=FOR_ADULTS)

    async def stay() -> None:
        await update(execute, kind, changes, title="Still for adults", certifications=[*FOR_ADULTS])

    async def rejuvenate() -> None:
        await update(execute, kind, changes, certifications=FOR_CHILDREN)

    older = await told(app, kind, age, marker, **viewers)
    same = await told(app, kind, stay, marker, **viewers)
    younger = await told(app, kind, rejuvenate, marker, **viewers)

    updated = NOTHING | {"updated": [key]}
    assert older == {"all": updated, "adults": updated, "children": NOTHING | {"removed": [key]}} | {
        "infants": NOTHING
    }
    assert same == {"all": updated, "adults": updated, "children": NOTHING, "infants": NOTHING}
    assert younger == {"all": updated, "adults": updated, "children": NOTHING | {"added": [key]}} | {
        "infants": NOTHING
    }


@pytest.mark.parametrize("kind", ["movie", "series"])
async def test_a_work_whose_terms_change_goes_and_comes(app: App, execute: Ask, kind: str) -> None:
    library = await given.library(app, kind="movie" if kind == "movie" else "tv")
    horror, drama = [await given.term(app, name=name) for name in ("Horror", "Drama")]
    seen = await work(app, kind, library, YOUNG, genres=(drama,))
    changes = await work(app, kind, library, YOUNG, genres=(drama,))
    marker = WorksChanged(kind, library, updated=(seen,))
    viewers = {
        "without": viewer(blocked_terms=(horror,)),
        "drama": viewer(allowed_terms=((drama,),)),
        "other": viewer(library_ids=(library,)),
    }
    key, edits = global_id(kind.title(), changes), list[str]()

    async def scare() -> None:
        edits.append(await update(execute, kind, changes, genres=["Horror"]))

    async def undo() -> None:
        done = await execute("curation/undo", input={"changeId": edits[0]})
        assert "message" not in done["undo"], done

    scary = await told(app, kind, scare, marker, **viewers)
    harmless = await told(app, kind, undo, marker, **viewers)

    updated = NOTHING | {"updated": [key]}
    went, came = NOTHING | {"removed": [key]}, NOTHING | {"added": [key]}
    assert scary == {"without": went, "drama": went, "other": updated}
    assert harmless == {"without": came, "drama": came, "other": updated}


async def test_what_a_scan_finds_of_a_film_is_told_in_every_library_that_has_it(app: App) -> None:
    scanned, other = await given.library(app), await given.library(app)
    seen = await given.movie(app, library_id=other, certifications=YOUNG)

    async def scan(**said: Any) -> UUID:
        async with app.transaction() as tx:
            (outcome,) = await save_movies(tx, [work_facts("Alpha", 2001, **said)])
            await announce(tx, "movie", scanned, set(), {outcome.id}, set())
        return outcome.id

    film = await scan(certifications=YOUNG, terms={"genre": ("Drama",)})
    for library in (scanned, other):
        await given.movie_in(app, film, library)
    horror = await given.term(app, name="Horror")
    viewers = {
        "unfrightened": viewer(library_ids=(other,), blocked_terms=(horror,)),
        "children": viewer(library_ids=(other,), max_age=12),
        "others": viewer(library_ids=(other,), max_age=18),
    }
    marker = WorksChanged("movie", other, updated=(seen,))

    again = await told(
        app, "movie", lambda: scan(certifications=YOUNG, terms={"genre": ("Drama",)}), marker, **viewers
    )
    changed = await told(
        app, "movie", lambda: scan(certifications=OLD, terms={"genre": ("Horror",)}), marker, **viewers
    )

    key = global_id("Movie", film)
    went, updated = NOTHING | {"removed": [key]}, NOTHING | {"updated": [key]}
    assert again == dict.fromkeys(viewers, NOTHING)
    assert changed == {"unfrightened": went, "children": went, "others": updated}


async def test_of_a_work_that_was_not_there_before_nothing_is_told(app: App) -> None:
    library = await given.library(app)
    seen = await given.movie(app, library_id=library, certifications=YOUNG)

    async def scan() -> None:
        async with app.transaction() as tx:
            facts = work_facts("Alpha", 2001, certifications=OLD, terms={"genre": ("Horror",)})
            (outcome,) = await save_movies(tx, [facts])
            await announce(tx, "movie", library, set(), {outcome.id}, set())

    marker = WorksChanged("movie", library, updated=(seen,))
    found = await told(app, "movie", scan, marker, children=viewer(max_age=12))

    assert found == {"children": NOTHING}
