"""What is said of users and of their roles, and what it comes to."""

from datetime import datetime

import pytest

from app.access.bounds import Bounds, access_of, combined
from app.access.builtin import USER
from app.access.rule import EVERYTHING, NOTHING, Access, Kind, Schedule, Window
from app.core.app import App
from app.core.ids import new_id
from tests import given

A, B, C = (new_id() for _ in range(3))
WORKDAYS = Schedule("Europe/Berlin", tuple(Window(day, 8 * 60, 20 * 60) for day in range(5)))


async def test_a_user_of_whom_nothing_is_said_sees_everything(app: App) -> None:
    user = await given.user(app, roles=[USER])

    assert await access_of(app.db, user) == EVERYTHING
    assert await access_of(app.db, new_id()) == EVERYTHING


async def test_a_user_has_the_bounds_of_all_roles_and_of_what_these_build_on(app: App) -> None:
    base = await given.role(app)
    child = await given.role(app, parents=[base])
    await given.bounds(app, role_id=base, max_age=12, blocked_terms=(A,))
    await given.bounds(app, role_id=child, max_age=16, kinds=frozenset({Kind.MOVIE}))
    user = await given.user(app, roles=[USER, child])
    other = await given.user(app, roles=[USER])

    access = await access_of(app.db, user)

    assert access == Access(max_age=12, blocked_terms=(A,), kinds=frozenset({Kind.MOVIE}))
    assert await access_of(app.db, other) == EVERYTHING


async def test_what_is_said_of_a_user_and_a_role_is_kept_as_it_is_said(app: App) -> None:
    user = await given.user(app)
    said = Bounds(False, (A, B), 12, False, (A,), (B, C), frozenset({Kind.TV}), WORKDAYS)
    await given.bounds(app, user_id=user, **{name: getattr(said, name) for name in Bounds.__slots__})

    access = await access_of(app.db, user)

    assert access == Access(
        library_ids=tuple(sorted((A, B))),
        max_age=12,
        shows_unrated=False,
        blocked_terms=(A,),
        allowed_terms=((B, C),),
        kinds=frozenset({Kind.TV}),
        schedules=(WORKDAYS,),
    )


def test_libraries_that_roles_grant_add_up_and_those_of_the_user_stand_alone() -> None:
    first, second = (
        Bounds(all_libraries=False, library_ids=(A,)),
        Bounds(all_libraries=False, library_ids=(B,)),
    )

    assert combined(Bounds(), [first, second]).library_ids == tuple(sorted((A, B)))
    assert combined(Bounds(), [first, Bounds()]).library_ids == (A,)
    assert combined(Bounds(), [first, Bounds(all_libraries=True)]).library_ids is None
    assert combined(Bounds(all_libraries=False, library_ids=(C,)), [first]).library_ids == (C,)
    assert combined(Bounds(all_libraries=True), [first]).library_ids is None
    assert combined(Bounds(all_libraries=False), []).library_ids == ()


def test_of_limits_all_hold() -> None:
    own = Bounds(max_age=16, shows_unrated=True, blocked_terms=(A,), allowed_terms=(B,), schedule=WORKDAYS)
    role = Bounds(max_age=12, shows_unrated=False, blocked_terms=(C,), allowed_terms=(C,), schedule=WORKDAYS)

    access = combined(own, [role, Bounds(shows_unrated=False)])

    assert (access.max_age, access.shows_unrated) == (12, False)
    assert access.blocked_terms == tuple(sorted((A, C)))
    assert set(access.allowed_terms) == {(B,), (C,)}
    assert access.schedules == (WORKDAYS,)
    assert combined(Bounds(kinds=frozenset(Kind)), [Bounds(kinds=frozenset({Kind.TV}))]).kinds == {Kind.TV}


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-20T08:00:00+01:00", True),
        ("2026-11-20T07:59:59+01:00", False),
        ("2026-11-20T19:59:00+01:00", True),
        ("2026-11-20T20:00:00+01:00", False),
        ("2026-11-21T12:00:00+01:00", False),
        # The clocks of Berlin are an hour further in summer.
        ("2026-07-17T06:30:00+00:00", True),
        ("2026-11-20T06:30:00+00:00", False),
    ],
)
def test_outside_of_a_schedule_nothing_exists(moment: str, is_open: bool) -> None:
    access = Access(max_age=12, schedules=(WORKDAYS,))

    assert access.at(datetime.fromisoformat(moment)) == (Access(max_age=12) if is_open else NOTHING)


