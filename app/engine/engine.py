"""Prepares operations once and executes them breadth-first."""
# graphql-core leaves parts of its types open.
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false, reportUnknownArgumentType=false

from collections.abc import Mapping
from typing import Any

from graphql.execution.collect_fields import (
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from app.engine.conditions import Left, Shape, shape_of
from app.engine.fields import FieldPlan, TypeName, completer_of
from app.engine.places import Root
from app.engine.room import Room
from app.engine.run import Run
from app.engine.selection import Selection
from app.engine.site import Site
from app.engine.sources import Batch, ClassOf, Plain, SourceOf, no_class, resolvers
from app.engine.variables import Variables
from graphql import (
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    assert_valid_schema,
)

# Plans of one operation, by what its @skip and @include say, and the fields of all these.
MOST_VARIANTS, MOST_PLANNED = 64, 20_000


class Prepared:
    """An operation that the engine takes, with its plans; they are made when first needed and shared by all runs.

    planned: how many fields there are plans of. A field takes about 1.2 KB.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        shape: Shape,
        source_of: SourceOf,
        class_of: ClassOf,
        room: Room,
        *,
        hide_suggestions: bool,
    ) -> None:
        self.schema, self.operation, self.fragments = schema, operation, dict(fragments)
        self._details = {name: FragmentDetails(each) for name, each in fragments.items()}
        self._shape, self._source_of, self._class_of = shape, source_of, class_of
        self.hide_suggestions = hide_suggestions
        self._room, self.planned = room, 0
        self._roots: dict[tuple[Any, ...], Selection] = {}
        self.kind = schema.get_root_type(operation.operation)
        declared = operation.variable_definitions or ()
        self.variables = Variables(schema, declared, hide_suggestions=hide_suggestions)

    def root(self, variables: VariableValues, kind: GraphQLObjectType) -> Selection:
        """Raises GraphQLError for conditions that can't be told."""
        key = self._shape.variant(variables)
        known = self._roots.get(key)
        if known is not None:
            return known
        found = collect_fields(
            self.schema, self._details, variables, kind, self.operation, self.hide_suggestions
        )
        if len(self._roots) >= MOST_VARIANTS or self.planned >= MOST_PLANNED:
            self.forget()
        self._room.make()
        selection = self._roots[key] = self._selection(kind, found.grouped_field_set)
        return selection

    def forget(self) -> None:
        """Drop all plans; runs that have one go on with it."""
        self._roots.clear()
        self.planned = 0

    def _selection(self, kind: GraphQLObjectType, grouped: GroupedFieldSet) -> Selection:
        self.planned += len(grouped)
        self._room.planned += len(grouped)
        fields = (self._field(kind, key, details) for key, details in grouped.items())
        return Selection([field for field in fields if field is not None])

    def _field(self, kind: GraphQLObjectType, key: str, details: list[Any]) -> FieldPlan | TypeName | None:
        nodes = [each.node for each in details]
        name = nodes[0].name.value
        if name == "__typename":
            return TypeName(key, kind.name)
        definition = self.schema.get_field(kind, name)
        if definition is None:
            return None
        site = Site(name, nodes, definition.type, kind)
        below: dict[GraphQLObjectType, Selection] = {}

        def objects_of(runtime: GraphQLObjectType, run: Run) -> Selection:
            if runtime not in below:
                found = collect_subfields(
                    self.schema,
                    self._details,
                    run.variables,
                    self.operation,
                    runtime,
                    details,
                    self.hide_suggestions,
                )
                below[runtime] = self._selection(runtime, found.grouped_field_set)
            return below[runtime]

        source = self._source_of(kind, name, definition)
        answers = source.answers if isinstance(source, Plain | Batch) else None
        completer = completer_of(self.schema, self._class_of, definition.type, objects_of, site, answers)
        return FieldPlan(key, definition, site, source, completer, hide_suggestions=self.hide_suggestions)


# Operations of one document by their names, each by the engine that prepared it.
Kept = dict[Any, Any]


class Engine:
    """source_of: where the values of each field come from; the resolvers unless told.

    class_of: by which class objects of a type are known, so that neither is_type_of nor resolve_type is asked.
    most_planned: of how many fields plans are kept, in all operations together.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        *,
        source_of: SourceOf = resolvers,
        class_of: ClassOf = no_class,
        most_planned: int = 50_000,
        hide_suggestions: bool = False,
    ) -> None:
        assert_valid_schema(schema)
        self._schema, self._source_of, self._class_of = schema, source_of, class_of
        self._hide_suggestions = hide_suggestions
        self._room = Room(most_planned)

    def prepare(
        self, document: DocumentNode, operation_name: str | None = None, kept: Kept | None = None
    ) -> Prepared | Left:
        """The operation of a document that was validated, or why it is left to another executor.

        kept: where this document's operations stay when they were prepared, for as long as it does. None: nowhere.
        """
        if kept is None:
            return self._made(document, operation_name, Room())
        key = (self, operation_name)
        found = kept.get(key)
        if found is None:
            found = kept[key] = self._made(document, operation_name, self._room)
            if isinstance(found, Prepared):
                self._room.add(found)
        return found

    def variables(self, prepared: Prepared, raw: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        """The variables as the operation declares them, or what is wrong with them."""
        return prepared.variables.coerced(raw)

    async def execute(
        self, prepared: Prepared, variables: VariableValues, *, context: Any = None, root_value: Any = None
    ) -> ExecutionResult:
        """Errors of resolvers are part of the result. A cancellation ends all that was begun."""
        kind = prepared.kind
        run = Run(prepared.schema, prepared.fragments, prepared.operation, variables, context, root_value)
        run.hide_suggestions = self._hide_suggestions
        try:
            if kind is None:
                name = prepared.operation.operation.value
                raise GraphQLError(
                    f"Schema is not configured to execute {name} operation.", prepared.operation
                )
            selection = prepared.root(variables, kind)
        except GraphQLError as error:
            return ExecutionResult(None, [error])
        if prepared.operation.operation is OperationType.MUTATION:
            found = await selection.run_serially(root_value, Root(), run)
        else:
            found = await selection.run([root_value], Root(), run)
        (data,) = run.absorb(found)
        return ExecutionResult(data, run.errors or None)

    def _made(self, document: DocumentNode, name: str | None, room: Room) -> Prepared | Left:
        definitions = document.definitions
        operations = [each for each in definitions if isinstance(each, OperationDefinitionNode)]
        fragments = {
            each.name.value: each for each in definitions if isinstance(each, FragmentDefinitionNode)
        }
        meant = [each for each in operations if name is None or (each.name and each.name.value == name)]
        if len(meant) != 1:
            return Left.NO_OPERATION
        shape = shape_of(document)
        if isinstance(shape, Left):
            return shape
        return Prepared(
            self._schema,
            meant[0],
            fragments,
            shape,
            self._source_of,
            self._class_of,
            room,
            hide_suggestions=self._hide_suggestions,
        )
