"""How large an operation may be, and the error of one that is larger."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from graphql import GraphQLError, Node

LIMIT_EXCEEDED = "LIMIT_EXCEEDED"


class Limit(StrEnum):
    """What is bounded; the values are `extensions.limit` of errors."""

    TOKENS = "TOKENS"
    NESTING = "NESTING"
    OPERATIONS = "OPERATIONS"
    FRAGMENTS = "FRAGMENTS"
    DEPTH = "DEPTH"
    FIELDS = "FIELDS"
    REPEATED_FIELDS = "REPEATED_FIELDS"
    ALIASES = "ALIASES"
    DIRECTIVES = "DIRECTIVES"
    MUTATIONS = "MUTATIONS"
    INTROSPECTION = "INTROSPECTION"
    COST = "COST"
    LIST_ITEMS = "LIST_ITEMS"
    INPUT_DEPTH = "INPUT_DEPTH"
    INPUT_VALUES = "INPUT_VALUES"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most of each. What is counted of an operation is counted with its fragments, as often as they are spread."""

    tokens: int = 10_000
    """Words and signs of a document, comments included."""
    nesting: int = 64
    """Brackets of any kind within each other; graphql-core's parser calls itself for each."""
    operations: int = 50
    fragments: int = 200
    """Of a document."""
    depth: int = 20
    """Fields below each other; fragments within each other may be as many, and as many again."""
    fields: int = 5_000
    repeated_fields: int = 20_000
    """Pairs of fields of one name, which validation compares with each other."""
    aliases: int = 100
    directives: int = 200
    mutations: int = 20
    """Of one operation."""
    cost: int = 100_000
    list_items: int = 5_000
    """Of a list that is an argument's value, or lies within one."""
    input_depth: int = 16
    """Lists and objects within each other in an argument's value."""
    input_values: int = 20_000
    """Of all variables together."""
    introspection: bool = True
    """Whether the schema may be asked for."""


_SAID = {
    Limit.TOKENS: "The document has more than {most:,} tokens.",
    Limit.NESTING: "The document nests more than {most} brackets.",
    Limit.OPERATIONS: "The document has {found:,} operations; {most} is the most.",
    Limit.FRAGMENTS: "The document has {found:,} fragments; {most} is the most.",
    Limit.DEPTH: "The operation is {found:,} fields deep; {most} is the most.",
    Limit.FIELDS: "The operation has {found:,} fields; {most:,} is the most.",
    Limit.REPEATED_FIELDS: "The operation has {found:,} pairs of fields of one name; {most:,} is the most.",
    Limit.ALIASES: "The operation has {found:,} aliases; {most} is the most.",
    Limit.DIRECTIVES: "The operation has {found:,} directives; {most} is the most.",
    Limit.MUTATIONS: "The operation has {found:,} mutations; {most} is the most.",
    Limit.INTROSPECTION: "The operation asks for too much of the schema at once.",
    Limit.COST: "The operation costs {found:,}; {most:,} is the most. Ask for smaller pages.",
    Limit.LIST_ITEMS: "A list of the operation's input has {found:,} items; {most:,} is the most.",
    Limit.INPUT_DEPTH: "The operation's input nests more than {most} lists and objects.",
    Limit.INPUT_VALUES: "The operation's variables have more than {most:,} values.",
}


# Fragments within fragments soon have more fields than JSON has numbers.
_COUNTED = 10**12


def exceeded(limit: Limit, found: int, most: int, node: Node | None = None) -> GraphQLError:
    """An error whose extensions say which limit it is, what was found (as far as it was counted) and what may be."""
    found = min(found, _COUNTED)
    said = _SAID[limit].format(found=found, most=most)
    extensions = {"code": LIMIT_EXCEEDED, "limit": limit.value, "found": found, "most": most}
    return GraphQLError(said, None if node is None else [node], extensions=extensions)


class Exceeded(Exception):
    """A bound was met beyond which nothing more is looked at."""

    def __init__(self, error: GraphQLError) -> None:
        super().__init__(error.message)
        self.error = error


def check(counted: Iterable[tuple[Limit, int, int]], node: Node | None = None) -> None:
    """Raises Exceeded for the first of which more was found than may be: (limit, found, most)."""
    for limit, found, most in counted:
        if found > most:
            raise Exceeded(exceeded(limit, found, most, node))
