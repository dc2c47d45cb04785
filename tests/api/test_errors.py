"""Errors as clients see them."""

import logging
from base64 import b64encode

import pytest

from app.api import errors
from app.api.errors import as_result, error_formatter
from app.core.app import App
from app.core.errors import AppError, Conflict, Denied, Invalid, NotFound, RateLimited
from graphql import GraphQLError, located_error
from tests import given
from tests.api.conftest import REQUEST_ID, Ask

format_error = error_formatter(lambda: "request-7")


@pytest.mark.parametrize(
    ("page", "field"),
    [
        ("first: 0", "first"),
        ("first: 101", "first"),
        ("first: 1, last: 1", "last"),
        ('after: "nonsense"', "after"),
        ('last: 1, before: "nonsense"', "before"),
        ("offset: -1", "offset"),
    ],
)
async def test_a_page_that_cannot_be_is_an_error_with_its_argument(ask: Ask, page: str, field: str) -> None:
    response = await ask(f"{{ movies({page}) {{ nodes {{ id }} }} }}")

    assert response.errors[0]["extensions"] == {
        "code": "INVALID_INPUT",
        "field": field,
        "requestId": REQUEST_ID,
    }
    assert response.errors[0]["path"] == ["movies"]


async def test_a_bad_page_of_an_edge_is_an_error_too(app: App, ask: Ask) -> None:
    await given.movie(app)

    response = await ask("{ movies { nodes { cast(first: 0) { nodes { job } } } } }")

    assert response.errors[0]["extensions"]["code"] == "INVALID_INPUT"
    assert response.errors[0]["path"] == ["movies", "nodes", 0, "cast"]


async def test_a_cursor_of_another_order_is_refused(app: App, ask: Ask) -> None:
    await given.movie(app)
    data = await ask("{ movies { pageInfo { endCursor } } }")

    response = await ask(
        "query ($after: String) { movies(after: $after, orderBy: {field: RUNTIME}) { nodes { id } } }",
        after=data["movies"]["pageInfo"]["endCursor"],
    )

    assert "another order" in response.errors[0]["message"]


@pytest.mark.parametrize(
    ("raised", "extensions"),
    [
        (NotFound("library", 5), {"code": "NOT_FOUND"}),
        (Conflict("A scan is running."), {"code": "CONFLICT"}),
        (Invalid("name", "A name is needed."), {"code": "INVALID_INPUT", "field": "name"}),
        (Denied("Not yours."), {"code": "PERMISSION_DENIED"}),
        (RateLimited("Later.", 2.5), {"code": "RATE_LIMITED", "retryAfterSeconds": 2.5}),
    ],
)
def test_users_errors_keep_their_message_and_have_a_code(
    raised: AppError, extensions: dict[str, object]
) -> None:
    formatted = format_error(GraphQLError("x", original_error=raised))

    assert formatted["extensions"] == extensions | {"requestId": "request-7"}


def test_bugs_are_masked_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    bug = RuntimeError("secret")

    with caplog.at_level(logging.ERROR):
        formatted = format_error(
            GraphQLError("secret", original_error=GraphQLError("secret", original_error=bug), path=["a", 0])
        )

    assert formatted["message"] == "Internal error"
    assert formatted["extensions"] == {"code": "INTERNAL", "requestId": "request-7"}
    assert "secret" not in str(formatted)
    assert caplog.records[0].exc_info is not None
    assert caplog.records[0].exc_info[1] is bug
    assert caplog.records[0].getMessage() == "Request request-7 failed at a.0"


def test_what_graphql_itself_has_to_say_stays_as_it_is() -> None:
    formatted = format_error(GraphQLError("No such field.", extensions={"code": "GRAPHQL_VALIDATION_FAILED"}))

    assert formatted["message"] == "No such field."
    assert formatted["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED", "requestId": "request-7"}


@pytest.mark.parametrize(
    ("raised", "result"),
    [
        (NotFound("library", 5), errors.NotFound(message="There is no library 5.")),
        (Conflict("A scan is running."), errors.Conflict(message="A scan is running.")),
        (
            Invalid("name", "A name is needed."),
            errors.InvalidInput(message="A name is needed.", field="name"),
        ),
        (Denied("Not yours."), errors.PermissionDenied(message="Not yours.")),
        (RateLimited("Later.", 2.5), errors.RateLimited(message="Later.", retry_after_seconds=2.5)),
    ],
)
def test_mutations_answer_with_an_error_s_type(raised: AppError, result: errors.Error) -> None:
    assert as_result(raised) == result


def test_messages_repeat_no_values_at_length() -> None:
    raised = NotFound("library", "x" * 250_000)

    told = as_result(raised).message

    assert told.startswith("There is no library xxx")
    assert len(told) <= 1001
    assert str(located_error(raised)) == told


@pytest.mark.parametrize("start", ["", "Movie:"])
@pytest.mark.parametrize("query", ["node(id: $id)", "nodes(ids: [$id])", "library(id: $id)"])
async def test_ids_are_not_repeated_at_length(ask: Ask, query: str, start: str) -> None:
    id_ = b64encode(start.encode() + b"x" * 180_000).decode()

    response = await ask(f"query ($id: ID!) {{ {query} {{ id }} }}", id=id_)

    assert "no id of this server" in response.errors[0]["message"]
    assert len(response.errors[0]["message"]) < 200


def test_an_error_without_a_type_is_raised_anew() -> None:
    with pytest.raises(AppError):
        as_result(AppError("unheard of"))
