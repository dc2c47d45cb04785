"""A graph that fans out without end, and what hostile clients ask it."""

import strawberry

from app.web.graphql.documents import core_schema
from app.web.graphql.guard.bounds import Bounds
from app.web.graphql.guard.guard import Guard
from app.web.graphql.guard.prices import Paging, Price
from graphql import GraphQLField, GraphQLInterfaceType, GraphQLObjectType
from tests.web.graphql.graph import happenings


@strawberry.type
class PageInfo:
    has_next_page: bool = False


@strawberry.type
class Films:
    page_info: PageInfo = strawberry.field(default_factory=PageInfo)

    @strawberry.field
    def nodes(self) -> list["Film"]:
        return [Film()]


@strawberry.type
class Film:
    title: str = "Alien"

    @strawberry.field
    def similar(self, first: int | None = None, last: int | None = None) -> Films:
        return Films()

    @strawberry.field
    def genres(self) -> list["Film"]:
        return []


@strawberry.type
class Query:
    @strawberry.field
    def films(self, first: int | None = None, last: int | None = None, ids: list[str] | None = None) -> Films:
        happenings.note("films")
        return Films()

    @strawberry.field
    def some(self, ids: list[str]) -> list[Film]:
        return [Film() for _ in ids]


@strawberry.type
class Mutation:
    @strawberry.mutation
    def watch(self) -> bool:
        happenings.note("watched")
        return True


schema = strawberry.Schema(Query, Mutation)


def price_of(parent: GraphQLObjectType | GraphQLInterfaceType, name: str, field: GraphQLField) -> Price:
    return Price(
        once=10 if name in {"films", "similar"} else 0,
        items=3,
        paging=Paging(("last", "first"), 20, 100) if "first" in field.args else None,
        is_of_page=parent.name == "Films",
        counted_by="ids" if name == "some" else None,
    )


def guard_with(**bounds: int) -> Guard:
    return Guard(core_schema(schema), Bounds(**bounds), price_of)


def forks(levels: int, spread: str) -> str:
    """Fragments that each have the next one twice."""
    last = f"fragment F{levels} on Film {{ title }}"
    return (
        "{ films { nodes { ...F0 } } } "
        + " ".join(
            f"fragment F{level} on Film {{ {spread.replace('NEXT', f'...F{level + 1}')} }}"
            for level in range(levels)
        )
        + last
    )


def many(number: int, text: str) -> str:
    return " ".join(text.replace("#", str(each)) for each in range(number))


ROUND = (
    "similar(first: 25) { nodes { similar(first: 25) { nodes { similar(first: 25) { nodes { title } } } } } }"
)
# What is asked, by what of it is too much.
HOSTILE = {
    "two rounds of pages": (f"{{ films(first: 25) {{ nodes {{ {ROUND} }} }} }}", "COST"),
    "forking fragments": (forks(13, "NEXT NEXT"), "FIELDS"),
    "forking fields": (forks(13, "a: genres { NEXT } b: genres { NEXT }"), "FIELDS"),
    "fields below each other": (forks(40, "genres { NEXT }"), "NESTING"),
    "deep fields": ("{ films { nodes { " + "genres { " * 30 + "title" + " }" * 33, "DEPTH"),
    "aliased connections": ("{ " + many(1000, "a#: films { nodes { title } }") + " }", "ALIASES"),
    "mutations": ("mutation { " + many(1000, "a#: watch") + " }", "MUTATIONS"),
    "directives": ("{ films { nodes { title " + many(1000, "@skip(if: false)") + " } } }", "DIRECTIVES"),
    "very many directives": (
        "{ films { nodes { title " + many(10_000, "@skip(if: false)") + " } } }",
        "TOKENS",
    ),
    "operations": (many(1000, "query A# { __typename }"), "OPERATIONS"),
    "very many operations": (many(10_000, "query A#{a}"), "TOKENS"),
    "fragments": ("{ __typename } " + many(300, "fragment F# on Film { title }"), "FRAGMENTS"),
    "a field again and again": ("{ films { nodes { " + "title " * 1000 + "} } }", "REPEATED_FIELDS"),
    "a field again and again in a fragment that has another's name": (
        "{ films { nodes { ...F } } } fragment F on Film { "
        + "title " * 1000
        + "} fragment F on Film { title }",
        "REPEATED_FIELDS",
    ),
    "fragments within each other that nobody spreads": (
        "{ __typename } "
        + " ".join(f"fragment F{each} on Film {{ ...F{each - 1} }}" for each in range(1, 150))
        + " fragment F0 on Film { title }",
        "NESTING",
    ),
    "all of the schema, often": (
        "{ " + many(90, "a#: __schema { ...S }") + " }"
        " fragment S on __Schema { types { fields { args { name type { name } } } } }",
        "INTROSPECTION",
    ),
    "fields without end": ("{" + "a " * 120_000 + "}", "TOKENS"),
    "comments without end": ("#\n" * 60_000 + "{ __typename }", "TOKENS"),
    "brackets": ("{ a" * 50_000, "NESTING"),
    "lists": ("{ films(first: " + "[" * 50_000 + ") }", "NESTING"),
    "a long list": ("{ some(ids: [" + '"",' * 5_001 + "]) { title } }", "LIST_ITEMS"),
    "a deep value": ("{ films(first: " + "[" * 20 + "]" * 20 + ") { nodes { title } } }", "INPUT_DEPTH"),
}
# Of the same length, and yet harmless.
HARMLESS = {
    "comment": "#" + "x" * 250_000 + "\n{ __typename }",
    "blanks": " " * 250_000 + "{ __typename }",
    "string": '{ __typename some(ids: ["' + "x" * 250_000 + '"]) { title } }',
}
