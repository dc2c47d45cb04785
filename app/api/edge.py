"""Edges: fields whose values come from batched reads, and how types of different modules get to know each other.

An edge names its read once:

    @edge(reads.cast_of_movies, description="Top-billed first.")
    def cast(self, credits: Slice[reads.Credit]) -> Connection[MovieCredit]:
        return connect(credits, MovieCredit.of)

The read is `async def cast_of_movies(db, viewer, movie_ids, *, page) -> dict[UUID, Slice[Credit]]`: batched and total.
The method converts what the read answers for one object and gets the GraphQL arguments by name.
 - Keys are the objects' `key` attribute, or another (`key="movie_id"`); an object without one gets None, unread.
 - GraphQL arguments that the read has as keyword-only parameters are passed on as plain hashable values: enums by
   value, lists as tuples, inputs by their `plain()`. The rest is the method's alone.
 - A read that takes `columns` is told which columns of its records are looked at, where that is known (app.api.needs).
   What a method reads of `self.row` it has to name in `needs`, or all of these are read.
 - A read that takes `page` makes the field a connection: it gets the arguments first, after, last, before and offset.
 - `@root(read)` does the same for root fields, whose read takes no keys: `async def read(db, viewer, *, page, ...)`.
 - Arguments that are global ids reach a root's read as keys: `@root(read, ids={"library_ids": "Library"})`.

Where what is read is only shown, by a type that `@shows` its rows, the edge says so and its method has no body:

    @edge(reads.cast_of_movies, shows=MovieCredit, description="Top-billed first.")
    def cast(self) -> Connection[MovieCredit]: ...

The definition lies in the field's metadata under EDGE, so that another executor can run it level by level.

Modules of app.api import each other in one order (taxonomy, people, movies, collections, tv, library, recent), and a
type is written in the first module that can. Where it leads to a type of a later module, that module says so:

    @extend(Person)
    class PersonInMovies:
        @edge(reads.credits_of_people, description="...")
        def movie_credits(self, credits: Slice[reads.Credit]) -> Connection[MovieCredit]: ...

The class is only a list of fields for Person; `self` is the Person. So there is neither a cycle of imports nor a
type's name in a string.
"""

import dis
import inspect
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Protocol, TypeVar, cast, get_args, runtime_checkable

import strawberry
from strawberry import UNSET
from strawberry.types.field import StrawberryField

from app.api.context import Context, Info, Read
from app.api.node import parse_key
from app.api.pagination import PAGE_ARGUMENTS, connect
from app.api.selection import selects
from app.api.shown import Varied
from app.api.storable import storable
from app.core.errors import NotFound
from app.core.paging import Page, Slice
from app.core.projection import Columns

EDGE = "edge"
C = TypeVar("C", bound=type)
Arguments = Mapping[str, Any]


@runtime_checkable
class Plain(Protocol):
    """An input that reads take in another, hashable form."""

    def plain(self) -> Hashable: ...


