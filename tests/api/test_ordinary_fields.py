"""Fields that are ordinary Strawberry methods, with permissions and extensions of their own, by either executor."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import strawberry
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission

from app.core.config import GraphqlExecutor
from app.core.metrics import Metrics
from app.executors import executor_of
from app.web.graphql.documents import Documents
from app.web.graphql.executor import Result
from app.web.graphql.request import Request
from app.web.graphql.tally import Tally

EXECUTORS = list(GraphqlExecutor)
Asker = dict[str, Any]


class Signed(BasePermission):
    message = "Sign in first."

    def has_permission(self, source: Any, info: strawberry.Info[Asker], **kwargs: Any) -> bool:
        return bool(info.context["name"])


class Grown(BasePermission):
    message = "Not for children."

    async def has_permission(self, source: "Film", info: strawberry.Info[Asker], **kwargs: Any) -> bool:
        await asyncio.sleep(0)
        return info.context["age"] >= source.age


class Loud(FieldExtension):
    def resolve(self, next_: Any, source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        return next_(source, info, **kwargs).upper()


class Twice(FieldExtension):
    async def resolve_async(self, next_: Any, source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        return 2 * await next_(source, info, **kwargs)


def initial(root: "Film") -> str:
    return root.title[0]


@strawberry.type
class Film:
    title: str
    age: int = 0
    first: str = strawberry.field(resolver=initial)

    @strawberry.field
    def length(self) -> int:
        return len(self.title)

    @strawberry.field
    def said(self, info: strawberry.Info[Asker], times: int = 1) -> str:
        return f"{info.context['name']}: {self.title * times}"

    @strawberry.field
    async def later(self) -> str:
        await asyncio.sleep(0)
        return f"{self.title} later"

    @strawberry.field(permission_classes=[Signed])
    def path(self) -> str | None:
        return f"/{self.title}"

    @strawberry.field(permission_classes=[Signed, Grown])
    async def scene(self) -> str | None:
        return f"of {self.title}"

    @strawberry.field(extensions=[Loud()])
    def loud(self) -> str:
        return self.title

    @strawberry.field(extensions=[Twice()])
    async def twice(self, much: int = 1) -> str:
        return self.title * much


@strawberry.type
class Query:
    @strawberry.field
    def films(self, times: int = 1) -> list[Film]:
        return [Film(title="alien"), Film(title="brazil", age=16)] * times


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=[Signed])
    async def rename(self, to: str) -> Film | None:
        return Film(title=to)


@strawberry.type
class Subscription:
    @strawberry.subscription(permission_classes=[Signed])
    async def shown(self) -> AsyncIterator[Film]:
        yield Film(title="alien")
        yield Film(title="brazil", age=16)


SCHEMA = strawberry.Schema(Query, Mutation, Subscription)
DOCUMENTS = Documents(SCHEMA)


async def ask(kind: GraphqlExecutor, text: str, name: str = "ann", age: int = 12) -> Result:
    asked = DOCUMENTS.prepare(Request(text))
    return await executor_of(SCHEMA, kind).execute(asked, {"name": name, "age": age})


def told(result: Result) -> list[tuple[str, list[str | int] | None]]:
    return [(error.message, error.path) for error in result.errors]


@pytest.mark.parametrize("kind", EXECUTORS)
async def test_methods_are_called_for_each_object_whatever_they_take(kind: GraphqlExecutor) -> None:
    found = await ask(kind, "{ films { title first length said more: said(times: 2) later } }")

    assert found.errors == ()
    assert found.data == {
        "films": [
            {
                "title": title,
                "first": title[0],
                "length": len(title),
                "said": f"ann: {title}",
                "more": f"ann: {title}{title}",
                "later": f"{title} later",
            }
            for title in ("alien", "brazil")
        ]
    }


@pytest.mark.parametrize("kind", EXECUTORS)
async def test_a_field_s_own_permissions_are_asked_for_each_object(kind: GraphqlExecutor) -> None:
    signed = await ask(kind, "{ films { path scene } }")
    stranger = await ask(kind, "{ films { title path } }", name="")
    renamed = await ask(kind, 'mutation { rename(to: "x") { title } }', name="")

    assert signed.data == {
        "films": [{"path": "/alien", "scene": "of alien"}, {"path": "/brazil", "scene": None}]
    }
    assert told(signed) == [("Not for children.", ["films", 1, "scene"])]
    assert stranger.data == {"films": [{"title": "alien", "path": None}, {"title": "brazil", "path": None}]}
    assert sorted(told(stranger), key=str) == [
        ("Sign in first.", ["films", place, "path"]) for place in (0, 1)
    ]
    assert (renamed.data, told(renamed)) == ({"rename": None}, [("Sign in first.", ["rename"])])


@pytest.mark.parametrize("kind", EXECUTORS)
async def test_a_field_s_extensions_are_around_its_resolver(kind: GraphqlExecutor) -> None:
    found = await ask(kind, "{ films { loud twice more: twice(much: 2) } }")

    assert found.errors == ()
    assert found.data == {
        "films": [
            {"loud": title.upper(), "twice": title * 2, "more": title * 4} for title in ("alien", "brazil")
        ]
    }


@pytest.mark.parametrize("kind", EXECUTORS)
async def test_events_have_the_same_fields(kind: GraphqlExecutor) -> None:
    asked = DOCUMENTS.prepare(Request("subscription { shown { scene loud } }"))
    results = await executor_of(SCHEMA, kind).subscribe(asked, {"name": "ann", "age": 12})
    refused = await executor_of(SCHEMA, kind).subscribe(asked, {"name": "", "age": 12})

    assert not isinstance(results, Result)
    found = [result async for result in results]
    assert [each.data for each in found] == [
        {"shown": {"scene": "of alien", "loud": "ALIEN"}},
        {"shown": {"scene": None, "loud": "BRAZIL"}},
    ]
    assert [told(each) for each in found] == [[], [("Not for children.", ["shown", "scene"])]]
    assert isinstance(refused, Result)
    assert [message for message, _ in told(refused)] == ["Sign in first."]


async def test_each_event_is_counted() -> None:
    metrics = Metrics()
    executor = executor_of(SCHEMA, tally=Tally(metrics))
    asked = DOCUMENTS.prepare(Request("subscription { shown { title scene } }"))

    results = await executor.subscribe(asked, {"name": "ann", "age": 12})
    assert not isinstance(results, Result)
    found = [result async for result in results]

    assert len(found) == 2
    counted = 'marquee_graphql_operations_total{kind="subscription",outcome="%s",executor="engine"} 1\n'
    assert counted % "answered" in metrics.text()
    assert counted % "errors" in metrics.text()
    assert "marquee_graphql_left_total{" not in metrics.text()


async def tasks_of(text: str) -> int:
    """How many are begun for it."""
    loop, ours = asyncio.get_running_loop(), {asyncio.current_task()}
    before = loop.get_task_factory()

    def begin(loop: Any, work: Any, **options: Any) -> Any:
        task = asyncio.Task(work, loop=loop, **options)
        # What else of this process begins something meanwhile, or a timer, is not for the operation.
        if asyncio.current_task() in ours:
            ours.add(task)
        return task

    loop.set_task_factory(begin)
    try:
        found = await ask(GraphqlExecutor.ENGINE, text)
    finally:
        loop.set_task_factory(before)
    assert found.errors == ()
    return len(ours) - 1


async def test_objects_whose_methods_wait_for_nothing_need_no_tasks() -> None:
    text = "{ films(times: TIMES) { title first length said path loud } }"

    assert await tasks_of(text.replace("TIMES", "50")) == await tasks_of(text.replace("TIMES", "1"))
