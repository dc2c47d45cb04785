import pytest
import strawberry
from strawberry.extensions import QueryDepthLimiter

from app.core.config import GraphqlExecutor
from app.executors import executor_of
from app.web.graphql.documents import Documents, OperationKind
from app.web.graphql.endpoint import Endpoint
from app.web.graphql.errors import RequestError
from app.web.graphql.executor import CoreExecutor, Result
from app.web.graphql.limits import Subscriptions, TransportLimits
from app.web.graphql.request import Request
from graphql import DocumentNode, GraphQLError
from tests.web.graphql.graph import Query, schema
from tests.web.graphql.hostile import guard_with


@strawberry.input
class Filter:
    name: str


@strawberry.type
class Filtered:
    @strawberry.field
    def found(self, by: Filter) -> str:
        return by.name


filters = strawberry.Schema(Filtered)


class Counting:
    """A check of documents that finds nothing and counts how often it looked."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self, document: DocumentNode) -> list:
        self.looks += 1
        return []


def test_a_valid_document_is_looked_at_once():
    check = Counting()
    documents = Documents(schema, check_document=check)

    first = documents.prepare(Request('query A { hello } mutation B { rename(to: "x") }', "A"))
    second = documents.prepare(Request('query A { hello } mutation B { rename(to: "x") }', "B"))

    assert check.looks == 1
    assert (first.kind, first.name) == (OperationKind.QUERY, "A")
    assert (second.kind, second.name) == (OperationKind.MUTATION, "B")


def test_an_invalid_document_is_not_remembered():
    check = Counting()
    documents = Documents(schema, check_document=check)

    for _ in range(2):
        with pytest.raises(RequestError):
            documents.prepare(Request("{ unknown }"))

    assert check.looks == 2


def test_the_least_recently_used_document_is_forgotten_first():
    check = Counting()
    documents = Documents(schema, check_document=check, remembered_chars=96)
    texts = [f"{{a{number}: hello}}" for number in range(8)]  # of 11 characters each

    for text in (*texts, texts[0]):
        documents.prepare(Request(text))
    documents.prepare(Request("{b0: hello}"))
    seen = check.looks
    documents.prepare(Request(texts[0]))
    assert check.looks == seen
    documents.prepare(Request(texts[1]))

    assert check.looks == seen + 1


def test_a_document_too_large_for_its_share_is_not_remembered():
    check = Counting()
    documents = Documents(schema, check_document=check, remembered_chars=100)

    for _ in range(2):
        documents.prepare(Request("{ " + "hello " * 20 + "}"))

    assert check.looks == 2


def test_tokens_are_bounded_where_asked():
    documents = Documents(schema, max_tokens=10)

    with pytest.raises(RequestError) as refused:
        documents.prepare(Request("{ " + "hello " * 20 + "}"))

    assert refused.value.errors[0].extensions["code"] == "GRAPHQL_PARSE_FAILED"


def test_the_parser_counts_tokens_where_the_guard_has_not(monkeypatch):
    guard = guard_with(tokens=10)
    documents = Documents(schema, guard=guard)

    monkeypatch.setattr(guard, "check_text", lambda text: None)
    with pytest.raises(RequestError) as refused:
        documents.prepare(Request("{ " + "hello " * 9 + "}"))

    assert refused.value.errors[0].extensions["code"] == "GRAPHQL_PARSE_FAILED"
    assert documents.prepare(Request("{ " + "hello " * 8 + "}")).name is None


def test_only_so_many_errors_are_told():
    documents = Documents(schema)
    wrong = " ".join(f"unknown{number}" for number in range(50))

    with pytest.raises(RequestError) as refused:
        documents.prepare(Request(f"{{ {wrong} }}"))

    *told, last = refused.value.errors
    assert len(told) == 10
    assert "Validation aborted" in last.message
    assert last.extensions["code"] == "GRAPHQL_VALIDATION_FAILED"


LONG = "x" * 250_000


@pytest.mark.parametrize(
    "text",
    [
        f'{{ number(value: "{LONG}") }}',
        f"{{ {LONG} }}",
        f"query {LONG} {{ hello }} {LONG}",
        f'{{ hello "{LONG}" }}',
    ],
)
def test_what_a_client_sent_is_not_told_at_length(text):
    documents = Documents(schema)

    with pytest.raises(RequestError) as refused:
        documents.prepare(Request(text))

    assert all(20 < len(error.message) <= 1001 for error in refused.value.errors)


def test_the_name_of_an_operation_that_is_not_there_is_not_told_at_length():
    documents = Documents(schema)

    with pytest.raises(RequestError) as refused:
        documents.prepare(Request("{ hello }", LONG))

    assert refused.value.errors[0].message.startswith("Unknown operation named 'xxx")
    assert len(refused.value.errors[0].message) <= 1001


@pytest.mark.parametrize("kind", [GraphqlExecutor.CORE, GraphqlExecutor.ENGINE])
async def test_names_within_values_of_variables_are_not_told_at_length(kind):
    operation = Documents(filters).prepare(
        Request("query ($by: Filter!) { found(by: $by) }", None, {"by": {LONG: 1}})
    )

    result = await executor_of(filters, kind).execute(operation, None)

    assert any("xxx" in error.message for error in result.errors)
    assert all(len(error.message) <= 1001 for error in result.errors)


@pytest.mark.parametrize("hidden", [True, False])
def test_names_are_suggested_or_not(hidden):
    documents = Documents(schema, hide_suggestions=hidden)

    with pytest.raises(RequestError) as refused:
        documents.prepare(Request("{ helo }"))

    assert ("Did you mean" in refused.value.errors[0].message) is not hidden


def test_extensions_that_would_not_run_are_refused():
    limited = strawberry.Schema(Query, extensions=[lambda: QueryDepthLimiter(max_depth=3)])

    with pytest.raises(ValueError, match="no effect"):
        CoreExecutor(limited)


def test_what_an_engine_adds_is_told_beside_the_data():
    async def make_context(connection, params):
        raise AssertionError

    endpoint = Endpoint(
        Documents(schema),
        CoreExecutor(schema),
        make_context=make_context,
        viewer_key=str,
        format_error=lambda error: {"message": error.message.upper()},
        limits=TransportLimits(),
        allowed_origins=frozenset(),
        subscriptions=Subscriptions(1),
    )

    payload = endpoint.payload(Result({"a": None}, (GraphQLError("no"),), {"cost": 7}))

    assert list(payload.items()) == [
        ("errors", [{"message": "NO"}]),
        ("data", {"a": None}),
        ("extensions", {"cost": 7}),
    ]


def test_a_trusted_document_is_looked_at_once_whatever_comes_between():
    check = Counting()
    documents = Documents(schema, check_document=check, remembered_chars=20, trusted=["{ hello }"])

    first = documents.prepare(Request("{ hello }"))
    for number in range(20):
        documents.prepare(Request(f"{{a{number}: hello}}"))
    seen = check.looks
    again = documents.prepare(Request("{ hello }"))

    assert check.looks == seen
    assert again.document is first.document
    assert first.is_trusted
    assert not documents.prepare(Request("{ b: hello }")).is_trusted


def test_a_document_is_judged_without_being_remembered():
    check = Counting()
    documents = Documents(schema, check_document=check)

    documents.must_be_valid("{ hello }")
    documents.must_be_valid("{ hello }")
    with pytest.raises(RequestError):
        documents.must_be_valid("{ unknown }")

    assert check.looks == 3
