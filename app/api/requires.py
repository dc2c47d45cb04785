"""The permission that each root field needs: declared beside it, shown in the SDL, asked before anything is resolved.

   @requires(Permission.MOVIE_LIST)
   @root(reads.list_movies, description="Films, by title unless told.")
   def movies(self, films: Slice[reads.Movie]) -> Connection[Movie]: ...

- A query that the viewer may not do is an error with the code PERMISSION_DENIED, a mutation a PermissionDenied in its
  union, and a subscription doesn't start, nor go on.
- The permission lies in the field's metadata under REQUIRES, so that another executor can ask for it as well.
- A schema with a root field that declares none, or a mutation without a PermissionDenied, is not built.
- Fields further down ask for nothing: whoever may come in by a root field sees what it leads to, as far as it exists
  for them. Those few of which that isn't true look at the viewer themselves.
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any, TypeVar, cast

import strawberry
from strawberry.schema_directive import Location
from strawberry.types.field import StrawberryField

from app.access.permissions import Permission
from app.api.errors import PermissionDenied, as_result
from app.core.errors import Denied
from graphql import GraphQLField, GraphQLObjectType, GraphQLUnionType, get_named_type

REQUIRES = "requires"
F = TypeVar("F")
Resolve = Callable[..., Any]


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="requires",
    description="Only viewers with this permission may ask for the field. `permissions` tells what each is for.",
)
class Requires:
    permission: str = strawberry.directive_field(name="permission")


class GuardedSchema(strawberry.Schema):
    """A schema whose root fields all ask for the permission that they declare. Raises TypeError where one has none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        core = self._schema
        for kind in (core.query_type, core.subscription_type):
            _guard(kind, _refusing)
        _guard(core.mutation_type, _answering)


def requires(permission: Permission) -> Callable[[F], F]:
    """Declare the permission of a root field; stands above all that makes it a field."""

    def declare(field: F) -> F:
        declared = cast("StrawberryField", field)
        declared.directives = [*declared.directives, Requires(permission=permission.value)]
        declared.metadata = MappingProxyType({**declared.metadata, REQUIRES: permission})
        return field

    return declare


def required(field: GraphQLField) -> Permission | None:
    """The permission that a field of the schema declares."""
    return field.extensions["strawberry-definition"].metadata.get(REQUIRES)


def _guard(kind: GraphQLObjectType | None, guard: Callable[[Permission, Resolve], Resolve]) -> None:
    if kind is None:
        return
    for name, field in kind.fields.items():
        place = f"{kind.name}.{name}"
        permission = required(field)
        if permission is None:
            raise TypeError(f"{place} declares no permission: put @requires(Permission...) above it.")
        if guard is _answering and not _can_be_denied(field):
            raise TypeError(f"{place} can't answer that it is denied: its union needs PermissionDenied.")
        if field.subscribe is not None:
            field.subscribe = guard(permission, field.subscribe)
        if field.resolve is not None:
            field.resolve = guard(permission, field.resolve)


def _can_be_denied(field: GraphQLField) -> bool:
    kind = get_named_type(cast("Any", field.type))
    members = kind.types if isinstance(kind, GraphQLUnionType) else ()
    return any(member.name == PermissionDenied.__name__ for member in members)


def _refusing(permission: Permission, resolve: Resolve) -> Resolve:
    def guarded(source: Any, info: Any, **arguments: Any) -> Any:
        info.context.viewer.must(permission)
        return resolve(source, info, **arguments)

    return guarded


def _answering(permission: Permission, resolve: Resolve) -> Resolve:
    def guarded(source: Any, info: Any, **arguments: Any) -> Any:
        try:
            info.context.viewer.must(permission)
        except Denied as error:
            return as_result(error)
        return resolve(source, info, **arguments)

    return guarded
