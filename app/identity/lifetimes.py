"""How long things that let somebody in are good."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """idle: without use. absolute: since the sign-in, whatever the use. rotation: of a browser's token, in use.

    grace: of the token before, since the new one was first used.
    """

    idle: timedelta = timedelta(days=30)
    absolute: timedelta = timedelta(days=180)
    rotation: timedelta = timedelta(hours=24)
    grace: timedelta = timedelta(seconds=30)


LIFETIMES = Lifetimes()