EARLY_SUNDAY = Window(6, 60, 3 * 60)


@pytest.mark.parametrize(
    ("zone", "window", "moment", "is_open"),
    [
        # In Berlin it is never between two and three on the day on which the clocks go forward, ...
        ("Europe/Berlin", EARLY_SUNDAY, "2026-03-29T00:59:00+00:00", True),
        ("Europe/Berlin", EARLY_SUNDAY, "2026-03-29T01:00:00+00:00", False),
        ("Europe/Berlin", Window(6, 120, 180), "2026-03-29T00:59:00+00:00", False),
        ("Europe/Berlin", Window(6, 120, 180), "2026-03-29T01:00:00+00:00", False),
        # ... and twice when they go back.
        ("Europe/Berlin", Window(6, 120, 180), "2026-10-25T00:00:00+00:00", True),
        ("Europe/Berlin", Window(6, 120, 180), "2026-10-25T00:59:00+00:00", True),
        ("Europe/Berlin", Window(6, 120, 180), "2026-10-25T01:30:00+00:00", True),
        ("Europe/Berlin", Window(6, 120, 180), "2026-10-25T02:00:00+00:00", False),
        # A night over which the clocks change ends when they show its end: after seven hours, or nine.
        ("America/New_York", Window(5, 22 * 60, 6 * 60), "2026-03-08T09:59:00+00:00", True),
        ("America/New_York", Window(5, 22 * 60, 6 * 60), "2026-03-08T10:00:00+00:00", False),
        ("America/New_York", Window(5, 22 * 60, 6 * 60), "2026-11-01T10:59:00+00:00", True),
        ("America/New_York", Window(5, 22 * 60, 6 * 60), "2026-11-01T11:00:00+00:00", False),
        # It is the viewer's day: Monday in Kiritimati, still Sunday in Pago Pago, a quarter to in Kathmandu.
        ("Pacific/Kiritimati", Window(0, 0, 60), "2026-11-22T10:30:00+00:00", True),
        ("Pacific/Pago_Pago", Window(6, 23 * 60, 0), "2026-11-23T10:30:00+00:00", True),
        ("Pacific/Pago_Pago", Window(6, 23 * 60, 0), "2026-11-23T11:00:00+00:00", False),
        ("Asia/Kathmandu", Window(0, 0, 1), "2026-11-22T18:15:59+00:00", True),
        ("Asia/Kathmandu", Window(0, 0, 1), "2026-11-22T18:16:00+00:00", False),
        # Where summer begins at midnight, that is no minute of the day.
        ("Asia/Beirut", Window(6, 0, 60), "2026-03-28T21:59:00+00:00", False),
        ("Asia/Beirut", Window(6, 0, 60), "2026-03-28T22:00:00+00:00", False),
        ("Asia/Beirut", Window(5, 22 * 60, 60), "2026-03-28T21:59:00+00:00", True),
        ("Asia/Beirut", Window(5, 22 * 60, 60), "2026-03-28T22:00:00+00:00", False),
    ],
)
def test_the_clocks_of_the_viewer_count_also_where_they_change(
    zone: str, window: Window, moment: str, is_open: bool
) -> None:
    assert Schedule(zone, (window,)).is_open(datetime.fromisoformat(moment)) is is_open


@pytest.mark.parametrize(
    ("window", "moment", "is_open"),
    [
        (Window(6, 20 * 60, 6 * 60), "2026-11-22T21:00:00+00:00", True),
        (Window(6, 20 * 60, 6 * 60), "2026-11-23T05:59:00+00:00", True),
        (Window(6, 20 * 60, 6 * 60), "2026-11-23T06:00:00+00:00", False),
        (Window(6, 20 * 60, 6 * 60), "2026-11-23T20:00:00+00:00", False),
        (Window(0, 0, 0), "2026-11-23T23:59:00+00:00", True),
        (Window(0, 0, 0), "2026-11-24T00:00:00+00:00", False),
    ],
)
def test_a_window_may_end_on_the_next_day(window: Window, moment: str, is_open: bool) -> None:
    assert Schedule("UTC", (window,)).is_open(datetime.fromisoformat(moment)) is is_open
