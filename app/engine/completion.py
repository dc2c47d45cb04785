"""Completing columns of values as their types say: leaves, lists, objects, and what may not be null."""
# graphql-core leaves parts of its types open.
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false, reportUnknownArgumentType=false

from collections.abc import AsyncIterable, Callable, Sequence
from typing import Any, Protocol, cast

from graphql.execution import default_type_resolver
from graphql.pyutils import Undefined, inspect, is_iterable

from app.engine.failing import Failed
from app.engine.leaves import NOTHING, Column, Leaf
from app.engine.places import OfItem, Place, Some
from app.engine.run import Run, settled
from app.engine.site import Site
from app.engine.sources import Answers, ClassOf
from graphql import (
    GraphQLAbstractType,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    is_object_type,
)


class Objects(Protocol):
    """Executes a selection of fields for all objects of a type."""

    async def run(self, objects: Sequence[Any], place: Place, run: Run) -> Column: ...


ObjectsOf = Callable[[GraphQLObjectType, Run], Objects]


class Completer(Protocol):
    """Columns have None for null, Failed for what failed before, and no exceptions and awaitables."""

    is_immediate: bool

    def now(self, column: Column, place: Place, run: Run) -> Column:
        """Where nothing below has to be waited for."""
        ...

    async def later(self, column: Column, place: Place, run: Run) -> Column: ...


def caught(column: Column, site: Site, place: Place, run: Run) -> Column:
    """The column with Failed for exceptions, as values that resolvers answer or raise; Undefined is null."""
    for kind in set(map(type, column)):
        if kind is _UNDEFINED or issubclass(kind, Exception):
            break
    else:
        return column
    return [
        run.fail(value, site.nodes, place, index)
        if isinstance(value, Exception)
        else None
        if value is Undefined
        else value
        for index, value in enumerate(column)
    ]


def leaf_of(completer: Completer) -> Leaf | None:
    """The leaf that all of a column is, whose untouched values need no completing."""
    return (
        completer.leaf
        if isinstance(completer, NonNull)
        else completer
        if isinstance(completer, Leaf)
        else None
    )


class NonNull:
    """Null, here, fails. leaf: what is to be no null, where that is one; of it null isn't untouched."""

    def __init__(self, inner: Completer, site: Site) -> None:
        self._inner, self._site = inner, site
        self.is_immediate = inner.is_immediate
        self.leaf = inner if isinstance(inner, Leaf) else None

    def now(self, column: Column, place: Place, run: Run) -> Column:
        if self.leaf is not None and self.leaf.is_untouched(column):
            return column
        return self._checked(self._inner.now(column, place, run), place, run)

    async def later(self, column: Column, place: Place, run: Run) -> Column:
        return self._checked(await self._inner.later(column, place, run), place, run)

    def _checked(self, column: Column, place: Place, run: Run) -> Column:
        if NOTHING not in set(map(type, column)):
            return column
        error = f"Cannot return null for non-nullable field {self._site.parent_type}.{self._site.name}."
        return [
            run.fail(TypeError(error), self._site.nodes, place, index) if value is None else value
            for index, value in enumerate(column)
        ]


class ListOf:
    """Lists: the items of all of them are completed together."""

    def __init__(
        self, item: Completer, site: Site, *, item_is_nullable: bool, items_are_known: bool = False
    ) -> None:
        self._item, self._site, self._item_is_nullable = item, site, item_is_nullable
        self._items_are_known = items_are_known
        # Items may be awaitable, whatever they are of.
        self.is_immediate = False

    def now(self, column: Column, place: Place, run: Run) -> Column:
        raise NotImplementedError

    async def later(self, column: Column, place: Place, run: Run) -> Column:
        column = await self._listed(column, place, run)
        lengths = [len(value) if type(value) is list else 0 for value in column]
        items: Column = []
        for value in column:
            if type(value) is list:
                items += cast("Column", value)
        if not items:
            return column
        below = OfItem(place, lengths)
        if not self._items_are_known:
            items = caught(await settled(items), self._site, below, run)
        item = self._item
        items = item.now(items, below, run) if item.is_immediate else await item.later(items, below, run)
        if self._item_is_nullable:
            items = run.absorb(items)
        return _in_lists(column, lengths, items, may_fail=run.any_failed)

    async def _listed(self, column: Column, place: Place, run: Run) -> Column:
        """The column with a list for each iterable."""
        if set(map(type, column)) <= _LISTED:
            return column
        return [await self._list(value, place, index, run) for index, value in enumerate(column)]

    async def _list(self, value: Any, place: Place, index: int, run: Run) -> Any:
        if value is None or type(value) in (list, Failed):
            return value
        try:
            if isinstance(value, AsyncIterable):
                return [item async for item in cast("AsyncIterable[Any]", value)]
            if is_iterable(value):
                return list(cast("Sequence[Any]", value))
            name = f"{self._site.parent_type}.{self._site.name}"
            raise GraphQLError(f"Expected Iterable, but did not find one for field '{name}'.")
        except Exception as error:  # noqa: BLE001
            return run.fail(error, self._site.nodes, place, index)


