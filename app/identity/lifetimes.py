"""How long things that let somebody in are good."""

from dataclasses import dataclass
from datetime import timedelta

from app.core.app import App
from app.core.db import Db
from app.settings.registry import setting
from app.settings.values import value

MINUTE_S, DAY_S = 60, 86_400
SESSION_IDLE = setting(
    "session_idle",
    timedelta(days=30),
    "How long a session lasts that nobody uses.",
    minimum=5 * MINUTE_S,
    maximum=3650 * DAY_S,
)
SESSION_ABSOLUTE = setting(
    "session_absolute",
    timedelta(days=180),
    "How long a session lasts from its sign-in on, however much it is used.",
    minimum=5 * MINUTE_S,
    maximum=3650 * DAY_S,
)
SESSION_ROTATION = setting(
    "session_rotation",
    timedelta(hours=24),
    "How long a browser keeps a token before it is given another one for the same session.",
    minimum=5 * MINUTE_S,
    maximum=365 * DAY_S,
)
# Of the token before, from the first use of the new one on: for requests that were under way.
GRACE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """idle: without use. absolute: since the sign-in. rotation: of a browser's token."""

    idle: timedelta
    absolute: timedelta
    rotation: timedelta


async def lifetimes(app: App, db: Db | None = None) -> Lifetimes:
    """As the server is set just now. db: of the transaction in which this is asked."""
    return Lifetimes(
        await value(app, SESSION_IDLE, db),
        await value(app, SESSION_ABSOLUTE, db),
        await value(app, SESSION_ROTATION, db),
    )
