"""Events: what happened, in commit order, delivered to every process."""

import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints
from uuid import UUID

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Event:
    """Base of every event (`@dataclass(frozen=True)`, named by `name=`).

    Fields are UUIDs, strings, numbers, booleans or tuples of these: ids, never contents. The base itself stands
    for an event that this version doesn't know.
    """

    name: ClassVar[str] = ""
    known: ClassVar[dict[str, type["Event"]]] = {}

    def __init_subclass__(cls, name: str = "", **kwargs: Any) -> None:
        if name:
            cls.name = name
            Event.known[name] = cls

    def payload(self) -> dict[str, Any]:
        return asdict(self)

    def voids(self) -> Iterable[str]:
        """Tags of what is remembered somewhere and holds no longer after this (see app.core.voids)."""
        return ()

    @classmethod
    def load(cls, payload: dict[str, Any]) -> Self:
        hints = _hints(cls)
        return cls(**{key: _value(hints[key], value) for key, value in payload.items() if key in hints})


@dataclass(frozen=True, slots=True)
class Delivered:
    """An event with its place in the stream; `previous` is the place of the one before it."""

    seq: int
    previous: int
    event: Event


def load(name: str, payload: dict[str, Any]) -> Event:
    """The event of a stored or published payload; a bare Event where this version can't read it."""
    try:
        return Event.known.get(name, Event).load(payload)
    except (TypeError, ValueError, AttributeError) as error:
        log.warning("An event %s of another version can't be read: %s", name, error)
        return Event()


@cache
def _hints(cls: type[Event]) -> dict[str, Any]:
    return get_type_hints(cls)


def _value(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(hint) in {Union, UnionType}:
        hint = next(each for each in get_args(hint) if each is not NoneType)
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], item) for item in value)
    return UUID(value) if hint is UUID and isinstance(value, str) else value
