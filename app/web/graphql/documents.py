"""From a request's text to an operation that may be executed: parse, bound, validate, choose."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import strawberry
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from app.core.errors import short
from app.web.graphql.errors import RequestError
from app.web.graphql.guard.bounds import Exceeded
from app.web.graphql.guard.guard import Guard, Measured
from app.web.graphql.request import Request
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
    validate,
)

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
OPERATION_UNRESOLVED = "OPERATION_RESOLUTION_FAILURE"
# Some of them print all of a value that may have thousands of fields, each of them wrong.
MOST_ERRORS = 10
RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)


class OperationKind(StrEnum):
    """What an operation does; the values are the specification's keywords."""

    QUERY = "query"
    MUTATION = "mutation"
    SUBSCRIPTION = "subscription"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a valid document, with its variables not yet coerced.

    is_trusted: whether its document is one of the few that were known beforehand. cost: what it may cost.
    kept: where executors keep what they make of its document; it lives as long as that is remembered. None: nowhere.
    """

    document: DocumentNode
    definition: OperationDefinitionNode
    variables: dict[str, Any]
    extensions: dict[str, Any]
    is_trusted: bool = False
    cost: int = 0
    kept: dict[Any, Any] | None = field(default=None, repr=False, compare=False)

    @property
    def kind(self) -> OperationKind:
        asked = (
            self.definition.operation
        )  # an enum's own way to a member of a value takes several times as long
        if asked is OperationType.QUERY:
            return OperationKind.QUERY
        return OperationKind.MUTATION if asked is OperationType.MUTATION else OperationKind.SUBSCRIPTION

    @property
    def name(self) -> str | None:
        return self.definition.name.value if self.definition.name else None


DocumentCheck = Callable[[DocumentNode], Sequence[GraphQLError]]
OperationCheck = Callable[[Operation], Sequence[GraphQLError]]


class Documents:
    """Turns requests into operations for every transport, and remembers the documents it found valid.

    guard: what is too large is refused by it; texts and documents before they are parsed and validated, whose rules are
    not linear, operations with the variables of each request. None: nothing is.
    max_tokens: of a document, for the parser to count as well; None: as many as the guard lets through.
    check_document: what else a document may not be; runs before validation, and once per remembered document.
    check_operation: the same of the chosen operation and its variables; runs on every request.
    remembered_chars: how much document text is remembered; a syntax tree takes about 130 bytes a character.
    trusted: texts that are remembered for good, once they were found valid.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        guard: Guard | None = None,
        check_document: DocumentCheck = lambda _document: (),
        check_operation: OperationCheck = lambda _operation: (),
        max_tokens: int | None = None,
        hide_suggestions: bool = False,
        remembered_chars: int = 250_000,
        trusted: Collection[str] = (),
    ) -> None:
        self._schema = core_schema(schema)
        self._guard = guard
        self._check_document = check_document
        self._check_operation = check_operation
        self._max_tokens = guard.bounds.tokens if max_tokens is None and guard is not None else max_tokens
        self._hide_suggestions = hide_suggestions
        self._valid = _Remembered(remembered_chars)
        self._trusted = frozenset(trusted)
        self._lasting: dict[str, Valid] = {}

    def prepare(self, request: Request) -> Operation:
        """Raises RequestError, its errors carrying extensions.code."""
        text = request.query
        valid = self._lasting.get(text) or self._valid.get(text) or self._looked_at(text)
        definition = valid.operation(request.operation_name)
        cost = self._cost(valid, definition, request.variables)
        operation = Operation(
            valid.document,
            definition,
            request.variables,
            request.extensions,
            valid.is_trusted,
            cost,
            valid.kept,
        )
        _refuse(self._check_operation(operation), VALIDATION_FAILED)
        return operation

    def must_be_valid(self, text: str) -> None:
        """Raises RequestError. Nothing is remembered."""
        self._validated(text)

    def _looked_at(self, text: str) -> "Valid":
        valid = self._validated(text)
        if valid.is_trusted:
            self._lasting[text] = valid
            valid.kept = {}
        else:
            self._valid.put(text, valid)
        return valid

    def _cost(self, valid: "Valid", definition: OperationDefinitionNode, variables: dict[str, Any]) -> int:
        if self._guard is None or valid.measured is None:
            return 0
        try:
            return self._guard.check(valid.measured, definition, variables)
        except Exceeded as over:
            raise RequestError([over.error]) from over

    def _validated(self, text: str) -> "Valid":
        document, measured = self._bounded(text)
        _refuse(self._check_document(document), VALIDATION_FAILED)
        errors = validate(
            self._schema, document, RULES, max_errors=MOST_ERRORS, hide_suggestions=self._hide_suggestions
        )
        _refuse(errors, VALIDATION_FAILED)
        return Valid(document, measured, is_trusted=text in self._trusted)

    def _bounded(self, text: str) -> tuple[DocumentNode, Measured | None]:
        try:
            if self._guard is not None:
                self._guard.check_text(text)
            document = parse(text, max_tokens=self._max_tokens)
            return document, None if self._guard is None else self._guard.measure(document)
        except Exceeded as over:
            raise RequestError([over.error]) from over
        except GraphQLError as error:
            raise RequestError([coded(error, PARSE_FAILED)]) from error


class Valid:
    """A document that may be executed, and its operations by the names by which they were asked for.

    kept: as operations have it.
    """

    def __init__(self, document: DocumentNode, measured: Measured | None, *, is_trusted: bool) -> None:
        self.document, self.measured, self.is_trusted = document, measured, is_trusted
        self.kept: dict[Any, Any] | None = None
        self._asked: dict[str | None, OperationDefinitionNode] = {}

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """Raises RequestError where it has none of that name, or none is named and there are several."""
        found = self._asked.get(name)
        if found is None:
            found = self._asked[name] = _choose(self.document, name)
        return found


class _Remembered:
    """Documents by their text, the least recently used leaving first."""

    def __init__(self, chars: int) -> None:
        self._free = chars
        self._most_for_one = chars // 8
        self._documents: OrderedDict[str, Valid] = OrderedDict()

    def get(self, text: str) -> Valid | None:
        valid = self._documents.get(text)
        if valid is not None:
            self._documents.move_to_end(text)
        return valid

    def put(self, text: str, valid: Valid) -> None:
        if len(text) > self._most_for_one:
            return
        valid.kept = {}
        self._documents[text] = valid
        self._free -= len(text)
        while self._free < 0:
            oldest, _ = self._documents.popitem(last=False)
            self._free += len(oldest)


def core_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """The graphql-core schema below a Strawberry one, which has no public way to it."""
    return schema._schema  # pyright: ignore[reportPrivateUsage]


def coded(error: GraphQLError, code: str) -> GraphQLError:
    """The error, with extensions.code unless it has one already, and of what it repeats no more than people read."""
    error.extensions = {"code": code, **(error.extensions or {})}
    error.message = short(error.message)
    return error


def _refuse(errors: Sequence[GraphQLError], code: str) -> None:
    if errors:
        raise RequestError([coded(error, code) for error in errors])


def _choose(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if name is not None:
        operations = [node for node in operations if node.name and node.name.value == name]
    if len(operations) == 1:
        return operations[0]
    if name is not None:
        message = f"Unknown operation named '{name}'."
    elif operations:
        message = "Must provide operation name if query contains multiple operations."
    else:
        message = "Must provide an operation."
    raise RequestError([coded(GraphQLError(message), OPERATION_UNRESOLVED)])
