"""How an executor that works level by level gets the values of our fields: edges by one read, attributes as columns."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any, cast

import strawberry
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import convert_arguments
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from app.access.permissions import Permission
from app.api.bare import answers_of, bare, objects_of, plain, seeing
from app.api.context import Context
from app.api.edge import EDGE, EdgeDefinition
from app.api.needs import folded, needed
from app.api.requires import required
from app.api.selection import is_selected
from app.api.shown import column_at, column_of, row_column_of, row_of
from app.core.errors import NotFound
from app.core.projection import Columns
from app.core.records import places, told_as
from app.engine.memory import LONGEST, MEMORY, MOST_VALUES
from app.engine.sources import Answers, Asked, Batch, Method, Plain, Source, SourceOf, resolvers
from graphql import GraphQLField, GraphQLObjectType

Given = Mapping[str, Any]
Passed = Mapping[str, Hashable]
# Arguments that one place of a plan remembers; each is as short as what is asked again and again.
MOST_KNOWN, LONGEST_LIST = 64, 20


def sources_of(schema: strawberry.Schema) -> SourceOf:
    """Fields with permissions or extensions of their own, and methods with arguments, are left to their resolvers."""
    roots = {kind for kind in _roots(schema) if kind is not None}
    query = schema._schema.query_type  # pyright: ignore[reportPrivateUsage]

    def source_of(parent: GraphQLObjectType, name: str, field: GraphQLField) -> Source:
        definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
        if (
            not isinstance(definition, StrawberryField)
            or definition.extensions
            or definition.permission_classes
        ):
            return seeing(bare(parent), resolvers(parent, name, field))
        edge = definition.metadata.get(EDGE)
        if parent in roots:
            permission = required(field)
            if not isinstance(edge, EdgeDefinition) or permission is None or parent is not query:
                return resolvers(parent, name, field)
            root = _Root(schema, definition, edge, field, permission)
            return Batch(root.read, root.answers)
        if isinstance(edge, EdgeDefinition) and edge.key is not None:
            level = _Level(schema, parent, definition, edge, field)
            return Batch(level.read, level.answers, level.plain)
        if definition.is_basic_field:
            return plain(parent, name, definition.python_name)
        call, shown = _method(definition), bare(parent)
        if call is None:
            return seeing(shown, resolvers(parent, name, field))
        return Method(call if shown is None else shown.seen(call))

    return source_of


def class_of(kind: GraphQLObjectType) -> type | None:
    """The class that a type was made of; None for what is of a generic one, or tells by itself what is of it."""
    definition = kind.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(definition, StrawberryObjectDefinition) or definition.is_type_of is not None:
        return None
    return None if definition.concrete_of or definition.is_graphql_generic else definition.origin


def _class(kind: GraphQLObjectType) -> type:
    return kind.extensions[GraphQLCoreConverter.DEFINITION_BACKREF].origin


def _roots(schema: strawberry.Schema) -> tuple[GraphQLObjectType | None, ...]:
    core = schema._schema  # pyright: ignore[reportPrivateUsage]
    return core.query_type, core.mutation_type, core.subscription_type


def _method(field: StrawberryField) -> Callable[[Any], Any] | None:
    """The function behind a field that takes nothing but the object."""
    resolver = cast("Any", field).base_resolver
    if resolver is None or resolver.is_async or resolver.arguments or resolver.self_parameter is None:
        return None
    return resolver.wrapped_func if len(resolver.signature.parameters) == 1 else None


class _Asking:
    """What one place of a plan asks of its edge's read. What is selected below it is always the same."""

    def __init__(
        self,
        schema: strawberry.Schema,
        field: StrawberryField,
        edge: EdgeDefinition,
        definition: GraphQLField,
    ) -> None:
        self._arguments, self._edge, self._definition = field.arguments, edge, definition
        self._schema = schema._schema  # pyright: ignore[reportPrivateUsage]
        self._scalars, self._config = schema.schema_converter.scalar_registry, schema.config
        self._needed: tuple[Columns] | None = None
        self._page: dict[str, bool] | None = None
        self._known: dict[Hashable, tuple[Given, Passed]] = {}
        self._same: dict[int, tuple[Given, tuple[Given, Passed]]] = {}
        self._answers = answers_of(edge, definition)

    @property
    def answers(self) -> Answers | None:
        """What is known of what is read, where it is given out as it is."""
        return self._answers

    def given(self, asked: Asked, arguments: Given) -> tuple[Given, Passed]:
        """The arguments as the edge's method takes them, and as its read does. Raises Invalid.

        The engine hands out the same ones again and again: those need no looking at.
        """
        same = self._same.get(id(arguments))
        if same is not None and same[0] is arguments:
            return same[1]
        try:
            key = key_of(arguments)
            known = self._known.get(key)
        except TypeError:
            return self._converted(asked, arguments)
        if known is None:
            known = self._converted(asked, arguments)
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            MEMORY.add(self)
            self._known[key] = known
        if len(self._same) >= MOST_KNOWN:
            self._same.clear()
        MEMORY.add(self)
        self._same[id(arguments)] = arguments, known
        return known

    def forget(self) -> None:
        """What was asked before."""
        self._known.clear()
        self._same.clear()

    def columns(self, asked: Asked) -> Columns:
        if not self._edge.is_projected:
            return None
        if self._needed is None:
            is_paged = self._edge.is_paged
            self._needed = (
                needed(self._schema, self._definition, asked.nodes, asked.fragments, is_paged=is_paged),
            )
        return self._needed[0]

    def _converted(self, asked: Asked, arguments: Given) -> tuple[Given, Passed]:
        given: Given = {}
        if arguments:
            given = convert_arguments(
                dict(arguments), self._arguments, scalar_registry=self._scalars, config=self._config
            )
        edge = self._edge
        return edge.of_method(given), edge.arguments(given, **self._of_page(asked))

    def _of_page(self, asked: Asked) -> dict[str, bool]:
        if self._page is None:

            def selects(name: str) -> bool:
                return is_selected(asked.nodes, asked.fragments, asked.variables.coerced, name)

            is_paged = self._edge.is_paged
            self._page = {
                "with_total": is_paged and selects("totalCount"),
                "items_alone": is_paged and not selects("edges") and not selects("pageInfo"),
            }
        return self._page


