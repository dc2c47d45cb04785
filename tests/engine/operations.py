"""Random operations of a schema, valid and of every form."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_enum_type,
    is_input_object_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    is_required_argument,
)

DEPTH = 3
VALUES: Mapping[str, Sequence[Any]] = {"Int": [0, 1, -5], "Float": [0.5, 2], "Boolean": [True, False]}


@dataclass
class Writing:
    """A document on its way. variables: by name, type and value; names count up, so that keys never clash.

    values: of scalars, by their name.
    """

    dice: random.Random
    schema: GraphQLSchema
    values: Mapping[str, Sequence[Any]]
    variables: dict[str, tuple[str, Any]] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    names: int = 0

    def name(self, prefix: str) -> str:
        self.names += 1
        return f"{prefix}{self.names}"

    def chance(self, one_in: int) -> bool:
        return self.dice.randrange(one_in) == 0

    def choice(self, among: Any) -> Any:
        return self.dice.choice(list(among))


def operation(
    seed: int, schema: GraphQLSchema, kind: str = "query", values: Mapping[str, Sequence[Any]] = VALUES
) -> tuple[str, dict[str, Any]]:
    """A document with one operation, and its variables."""
    writing = Writing(random.Random(seed), schema, values)
    root = getattr(schema, f"{kind}_type")
    assert root is not None
    # A subscription has one field, on which nothing may depend.
    selected = f"{{ {one(writing, root)} }}" if kind == "subscription" else selection(writing, root, DEPTH)
    declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in writing.variables.items())
    text = f"{kind} Asked{f'({declared})' if declared else ''} {selected}\n" + "\n".join(writing.fragments)
    given = {name: value for name, (_, value) in writing.variables.items() if value is not ...}
    return text, given


def selection(writing: Writing, kind: GraphQLNamedType, depth: int) -> str:
    parts = [part(writing, kind, depth) for _ in range(writing.dice.randint(1, 3))]
    return "{ " + " ".join(parts) + " }"


def part(writing: Writing, kind: Any, depth: int) -> str:
    if writing.chance(5):
        return fragment(writing, kind, depth)
    if writing.chance(8):
        alias = f"{writing.name('t')}: " if writing.chance(2) else ""
        return f"{alias}__typename{conditions(writing)}"
    fields = getattr(kind, "fields", {})
    choices = [
        name for name, each in fields.items() if depth > 0 or not is_composite_type(get_named_type(each.type))
    ]
    if not choices:
        return "__typename"
    return one(writing, kind, writing.choice(choices), depth, conditions(writing))


def one(
    writing: Writing, kind: Any, name: str | None = None, depth: int = DEPTH, conditions: str = ""
) -> str:
    """A field, of that name or of any."""
    name = name or writing.choice(kind.fields)
    each = kind.fields[name]
    given = arguments(writing, each.args)
    alias = f"{writing.name('f')}: " if given or each.args or writing.chance(3) else ""
    below = get_named_type(each.type)
    selected = f" {selection(writing, below, depth - 1)}" if is_composite_type(below) else ""
    return f"{alias}{name}{given}{conditions}{selected}"


def fragment(writing: Writing, kind: Any, depth: int) -> str:
    """Inline or named, on the type, on an interface of it, or on a type that it may be."""
    near = [kind]
    if is_abstract_type(kind):
        near += writing.schema.get_possible_types(kind)
    if is_object_type(kind):
        near += [
            each
            for each in writing.schema.type_map.values()
            if is_abstract_type(each) and kind in writing.schema.get_possible_types(each)
        ]
    condition = writing.choice(near)
    if writing.chance(2):
        on = "" if condition is kind and writing.chance(2) else f" on {condition}"
        return f"...{on}{conditions(writing)} {selection(writing, condition, depth)}"
    name = writing.name("Part")
    writing.fragments.append(f"fragment {name} on {condition} {selection(writing, condition, depth)}")
    twice = f" ...{name}" if writing.chance(4) else ""
    return f"...{name}{conditions(writing)}{twice}"


def conditions(writing: Writing) -> str:
    """Directives: what decides whether a part is there, and what doesn't."""
    if not writing.chance(6):
        return ""
    found = ""
    other = writing.schema.get_directive("note")
    if other is not None:
        found += "".join(f" @note{arguments(writing, other.args)}" for _ in range(writing.dice.randrange(3)))
    for directive in ("skip", "include"):
        if writing.chance(2):
            value = writing.chance(2)
            if writing.chance(2):
                name = writing.name("v")
                writing.variables[name] = ("Boolean!", value)
                found += f" @{directive}(if: ${name})"
            else:
                found += f" @{directive}(if: {str(value).lower()})"
    return found


def arguments(writing: Writing, definitions: dict[str, GraphQLArgument]) -> str:
    given = [
        f"{name}: {argument(writing, each)}"
        for name, each in definitions.items()
        if is_required_argument(each) or writing.chance(2)
    ]
    return f"({', '.join(given)})" if given else ""


def argument(writing: Writing, definition: GraphQLArgument) -> str:
    value = needed(writing, definition.type, 2)
    if not writing.chance(2):
        return literal(value)
    name = writing.name("v")
    # A variable that is left out where it may be, so that the argument's default counts.
    left_out = not is_non_null_type(definition.type) and writing.chance(4)
    writing.variables[name] = (str(definition.type), ... if left_out else unwrapped(value))
    return f"${name}"


@dataclass(frozen=True)
class Word:
    """A value of an enum."""

    text: str


def needed(writing: Writing, kind: Any, depth: int) -> Any:
    """A value of the type, null where it may be."""
    if is_non_null_type(kind):
        kind = kind.of_type
    elif writing.chance(6):
        return None
    if is_list_type(kind):
        return [needed(writing, kind.of_type, depth) for _ in range(writing.dice.randint(0, 2))]
    return named(writing, kind, depth)


def named(writing: Writing, kind: Any, depth: int) -> Any:
    if is_input_object_type(kind) and kind.is_one_of:
        name = writing.choice(kind.fields)
        return {name: needed(writing, GraphQLNonNull(kind.fields[name].type), depth - 1)}
    if is_input_object_type(kind):
        return {
            name: needed(writing, each.type, depth - 1)
            for name, each in kind.fields.items()
            if (depth > 0 or not is_input_object_type(get_named_type(each.type)))
            and (is_non_null_type(each.type) or writing.chance(2))
        }
    if is_enum_type(kind):
        return Word(writing.choice(kind.values))
    assert is_leaf_type(kind)
    return writing.choice(writing.values.get(kind.name, ["x", "7", "ü"]))


def literal(value: Any) -> str:
    if isinstance(value, Word):
        return value.text
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {literal(each)}" for name, each in value.items()) + "}"
    return f'"{value}"' if isinstance(value, str) else str(value)


def unwrapped(value: Any) -> Any:
    """As variables carry it."""
    if isinstance(value, Word):
        return value.text
    if isinstance(value, list):
        return [unwrapped(each) for each in value]
    if isinstance(value, dict):
        return {name: unwrapped(each) for name, each in value.items()}
    return value
