"""How libraries are watched."""

from enum import StrEnum


class Mode(StrEnum):
    """AUTO is by events on local file systems, by polling elsewhere."""

    AUTO = "auto"
    EVENTS = "events"
    POLLING = "polling"
    OFF = "off"


class State(StrEnum):
    """How the watch of a library stands."""

    STARTING = "starting"
    WATCHING = "watching"
    OFFLINE = "offline"
