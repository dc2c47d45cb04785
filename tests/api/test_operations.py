"""The documents that clients copy: each is valid, and runs with the variables it shows."""

from pathlib import Path

import pytest

from app.api.schema import schema
from app.web.graphiql.examples import Example, parse_example
from app.web.graphql.documents import Documents
from app.web.graphql.request import Request
from tests.api.conftest import OPERATIONS, Ask

FILES = sorted(OPERATIONS.glob("*/*.graphql"))


def example_of(path: Path) -> Example:
    return parse_example(path.parent.name, path.stem, path.read_text(encoding="utf-8"))


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_document_is_valid_named_and_described(path: Path) -> None:
    example = example_of(path)

    operation = Documents(schema).prepare(Request(query=example.query, variables=example.variables or {}))

    assert operation.name
    assert operation.kind == example.kind
    assert example.description
    assert example.operation == operation.name


def test_no_two_operations_have_one_name() -> None:
    names = [example_of(path).operation for path in FILES]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name == "catalog"], ids=name)
async def test_a_catalog_s_example_runs_on_an_empty_catalog(ask: Ask, path: Path) -> None:
    example = example_of(path)

    response = await ask(example.query, **(example.variables or {}))

    assert not response.errors