class _Level(_Asking):
    """Reads an edge for all objects of a level."""

    def __init__(
        self,
        schema: strawberry.Schema,
        parent: GraphQLObjectType,
        field: StrawberryField,
        edge: EdgeDefinition,
        definition: GraphQLField,
    ) -> None:
        super().__init__(schema, field, edge, definition)
        assert edge.key is not None
        own = _class(parent)
        self._keys = column_of(own, edge.key)
        self._otherwise = None if edge.otherwise is None else row_column_of(own, edge.otherwise)
        self._sees, self._parent, self._row = objects_of(parent), parent, row_of(own)
        # Where what was read along with a row begins in it; None where that isn't known, or would be no use here.
        self._related = None if self._row is None else column_at(len(places(self._row)))
        self._along: bool | None = None

    def plain(self, arguments: Given) -> Plain | None:
        """The column that the field is without the argument that it is read for."""
        edge = self._edge
        if self._otherwise is None or edge.only_with is None or edge.only_with in arguments:
            return None
        return Plain(self._otherwise)

    async def read(self, objects: Sequence[Any], asked: Asked, arguments: Given) -> list[Any]:
        edge, context = self._edge, cast("Context", asked.context)
        own, passed = self.given(asked, arguments)
        convert = edge.convert
        if edge.only_with is not None and own.get(edge.only_with) is None:
            if self._otherwise is not None:
                return self._otherwise(objects)
            return [_attempt(convert, each, None, own) for each in self._sees(objects)]
        if edge.folded is not None and (held := self._held(objects, asked)) is not None:
            return held
        keys = self._keys(objects)
        wanted = keys if all(keys) else [key for key in keys if key is not None]
        found = await context.load_all(edge.read, wanted, self.columns(asked), asked.is_alone, **passed)
        if self._answers is not None and len(wanted) == len(keys):
            values = list(map(found.__getitem__, keys))
            if not edge.needs_value or type(None) not in set(map(type, values)):
                return values
        column = list[Any]()
        for each, key in zip(self._sees(objects), keys, strict=True):
            try:
                value = None if key is None else found[key]
                if value is None and key is not None and edge.needs_value:
                    raise _gone(edge)
                column.append(value if self._answers is not None else convert(each, value, **own))
            except Exception as error:  # noqa: BLE001
                column.append(error)
        return column

    def _held(self, objects: Sequence[Any], asked: Asked) -> list[Any] | None:
        """The rows as those of what was read along with each, if it was: nothing but its columns is selected."""
        edge = self._edge
        if self._along is None:
            self._along = folded(self._parent, self._definition, asked.nodes, asked.fragments) is not None
        if not self._along or self._related is None or edge.folded is None or not objects:
            return None
        rows = objects if type(objects[0]) is self._row else [each.row for each in objects]
        known = told_as(edge.folded, "id")
        if known not in rows[0]:
            return None
        found = list[Any](rows)
        for index, key in enumerate(self._related(rows)):
            if key is None:
                found[index] = _gone(edge) if edge.needs_value else None
        return found


class _Root(_Asking):
    """Reads a field of Query, for those who may ask for it."""

    def __init__(
        self,
        schema: strawberry.Schema,
        field: StrawberryField,
        edge: EdgeDefinition,
        definition: GraphQLField,
        permission: Permission,
    ) -> None:
        super().__init__(schema, field, edge, definition)
        self._permission = permission

    async def read(self, objects: Sequence[Any], asked: Asked, arguments: Given) -> list[Any]:
        edge, context = self._edge, cast("Context", asked.context)
        context.viewer.must(self._permission)
        own, passed = self.given(asked, arguments)
        columns = self.columns(asked)
        some = {} if columns is None else {"columns": columns}
        found = await edge.read(context.db, context.viewer, **some, **passed)
        if found is None and edge.needs_value:
            raise _gone(edge)
        if self._answers is not None:
            return [found] * len(objects)
        return [_attempt(edge.convert, each, found, own) for each in objects]


def _attempt(convert: Callable[..., Any], each: Any, value: Any, own: Given) -> Any:
    try:
        return convert(each, value, **own)
    except Exception as error:  # noqa: BLE001
        return error


def _gone(edge: EdgeDefinition) -> NotFound:
    return NotFound(edge.convert.__name__.replace("_", " "), "for it any more")


def key_of(arguments: Given) -> Hashable:
    """What equal arguments have in common. Raises TypeError for values of which it can't be told, and for many."""
    return _as_key(arguments, iter(range(MOST_VALUES)))


def _as_key(value: Any, left: Iterator[int]) -> Hashable:
    if next(left, None) is None:
        raise TypeError
    if isinstance(value, dict):
        named = cast("dict[str, Any]", value)
        return tuple((name, _as_key(each, left)) for name, each in named.items())
    if isinstance(value, list):
        values = cast("list[Any]", value)
        if len(values) > LONGEST_LIST:
            raise TypeError
        return (list, *(_as_key(each, left) for each in values))
    if isinstance(value, str) and len(value) > LONGEST:
        raise TypeError
    hash(value)
    return cast("type", type(value)), cast("Hashable", value)
