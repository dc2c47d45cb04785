"""Saying which works exist for whom, and why."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.access.bounds import access_of
from app.access.builtin import ADMIN, MODERATOR, USER
from app.access.events import PermissionsChanged
from app.access.rule import EVERYTHING, Access, Kind, Schedule, Window
from app.access.viewer import Viewer
from app.api.node import global_id
from app.core.app import App
from app.core.clock import now
from app.core.ids import new_id
from tests import given
from tests.api.conftest import Ask
from tests.api.test_users import ENTRIES, emitted, viewer_of


async def admin(app: App) -> Viewer:
    return await viewer_of(app, await given.user(app, roles=[ADMIN]))


def ids(kind: str, *keys: UUID) -> list[str]:
    return [global_id(kind, key) for key in keys]


async def test_all_bounds_of_a_user_are_said_and_taken_back(app: App, execute: Ask) -> None:
    who, user = await admin(app), await given.user(app, roles=[USER])
    library, genre, keyword = (
        await given.library(app),
        await given.term(app),
        await given.term(app, "keyword"),
    )
    window = {"weekday": "FRIDAY", "startMinute": 480, "endMinute": 1200}
    wanted = {
        "holderId": global_id("User", user),
        "allLibraries": False,
        "libraryIds": ids("Library", library),
        "maxAge": 12,
        "showsUnrated": False,
        "kinds": ["MOVIE"],
        "blockedTermIds": ids("Genre", genre),
        "allowedTermIds": ids("Keyword", keyword),
        "schedule": {"timeZone": "Europe/Berlin", "windows": [window]},
    }

    said = (await execute("access/set_access", viewer=who, input=wanted))["setAccess"]["bounds"]
    access = await access_of(app.db, user)
    read = await execute("access/access_bounds", viewer=who, holderId=wanted["holderId"])
    await execute("access/set_access", viewer=who, input={"holderId": wanted["holderId"]})

    assert said == {
        "allLibraries": False,
        "libraries": [{"id": global_id("Library", library)}],
        "maxAge": 12,
        "showsUnrated": False,
        "kinds": ["MOVIE"],
        "blockedTerms": [{"id": global_id("Genre", genre)}],
        "allowedTerms": [{"id": global_id("Keyword", keyword)}],
        "schedule": {"timeZone": "Europe/Berlin", "windows": [window]},
    }
    assert {name: read["accessBounds"][name] for name in ("maxAge", "kinds", "schedule")} == {
        name: said[name] for name in ("maxAge", "kinds", "schedule")
    }
    assert access == Access(
        library_ids=(library,),
        max_age=12,
        shows_unrated=False,
        blocked_terms=(genre,),
        allowed_terms=((keyword,),),
        kinds=frozenset({Kind.MOVIE}),
        schedules=(Schedule("Europe/Berlin", (Window(4, 480, 1200),)),),
    )
    assert await access_of(app.db, user) == EVERYTHING


async def test_a_role_s_bounds_hold_for_all_who_have_it_and_are_logged_and_announced(
    app: App, execute: Ask
) -> None:
    who, role = await admin(app), await given.role(app)
    child = await given.role(app, parents=[role])
    having = sorted([await given.user(app, roles=[role]), await given.user(app, roles=[child])])
    wanted = {"holderId": global_id("Role", role), "maxAge": 6}

    await execute("access/set_access", viewer=who, input=wanted)
    await execute("access/set_access", viewer=who, input=wanted)

    assert [(await access_of(app.db, user)).max_age for user in having] == [6, 6]
    entries = [tuple(row) for row in await app.db.rows(ENTRIES)]
    assert entries == [(who.user_id, "access.changed", str(role), {"max_age": None}, {"max_age": 6})]
    assert await emitted(app) == [PermissionsChanged(tuple(having))]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"maxAge": 22}, "maxAge"),
        ({"maxAge": -1}, "maxAge"),
        ({"kinds": []}, "kinds"),
        ({"allLibraries": False, "libraryIds": ids("Library", new_id())}, "libraryIds.0"),
        ({"allLibraries": True, "libraryIds": ids("Library", new_id())}, "libraryIds"),
        ({"libraryIds": ids("Library", new_id())}, "libraryIds"),
        ({"blockedTermIds": ids("Genre", new_id())}, "blockedTermIds.0"),
        ({"blockedTermIds": ids("Movie", new_id())}, "blockedTermIds.0"),
        ({"schedule": {"timeZone": "Atlantis", "windows": []}}, "schedule.timeZone"),
        ({"schedule": {"timeZone": "UTC", "windows": []}}, "schedule.windows"),
        (
            {
                "schedule": {
                    "timeZone": "UTC",
                    "windows": [{"weekday": "MONDAY", "startMinute": 0, "endMinute": 1440}],
                }
            },
            "schedule.windows.0",
        ),
    ],
)
async def test_what_makes_no_sense_is_refused(
    app: App, execute: Ask, wanted: dict[str, Any], field: str
) -> None:
    who, user = await admin(app), await given.user(app)

    said = await execute(
        "access/set_access", viewer=who, input={"holderId": global_id("User", user), **wanted}
    )

    assert (said["setAccess"]["__typename"], said["setAccess"]["field"]) == ("InvalidInput", field)
    assert await access_of(app.db, user) == EVERYTHING


async def test_nobody_is_bounded_who_is_not_there(app: App, execute: Ask) -> None:
    who = await admin(app)

    said = await execute(
        "access/set_access", viewer=who, input={"holderId": global_id("User", new_id()), "maxAge": 6}
    )

    assert said["setAccess"]["__typename"] == "NotFound"


@pytest.mark.parametrize("kind", ["User", "Role"])
async def test_nobody_bounds_those_who_may_do_more(app: App, execute: Ask, kind: str) -> None:
    keeper = await given.role(app, patterns=["access:manage"], parents=[USER])
    who = await viewer_of(app, await given.user(app, roles=[keeper]))
    mightier = await given.user(app, roles=[ADMIN])
    held = global_id(kind, mightier if kind == "User" else ADMIN)

    refused = await execute("access/set_access", viewer=who, input={"holderId": held, "maxAge": 6})
    like_them = {"holderId": global_id("Role", USER), "maxAge": 6}
    own = await execute("access/set_access", viewer=who, input=like_them)

    assert refused["setAccess"]["__typename"] == "PermissionDenied"
    assert own["setAccess"] == {
        "__typename": "InvalidInput",
        "field": "holderId",
        "message": "That would be said of you, too, and you could not take it back.",
    }
    assert await access_of(app.db, mightier) == EVERYTHING
    assert await access_of(app.db, who.user_id or mightier) == EVERYTHING


async def test_only_those_may_who_may_manage_access_and_see_everything(
    app: App, execute: Ask, ask: Ask
) -> None:
    user = await given.user(app)
    moderator = await viewer_of(app, await given.user(app, roles=[MODERATOR]))
    bounded = replace(await admin(app), access=Access(max_age=12))
    wanted = {"holderId": global_id("User", user), "maxAge": 6}

    for who in (moderator, bounded):
        said = await execute("access/set_access", viewer=who, input=wanted)
        assert said["setAccess"]["__typename"] == "PermissionDenied"
    refused = await ask('{ accessBounds(holderId: "x") { maxAge } }', viewer=moderator)

    assert refused.errors[0]["extensions"]["code"] == "PERMISSION_DENIED"
    assert await access_of(app.db, user) == EVERYTHING


async def test_the_catalog_is_changed_by_those_who_see_all_of_it(app: App, ask: Ask) -> None:
    bounded = replace(await admin(app), access=Access(max_age=12))
    movie = await given.movie(app)
    query = """
        mutation ($id: ID!) { updateMovie(input: {movieId: $id, title: "Other"}) { __typename } }
    """

    said = await ask(query, viewer=bounded, id=global_id("Movie", movie))

    assert said["updateMovie"]["__typename"] == "PermissionDenied", said.errors


async def explained(execute: Ask, who: Viewer, user: UUID, item: str) -> dict[str, Any]:
    answer = await execute("access/explain_access", viewer=who, userId=global_id("User", user), itemId=item)
    return answer["explainAccess"]


async def test_it_is_explained_why_a_work_is_there_or_not(app: App, execute: Ask) -> None:
    who, role = await admin(app), await given.role(app, "kid")
    user = await given.user(app, roles=[role])
    granted, other = await given.library(app, name="Films"), await given.library(app, name="Attic")
    genre, keyword = await given.term(app, name="Horror"), await given.term(app, "keyword", "Family")
    good = await given.movie(
        app, library_id=granted, certifications={"DE": "6"}, genres=(keyword,), provider_ids={}
    )
    bad = await given.movie(app, library_id=other, certifications={"DE": "18"}, genres=(genre,))
    later = (now() + timedelta(days=2)).weekday()
    await given.bounds(
        app, user_id=user, all_libraries=False, library_ids=(granted,), allowed_terms=(keyword,)
    )
    await given.bounds(app, role_id=role, max_age=12, blocked_terms=(genre,), kinds=frozenset({Kind.MOVIE}))

    shown = await explained(execute, who, user, global_id("Movie", good))
    hidden = await explained(execute, who, user, global_id("Movie", bad))
    await given.bounds(app, role_id=await given.role(app), schedule=Schedule("UTC", (Window(later, 0, 0),)))

    assert shown["isVisible"] is True
    assert all(reason["holds"] for reason in shown["reasons"])
    assert hidden["isVisible"] is False
    assert [tuple(reason.values()) for reason in hidden["reasons"]] == [
        ("LIBRARIES", None, False, "It is in Attic, and that is not granted."),
        ("ALLOWED_TERMS", None, False, "It has none of those that are allowed."),
        ("KINDS", "kid", True, "It is of the kind movie; movie is allowed."),
        ("AGE", "kid", False, "It is for 18 years and older; up to 12 is allowed."),
        ("BLOCKED_TERMS", "kid", False, "It has Horror, which is blocked."),
    ]


async def test_parts_of_series_are_explained_by_the_files_that_hold_them(app: App, execute: Ask) -> None:
    who, user = await admin(app), await given.user(app)
    granted, other = await given.library(app, kind="tv"), await given.library(app, name="Attic", kind="tv")
    series = await given.series(app, library_id=granted)
    seasons = [await given.season(app, series, number) for number in (1, 2)]
    episodes = [await given.episode(app, series, season) for season in seasons]
    for episode, library in zip(episodes, (granted, other), strict=True):
        await given.episode_in(app, episode, library)
    await given.bounds(app, user_id=user, all_libraries=False, library_ids=(granted,), max_age=12)

    answers = [
        await explained(execute, who, user, item)
        for item in (*ids("Series", series), *ids("Season", *seasons), *ids("Episode", *episodes))
    ]

    assert [answer["isVisible"] for answer in answers] == [True, True, False, True, False]
    for answer in answers:
        assert answer["isVisible"] is all(reason["holds"] for reason in answer["reasons"])
    assert "It is in Attic" in answers[2]["reasons"][0]["explanation"]
    assert (
        answers[0]["reasons"][1]["explanation"] == "No age is known of it, and works without one are shown."
    )


async def test_a_schedule_is_explained_too(app: App, execute: Ask) -> None:
    who, user, movie = await admin(app), await given.user(app), await given.movie(app)
    later = (now() + timedelta(days=2)).weekday()
    await given.bounds(app, user_id=user, schedule=Schedule("UTC", (Window(later, 0, 0),)))

    answer = await explained(execute, who, user, global_id("Movie", movie))

    assert answer["isVisible"] is False
    assert [reason["rule"] for reason in answer["reasons"] if not reason["holds"]] == ["SCHEDULE"]


async def test_nothing_is_explained_of_what_the_viewer_does_not_see(app: App, ask: Ask) -> None:
    bounded = replace(await admin(app), access=Access(max_age=12))
    user, movie = await given.user(app), await given.movie(app, certifications={"DE": "18"})
    query = "query ($user: ID!, $item: ID!) { explainAccess(userId: $user, itemId: $item) { isVisible } }"

    answers = [
        await ask(query, viewer=bounded, user=global_id("User", user), item=global_id("Movie", key))
        for key in (movie, new_id())
    ]

    assert [answer.errors[0]["extensions"]["code"] for answer in answers] == ["NOT_FOUND", "NOT_FOUND"]
