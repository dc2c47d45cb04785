"""What the specification's chapter on execution says, and what only this executor promises."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from app.engine.conditions import Left
from app.engine.engine import Engine, Kept, Prepared
from app.engine.sources import Asked, Batch, Method, Source, attribute, resolvers
from graphql import ExecutionResult, GraphQLField, GraphQLObjectType, build_schema, execute, parse

SDL = """
interface Named { name: String! }
type Film implements Named { name: String! year: Int actors: [Actor!]! sequel: Film first: Film! }
type Actor implements Named { name: String! films: [Film] }
union Found = Film | Actor
type Query { films(first: Int = 2): [Film!] film: Film! maybe: Film found: [Found] names: [String!] }
type Mutation { add(name: String!): Film! }
"""


@dataclass
class Thing:
    """An object by its attributes; `kind` is its type."""

    kind: str = "Film"
    name: Any = "a"
    year: Any = None
    more: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        if name in ("actors", "films", "sequel", "first", "film", "maybe", "found", "names"):
            return self.more.get(name)
        raise AttributeError(name)


class Asking:
    """An engine whose fields are attributes, but for batches and resolvers that a test gives it."""

    def __init__(self, **given: Any) -> None:
        self.schema = build_schema(SDL)
        self.calls: list[tuple[str, list[Any], dict[str, Any]]] = []
        self._given = given
        for kind in ("Named", "Found"):
            self.schema.type_map[kind].resolve_type = lambda value, *_: value.kind
        self.engine = Engine(self.schema, source_of=self._source)

    def _source(self, parent: GraphQLObjectType, name: str, definition: GraphQLField) -> Source:
        given = self._given.get(f"{parent}_{name}", self._given.get(name))
        if name.startswith("__"):
            return resolvers(parent, name, definition)
        if given is None:
            return attribute(name)
        if isinstance(given, Source):
            return given

        async def read(objects: Any, asked: Asked, arguments: Any) -> Any:
            self.calls.append((name, list(objects), dict(arguments)))
            return [given(each) for each in objects] if callable(given) else given

        return Batch(read)

    async def ask(self, text: str, root: Any = None, **variables: Any) -> ExecutionResult:
        prepared = self.engine.prepare(parse(text))
        assert isinstance(prepared, Prepared)
        given = self.engine.variables(prepared, variables)
        assert not isinstance(given, list), given
        return await self.engine.execute(prepared, given, root_value=root or Thing("Query"))


def root(**more: Any) -> Thing:
    return Thing("Query", more=more)


def told(result: ExecutionResult) -> list[tuple[str, list[str | int] | None]]:
    return [(error.message, error.path) for error in result.errors or ()]


async def test_a_batch_is_asked_once_for_all_objects_of_a_level() -> None:
    asking = Asking(
        actors=lambda film: [Thing("Actor", f"{film.name}{place}") for place in (1, 2)],
        Actor_films=lambda _: [],
    )
    films = [Thing(name="a"), Thing(name="b")]

    result = await asking.ask("{ films { name actors { name films { name } } } }", root(films=films))

    assert result.errors is None
    assert result.data == {
        "films": [
            {"name": "a", "actors": [{"name": "a1", "films": []}, {"name": "a2", "films": []}]},
            {"name": "b", "actors": [{"name": "b1", "films": []}, {"name": "b2", "films": []}]},
        ]
    }
    assert [(name, len(objects)) for name, objects, _ in asking.calls] == [("actors", 2), ("films", 4)]


async def test_no_batch_is_asked_where_there_are_no_objects() -> None:
    asking = Asking(actors=lambda _: [])

    result = await asking.ask("{ films { actors { name } } maybe { actors { name } } }", root(films=[]))

    assert result == ExecutionResult({"films": [], "maybe": None}, None)
    assert asking.calls == []


async def test_what_one_object_of_a_batch_fails_by_fails_it_alone() -> None:
    def sequel(film: Thing) -> Any:
        return ValueError("lost") if film.name == "a" else Thing(name="c")

    asking = Asking(sequel=sequel)

    result = await asking.ask("{ films { sequel { name } } }", root(films=[Thing(name="a"), Thing(name="b")]))

    assert result.data == {"films": [{"sequel": None}, {"sequel": {"name": "c"}}]}
    assert told(result) == [("lost", ["films", 0, "sequel"])]


async def test_a_batch_that_answers_too_little_fails_for_all() -> None:
    asking = Asking(sequel=[None])

    result = await asking.ask("{ films { sequel { name } } }", root(films=[Thing(), Thing()]))

    assert result.data == {"films": [{"sequel": None}, {"sequel": None}]}
    assert [path for _, path in told(result)] == [["films", 0, "sequel"], ["films", 1, "sequel"]]


async def test_null_where_none_may_be_goes_up_to_where_it_may() -> None:
    asking = Asking()
    films = [Thing(more={"sequel": Thing(more={"first": Thing(name=None)})}), Thing(name="b")]

    result = await asking.ask("{ films { name again: sequel { first { name } } } }", root(films=films))

    assert result.data == {"films": [{"name": "a", "again": None}, {"name": "b", "again": None}]}
    said = "Cannot return null for non-nullable field Film.name."
    assert told(result) == [(said, ["films", 0, "again", "first", "name"])]


async def test_an_item_that_may_not_be_null_takes_its_list_along() -> None:
    asking = Asking()

    result = await asking.ask(
        "{ names films { name } }", root(names=["a", None], films=[Thing(), Thing(name=None)])
    )

    assert result.data == {"names": None, "films": None}
    assert sorted(path or [] for _, path in told(result)) == [["films", 1, "name"], ["names", 1]]


async def test_a_root_field_that_may_not_be_null_takes_all_along() -> None:
    result = await Asking().ask("{ film { name } names }", root(names=[]))

    assert result.data is None
    assert told(result) == [("Cannot return null for non-nullable field Query.film.", ["film"])]


async def test_mentions_of_a_field_are_one_field_and_its_place_is_the_first() -> None:
    asking = Asking()
    text = """
    { maybe { year } ...F other: maybe { __typename } maybe { name } }
    fragment F on Query { maybe { name t: __typename } }
    """

    result = await asking.ask(text, root(maybe=Thing(year=1999)))

    assert result.data == {"maybe": {"year": 1999, "name": "a", "t": "Film"}, "other": {"__typename": "Film"}}
    assert list(result.data) == ["maybe", "other"]
    assert list(result.data["maybe"]) == ["year", "name", "t"]


async def test_objects_of_an_abstract_type_are_read_type_by_type_and_stay_in_their_order() -> None:
    asking = Asking(actors=lambda _: [], films=lambda _: [])
    found = [Thing("Actor", "x"), Thing("Film", "y"), None, Thing("Actor", "z")]
    text = (
        "{ found { ... on Named { name } ... on Actor { films { name } } ... on Film { actors { name } } } }"
    )

    result = await asking.ask(text, root(found=found))

    assert result.data == {
        "found": [
            {"name": "x", "films": []},
            {"name": "y", "actors": []},
            None,
            {"name": "z", "films": []},
        ]
    }
    assert sorted((name, len(objects)) for name, objects, _ in asking.calls) == [("actors", 1), ("films", 2)]


async def test_conditions_and_arguments_follow_the_variables_of_each_run() -> None:
    asking = Asking(films=lambda _: [Thing()])
    text = "query ($with: Boolean!, $n: Int) { films(first: $n) { name year @include(if: $with) } }"
    document = parse(text)
    kept: Kept = {}
    prepared = asking.engine.prepare(document, None, kept)
    assert isinstance(prepared, Prepared)
    found = []
    for variables in ({"with": True, "n": 5}, {"with": False}, {"with": True, "n": None}):
        given = asking.engine.variables(prepared, variables)
        assert not isinstance(given, list)
        found.append((await asking.engine.execute(prepared, given, root_value=root())).data)

    assert found == [
        {"films": [{"name": "a", "year": None}]},
        {"films": [{"name": "a"}]},
        {"films": [{"name": "a", "year": None}]},
    ]
    assert [arguments for _, _, arguments in asking.calls] == [{"first": 5}, {"first": 2}, {"first": None}]
    assert asking.engine.prepare(document, None, kept) is prepared


async def test_mutations_run_one_after_the_other() -> None:
    order: list[str] = []
    asking = Asking()

    async def add(_root: Any, _info: Any, name: str) -> Thing:
        order.append(f"{name} begins")
        await asyncio.sleep(0)
        order.append(f"{name} ends")
        return Thing(name=name)

    mutation = asking.schema.mutation_type
    assert mutation is not None
    mutation.fields["add"].resolve = add
    asking.engine = Engine(asking.schema)

    result = await asking.ask(
        'mutation { one: add(name: "a") { __typename } two: add(name: "b") { __typename } }'
    )

    assert result.data == {"one": {"__typename": "Film"}, "two": {"__typename": "Film"}}
    assert order == ["a begins", "a ends", "b begins", "b ends"]


@pytest.mark.parametrize("wrong", ["raises", "null"])
async def test_a_mutation_ends_where_a_field_that_may_not_be_null_has_failed(wrong: str) -> None:
    ran: list[str] = []
    asking = Asking()

    async def add(_root: Any, _info: Any, name: str) -> Thing | None:
        ran.append(name)
        if name == "b" and wrong == "raises":
            raise ValueError("lost")
        return Thing(name=name) if name != "b" else None

    mutation = asking.schema.mutation_type
    assert mutation is not None
    mutation.fields["add"].resolve = add
    asking.engine = Engine(asking.schema)
    text = 'mutation { a: add(name: "a") { name } b: add(name: "b") { name } c: add(name: "c") { name } }'

    expected = await cast("Awaitable[ExecutionResult]", execute(asking.schema, parse(text)))
    ran_there, ran = ran, []
    result = await asking.ask(text)

    assert ran == ran_there == ["a", "b"]
    assert result.data is expected.data is None
    assert told(result) == told(expected)


async def test_fields_of_a_level_are_read_at_the_same_time() -> None:
    both = asyncio.Barrier(2)

    async def meet(objects: Any, _asked: Asked, _arguments: Any) -> list[Any]:
        await both.wait()
        return [None] * len(objects)

    asking = Asking(sequel=Batch(meet), year=Batch(meet))

    result = await asking.ask("{ maybe { sequel { name } year } }", root(maybe=Thing()))

    assert result.data == {"maybe": {"sequel": None, "year": None}}


async def test_a_cancellation_ends_what_was_begun() -> None:
    begun, ended = asyncio.Event(), list[str]()

    async def never(objects: Any, _asked: Asked, _arguments: Any) -> list[Any]:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("ended")
        return []

    asking = Asking(sequel=Batch(never), year=Batch(never))
    running = asyncio.create_task(asking.ask("{ maybe { sequel { name } year } }", root(maybe=Thing())))
    await begun.wait()

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert ended == ["ended", "ended"]


@pytest.mark.parametrize("beside", ["", "sequel { name }"])
async def test_a_field_whose_own_work_was_cancelled_ends_the_operation(beside: str) -> None:
    async def gone(_objects: Any, _asked: Asked, _arguments: Any) -> list[Any]:
        raise asyncio.CancelledError

    asking = Asking(sequel=lambda _: None, year=Batch(gone))

    with pytest.raises(asyncio.CancelledError):
        await asking.ask(f"{{ maybe {{ {beside} year }} }}", root(maybe=Thing()))


async def test_a_method_is_called_once_for_each_object_and_fails_it_alone() -> None:
    called: list[str] = []

    async def later() -> int:
        return 2

    def year(film: Thing) -> Any:
        called.append(film.name)
        if film.name == "b":
            raise ValueError("lost")
        return 1 if film.name == "a" else later()

    films = [Thing(name=name) for name in "abc"]

    result = await Asking(year=Method(year)).ask("{ films { year } }", root(films=films))

    assert result.data == {"films": [{"year": 1}, {"year": None}, {"year": 2}]}
    assert told(result) == [("lost", ["films", 1, "year"])]
    assert called == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "query { ...F(n: 1) } fragment F($n: Int) on Query { films(first: $n) { name } }",
            Left.FRAGMENT_VARIABLES,
        ),
        ("{ maybe { ... @defer { name } } }", Left.IN_PARTS),
        ("{ names @stream }", Left.IN_PARTS),
        ("query @experimental_disableErrorPropagation { names }", Left.NO_PROPAGATION),
    ],
)
def test_what_is_not_taken_is_left_to_others(text: str, why: Left) -> None:
    assert Asking().engine.prepare(parse(text, experimental_fragment_arguments=True)) is why


def test_an_operation_that_is_not_there_is_left_to_others() -> None:
    engine, document = Asking().engine, parse("query A { names } query B { names }")

    assert engine.prepare(document) is Left.NO_OPERATION
    assert engine.prepare(document, "C") is Left.NO_OPERATION
    assert isinstance(engine.prepare(document, "B"), Prepared)
