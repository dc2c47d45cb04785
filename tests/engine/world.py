"""A schema with every feature, whose values, nulls and failures follow from a number: the same for every executor."""

import random
from collections.abc import AsyncIterator, Generator
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    is_abstract_type,
    is_enum_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)

SDL = """
directive @note(text: String, wish: Wish) repeatable on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT | QUERY
interface Being { id: ID! name: String! kin(first: Int = 2, wish: Wish): [Being!] rival: Being tags: [String!]! }
interface Furred { fur: Color! }
interface Pure implements Furred { fur: Color! breed(by: Pick): Odd! }
type Cat implements Being & Furred {
  id: ID! name: String! kin(first: Int = 2, wish: Wish): [Being!] rival: Being tags: [String!]!
  fur: Color! lives: Int! prey: [Mouse] shelf: [[Int!]!] odd: Odd
  echo(wish: Wish, list: [Int!], flag: Boolean! = true): String
}
type Dog implements Being & Furred & Pure {
  id: ID! name: String! kin(first: Int = 2, wish: Wish): [Being!] rival: Cat tags: [String!]!
  fur: Color! barks: Boolean weight: Float! owner: Owner! breed(by: Pick): Odd! litter: [[Cat!]!]!
}
type Mouse { id: ID! size: Float hunter: Cat! hole: Owner }
type Owner { name: String pets: [Pet!]! best: Pet grid: [[Mouse]] lost: [Dog]! }
union Pet = Cat | Dog
enum Color { RED GREEN BLUE }
scalar Odd
input Wish { a: Int = 3 b: [String!] c: Wish d: Color = GREEN e: [[Odd!]] f: Pick }
input Pick @oneOf { number: Int name: String wish: Wish }
type Query {
  being(id: ID): Being beings(first: Int! = 3): [Being!]! must: Cat! maybe: Cat owner: Owner pets: [Pet]
  furred: [Furred!] pure: Pure pick(by: Pick!, odd: Odd = 1): [Pure]! matrix: [[Int]!] color: Color odd: Odd
  echo(wish: Wish, list: [Int!], flag: Boolean! = true): String
}
type Mutation { feed(wish: Wish): Owner move: Dog! count: Int! }
type Subscription { born(wish: Wish): Being moved: Dog! counted: Int! }
"""
MOST = 3


class Broken(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Thing:
    """An object. seed: what all of its values follow from; calm: how seldom things go wrong."""

    seed: str
    kind: str
    calm: int


def schema() -> GraphQLSchema:
    made = build_schema(SDL)
    odd = made.type_map["Odd"]
    assert isinstance(odd, GraphQLScalarType)
    odd.coerce_output_value, odd.coerce_input_value = _odd, _oddly
    color = made.type_map["Color"]
    assert isinstance(color, GraphQLEnumType)
    for number, value in enumerate(color.values.values()):
        value.value = number
    for kind in made.type_map.values():
        if kind.name.startswith("__"):
            continue
        if isinstance(kind, GraphQLObjectType):
            for field in kind.fields.values():
                field.resolve = resolve
        elif is_abstract_type(kind):
            kind.resolve_type = resolve_type
    return made


def _oddly(value: Any) -> Any:
    if value == "no":
        raise Broken("not that odd")
    return ("oddly", value)


def _odd(value: Any) -> Any:
    if value == "none":
        return None
    if value == "raise":
        raise Broken("no such odd thing")
    return {"odd": value}


def resolve(source: Thing, info: GraphQLResolveInfo, **given: Any) -> Any:
    """By the path's own name of things: equal arguments and fields give equal values."""
    key = f"{source.seed}.{info.field_name}({sorted(given.items())})"
    return value_of(info.schema, info.return_type, key, source.calm)


def value_of(made: GraphQLSchema, kind: Any, key: str, calm: int, *, is_item: bool = False) -> Any:
    chance = random.Random(key)
    fate = chance.randrange(calm)
    if fate == 0:
        return None
    if fate == 1:
        error = Broken(f"broken {key}")
        if is_item or chance.random() < 0.3:
            return error
        if chance.random() < 0.5:
            return Later(error, chance.randrange(3))
        raise error
    value = plain(made, kind.of_type if is_non_null_type(kind) else kind, key, calm, chance)
    return Later(value, chance.randrange(3)) if chance.random() < 0.25 else value


def plain(made: GraphQLSchema, kind: Any, key: str, calm: int, chance: random.Random) -> Any:
    if is_list_type(kind):
        if chance.randrange(calm) == 0:
            return chance.choice(["no list", 5])
        keys = [f"{key}[{place}]" for place in range(chance.randrange(MOST + 1))]
        return listed([value_of(made, kind.of_type, each, calm, is_item=True) for each in keys], chance)
    if is_enum_type(kind):
        return chance.choice([0, 1, 2] if chance.randrange(calm) else ["RED", 3])
    if is_abstract_type(kind):
        return Thing(key, chance.choice(sorted(each.name for each in made.get_possible_types(kind))), calm)
    if is_object_type(kind):
        return Thing(key, kind.name, calm)
    good, bad = {
        "Int": ([1, -7, 2**31 - 1, True, 3.0], [2**31, "many", 1.5]),
        "Float": ([0.5, 2, -1e9], ["heavy", float("nan"), float("inf")]),
        "String": (["", "text", "ü\u2028\U0001f600", 5, True, 2.5], [object, ["x"]]),
        "ID": (["a", 7, "ü"], [1.5, ["x"]]),
        "Boolean": ([True, False, 1], ["yes", None]),
        "Odd": ([1, "x", None, [1]], ["none", "raise"]),
    }[kind.name]
    return chance.choice(good if chance.randrange(calm) else bad)


def listed(items: list[Any], chance: random.Random) -> Any:
    """Whatever a list may be."""
    way = chance.randrange(8)
    if way == 0:
        return tuple(items)
    if way == 1:
        return (item for item in items)
    if way == 2:
        return stream(items)
    return items


async def stream(items: list[Any]) -> AsyncIterator[Any]:
    for item in items:
        yield item


@dataclass(frozen=True, eq=False, slots=True)
class Later:
    """What is there some turns of the loop later; unlike a coroutine it may be left unasked, as graphql-core does."""

    value: Any
    turns: int

    def __await__(self) -> Generator[Any, None, Any]:
        for _ in range(self.turns):
            yield
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


def resolve_type(value: Thing, info: GraphQLResolveInfo, kind: GraphQLAbstractType) -> Any:
    chance = random.Random(f"type of {value.seed}")
    if chance.randrange(value.calm * 2) == 0:
        wrong = chance.choice([None, "Nobody", "Color", "Mouse", 5, Broken("no type")])
        if isinstance(wrong, Exception):
            raise wrong
        return wrong
    return Later(value.kind, 1) if chance.random() < 0.2 else value.kind