def _in_lists(column: Column, lengths: Sequence[int], items: Column, *, may_fail: bool) -> Column:
    """The items as the lists had them; a list with an item that failed has failed as a whole."""
    found: Column = []
    end = 0
    for value, length in zip(column, lengths, strict=True):
        start, end = end, end + length
        part = items[start:end]
        failed = next((item for item in part if type(item) is Failed), None) if may_fail else None
        found.append(value if type(value) is not list else failed or part)
    return found


class ObjectOf:
    """Objects of one type."""

    is_immediate = False

    def __init__(
        self,
        kind: GraphQLObjectType,
        class_of: ClassOf,
        objects_of: ObjectsOf,
        site: Site,
        answers: Answers | None = None,
    ) -> None:
        self._kind, self._objects_of, self._site = kind, objects_of, site
        self._known = {NOTHING, Failed, class_of(kind), *(answers.classes if answers else ())}

    def now(self, column: Column, place: Place, run: Run) -> Column:
        raise NotImplementedError

    async def later(self, column: Column, place: Place, run: Run) -> Column:
        predicate = self._kind.is_type_of
        if predicate is not None and not self._known.issuperset(map(type, column)):
            column = await self._verified(predicate, column, place, run)
        return await completed(self._kind, self._objects_of, self._site, column, place, run)

    async def _verified(
        self, predicate: Callable[..., Any], column: Column, place: Place, run: Run
    ) -> Column:
        """The column without what is no object of the type."""
        present = _present(column)
        answers: Column = []
        for index in present:
            try:
                info = self._site.info(run, place.field_path(index))
                answers.append(predicate(column[index], info))
            except Exception as error:  # noqa: BLE001
                answers.append(error)
        answers = await settled(answers)
        column = list(column)
        for index, answer in zip(present, answers, strict=True):
            if isinstance(answer, Exception):
                column[index] = run.fail(answer, self._site.nodes, place, index)
            elif not answer:
                said = f"Expected value of type '{self._kind}' but got: {inspect(column[index])}."
                column[index] = run.fail(GraphQLError(said, self._site.nodes), self._site.nodes, place, index)
        return column


