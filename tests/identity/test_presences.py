"""What becomes of an open connection when its viewer may do, or see, something else than before."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from app.access.bound_writes import Holder, set_bounds
from app.access.bounds import Bounds
from app.access.builtin import ADMIN
from app.access.permissions import Permission
from app.access.rule import EVERYTHING, Access, Schedule, Window
from app.access.viewer import Viewer, marquee
from app.activity.actor import Actor
from app.core.app import App
from app.core.clock import now
from app.identity.authenticate import authenticate
from app.identity.client import Client
from app.identity.networks import ADMIN as ADMIN_NETWORKS
from app.identity.presences import Departure, Presence, presences
from app.settings.registry import SERVER
from app.settings.writes import change_settings
from tests import given
from tests.patience import PATIENCE_S

BEFORE = Viewer(permissions=frozenset({Permission.MOVIE_LIST}), access=Access(max_age=12))


async def test_who_may_do_more_stays() -> None:
    presence = Presence(BEFORE)
    after = replace(BEFORE, permissions=BEFORE.permissions | {Permission.SERIES_LIST})

    presence.update(after)

    assert presence.viewer == after


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (None, Departure.SESSION_ENDED),
        (replace(BEFORE, permissions=frozenset()), Departure.MAY_DO_LESS),
        (replace(BEFORE, access=Access(max_age=6)), Departure.MAY_DO_LESS),
        (replace(BEFORE, access=EVERYTHING), Departure.MAY_DO_LESS),
    ],
)
async def test_who_may_do_less_or_sees_something_else_begins_anew(
    after: Viewer | None, why: Departure
) -> None:
    presence = Presence(BEFORE)

    presence.update(after)

    async with asyncio.timeout(PATIENCE_S):
        assert await presence.departure() == why


async def test_whose_hours_end_or_begin_has_to_begin_anew(app: App) -> None:
    day_after_next = now() + timedelta(days=2)
    but_that_day = tuple(Window(day, 0, 0) for day in range(7) if day != day_after_next.weekday())
    that_day = (Window(day_after_next.weekday(), 0, 0),)
    hours = {name: Schedule("UTC", days) for name, days in (("open", but_that_day), ("closed", that_day))}
    register = presences(app)

    for schedule in hours.values():
        user_id = await given.user(app)
        async with app.transaction() as tx:
            bounds = Bounds(max_age=12, schedule=schedule)
            await set_bounds(tx, marquee(), Holder("user", user_id), bounds)
        viewer = await authenticate(app, await given.token(app, user_id), Client())
        assert viewer is not None
        async with register.hold(viewer) as presence:
            register.heed_the_clock(now())
            assert not presence.is_leaving
            register.heed_the_clock(day_after_next)
            assert await presence.departure() is Departure.MAY_DO_LESS


async def test_what_one_may_do_from_an_address_holds_for_that_one_alone(app: App) -> None:
    user_id = await given.user(app, roles=[ADMIN])
    async with app.transaction() as tx:
        changes = {ADMIN_NETWORKS.name: ["192.0.2.0/24"]}
        await change_settings(tx, Actor(), changes, SERVER)
    token = await given.token(app, user_id)
    inside, outside = [await authenticate(app, token, Client(each)) for each in ("192.0.2.7", "203.0.113.5")]
    assert inside is not None
    assert outside is not None

    register = presences(app)
    async with register.hold(inside), register.hold(outside):
        assert register.current(inside).permissions == inside.permissions
        assert register.current(outside).permissions == outside.permissions < inside.permissions
