"""What operations come to, and that telling it is linear in them."""

import pytest

from app.web.graphql.guard.bounds import Exceeded
from graphql import DocumentNode, OperationDefinitionNode, get_introspection_query, parse
from tests.web.graphql.hostile import forks, guard_with


def cost(document: str, bounds: dict | None = None, **variables: object) -> int:
    guard = guard_with(**(bounds or {}))
    parsed = parse(document)
    return guard.check(guard.measure(parsed), operation(parsed), variables)


def operation(document: DocumentNode) -> OperationDefinitionNode:
    return next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ __typename }", 0),
        # What is done for the field, and the connection.
        ("{ films { pageInfo { hasNextPage } } }", 10 + 1 + 1),
        ("{ films { nodes { title } } }", 10 + 1 + 20),
        ("{ films(first: 5) { nodes { title } } }", 10 + 1 + 5),
        ("{ films(last: 7) { nodes { title } } }", 10 + 1 + 7),
        ("{ films(first: null) { nodes { title } } }", 10 + 1 + 20),
        # Refused later, and counted as the most until then.
        ("{ films(first: 1000000000000) { nodes { title } } }", 10 + 1 + 100),
        # More digits than Python makes a number of.
        (f"{{ films(first: {'9' * 5000}) {{ nodes {{ title }} }} }}", 10 + 1 + 100),
        ("{ films(first: 0) { nodes { title } } }", 10 + 1 + 1),
        ('{ films(first: "5") { nodes { title } } }', 10 + 1 + 100),
        ("{ films(first: 5) { nodes { genres { title } } } }", 10 + 1 + 5 * (1 + 3)),
        # Another statement, whatever the number of films.
        (
            "{ films(first: 5) { nodes { similar(first: 4) { nodes { title } } } } }",
            10 + 10 + 1 + 5 * (1 + 1 + 4),
        ),
        # A value under another name is sent once more.
        ("{ films(first: 5) { nodes { title again: title } } }", 10 + 1 + 5 * (1 + 1)),
        ("{ films(first: 5) { nodes { ...F } } } fragment F on Film { genres { title } }", 10 + 1 + 5 * 4),
        # A fragment of a page has the size of the one it is spread in.
        (
            "{ a: films(first: 5) { ...P } b: films(first: 7) { ...P } } fragment P on Films { nodes { title } }",
            10 + 1 + 5 + 10 + 1 + 7,
        ),
        ("{ films(first: 5) { ... on Films { ... { nodes { title } } } } }", 10 + 1 + 5),
        ('{ some(ids: ["a", "b"]) { genres { title } } }', 2 * (1 + 3)),
        ('{ some(ids: "a") { title } }', 1),
        ("{ unknown { nodes { title } } films { nodes { unknown { id } } } }", 10 + 1 + 20),
    ],
)
def test_cost_counts_objects_and_statements(document, expected):
    assert cost(document) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"first": 5}, 5),
        ({}, 9),
        ({"first": None}, 20),
        ({"first": 99}, 99),
        ({"first": -3}, 1),
        # A number, all the same, to whoever makes an Int of it.
        ({"first": 99.0}, 100),
        ({"first": [99]}, 100),
    ],
)
def test_pages_are_as_large_as_variables_say(given, expected):
    document = """query ($first: Int = 9) {
      films(first: $first) { nodes { similar(first: $first) { nodes { title } } } }
    }"""

    assert cost(document, **given) == 20 + 1 + expected * (1 + 1 + expected)


def test_a_page_whose_one_variable_is_left_out_has_the_size_of_the_other():
    document = "query ($f: Int, $l: Int) { films(first: $f, last: $l) { nodes { title } } }"

    assert cost(document, f=3) == 10 + 1 + 3
    assert cost(document, l=4) == 10 + 1 + 4
    assert cost(document) == 10 + 1 + 20


def test_lists_are_as_long_as_the_variables_that_count_their_items():
    document = "query ($ids: [String!]!) { some(ids: $ids) { title } }"

    assert cost(document, ids=["a", "b", "c"]) == 3
    assert cost(document, ids="a") == 1


