"""Nodes: everything with a global id, found again by it."""

import asyncio
import binascii
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.api.context import Info, Read
from app.core.errors import Denied, Invalid


@strawberry.interface(
    description="Something with an id that is unique in the whole graph and finds it again."
)
class Node:
    id: strawberry.ID = strawberry.field(
        description="Opaque, and the same for as long as the thing exists. The id of a work that became another, by"
        " a merge or because its files turned out to be another's, finds that one, whose `id` is then its own."
    )
    key: strawberry.Private[UUID]


class Refetched(Protocol):
    """A node type that can be made from the row that its read answers."""

    @classmethod
    def of(cls, row: Any, /) -> Any: ...


N = TypeVar("N", bound=type[Refetched])


@dataclass(frozen=True, slots=True)
class NodeType:
    """How nodes of one type are found again: a batched read by key, the type's `of`, and what that needs."""

    read: Read
    of: Callable[[Any], Any]
    permission: Permission


_types: dict[str, NodeType] = {}


def refetched_by(read: Read, permission: Permission) -> Callable[[N], N]:
    """Make `node(id)` find objects of the type by this batched read; stands above `@strawberry.type`.

    permission: what the viewer needs for that, as for the root field that finds one such object.
    """

    def register(node_type: N) -> N:
        _types[node_type.__name__] = NodeType(read, node_type.of, permission)
        return node_type

    return register


def global_id(type_name: str, key: UUID) -> strawberry.ID:
    return strawberry.ID(b64encode(f"{type_name}:{key}".encode()).decode())


def parse_id(value: str, *expected: str, field: str = "id") -> tuple[str, UUID]:
    """The type and key of a global id; of one of the expected types, where any is named.

    Raises Invalid for an id that this server has never given out.
    """
    try:
        name, _, key = b64decode(value, validate=True).decode("ascii").partition(":")
        parsed = UUID(key)
    except (ValueError, binascii.Error) as error:
        raise Invalid(field, f"{value[:100]!r} is no id of this server.") from error
    if name not in _types:
        raise Invalid(field, f"{value[:100]!r} is no id of this server.")
    if expected and name not in expected:
        raise Invalid(field, f"{value[:100]!r} is the id of a {name}, not of a {' or '.join(expected)}.")
    return name, parsed


def parse_key(value: str, expected: str, field: str = "id") -> UUID:
    """The key in a global id of the one expected type. Raises Invalid."""
    return parse_id(value, expected, field=field)[1]


async def find_nodes(info: Info, values: Sequence[str], field: str = "ids") -> list[Any]:
    """The objects of global ids in their order, None where there is none; one statement per type.

    An object of a type that the viewer may not ask for is a Denied in its place, whether there is one or not.
    Raises Invalid.
    """
    types = [(_types[name], key) for name, key in (parse_id(value, field=field) for value in values)]
    return await asyncio.gather(*(_find(info, node_type, key) for node_type, key in types))


async def _find(info: Info, kind: NodeType, key: UUID) -> Any:
    try:
        info.context.viewer.must(kind.permission)
    except Denied as error:
        return error
    row = await info.context.load(kind.read, key)
    return None if row is None else kind.of(row)
