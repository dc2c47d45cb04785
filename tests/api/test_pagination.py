"""Connections: counted only when asked to, however that is written."""

import gc
import logging

import pytest

from app.core.app import App
from tests import given
from tests.api.conftest import Ask

COUNTED = [
    "{ movies { totalCount } }",
    "{ movies { totalCount nodes { id } } }",
    "{ movies { all: totalCount } }",
    "{ movies { ... on MovieConnection { totalCount } } }",
    "{ movies { ...Page } } fragment Page on MovieConnection { nodes { id } ...Count }"
    " fragment Count on MovieConnection { totalCount }",
    "{ movies { nodes { id } } movies { totalCount } }",
    "query ($yes: Boolean = true) { movies { totalCount @include(if: $yes) } }",
    "query ($no: Boolean = false) { movies { ... @skip(if: $no) { totalCount } } }",
]
UNCOUNTED = [
    "{ movies { nodes { id } pageInfo { endCursor } edges { cursor } } }",
    "{ movies { nodes { id } totalCount @skip(if: true) } }",
    "query ($no: Boolean = false) { movies { nodes { id } totalCount @include(if: $no) } }",
    "query ($yes: Boolean = true) { movies { nodes { id } ...C @skip(if: $yes) } }"
    " fragment C on MovieConnection { totalCount }",
]


@pytest.mark.parametrize("query", COUNTED)
async def test_a_total_that_is_selected_is_counted(
    app: App, ask: Ask, statements: list[str], query: str
) -> None:
    await given.movie(app)
    statements.clear()

    response = await ask(query)

    assert not response.errors
    assert 1 in response["movies"].values()
    assert len(statements) == 2, statements


@pytest.mark.parametrize("query", UNCOUNTED)
async def test_a_total_that_is_not_selected_is_not_counted(
    app: App, ask: Ask, statements: list[str], query: str
) -> None:
    await given.movie(app)
    statements.clear()

    response = await ask(query)

    assert not response.errors
    assert len(statements) == 1, statements


async def test_edges_and_nodes_show_the_same_items(app: App, ask: Ask) -> None:
    for title in ("a", "b"):
        await given.movie(app, title)

    page = (
        await ask(
            "{ movies { edges { cursor node { title } } nodes { title } pageInfo { startCursor endCursor } } }"
        )
    )["movies"]

    assert [edge["node"] for edge in page["edges"]] == page["nodes"]
    assert page["pageInfo"] == {
        "startCursor": page["edges"][0]["cursor"],
        "endCursor": page["edges"][1]["cursor"],
    }


async def test_an_empty_page_has_no_cursors(ask: Ask) -> None:
    page = (
        await ask("{ movies { nodes { id } totalCount pageInfo { startCursor endCursor hasNextPage } } }")
    )["movies"]

    assert page == {
        "nodes": [],
        "totalCount": 0,
        "pageInfo": {"startCursor": None, "endCursor": None, "hasNextPage": False},
    }


async def test_one_field_with_two_arguments_is_read_twice(app: App, ask: Ask, statements: list[str]) -> None:
    for _ in range(3):
        await given.movie(app, cast=("a", "b"))
    statements.clear()

    data = await ask("{ movies { nodes { top: cast(first: 1) { nodes { job } } cast { nodes { job } } } } }")

    assert [(len(m["top"]["nodes"]), len(m["cast"]["nodes"])) for m in data["movies"]["nodes"]] == [
        (1, 2)
    ] * 3
    assert len(statements) == 3


async def test_an_edge_that_fails_for_all_leaves_nothing_behind(
    app: App, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(5):
        await given.movie(app)

    with caplog.at_level(logging.DEBUG, logger="asyncio"):
        response = await ask(
            '{ movies { nodes { cast(after: "nonsense") { nodes { job } } crew { nodes { job } } } } }'
        )
        gc.collect()

    assert {error["extensions"]["code"] for error in response.errors} == {"INVALID_INPUT"}
    assert not [record.getMessage() for record in caplog.records if record.name == "asyncio"]
