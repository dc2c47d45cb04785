"""What fields cost, as whoever has a schema tells it.

Cost counts the objects that an answer may be made of, and what is done to find them:
- Each object is one. Plain values are nothing, but for those that are asked for once more under another name.
- What is in a list counts as often as the list may have items: the page that was asked for, or an estimate.
- What a field does beside (statements, other services) is told by its price: once for each place that the field has in
  the operation, since a level is read in one go, or for each object that has it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from graphql import GraphQLField, GraphQLInterfaceType, GraphQLObjectType

# What a statement counts for: as many objects take about as long.
STATEMENT = 10
# Items of lists that nothing is told of.
ITEMS = 10


@dataclass(frozen=True, slots=True)
class Paging:
    """The arguments that say how many items there may be. default: where none is given. most: of any page."""

    arguments: tuple[str, ...]
    default: int
    most: int


@dataclass(frozen=True, slots=True)
class Price:
    """once, each: see above. items: how many a list has, unless its field is paged.

    is_of_page: of a list that holds the page of the field that it is below.
    counted_by: an argument with a list, for each item of which there is one here.
    only_with: the argument without which there is nothing to be done once.
    """

    once: int = 0
    each: int = 0
    items: int = ITEMS
    paging: Paging | None = None
    is_of_page: bool = False
    counted_by: str | None = None
    only_with: str | None = None


PriceOf = Callable[[GraphQLObjectType | GraphQLInterfaceType, str, GraphQLField], Price]
FREE = Price()


def free(_parent: GraphQLObjectType | GraphQLInterfaceType, _name: str, _field: GraphQLField) -> Price:
    """For schemas that tell nothing."""
    return FREE
