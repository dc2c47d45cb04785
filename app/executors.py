"""Who executes operations: the breadth-first engine, or graphql-core where somebody wants to compare."""

from collections.abc import Callable
from typing import Any

import strawberry

from app.api.levels import class_of, sources_of
from app.core.config import Config, GraphqlExecutor
from app.core.db import counting_statements
from app.engine.engine import Engine
from app.web.graphql.breadth import BreadthExecutor
from app.web.graphql.documents import core_schema
from app.web.graphql.executor import CoreExecutor, Executor
from app.web.graphql.metered import Metered
from app.web.graphql.tally import CountedCore, Tally


def executor_of(
    schema: strawberry.Schema,
    kind: GraphqlExecutor = GraphqlExecutor.ENGINE,
    *,
    context_of_event: Callable[[Any], Any] = lambda context: context,
    hide_suggestions: bool = False,
    tally: Tally | None = None,
    timeout_s: float | None = None,
) -> Executor:
    """context_of_event, hide_suggestions, timeout_s: as CoreExecutor has them. tally: where operations are counted."""
    core = CoreExecutor(
        schema,
        context_of_event=context_of_event,
        hide_suggestions=hide_suggestions,
        timeout_s=timeout_s,
    )
    if kind is GraphqlExecutor.CORE:
        return CountedCore(core, tally) if tally else core
    engine = Engine(
        core_schema(schema),
        source_of=sources_of(schema),
        class_of=class_of,
        hide_suggestions=hide_suggestions,
    )
    return BreadthExecutor(engine, core, context_of_event=context_of_event, tally=tally, timeout_s=timeout_s)


def metered_executor_of(
    schema: strawberry.Schema,
    config: Config,
    *,
    context_of_event: Callable[[Any], Any] = lambda context: context,
    hide_suggestions: bool = False,
    tally: Tally | None = None,
) -> Executor:
    """The same within the time that the owner sets, and telling what was spent where somebody asks."""
    executor = executor_of(
        schema,
        config.graphql_executor,
        context_of_event=context_of_event,
        hide_suggestions=hide_suggestions,
        tally=tally,
        timeout_s=config.graphql_timeout_s,
    )
    return Metered(executor, most=config.graphql_cost, counting=counting_statements)
