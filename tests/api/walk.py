"""Every way through the schema to a field that answers a list, and a query for it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.api.schema import schema
from app.web.graphql.documents import core_schema
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLUnionType,
    get_named_type,
    get_nullable_type,
    is_required_argument,
)

CORE = core_schema(schema)
DEEPEST = 3


@dataclass(frozen=True)
class Step:
    """A field, and the type that its selection starts with."""

    parent: str
    name: str
    target: str
    is_connection: bool


Way = tuple[Step, ...]


def steps(kind: GraphQLNamedType) -> Iterator[Step]:
    """Fields of a type that lead to objects, without those that are about a page."""
    if not isinstance(kind, GraphQLObjectType):
        return
    for name, field in kind.fields.items():
        target = get_named_type(field.type)
        if not isinstance(target, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
            continue
        if any(is_required_argument(each) for each in field.args.values()):
            continue
        connection = isinstance(target, GraphQLObjectType) and target.name.endswith("Connection")
        if connection:
            target = get_named_type(target.fields["nodes"].type)
        yield Step(kind.name, name, target.name, connection)


def concrete(name: str) -> list[str]:
    """The object types that a type may turn out to be."""
    kind = CORE.type_map[name]
    if isinstance(kind, GraphQLObjectType):
        return [name]
    return [each.name for each in CORE.get_possible_types(kind)]  # type: ignore[arg-type]


def is_list(step: Step) -> bool:
    field: GraphQLField = CORE.type_map[step.parent].fields[step.name]  # type: ignore[attr-defined]
    return step.is_connection or isinstance(get_nullable_type(field.type), GraphQLList)


def ways_to_every_field() -> list[Way]:
    """For each field that leads to objects, one shortest way from Query that goes through lists."""
    found: dict[tuple[str, str], Way] = {}
    level: list[tuple[str, Way]] = [("Query", ())]
    reached = {"Query"}
    while level:
        following: list[tuple[str, Way]] = []
        for kind, way in level:
            for step in steps(CORE.type_map[kind]):
                found.setdefault((kind, step.name), (*way, step))
                for target in concrete(step.target):
                    if target not in reached and (way or is_list(step)):
                        reached.add(target)
                        following.append((target, (*way, step)))
        level = following
    return list(found.values())


def document(way: Way, end: str = "__typename") -> str:
    """A query along a way, asking for totals, and for a plain field, or what else is told, at its end."""
    return "{ " + _select(way, end) + " }"


def _select(way: Way, end: str) -> str:
    if not way:
        return end
    step, *rest = way
    inner = _select(tuple(rest), end)
    if rest and rest[0].parent != step.target:
        inner = f"__typename ... on {rest[0].parent} {{ {inner} }}"
    body = f"totalCount nodes {{ {inner} }}" if step.is_connection else inner
    return f"{step.name} {{ {body} }}"


def telling(ways: Iterable[Way]) -> str:
    """One query along all ways, asking for totals and for everything that each type on them says of itself.

    Ways that begin alike are walked together, so that each list is asked for once and for all parents at once.
    """
    return "{ " + " ".join(_told(tree) for tree in _trees(ways)) + " }"


@dataclass
class Tree:
    """A field, and those to which ways lead on from it."""

    step: Step
    below: dict[Step, "Tree"]


def _trees(ways: Iterable[Way]) -> Iterable[Tree]:
    roots: dict[Step, Tree] = {}
    for way in ways:
        level = roots
        for step in way:
            level = level.setdefault(step, Tree(step, {})).below
    return roots.values()


def _told(tree: Tree) -> str:
    step = tree.step
    fields = [says(step.target)]
    for kind in concrete(step.target):
        inner = " ".join(
            f"{kind}_{each.step.name}: {_told(each)}"
            for each in tree.below.values()
            if each.step.parent == kind
        )
        fields += [f"... on {kind} {{ {inner} }}"] if inner else []
    body = " ".join(fields)
    return f"{step.name} {{ " + (f"totalCount nodes {{ {body} }} }}" if step.is_connection else f"{body} }}")


def says(kind: str) -> str:
    """A selection of all fields of a type that lead to no objects."""
    parts = [f"... on {name} {{ {' '.join(_leaves(name))} }}" for name in concrete(kind)]
    return "__typename " + " ".join(parts)


def _leaves(kind: str) -> Iterator[str]:
    # Types of one union may have fields of one name and several types.
    for name, field in CORE.type_map[kind].fields.items():  # type: ignore[attr-defined]
        is_plain = isinstance(get_named_type(field.type), GraphQLScalarType | GraphQLEnumType)
        if is_plain and not any(is_required_argument(each) for each in field.args.values()):
            yield f"{kind}_{name}: {name}"
