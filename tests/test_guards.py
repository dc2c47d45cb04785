"""What our own graph costs: what we ourselves ask is far within bounds, and what would be too much is not."""

import re
from pathlib import Path

import pytest

from app.api.public import public_schema
from app.api.schema import schema
from app.core.config import Config
from app.guards import bounds_of, guard_of
from app.web.graphql.documents import Documents
from app.web.graphql.errors import RequestError
from app.web.graphql.guard.bounds import Bounds, Limit
from app.web.graphql.guard.told import full_introspection
from app.web.graphql.request import Request
from bench.graphql import queries
from graphql import OperationDefinitionNode, parse

OPERATIONS = Path(__file__).parents[1] / "graphql" / "operations"
LIMITS = Path(__file__).parents[1] / "docs" / "limits.md"
DOCUMENTS = Documents(schema, guard=guard_of(schema))
TWO_ROUNDS = """{ movies(first: 25) { nodes { cast(first: 25) { nodes { person {
  movieCredits(first: 25) { nodes { movie { cast(first: 25) { nodes { person { id } } } } } }
} } } } } }"""


def cost(document: str, **variables: object) -> int:
    return DOCUMENTS.prepare(Request(document, None, variables)).cost


def refusal(documents: Documents, document: str) -> dict[str, object]:
    with pytest.raises(RequestError) as refused:
        documents.prepare(Request(document))
    [error] = refused.value.errors
    return dict(error.extensions)


def test_the_bounds_of_the_configuration_are_those_of_the_transport():
    assert bounds_of(Config()) == Bounds()


def test_the_bounds_are_documented():
    rows = re.findall(
        r"^\| `([A-Z_]+)` \|.*\| ([\d,]+) \|.*\|$", LIMITS.read_text(encoding="utf-8"), re.MULTILINE
    )

    documented = {name: int(most.replace(",", "")) for name, most in rows}

    assert documented.keys() == set(Limit) - {Limit.INTROSPECTION}
    assert {name: getattr(Bounds(), name.lower()) for name in documented} == documented


def test_the_example_of_the_guide_costs_what_it_says():
    query = "{ movies(first: 50) { nodes { year genres { name } cast(first: 8) { nodes { character } } } } }"

    assert query in LIMITS.read_text(encoding="utf-8")
    assert cost(query) == 781


def test_whatever_we_publish_is_far_within_bounds():
    guard, costs = guard_of(schema), dict[str, int]()

    for path in OPERATIONS.rglob("*.graphql"):
        document = parse(path.read_text(encoding="utf-8"))
        measured = guard.measure(document)
        for definition in document.definitions:
            if isinstance(definition, OperationDefinitionNode):
                costs[path.stem] = guard.check(measured, definition, {})

    assert len(costs) > 100
    assert max(costs.values()) < Bounds().cost / 5, max(costs, key=lambda each: costs[each])


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        (queries.ONE_FILM, {"id": "x"}),
        (queries.WITH_GENRES, {"first": 100}),
        (queries.NESTED, {"first": 100}),
        (queries.NESTED_TWICE, {}),
        (queries.SERIES, {"first": 100}),
        (full_introspection(), {}),
    ],
)
def test_what_the_benchmark_and_tools_ask_is_within_bounds(document, variables):
    assert cost(document, **variables) <= Bounds().cost


def test_prices_are_what_the_fields_say():
    # A statement for each edge; seasons are fewer than most lists.
    assert cost("{ allSeries(first: 2) { nodes { seasons { number } } } }") == 10 + 10 + 1 + 2 * (1 + 5)
    # Texts are read for a language alone.
    assert cost("{ movies(first: 2) { nodes { title } } }") == 10 + 1 + 2
    assert cost('{ movies(first: 2) { nodes { title(language: "fr") } } }') == 10 + 10 + 1 + 2
    # Counting is work for each list that is counted.
    assert cost("{ allSeries(first: 2) { totalCount } }") == 10 + 1 + 10
    assert cost('{ nodes(ids: ["a", "b"]) { id } }') == 10 + 2
    assert cost("mutation { removeAvatar { __typename } }") == 100 + 1


@pytest.mark.parametrize(
    ("document", "limit"),
    [
        (TWO_ROUNDS, "COST"),
        ("{ " + " ".join(f"a{each}: movies {{ nodes {{ id }} }}" for each in range(150)) + " }", "ALIASES"),
        (
            "mutation { " + " ".join(f"a{each}: removeAvatar {{ __typename }}" for each in range(21)) + " }",
            "MUTATIONS",
        ),
        (
            "{ "
            + " ".join(f"a{each}: searchMetadata(kind: MOVIE) {{ title }}" for each in range(200))
            + " }",
            "ALIASES",
        ),
    ],
)
def test_what_would_be_too_much_is_refused(document, limit):
    assert refusal(DOCUMENTS, document)["limit"] == limit


def test_strangers_have_the_same_bounds():
    documents = Documents(public_schema, guard=guard_of(public_schema), hide_suggestions=True)

    assert (
        refusal(documents, "{ " + "signInOptions { needsSetUp } " * 300 + "}")["limit"] == "REPEATED_FIELDS"
    )
    assert documents.prepare(Request("{ signInOptions { needsSetUp } }")).cost == 11


def test_introspection_may_be_turned_off():
    documents = Documents(schema, guard=guard_of(schema, Config(graphql_introspection=False)))

    assert refusal(documents, '{ __type(name: "Movie") { name } }')["limit"] == "INTROSPECTION"
    assert documents.prepare(Request("{ movies { nodes { __typename } } }"))
