"""How long the engine's plans live: as long as the documents that they are of are remembered."""

import gc
import weakref
from typing import Any

import strawberry

from app.engine.engine import Engine, Prepared
from app.web.graphql.breadth import BreadthExecutor
from app.web.graphql.documents import Documents, core_schema
from app.web.graphql.executor import CoreExecutor
from app.web.graphql.request import Request


@strawberry.type
class Query:
    @strawberry.field
    def hello(self) -> str:
        return "hello"


SCHEMA = strawberry.Schema(Query)
TRUSTED = "{ __typename hello }"


class Watched(Engine):
    """Knows what it prepared, in so far as it is still there."""

    def __init__(self) -> None:
        super().__init__(core_schema(SCHEMA))
        self._found = weakref.WeakSet[Prepared]()

    def prepare(self, *arguments: Any) -> Any:
        prepared = super().prepare(*arguments)
        assert isinstance(prepared, Prepared)
        self._found.add(prepared)
        return prepared

    @property
    def alive(self) -> int:
        gc.collect()
        return len(self._found)


class Asking:
    def __init__(self) -> None:
        self.engine = Watched()
        self._documents = Documents(SCHEMA, remembered_chars=8_000, trusted=[TRUSTED])
        self._executor = BreadthExecutor(self.engine, CoreExecutor(SCHEMA))

    async def ask(self, text: str) -> None:
        result = await self._executor.execute(self._documents.prepare(Request(text)), None)
        assert not result.errors


async def test_a_document_that_is_too_long_to_be_remembered_leaves_nothing_behind():
    asking = Asking()

    for _ in range(3):
        await asking.ask("{ hello }" + " " * 1_000)

    assert asking.engine.alive == 0


async def test_a_remembered_document_is_prepared_once_and_goes_with_its_plans():
    asking = Asking()

    for number in (1, 2, 2):
        await asking.ask(f"{{ a{number}: hello }}")
    twice = asking.engine.alive
    for number in range(9):
        await asking.ask(f"{{ b{number}: hello }}" + " " * 980)

    assert twice == 2
    assert asking.engine.alive == 8


async def test_plans_of_trusted_documents_are_not_pushed_out():
    asking = Asking()
    await asking.ask(TRUSTED)

    for number in range(20):
        await asking.ask(f"{{ b{number}: hello }}" + " " * 980)
    others = asking.engine.alive
    await asking.ask(TRUSTED)

    assert others == asking.engine.alive == 9