@dataclass(frozen=True, eq=False, slots=True)
class EdgeDefinition:
    """How a field is read.

    read: batched by key, or without keys where `key` is None (a root field).
    convert: makes the field's value out of the object, what the read answered for it, and the GraphQL arguments.
    key: the attribute of the object that holds its key in the read.
    passed: GraphQL arguments that the read takes.
    only_with: the read is left out, and None converted, unless this argument is given.
    ids: of arguments that are global ids, or lists of them, the type that they have to be of.
    needs_value: whether the method can't be handed None; what it belongs to was then removed a moment ago.
    is_projected: whether the read can leave out columns of its records.
    needs: columns that the method reads of its object's row; None where it may read any.
    shows: the type that shows the rows that the read answers, or the types, where there is no more to it.
    otherwise: the column of the object's row that the value is without `only_with`, where that is so.
    folded: the relation by which reads of the object's rows may read it along (see app.core.folding).
    """

    read: Read
    convert: Callable[..., Any]
    key: str | None
    passed: tuple[str, ...]
    is_paged: bool
    only_with: str | None = None
    ids: Mapping[str, str] = field(default_factory=dict[str, str])
    needs_value: bool = False
    is_projected: bool = False
    needs: Columns = None
    shows: type | Varied | None = None
    otherwise: str | None = None
    folded: str | None = None

    def arguments(
        self, given: Arguments, *, with_total: bool, items_alone: bool = False
    ) -> dict[str, Hashable]:
        """What the read is called with beside its keys; also what tells its loaders apart."""
        values = {name: self._value(name, given[name]) for name in self.passed if given.get(name) is not None}
        if self.is_paged:
            places = {name: given.get(name) for name in PAGE_ARGUMENTS}
            values["page"] = Page(**places, with_total=with_total, items_alone=items_alone)
        return values

    def _value(self, name: str, value: Any) -> Hashable:
        kind = self.ids.get(name)
        if kind is None:
            return hashable(value)
        if isinstance(value, list):
            return tuple(parse_key(each, kind, name) for each in cast("list[str]", value))
        return parse_key(value, kind, name)

    def of_method(self, given: Arguments) -> Arguments:
        """The arguments that `convert` takes."""
        if not self.is_paged:
            return given
        return {name: value for name, value in given.items() if name not in PAGE_ARGUMENTS}


def edge(
    read: Read,
    *,
    description: str,
    name: str | None = None,
    key: str = "key",
    only_with: str | None = None,
    deprecation_reason: str | None = None,
    needs: Collection[str] | None = None,
    shows: type | Varied | None = None,
    otherwise: str | None = None,
    folded: str | None = None,
) -> Callable[[Callable[..., Any]], Any]:
    """A field whose value is read for all objects of a level at once; see above.

    needs: the columns that the method reads of its object's row, where it does; any unless told.
    shows: the type of what the method, which has no body then, would make of rows.
    otherwise: the column that the method answers without the argument `only_with`.
    """

    def wrap(method: Callable[..., Any]) -> Any:
        convert = method if shows is None else showing(shows, method)
        definition = replace(
            _definition(read, convert, key, only_with), shows=shows, otherwise=otherwise, folded=folded
        )
        if needs is not None or otherwise is not None:
            definition = replace(
                definition, needs=frozenset(needs or ()).union([otherwise] if otherwise else ())
            )

        def resolve(self: Any, info: Info, **given: Any) -> Any:
            source_key = getattr(self, key)
            if source_key is None or (only_with is not None and given.get(only_with) is None):
                return convert(self, None, **definition.of_method(given))
            arguments = definition.arguments(given, with_total=_counts(definition, info))
            return _loaded(definition, self, info.context.load(read, source_key, **arguments), given)

        return _field(definition, resolve, description, name, deprecation_reason)

    return wrap


def root(
    read: Read,
    *,
    description: str,
    name: str | None = None,
    ids: Mapping[str, str] | None = None,
    shows: type | None = None,
    deprecation_reason: str | None = None,
) -> Callable[[Callable[..., Any]], Any]:
    """A field of Query; its read takes no keys. shows: as of an edge."""

    def wrap(method: Callable[..., Any]) -> Any:
        convert = method if shows is None else showing(shows, method)
        definition = replace(_definition(read, convert, None, None), ids=ids or {}, shows=shows)

        def resolve(self: Any, info: Info, **given: Any) -> Any:
            context: Context = info.context
            arguments = definition.arguments(given, with_total=_counts(definition, info))
            return _loaded(definition, self, read(context.db, context.viewer, **arguments), given)

        return _field(definition, resolve, description, name, deprecation_reason)

    return wrap


def showing(kind: Any, method: Callable[..., Any]) -> Callable[..., Any]:
    """What a method without a body does: it shows rows as its edge says, and no row as null."""

    def convert(self: Any, found: Any, **_: Any) -> Any:
        if isinstance(found, Slice):
            return connect(cast("Slice[Any]", found), kind.of)
        if isinstance(found, list):
            return [kind.of(row) for row in cast("list[Any]", found)]
        return None if found is None else kind.of(found)

    signature = inspect.signature(method)
    own, *arguments = signature.parameters.values()
    may_be_nothing = type(None) in get_args(signature.return_annotation)
    found = inspect.Parameter(
        "found",
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        annotation=object | None if may_be_nothing else object,
    )
    cast("Any", convert).__signature__ = signature.replace(parameters=[own, found, *arguments])
    convert.__name__, convert.__qualname__ = method.__name__, method.__qualname__
    convert.__module__ = method.__module__
    return convert


