"""Each bound lets through as much as it says, and no more."""

import pytest

from app.web.graphql.guard.bounds import Exceeded
from graphql import OperationDefinitionNode, parse
from tests.web.graphql.hostile import guard_with, many

TWO = "@skip(if: false) @include(if: true)"


def limit_of(document: str, **bounds: int) -> str | None:
    """The limit that a document, or its only operation, exceeds."""
    guard = guard_with(**bounds)
    try:
        guard.check_text(document)
        parsed = parse(document)
        (operation,) = [each for each in parsed.definitions if isinstance(each, OperationDefinitionNode)][:1]
        guard.check(guard.measure(parsed), operation, {})
    except Exceeded as refused:
        return refused.error.extensions["limit"]
    return None


@pytest.mark.parametrize(
    ("document", "bound", "found"),
    [
        ("{ films(first: 5) { nodes { title } } }", "cost", 10 + 1 + 5),
        ("{ films { nodes { genres { title } } } }", "depth", 4),
        ("{ films { nodes { ...F } } } fragment F on Film { genres { title } }", "depth", 4),
        ("{ films { nodes { title genres { title } } } }", "fields", 5),
        ("{ films { ...F ...F } } fragment F on Films { pageInfo { hasNextPage } }", "fields", 5),
        ("{ a: films { b: nodes { title c: title } } }", "aliases", 3),
        ("{ a: films { ...F } b: films { ...F } } fragment F on Films { c: nodes { title } }", "aliases", 4),
        (f"{{ films {{ nodes {{ title {TWO} }} }} }}", "directives", 2),
        (f"query {TWO} {{ films {{ nodes @skip(if: false) {{ title }} }} }}", "directives", 3),
        (f"query ($a: Int {TWO}, $b: Int {TWO}) {{ films(first: $a, last: $b) {TWO} {{ __typename }} }}",
         "directives", 6),
        (f"{{ ... {TWO} {{ films {{ __typename }} }} ...F {TWO} }} fragment F on Query {{ __typename {TWO} }}",
         "directives", 6),
        ("mutation { watch a: watch ...F ... { d: watch } } fragment F on Mutation { b: watch c: watch }",
         "mutations", 5),
        ("mutation { watch { title genres { title } } a: watch }", "mutations", 2),
        (many(4, "query A# { __typename }"), "operations", 4),
        ("{ __typename } " + many(3, "fragment F# on Film { title }"), "fragments", 3),
        ("{ films { nodes { title title title ...F } } } fragment F on Film { title }", "repeated_fields", 6),
        ('{ films(first: 5) { nodes { title } } } # "a b" {', "tokens", 15),
        ("{ ... " * 39 + "{ __typename }" + " }" * 39, "nesting", 40),
        ('{ some(ids: ["a", "b", "c"]) { title } }', "list_items", 3),
        ("{ films(ids: [[{a: [1]}]]) { __typename } }", "input_depth", 4),
    ],
)  # fmt: skip
def test_a_bound_lets_through_as_much_as_it_says(document: str, bound: str, found: int) -> None:
    assert limit_of(document, **{bound: found}) is None
    assert limit_of(document, **{bound: found - 1}) == bound.upper()
