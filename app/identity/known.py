"""What a token tells of whoever comes by it, and that as JSON."""

from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from hashlib import sha256
from types import NoneType, UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints
from uuid import UUID

from app.access.permissions import Permission
from app.access.rule import Access


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody's session as it was read. language: of their profile. ends_at: when the token is good no more, unless
    used meanwhile. kind: see SessionKind. rotated_at: when the token was made. must_enrol: see Viewer.
    """

    session_id: UUID
    user_id: UUID
    kind: str
    language: str | None
    permissions: frozenset[Permission]
    access: Access
    proved_at: datetime
    rotated_at: datetime
    ends_at: datetime
    must_enrol: bool


@dataclass(frozen=True, slots=True)
class KnownToken:
    """An API token as it was read. permissions: what both it and its owner may. ends_at: None for one that doesn't."""

    token_id: UUID
    user_id: UUID
    language: str | None
    permissions: frozenset[Permission]
    access: Access
    ends_at: datetime | None


def version_of(*kinds: type) -> str:
    """Changes with the fields of these dataclasses, and of all that are in them."""
    found: dict[type, dict[str, Any]] = {}
    left: list[Any] = list(kinds)
    while left:
        hint = left.pop()
        left += get_args(hint)
        if isinstance(hint, type) and is_dataclass(hint) and hint not in found:
            found[hint] = get_type_hints(hint)
            left += found[hint].values()
    return sha256(repr(list(found.items())).encode()).hexdigest()[:16]


class KnownAsJson:
    """How Redis keeps either."""

    version = version_of(Known, KnownToken)

    def dump(self, value: Known | KnownToken) -> Any:
        return [type(value).__name__, _dump(value)]

    def load(self, stored: Any) -> Known | KnownToken:
        kind, value = stored
        return cast("Known | KnownToken", _load(_KINDS[kind], value))


_KINDS = {each.__name__: each for each in (Known, KnownToken)}


def _dump(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _dump(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, (tuple, frozenset)):
        items = cast("tuple[Any, ...]", value)
        return [_dump(item) for item in items]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if isinstance(value, UUID) else value


def _load(hint: Any, value: Any) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        if value is None and NoneType in arguments:
            return None
        return _load(next(each for each in arguments if each is not NoneType), value)
    if origin is tuple:
        return _tuple(arguments, value)
    if origin is frozenset:
        return frozenset(_load(arguments[0], item) for item in value)
    if is_dataclass(hint):
        hints = _hints(cast("type", hint))
        return cast("Any", hint)(**{name: _load(hints[name], item) for name, item in value.items()})
    return _scalar(hint, value)


def _tuple(arguments: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if arguments[1:] == (...,):
        return tuple(_load(arguments[0], item) for item in value)
    return tuple(_load(each, item) for each, item in zip(arguments, value, strict=True))


def _scalar(hint: Any, value: Any) -> Any:
    if hint is datetime:
        return datetime.fromisoformat(value)
    if hint is UUID or (isinstance(hint, type) and issubclass(hint, Enum)):
        return hint(value)
    return value


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)
