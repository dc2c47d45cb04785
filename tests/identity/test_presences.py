"""What becomes of an open connection when its viewer may do, or see, something else than before."""

import asyncio
from dataclasses import replace

import pytest

from app.access.permissions import Permission
from app.access.rule import EVERYTHING, Access
from app.access.viewer import Viewer
from app.identity.presences import Departure, Presence

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

    async with asyncio.timeout(20):
        assert await presence.departure() == why
