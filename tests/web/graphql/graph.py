"""A graph that does what the tests of the transports need, and tells what happened to it."""

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any

import strawberry
from starlette.requests import HTTPConnection
from strawberry.scalars import JSON

from app.executors import executor_of
from app.web.graphql.asgi import GraphQL
from app.web.graphql.documents import Documents, OperationKind
from app.web.graphql.errors import Forbidden, Unauthenticated
from app.web.graphql.known import KnownDocuments, Trust, Trusted
from app.web.graphql.limits import TransportLimits
from app.web.graphql.manifests import Listed
from app.web.graphql.request_id import current_request_id
from graphql import GraphQLError
from tests.patience import PATIENCE_S


class Happenings:
    """What resolvers did, noted in the server's thread and awaited in the test's."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._changed = threading.Condition()

    def note(self, what: str) -> None:
        with self._changed:
            self._counts[what] += 1
            self._changed.notify_all()

    def count(self, what: str) -> int:
        return self._counts[what]

    async def until(self, what: str, times: int = 1) -> None:
        def wait() -> bool:
            with self._changed:
                return self._changed.wait_for(lambda: self._counts[what] >= times, PATIENCE_S)

        assert await asyncio.to_thread(wait), f"{what} did not happen {times} times: {self._counts}"


happenings = Happenings()
revoked: set[str] = set()


@dataclass
class Context:
    user: str
    request_id: str
    params: Mapping[str, Any] | None
    generation: int = 0


async def admit(kind: OperationKind, context: Context) -> None:
    happenings.note(f"{context.user} asked a {kind.value}")


async def make_context(connection: HTTPConnection, params: Mapping[str, Any] | None) -> Context:
    token = (params or {}).get("token") or connection.headers.get("authorization", "").removeprefix("Bearer ")
    if token == "bad" or token in revoked:
        raise Unauthenticated("Sign in again.")
    if token == "banned":
        raise Forbidden("You may not come in.")
    if token == "crash":
        raise RuntimeError("secret of the context")
    return Context(str(token or "anonymous"), connection.scope["state"]["request_id"], params)


def format_error(error: GraphQLError) -> dict[str, Any]:
    formatted: dict[str, Any] = dict(error.formatted)
    if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
        formatted["message"] = "Something went wrong."
        formatted["extensions"] = {"code": "INTERNAL_SERVER_ERROR", "requestId": current_request_id()}
    return formatted


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"Hello, {name}!"

    @strawberry.field
    def whoami(self, info: strawberry.Info) -> str:
        return info.context.user

    @strawberry.field
    def request_id(self, info: strawberry.Info) -> list[str]:
        return [info.context.request_id, current_request_id()]

    @strawberry.field
    def number(self, value: float) -> float:
        return value

    @strawberry.field
    def anything(self, kind: str) -> JSON:
        odd = {"big": 2**80, "surrogate": "caf\udce9.mkv", "object": object(), "nested": {"a": [1, None]}}
        return JSON(odd[kind])

    @strawberry.field
    def fails(self) -> str | None:
        raise RuntimeError("secret of the resolver")

    @strawberry.field
    def must_not_fail(self) -> str:
        raise RuntimeError("secret of the resolver")

    @strawberry.field
    async def forever(self, name: str) -> str:
        happenings.note(f"{name} started")
        try:
            await asyncio.Event().wait()
        finally:
            happenings.note(f"{name} cancelled")
        return name

    @strawberry.field
    def variables(self, info: strawberry.Info, value: JSON | None = None) -> JSON:
        return JSON({"variables": info.variable_values, "value": value})


@strawberry.type
class Mutation:
    @strawberry.mutation
    def rename(self, to: str) -> str:
        happenings.note(f"renamed to {to}")
        return to

    @strawberry.mutation
    async def save(self, name: str, after: str) -> str:
        """Finishes when the other thing has happened."""
        happenings.note(f"{name} started")
        await happenings.until(after)
        happenings.note(f"{name} saved")
        return name


@strawberry.type
class Event:
    number: int

    @strawberry.field
    def generation(self, info: strawberry.Info) -> int:
        return info.context.generation


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int) -> AsyncGenerator[int, None]:
        for number in range(1, to + 1):
            yield number

    @strawberry.subscription
    async def events(self, to: int) -> AsyncGenerator[Event, None]:
        for number in range(1, to + 1):
            yield Event(number=number)

    @strawberry.subscription
    async def endless(self, name: str) -> AsyncGenerator[str, None]:
        happenings.note(f"{name} started")
        try:
            yield name
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            happenings.note(f"{name} closed")

    @strawberry.subscription
    async def flood(self, name: str, size: int) -> AsyncGenerator[str, None]:
        happenings.note(f"{name} started")
        try:
            while True:
                happenings.note(f"{name} yielded")
                yield "x" * size
        finally:
            happenings.note(f"{name} closed")

    @strawberry.subscription
    async def breaks(self, after: int) -> AsyncGenerator[int, None]:
        for number in range(after):
            yield number
        raise RuntimeError("secret of the source")

    @strawberry.subscription
    async def odd(self) -> AsyncGenerator[JSON, None]:
        yield JSON({"fine": True})
        yield JSON({"not": object()})


schema = strawberry.Schema(Query, Mutation, Subscription)


def next_generation(context: Context) -> Context:
    return Context(context.user, context.request_id, context.params, context.generation + 1)


# Documents that were known beforehand, by the ids of a manifest.
TRUSTED = {
    "hello": 'query Hello($name: String = "world") { hello(name: $name) }',
    "whoami": "query Who { whoami }",
    "rename": 'mutation Rename { rename(to: "trusted") }',
    "count": "subscription Count { count(to: 2) }",
    "partial": "query Partial { hello fails }",
    "outdated": "query Outdated { gone }",
    "several": 'query A { hello } mutation B { rename(to: "B") }',
}


class Shelf:
    """What clients registered, and on whose account, without Redis."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.accounts: dict[str, str | None] = {}

    async def get(self, hash_: str) -> str | None:
        return self.texts.get(hash_)

    async def put(self, hash_: str, text: str, whose: str | None) -> None:
        self.texts[hash_], self.accounts[hash_] = text, whose


shelf = Shelf()


def make_app(limits: TransportLimits | None = None, trust: Trust = Trust.ANY) -> GraphQL:
    trusted = Trusted(Listed(id_, text) for id_, text in TRUSTED.items())
    return GraphQL(
        Documents(
            schema,
            check_document=no_bombs,
            check_operation=no_bombs_by_variable,
            trusted=trusted.texts,
        ),
        executor_of(schema, context_of_event=next_generation),
        make_context=make_context,
        viewer_key=lambda context: context.user,
        format_error=format_error,
        limits=limits,
        admit=admit,
        known=KnownDocuments(trusted, trust, shelf),
        may_ask_anything=lambda context: context.user == "admin",
        allowed_origins=("https://films.example",),
    )


def no_bombs(document: Any) -> list[GraphQLError]:
    """Stands for the limits that look at a document alone."""
    if any("bomb" in str(definition.name and definition.name.value) for definition in document.definitions):
        return [GraphQLError("No bombs.", extensions={"code": "TOO_EXPENSIVE"})]
    return []


def no_bombs_by_variable(operation: Any) -> list[GraphQLError]:
    """Stands for the limits that look at an operation's variables."""
    return [GraphQLError("No bombs.")] if operation.variables.get("name") == "bomb" else []
