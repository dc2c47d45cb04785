"""Where the values of fields come from, as whoever has a schema tells the engine."""
# graphql-core leaves parts of its types open.
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false, reportUnknownArgumentType=false

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from graphql.execution import default_field_resolver
from graphql.execution.values import VariableValues

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLObjectType,
    OperationDefinitionNode,
)

Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a batch is told beside its objects. nodes: the field as the document has it, once for each mention.

    is_alone: whether nothing else of the operation is being waited for at the moment.
    """

    context: Any
    nodes: Sequence[FieldNode]
    fragments: Mapping[str, FragmentDefinitionNode]
    operation: OperationDefinitionNode
    variables: VariableValues
    is_alone: bool = False


@dataclass(frozen=True, slots=True)
class Answers:
    """What is known of all that a source answers, or of the items of its lists, but for nulls.

    classes: what they are of; as such they are objects of the field's type. types: where that is abstract, the name of
    each one's type, in order, for all of a column at once.
    """

    classes: frozenset[type]
    types: Callable[[Sequence[Any]], Sequence[str]] | None = None


@dataclass(frozen=True, slots=True)
class Plain:
    """What a function reads off objects, of all of them at once: quick, without effect, and no awaitables.

    answers: None where nothing is known of what it answers.
    """

    column: Callable[[Sequence[Any]], list[Any]]
    answers: Answers | None = None


def attribute(name: str) -> Plain:
    """The attribute that every object of the type has."""
    read = attrgetter(name)
    return Plain(lambda objects: list(map(read, objects)))


@dataclass(frozen=True, slots=True)
class Method:
    """A function of each object alone; it may answer an awaitable."""

    call: Callable[[Any], Any]


def no_plain(_arguments: Arguments) -> None:
    """For batches that always have to be read."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A function that is called once for all objects of a level; the arguments are the same for all of them.

    It answers a value for each object, in order. One that is an exception fails that object's field alone; if the
    function raises, all fail. answers: as Plain has it; exceptions may stand for objects, and not for items.
    plain: what these values are with arguments that are the same in each run, if they can then be had without waiting.
    """

    read: Callable[[Sequence[Any], Asked, Arguments], Awaitable[Sequence[Any]]]
    answers: Answers | None = None
    plain: Callable[[Arguments], Plain | None] = no_plain


@dataclass(frozen=True, slots=True)
class Resolver:
    """A function that is called for each object as graphql-core does: `resolve(source, info, **arguments)`."""

    resolve: Callable[..., Any]


Source = Plain | Method | Batch | Resolver
SourceOf = Callable[[GraphQLObjectType, str, GraphQLField], Source]
# The class whose own instances are objects of a type, and of no other; None where that can't be told by their class.
ClassOf = Callable[[GraphQLObjectType], type | None]


def resolvers(_parent: GraphQLObjectType, _name: str, field: GraphQLField) -> Resolver:
    """Every field by its resolver, or by graphql-core's where it has none."""
    return Resolver(field.resolve or default_field_resolver)


def no_class(_kind: GraphQLObjectType) -> None:
    """For schemas whose types tell themselves which objects are theirs."""
