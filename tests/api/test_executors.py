"""Whichever executor the server has, clients get the same."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import settings

from app.access.rule import Access
from app.access.viewer import Viewer, marquee
from app.api.context import Context
from app.api.node import global_id, parse_key
from app.api.public import public_schema
from app.api.schema import schema
from app.core.app import App
from app.core.config import GraphqlExecutor
from app.core.metrics import Metrics
from app.engine.engine import Engine, Prepared
from app.executors import executor_of
from app.web.graphql.breadth import BreadthExecutor
from app.web.graphql.documents import Documents, Operation, core_schema
from app.web.graphql.errors import RequestError
from app.web.graphql.executor import CoreExecutor, Executor, Result
from app.web.graphql.request import Request
from app.web.graphql.tally import Tally
from graphql import OperationDefinitionNode, parse
from tests import given
from tests.api.conftest import OPERATIONS, REQUEST_ID
from tests.engine.comparing import assert_same
from tests.engine.operations import operation

CORE = core_schema(schema)
DOCUMENTS = Documents(schema)
ENGINE, FIELDS = executor_of(schema), executor_of(schema, GraphqlExecutor.CORE)
# `--hypothesis-profile=many` is for hundreds.
SEEDS = settings().max_examples // 8


def test_what_executes_is_configured():
    assert isinstance(ENGINE, BreadthExecutor)
    assert isinstance(FIELDS, CoreExecutor)
    assert isinstance(executor_of(public_schema, hide_suggestions=True), BreadthExecutor)


def test_the_engine_takes_every_operation_that_clients_copy():
    engine = Engine(CORE)
    left = {}
    for path in sorted(OPERATIONS.rglob("*.graphql")):
        document = parse(path.read_text(encoding="utf-8"))
        for each in document.definitions:
            if isinstance(each, OperationDefinitionNode):
                prepared = engine.prepare(document, each.name and each.name.value)
                if not isinstance(prepared, Prepared):
                    left[path.name] = prepared

    assert not left


async def test_what_is_left_to_the_other_is_counted(app: App):
    metrics = Metrics()
    executor = executor_of(schema, tally=Tally(metrics))
    # Our schema has no such directive: documents with one are not valid, and get no further.
    document = parse("query @experimental_disableErrorPropagation { __typename }")
    (definition,) = document.definitions
    assert isinstance(definition, OperationDefinitionNode)
    asked = Operation(document, definition, {}, {})

    result = await executor.execute(asked, Context(app, marquee(), REQUEST_ID))

    assert result.data == {"__typename": "Query"}
    assert 'marquee_graphql_left_total{reason="no_propagation"} 1\n' in metrics.text()
    answered = 'marquee_graphql_operations_total{kind="query",outcome="answered",executor="graphql-core"} 1\n'
    assert answered in metrics.text()


async def world(app: App) -> Mapping[str, Sequence[Any]]:
    """A small catalog; the values that scalars may have in it."""
    library = await given.library(app)
    genre = await given.term(app, name="Horror")
    film = await given.movie(app, title="Alien", cast=("Ann", "Ben"), genres=(genre,), library_id=library)
    series = await given.series(app, title="Fargo")
    season = await given.season(app, series)
    await given.episode(app, series, season)
    ids = {"Library": library, "Genre": genre, "Movie": film, "Series": series, "Season": season}
    return {
        "ID": [*(global_id(name, key) for name, key in ids.items()), "x"],
        "Int": [1, 2, 20, -5],
        "Float": [0.5, 2],
        "Boolean": [True, False],
        "Locale": ["de", "en"],
        "DateTime": ["2026-01-01T00:00:00Z"],
        "Date": ["2026-01-01"],
        "BigInt": [5],
        "URL": ["https://films.example"],
    }


def viewers(values: Mapping[str, Sequence[Any]]) -> Sequence[Viewer]:
    """Those who see everything, only some of it, and who may do nothing."""
    library = parse_key(values["ID"][0], "Library")
    bounded = replace(marquee(("de",)), access=Access(library_ids=(library,), max_age=12))
    return marquee(), bounded, Viewer()


async def answer(executor: Executor, app: App, viewer: Viewer, request: Request) -> Result:
    return await executor.execute(DOCUMENTS.prepare(request), Context(app, viewer, REQUEST_ID))


async def test_random_operations_are_answered_the_same(app: App):
    values = await world(app)
    asking = viewers(values)
    answered = 0
    for seed in range(SEEDS):
        text, variables = operation(seed, CORE, values=values)
        request = Request(text, variables=variables)
        try:
            viewer = asking[seed % len(asking)]
            expected = await answer(FIELDS, app, viewer, request)
        except RequestError:
            continue
        answered += 1
        assert_same(expected, await answer(ENGINE, app, viewer, request))

    assert answered > SEEDS / 2
