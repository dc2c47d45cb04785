"""A field of a plan: its values for all objects of a level at once."""
# graphql-core leaves parts of its types open.
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false, reportUnknownArgumentType=false

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from graphql.execution import get_argument_values
from graphql.execution.values import VariableValues
from graphql.language import Visitor, visit
from graphql.pyutils import Undefined

from app.engine.completion import (
    AbstractOf,
    Completer,
    ListOf,
    NonNull,
    ObjectOf,
    ObjectsOf,
    caught,
    leaf_of,
)
from app.engine.leaves import Column, Leaf
from app.engine.memory import MEMORY, is_small
from app.engine.places import OfField, Place
from app.engine.run import Run, settled
from app.engine.site import Site
from app.engine.sources import Answers, Batch, ClassOf, Method, Plain, Source
from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLOutputType,
    GraphQLSchema,
    VariableNode,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)

NO_VARIABLES = VariableValues({}, {})
# Arguments that a field remembers by the values of the variables in them, and what these may be.
MOST_KNOWN = 64
SMALL = frozenset({str, int, float, bool, type(None), type(Undefined)})


class FieldPlan:
    """is_immediate: whether its column is there without waiting. may_be_null: whether it absorbs what failed in it."""

    __slots__ = (
        "__weakref__",
        "_arguments",
        "_column",
        "_completer",
        "_definition",
        "_known",
        "_leaf",
        "_site",
        "_source",
        "_variables",
        "is_immediate",
        "key",
        "may_be_null",
    )

    def __init__(
        self,
        key: str,
        definition: GraphQLField,
        site: Site,
        source: Source,
        completer: Completer,
        *,
        hide_suggestions: bool,
    ) -> None:
        self._arguments = _constant_arguments(definition, site.nodes[0], hide_suggestions=hide_suggestions)
        if isinstance(source, Batch) and isinstance(self._arguments, Mapping):
            source = source.plain(self._arguments) or source
        self.key, self._definition, self._site, self._source = key, definition, site, source
        self._completer = completer
        self._variables = _variables_of(site.nodes[0]) if self._arguments is None else ()
        self._known: dict[Hashable, Mapping[str, Any]] = {}
        self.may_be_null = not is_non_null_type(definition.type)
        self.is_immediate = isinstance(source, Plain) and completer.is_immediate
        self._column = source.column if isinstance(source, Plain) else None
        self._leaf = leaf_of(completer)

    def now(self, objects: Sequence[Any], place: Place, run: Run) -> Column:
        """The column of an immediate field."""
        column = self._plain(objects, place, run)
        if self._leaf is not None and self._leaf.is_untouched(column):
            return column
        column = self._completer.now(column, OfField(place, self.key, self._site.parent_type.name), run)
        return run.absorb(column) if self.may_be_null else column

    async def later(self, objects: Sequence[Any], place: Place, run: Run) -> Column:
        here = OfField(place, self.key, self._site.parent_type.name)
        column = caught(await self._values(objects, place, run), self._site, here, run)
        completer = self._completer
        column = (
            completer.now(column, here, run)
            if completer.is_immediate
            else await completer.later(column, here, run)
        )
        return run.absorb(column) if self.may_be_null else column

    async def _values(self, objects: Sequence[Any], place: Place, run: Run) -> Column:
        if self._column is not None:
            return self._plain(objects, place, run)
        if isinstance(self._source, Method):
            return await settled([_attempt(self._source.call, each) for each in objects])
        arguments = self._given(run)
        if isinstance(arguments, Exception):
            return [arguments] * len(objects)
        if isinstance(self._source, Batch):
            return await self._batched(self._source, objects, arguments, run)
        here = OfField(place, self.key, self._site.parent_type.name)
        return await self._resolved(objects, here, arguments, run)

    def _plain(self, objects: Sequence[Any], place: Place, run: Run) -> Column:
        read = self._column
        assert read is not None
        try:
            return read(objects)
        except Exception:  # noqa: BLE001
            here = OfField(place, self.key, self._site.parent_type.name)
            return caught([_alone(read, each) for each in objects], self._site, here, run)

    async def _batched(
        self, source: Batch, objects: Sequence[Any], arguments: Mapping[str, Any], run: Run
    ) -> Column:
        try:
            found = list(await source.read(objects, run.asked(self._site.nodes), arguments))
            if len(found) != len(objects):
                raise ValueError(f"The batch answered {len(found)} values for {len(objects)} objects.")
        except Exception as error:  # noqa: BLE001
            return [error] * len(objects)
        return found

    async def _resolved(
        self, objects: Sequence[Any], here: OfField, arguments: Mapping[str, Any], run: Run
    ) -> Column:
        assert not isinstance(self._source, Plain | Method | Batch)
        resolve, column = self._source.resolve, list[Any]()
        for index, each in enumerate(objects):
            try:
                column.append(resolve(each, self._site.info(run, here.path(index)), **arguments))
            except Exception as error:  # noqa: BLE001
                column.append(error)
        return await settled(column)

    def _given(self, run: Run) -> Mapping[str, Any] | Exception:
        """The arguments, or what is wrong with them."""
        if self._arguments is not None:
            return self._arguments
        if id(self) not in run.arguments:
            run.arguments[id(self)] = self._of_variables(run)
        return run.arguments[id(self)]

    def _of_variables(self, run: Run) -> Mapping[str, Any] | Exception:
        """The arguments, remembered by the values of the variables in them where these are small.

        Of batches alone: what others are given, as mutations are, may be secret and seldom comes again.
        """
        if not isinstance(self._source, Batch):
            return self._worked_out(run)
        values = [run.variables.coerced.get(name, Undefined) for name in self._variables]
        is_known = all(type(each) in SMALL for each in values) and is_small(values)
        key = tuple((type(each), each) for each in values) if is_known else None
        if key is not None and key in self._known:
            return self._known[key]
        found = self._worked_out(run)
        if key is not None and not isinstance(found, Exception) and is_small(found):
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            MEMORY.add(self)
            self._known[key] = found
        return found

    def forget(self) -> None:
        self._known.clear()

    def _worked_out(self, run: Run) -> Mapping[str, Any] | Exception:
        return _arguments(
            self._definition, self._site.nodes[0], run.variables, hide_suggestions=run.hide_suggestions
        )


