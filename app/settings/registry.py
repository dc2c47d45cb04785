"""The settings that there are; each is declared by the slice that heeds it."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from app.core.config import ConfigError
from app.core.errors import NotFound
from app.settings.kinds import Check, Kind, Type

T = TypeVar("T")

ENVIRONMENT = "MARQUEE_SETTING_"


class Scope(StrEnum):
    """Whose value it may be; the narrowest that is set counts: a person's, then their roles', then the server's."""

    SERVER = "server"
    ROLE = "role"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose settings: a role's, a person's, or the server's where neither is named."""

    role_id: UUID | None = None
    user_id: UUID | None = None

    @property
    def scope(self) -> Scope:
        return Scope.USER if self.user_id else Scope.ROLE if self.role_id else Scope.SERVER

    def as_columns(self) -> dict[str, UUID | None]:
        return {"role_id": self.role_id, "user_id": self.user_id}


SERVER = Owner()


@dataclass(frozen=True, eq=False, slots=True)
class Setting(Generic[T]):
    """name: in snake case. doc: what it does, with its unit. is_fixable: whether the environment may override it."""

    name: str
    default: T
    doc: str
    kind: Kind
    scopes: frozenset[Scope]
    is_fixable: bool

    @property
    def variable(self) -> str:
        return ENVIRONMENT + self.name.upper()

    def value(self, plain: Any) -> T:
        """Raises ValueError."""
        return self.kind.value(plain)

    def plain(self, value: T) -> Any:
        return self.kind.plain(value)


REGISTRY: dict[str, Setting[Any]] = {}


def setting(
    name: str,
    default: T,
    doc: str,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    check: Check | None = None,
    scopes: Iterable[Scope] = (Scope.SERVER,),
    is_fixable: bool = True,
) -> Setting[T]:
    """Declare a setting; its kind is that of its default (bool, int, float, timedelta, StrEnum, str, tuple of str).

    minimum, maximum: bounds of numbers, and of durations in seconds. check: raises ValueError for a text, or an item
    of a list, that can't be taken.
    """
    if name in REGISTRY:
        raise TypeError(f"There are two settings {name}.")
    choices = type(default) if isinstance(default, StrEnum) else None
    kind = Kind(_type_of(default), minimum, maximum, choices, check)
    kind.value(kind.plain(default))
    declared = Setting(name, default, doc, kind, frozenset(scopes), is_fixable)
    REGISTRY[name] = declared
    return declared


def named(name: str) -> Setting[Any]:
    """Raises NotFound."""
    if name not in REGISTRY:
        raise NotFound("setting", name)
    return REGISTRY[name]


def fixed(env: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """What the environment says, by the names of settings. Raises ConfigError, which names the variable."""
    return {
        each.name: _read(each, text)
        for each in REGISTRY.values()
        if each.is_fixable and (text := env.get(each.variable))
    }


def check_environment(env: Mapping[str, str] = os.environ) -> None:
    """Raises ConfigError with all that is wrong; to be asked by way of `app.declared_settings`, which knows all."""
    if wrong := complaints(env):
        raise ConfigError(" ".join(wrong))


def complaints(env: Mapping[str, str] = os.environ) -> list[str]:
    """What is wrong with settings in the environment: a line for each variable, with its name and what it takes."""
    found: list[str] = []
    for variable in sorted(name for name in env if name.startswith(ENVIRONMENT) and env[name]):
        declared = REGISTRY.get(variable.removeprefix(ENVIRONMENT).lower())
        if declared is None or declared.variable != variable:
            found.append(f"{variable} sets nothing{_meant(variable)}")
        elif not declared.is_fixable:
            found.append(f"{variable} has no say: {declared.name} is set by the API alone.")
        else:
            try:
                _read(declared, env[variable])
            except ConfigError as error:
                found.append(str(error))
    return found


def _read(setting: Setting[T], text: str) -> T:
    try:
        return setting.kind.read(text)
    except ValueError as error:
        raise ConfigError(
            f"{setting.variable} can't be used: {error} It takes {setting.kind.taken}."
        ) from None


def _meant(variable: str) -> str:
    near = get_close_matches(variable, [each.variable for each in REGISTRY.values()], n=1)
    return f": there is no such setting. {near[0]} is one." if near else ": there is no such setting."


def _type_of(default: object) -> Type:
    kinds: tuple[tuple[type, Type], ...] = (
        (bool, Type.BOOLEAN),
        (int, Type.INT),
        (float, Type.FLOAT),
        (timedelta, Type.DURATION),
        (StrEnum, Type.CHOICE),
        (str, Type.TEXT),
        (tuple, Type.TEXTS),
    )
    for python, kind in kinds:
        if isinstance(default, python):
            return kind
    raise TypeError(f"{type(default).__name__} is no type of settings.")