def extend(target: type) -> Callable[[C], C]:
    """Add the fields of a class to a type of an earlier module."""

    def add(extension: C) -> C:
        fields = cast("list[StrawberryField]", cast("Any", target).__strawberry_definition__.fields)
        for name, value in vars(extension).items():
            if isinstance(value, StrawberryField):
                value.python_name = name
                value.origin = value.origin or extension
                fields.append(value)
        return extension

    return add


def hashable(value: Any) -> Hashable:
    """A GraphQL argument as reads take it."""
    if isinstance(value, list | tuple):
        return tuple(hashable(item) for item in cast("list[Any]", value))
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return storable(value)
    return value.plain() if isinstance(value, Plain) else value


async def _loaded(definition: EdgeDefinition, source: Any, loading: Awaitable[Any], given: Arguments) -> Any:
    value = await loading
    if value is None and definition.needs_value:
        raise NotFound(definition.convert.__name__.replace("_", " "), "for it any more")
    return definition.convert(source, value, **definition.of_method(given))


def _counts(definition: EdgeDefinition, info: Info) -> bool:
    return definition.is_paged and selects(info, "totalCount")


def _definition(
    read: Read, convert: Callable[..., Any], key: str | None, only_with: str | None
) -> EdgeDefinition:
    named = [
        parameter.name
        for parameter in inspect.signature(read).parameters.values()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    ]
    own = inspect.signature(convert).parameters
    passed = tuple(name for name in named if name in own)
    loaded = list(own.values())[1].annotation
    needs = None if _looks_at_its_object(convert) else frozenset[str]()
    needs_value = not (loaded in (None, Any) or type(None) in get_args(loaded))
    return EdgeDefinition(
        read,
        convert,
        key,
        passed,
        "page" in named,
        only_with,
        needs_value=needs_value,
        is_projected="columns" in named,
        needs=needs,
    )


def _looks_at_its_object(convert: Callable[..., Any]) -> bool:
    own = convert.__code__.co_varnames[0]
    return any(looks_at(own, each) for each in dis.get_instructions(convert))


def looks_at(name: str, instruction: dis.Instruction) -> bool:
    """Whether it is about this variable. From CPython 3.13 on, one instruction may be about two."""
    about = instruction.argval
    return name in about if isinstance(about, tuple) else name == about


def _field(
    definition: EdgeDefinition,
    resolve: Callable[..., Any],
    description: str,
    name: str | None,
    deprecation_reason: str | None,
) -> Any:
    convert = definition.convert
    cast("Any", resolve).__signature__ = _signature(convert, is_paged=definition.is_paged)
    resolve.__name__, resolve.__qualname__ = convert.__name__, convert.__qualname__
    resolve.__module__ = convert.__module__
    return strawberry.field(
        resolver=resolve,
        name=name,
        description=description,
        deprecation_reason=deprecation_reason,
        metadata={EDGE: definition},
    )


def _signature(convert: Callable[..., Any], *, is_paged: bool) -> inspect.Signature:
    """The resolver's: the method's, without what is loaded and with `info` and the arguments of paging."""
    signature = inspect.signature(convert)
    own, _, *arguments = signature.parameters.values()
    named = inspect.Parameter.KEYWORD_ONLY
    paging = PAGE_ARGUMENTS if is_paged else {}
    return signature.replace(
        parameters=[
            own,
            inspect.Parameter("info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Info),
            # UNSET, so that the printed schema doesn't give every argument the default null
            *(
                argument.replace(kind=named, default=UNSET if argument.default is None else argument.default)
                for argument in arguments
            ),
            *(
                inspect.Parameter(each, named, default=UNSET, annotation=kind)
                for each, kind in paging.items()
            ),
        ]
    )