def test_each_operation_has_its_own_cost_and_defaults():
    guard = guard_with()
    document = parse(
        "query A($n: Int = 3) { ...F } query B($n: Int = 4) { ...F }"
        " fragment F on Query { films(first: $n) { nodes { title } } }"
    )

    measured = guard.measure(document)

    first, second, _ = document.definitions
    assert (guard.check(measured, first, {}), guard.check(measured, second, {})) == (14, 15)


@pytest.mark.parametrize("levels", [4, 8, 16])
def test_each_field_is_looked_at_once_however_often_its_fragment_is_spread(levels):
    guard = guard_with(fields=10**9, aliases=10**9, depth=100, repeated_fields=10**9)
    document = parse(forks(levels, "a: genres { NEXT } b: genres { NEXT }"))

    measured = guard.measure(document)

    # Two fields and two spreads of each level; those of the operation and of the last fragment.
    assert measured.visited == 4 * levels + 4


def test_fragments_that_go_in_a_circle_are_left_to_validation():
    assert cost(
        "{ ...A } fragment A on Query { ...B films { nodes { title } } } fragment B on Query { ...A }"
    )


def test_what_is_counted_beyond_all_numbers_is_told_with_one():
    guard = guard_with(nesting=1000)

    with pytest.raises(Exceeded) as refused:
        guard.measure(parse(forks(150, "NEXT NEXT")))

    assert refused.value.error.extensions == {
        "code": "LIMIT_EXCEEDED", "limit": "FIELDS", "found": 10**12, "most": 5000,
    }  # fmt: skip


def test_introspection_is_no_cost_and_may_be_forbidden():
    whole = get_introspection_query()

    assert cost(whole) == 0
    for document in (whole, '{ __type(name: "Film") { name } }'):
        with pytest.raises(Exceeded):
            cost(document, {"introspection": False})
    assert cost("{ __typename films { __typename } }", {"introspection": False}) == 11


@pytest.mark.parametrize(
    ("variables", "limit"),
    [
        ({"v": [[[]]]}, None),
        ({"v": [[[[]]]]}, "INPUT_DEPTH"),
        ({"v": {"a": {"b": {"c": {}}}}}, "INPUT_DEPTH"),
        ({"v": [1] * 5}, None),
        ({"v": {"a": [1] * 6}}, "LIST_ITEMS"),
        ({"v": [[1] * 5] * 3}, "INPUT_VALUES"),
        ({f"v{each}": 1 for each in range(30)}, None),
    ],
)
def test_variables_are_bounded(variables, limit):
    bounds = {"input_depth": 3, "list_items": 5, "input_values": 18}

    try:
        cost("{ __typename }", bounds, **variables)
        found = None
    except Exceeded as refused:
        found = refused.error.extensions["limit"]

    assert found == limit


@pytest.mark.parametrize(
    "document",
    [
        "{ films(ids: VALUE) { __typename } }",
        "{ films @skip(if: VALUE) { __typename } }",
        "{ ... @skip(if: VALUE) { __typename } }",
        "{ ...F @skip(if: VALUE) } fragment F on Query { __typename }",
        "{ __typename } fragment F on Query @skip(if: VALUE) { __typename }",
        "query @skip(if: VALUE) { __typename }",
        "query ($v: [Int] = VALUE) { __typename }",
        "query ($v: Int @skip(if: VALUE)) { __typename }",
    ],
)
def test_values_in_a_document_are_bounded_wherever_they_stand(document):
    bounds = {"input_depth": 3, "list_items": 5}

    found = [
        limit_of(document.replace("VALUE", value), bounds)
        for value in ("[[1, 2, 3, 4, 5], [[]]]", "[1, 2, 3, 4, 5, 6]", "[[{a: 1, b: []}]]")
    ]

    assert found == [None, "LIST_ITEMS", "INPUT_DEPTH"]


def limit_of(document: str, bounds: dict) -> str | None:
    try:
        guard_with(**bounds).measure(parse(document))
    except Exceeded as refused:
        return refused.error.extensions["limit"]
    return None