class TypeName:
    """`__typename`, which is the same for all objects of a type."""

    is_immediate, may_be_null = True, True

    def __init__(self, key: str, name: str) -> None:
        self.key, self._name = key, name

    def now(self, objects: Sequence[Any], place: Place, run: Run) -> Column:
        return [self._name] * len(objects)

    async def later(self, objects: Sequence[Any], place: Place, run: Run) -> Column:
        return self.now(objects, place, run)


def completer_of(
    schema: GraphQLSchema,
    class_of: ClassOf,
    return_type: GraphQLOutputType,
    objects_of: ObjectsOf,
    site: Site,
    answers: Answers | None = None,
) -> Completer:
    """answers: as sources have it."""
    if is_non_null_type(return_type):
        if is_leaf_type(return_type.of_type):
            return NonNull(Leaf(return_type.of_type, site, may_be_null=False), site)
        return NonNull(completer_of(schema, class_of, return_type.of_type, objects_of, site, answers), site)
    if is_list_type(return_type):
        item = completer_of(schema, class_of, return_type.of_type, objects_of, site, answers)
        nullable = not is_non_null_type(return_type.of_type)
        return ListOf(item, site, item_is_nullable=nullable, items_are_known=answers is not None)
    if is_leaf_type(return_type):
        return Leaf(return_type, site)
    if is_abstract_type(return_type):
        return AbstractOf(return_type, schema, class_of, objects_of, site, answers)
    assert is_object_type(return_type)
    return ObjectOf(return_type, class_of, objects_of, site, answers)


def _constant_arguments(
    definition: GraphQLField, node: FieldNode, *, hide_suggestions: bool
) -> Mapping[str, Any] | Exception | None:
    """None where they depend on variables."""
    if not definition.args and not node.arguments:
        return {}
    if _variables_of(node):
        return None
    return _arguments(definition, node, NO_VARIABLES, hide_suggestions=hide_suggestions)


def _arguments(
    definition: GraphQLField, node: FieldNode, variables: VariableValues, *, hide_suggestions: bool
) -> Mapping[str, Any] | Exception:
    try:
        return get_argument_values(definition, node, variables, None, hide_suggestions)
    except Exception as error:  # noqa: BLE001
        return error


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.names.append(node.name.value)


def _variables_of(field: FieldNode) -> tuple[str, ...]:
    """The variables in a field's arguments."""
    visitor = _Variables()
    for each in field.arguments or ():
        visit(each, visitor)
    return tuple(dict.fromkeys(visitor.names))


def _alone(column: Callable[[Sequence[Any]], Column], each: Any) -> Any:
    try:
        return column([each])[0]
    except Exception as error:  # noqa: BLE001
        return error


def _attempt(read: Any, each: Any) -> Any:
    try:
        return read(each)
    except Exception as error:  # noqa: BLE001
        return error
