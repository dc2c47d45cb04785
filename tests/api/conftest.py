"""Runs documents through the schema as the server does."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from app.access.viewer import Viewer, marquee
from app.api.context import Context
from app.api.errors import error_formatter
from app.api.schema import schema
from app.core.app import App
from app.core.languages import with_general
from app.executors import executor_of
from app.identity.client import Client
from app.web.graphql.documents import Documents
from app.web.graphql.errors import RequestError
from app.web.graphql.executor import Result
from app.web.graphql.request import Request

OPERATIONS = Path(__file__).parents[2] / "graphql" / "operations"
REQUEST_ID = "request-1"
# One for all tests, which ask much the same.
DOCUMENTS = Documents(schema, remembered_chars=5_000_000)


class Response(dict[str, Any]):
    """The data of a response; its errors beside it."""

    errors: list[dict[str, Any]]


Ask = Callable[..., Awaitable[Response]]


@pytest.fixture
def ask(app: App) -> Ask:
    """Runs a document's text; variables by name. Errors are part of the response.

    viewer: who asks; Marquee itself unless told. client: the program that they ask by.
    """
    executor = executor_of(schema)
    format_error = error_formatter(lambda: REQUEST_ID)

    async def run(
        query: str,
        /,
        *,
        languages: tuple[str, ...] = (),
        viewer: Viewer | None = None,
        client: Client | None = None,
        **variables: Any,
    ) -> Response:
        context = Context(app, viewer or marquee(with_general(languages)), REQUEST_ID, client=client)
        try:
            operation = DOCUMENTS.prepare(
                Request(query=query, operation_name=None, variables=variables, extensions={})
            )
            result = await executor.execute(operation, context)
        except RequestError as error:
            result = Result.refused(*error.errors)
        response = Response(result.data or {})
        response.errors = [dict(format_error(error)) for error in result.errors]
        return response

    return run


@pytest.fixture
def execute(ask: Ask) -> Ask:
    """Runs `graphql/operations/<path>.graphql`; answers its data, and fails on errors."""

    async def run(path: str, /, **asked: Any) -> Response:
        text = (OPERATIONS / f"{path}.graphql").read_text(encoding="utf-8")
        response = await ask(text, **asked)
        assert not response.errors, response.errors
        return response

    return run
