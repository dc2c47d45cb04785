"""The permission that each root field needs: declared beside it, shown in the SDL, asked before anything is resolved.

   @requires(Permission.MOVIE_LIST)
   @root(reads.list_movies, description="Films, by title unless told.")
   def movies(self, films: Slice[reads.Movie]) -> Connection[Movie]: ...

- A query that the viewer may not do is an error with the code PERMISSION_DENIED, a mutation a PermissionDenied in its
  union, and a subscription doesn't start, nor go on.
- The permission lies in the field's metadata under REQUIRES, so that another executor can ask for it as well.
- A schema with a root field that declares none, or a mutation without a PermissionDenied, is not built.
- What an intruder at an open browser must not do needs more, `@requires(Permission.X, step_up=True)`: that the viewer
  has just shown who they are (app.identity.step_up). Such a mutation answers StepUpRequired otherwise; queries and
  subscriptions can't ask for it.
- Fields further down ask for nothing: whoever may come in by a root field sees what it leads to, as far as it exists
  for them. Those few of which that isn't true look at the viewer themselves.
"""

from collections.abc import Callable
from inspect import isawaitable
from types import MappingProxyType
from typing import Any, TypeVar, cast

import strawberry
from strawberry.schema_directive import Location
from strawberry.types.field import StrawberryField

from app.access.permissions import Permission
from app.api.errors import PermissionDenied, StepUpRequired, as_result
from app.core.errors import Denied
from app.core.errors import StepUpRequired as Unproved
from app.identity.step_up import must_have_proved
from graphql import GraphQLField, GraphQLObjectType, GraphQLUnionType, get_named_type

REQUIRES = "requires"
STEP_UP = "step_up"
F = TypeVar("F")
Resolve = Callable[..., Any]


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="requires",
    description="Only viewers with this permission may ask for the field. `permissions` tells what each is for."
    " With `stepUp`, only those who have just shown who they are: by signing in, or by `proveIdentity`.",
)
class Requires:
    permission: str = strawberry.directive_field(name="permission")
    step_up: bool | None = strawberry.directive_field(name="stepUp", default=strawberry.UNSET)


class GuardedSchema(strawberry.Schema):
    """A schema whose root fields all ask for the permission that they declare. Raises TypeError where one has none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        core = self._schema
        for kind in (core.query_type, core.subscription_type):
            _guard(kind, _refusing)
        _guard(core.mutation_type, _answering)


def requires(permission: Permission, *, step_up: bool = False) -> Callable[[F], F]:
    """Declare the permission of a root field; stands above all that makes it a field."""
    shown = Requires(permission=permission.value, step_up=True if step_up else strawberry.UNSET)

    def declare(field: F) -> F:
        declared = cast("StrawberryField", field)
        declared.directives = [*declared.directives, shown]
        declared.metadata = MappingProxyType({**declared.metadata, REQUIRES: permission, STEP_UP: step_up})
        return field

    return declare


def required(field: GraphQLField) -> Permission | None:
    """The permission that a field of the schema declares."""
    return field.extensions["strawberry-definition"].metadata.get(REQUIRES)


def needs_step_up(field: GraphQLField) -> bool:
    """Whether the field is only for those who have just shown who they are."""
    return field.extensions["strawberry-definition"].metadata.get(STEP_UP, False)


def _guard(kind: GraphQLObjectType | None, guard: Callable[[Permission, Resolve], Resolve]) -> None:
    if kind is None:
        return
    for name, field in kind.fields.items():
        place = f"{kind.name}.{name}"
        permission = required(field)
        if permission is None:
            raise TypeError(f"{place} declares no permission: put @requires(Permission...) above it.")
        if guard is _answering and not _answers(field, PermissionDenied):
            raise TypeError(f"{place} can't answer that it is denied: its union needs PermissionDenied.")
        if needs_step_up(field):
            if guard is not _answering or not _answers(field, StepUpRequired):
                raise TypeError(f"{place} can't ask for a step-up: no mutation, or without StepUpRequired.")
            field.resolve = _proving(cast("Resolve", field.resolve))
        if field.subscribe is not None:
            field.subscribe = guard(permission, field.subscribe)
        if field.resolve is not None:
            field.resolve = guard(permission, field.resolve)


def _answers(field: GraphQLField, error: type) -> bool:
    kind = cast("object", get_named_type(cast("Any", field.type)))
    members = kind.types if isinstance(kind, GraphQLUnionType) else ()
    return any(member.name == error.__name__ for member in members)


def _refusing(permission: Permission, resolve: Resolve) -> Resolve:
    def guarded(source: Any, info: Any, **arguments: Any) -> Any:
        info.context.viewer.must(permission)
        return resolve(source, info, **arguments)

    return guarded


def _proving(resolve: Resolve) -> Resolve:
    async def guarded(source: Any, info: Any, **arguments: Any) -> Any:
        try:
            await must_have_proved(info.context.app, info.context.viewer)
        except Unproved as error:
            return as_result(error)
        answer = resolve(source, info, **arguments)
        return await answer if isawaitable(answer) else answer

    return guarded


def _answering(permission: Permission, resolve: Resolve) -> Resolve:
    def guarded(source: Any, info: Any, **arguments: Any) -> Any:
        try:
            info.context.viewer.must_change(permission)
        except Denied as error:
            return as_result(error)
        return resolve(source, info, **arguments)

    return guarded