class AbstractOf:
    """Objects of an interface or union: those of each type are completed together."""

    is_immediate = False

    def __init__(
        self,
        kind: GraphQLAbstractType,
        schema: GraphQLSchema,
        class_of: ClassOf,
        objects_of: ObjectsOf,
        site: Site,
        answers: Answers | None = None,
    ) -> None:
        self._kind, self._schema, self._objects_of, self._site = kind, schema, objects_of, site
        self._class_of, self._answers = class_of, answers
        self._by_name = {each.name: each for each in schema.get_possible_types(kind)}
        self._by_class = {class_of(each): each for each in schema.get_possible_types(kind)}
        self._by_class.pop(None, None)
        self._resolve = kind.resolve_type or default_type_resolver
        self._of_types: dict[GraphQLObjectType, ObjectOf] = {}

    def now(self, column: Column, place: Place, run: Run) -> Column:
        raise NotImplementedError

    async def later(self, column: Column, place: Place, run: Run) -> Column:
        groups = self._groups(column)
        if groups is None:
            column, groups = await self._resolved(column, place, run)
        else:
            column = list(column)
        waiting = [
            self._of(kind).later([column[index] for index in indexes], Some(place, indexes), run)
            for kind, indexes in groups.items()
        ]
        outcomes = [await waiting[0]] if len(waiting) == 1 else await run.together(waiting)
        for indexes, outcome in zip(groups.values(), outcomes, strict=True):
            if isinstance(outcome, Exception):
                raise outcome
            for index, value in zip(indexes, outcome, strict=True):
                column[index] = value
        return column

    def _of(self, kind: GraphQLObjectType) -> ObjectOf:
        if kind not in self._of_types:
            self._of_types[kind] = ObjectOf(kind, self._class_of, self._objects_of, self._site, self._answers)
        return self._of_types[kind]

    def _groups(self, column: Column) -> dict[GraphQLObjectType, list[int]] | None:
        """The indexes of objects by type, where all can be told by their class or all at once."""
        if self._answers is not None and self._answers.types is not None:
            return self._told(self._answers, column)
        by_class: dict[type, list[int]] = {}
        for index, value in enumerate(column):
            by_class.setdefault(type(value), []).append(index)
        for nothing in (NOTHING, Failed):
            by_class.pop(nothing, None)
        if not by_class.keys() <= self._by_class.keys():
            return None
        return {self._by_class[each]: indexes for each, indexes in by_class.items()}

    def _told(self, answers: Answers, column: Column) -> dict[GraphQLObjectType, list[int]] | None:
        """None where whoever is asked for each may know better."""
        present = _present(column)
        objects = column if len(present) == len(column) else [column[index] for index in present]
        if answers.types is None or not answers.classes.issuperset(map(type, objects)):
            return None
        try:
            names = answers.types(objects)
            by_name: dict[str, list[int]] = {name: [] for name in names}
            for index, name in zip(present, names, strict=True):
                by_name[name].append(index)
            return {self._by_name[name]: indexes for name, indexes in by_name.items()}
        except Exception:  # noqa: BLE001
            return None

    async def _resolved(
        self, column: Column, place: Place, run: Run
    ) -> tuple[Column, dict[GraphQLObjectType, list[int]]]:
        """The indexes of objects by type, those of types that can't be as Failed."""
        present, names = _present(column), []
        for index in present:
            try:
                info = self._site.info(run, place.field_path(index))
                names.append(self._resolve(column[index], info, self._kind))
            except Exception as error:  # noqa: BLE001
                names.append(error)
        column, groups = list(column), dict[GraphQLObjectType, list[int]]()
        for index, name in zip(present, await settled(names), strict=True):
            try:
                groups.setdefault(self._type(name, column[index]), []).append(index)
            except Exception as error:  # noqa: BLE001
                column[index] = run.fail(error, self._site.nodes, place, index)
        return column, groups

    def _type(self, name: Any, value: Any) -> GraphQLObjectType:
        """Raises GraphQLError in graphql-core's words for what is no type of this one; what was raised for a name."""
        if isinstance(name, Exception):
            raise name
        abstract, field = self._kind, f"{self._site.parent_type}.{self._site.name}"
        must = f"Abstract type '{abstract}' must resolve to an Object type at runtime for field '{field}'"
        if name is None:
            said = (
                f"{must}. Either the '{abstract}' type should provide a 'resolve_type' function"
                " or each possible type should provide an 'is_type_of' function."
            )
            raise GraphQLError(said, self._site.nodes)
        if not isinstance(name, str):
            said = (
                f"{must} with value {inspect(value)}, received '{inspect(name)}',"
                " which is not a valid Object type name."
            )
            raise GraphQLError(said, self._site.nodes)
        kind = self._schema.get_type(name)
        if kind is None:
            said = f"Abstract type '{abstract}' was resolved to a type '{name}' that does not exist inside the schema."
        elif not is_object_type(kind):
            said = f"Abstract type '{abstract}' was resolved to a non-object type '{name}'."
        elif not self._schema.is_sub_type(abstract, kind):
            said = f"Runtime Object type '{kind}' is not a possible type for '{abstract}'."
        else:
            return kind
        raise GraphQLError(said, self._site.nodes)


async def completed(
    kind: GraphQLObjectType, objects_of: ObjectsOf, site: Site, column: Column, place: Place, run: Run
) -> Column:
    """The column with what is selected of each object in its place."""
    if not column:
        return column
    kinds = set(map(type, column))
    are_all = NOTHING not in kinds and Failed not in kinds
    present = () if are_all else _present(column)
    if not are_all and not present:
        return column
    try:
        objects = objects_of(kind, run)
    except GraphQLError as error:
        found = list(column)
        for index in present or range(len(column)):
            found[index] = run.fail(error, site.nodes, place, index)
        return found
    if are_all:
        return await objects.run(column, place, run)
    found = list(column)
    results = await objects.run([column[index] for index in present], Some(place, present), run)
    for index, result in zip(present, results, strict=True):
        found[index] = result
    return found


def _present(column: Column) -> list[int]:
    """Where there are values."""
    kinds = set(map(type, column))
    if NOTHING not in kinds and Failed not in kinds:
        return list(range(len(column)))
    return [index for index, value in enumerate(column) if value is not None and type(value) is not Failed]


_UNDEFINED: type = type(Undefined)
_LISTED = frozenset({list, NOTHING, Failed})
