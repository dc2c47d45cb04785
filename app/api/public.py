"""The schema of strangers: what lets them in, and nothing else."""

from collections.abc import Iterator, Mapping, Sequence

import strawberry
from strawberry.schema.config import StrawberryConfig

from app.api.devices import DeviceSignInMutation
from app.api.identity_providers import SignInProviderQuery
from app.api.registration import RegistrationMutation, RegistrationQuery
from app.api.requires import GuardedSchema
from app.api.scalars import SCALARS
from app.api.second_step import SecondStepMutation
from app.api.sign_in import SignInMutation, SignInQuery
from graphql import (
    BREAK,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Visitor,
    VisitorAction,
    visit,
)

HIDDEN = frozenset({"__schema", "__type"})


@strawberry.type
class Query(SignInQuery, SignInProviderQuery, RegistrationQuery):
    pass


@strawberry.type
class Mutation(SignInMutation, SecondStepMutation, DeviceSignInMutation, RegistrationMutation):
    pass


public_schema = GuardedSchema(
    Query, Mutation, config=StrawberryConfig(scalar_map=SCALARS, relay_max_results=100)
)


def check_document(document: DocumentNode) -> Sequence[GraphQLError]:
    """What strangers may not ask though it fits their schema."""
    return [*without_introspection(document), *one_at_a_time(document)]


def one_at_a_time(document: DocumentNode) -> Sequence[GraphQLError]:
    """An error where one request tries several things at once: passwords, codes, links.

    Requests are counted, and aliases would make many of one.
    """
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode) and node.operation is OperationType.MUTATION:
            names = set(_names(node.selection_set, fragments, set()))
            if len(names - {"__typename"}) > 1:
                return [GraphQLError("Strangers do one thing at a time.", [node])]
    return []


def _names(
    selected: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], seen: set[str]
) -> Iterator[str]:
    """By what the answer names the fields, fragments included, which may be missing, or go in a circle."""
    for node in selected.selections:
        if isinstance(node, FieldNode):
            yield (node.alias or node.name).value
        elif isinstance(node, InlineFragmentNode):
            yield from _names(node.selection_set, fragments, seen)
        elif isinstance(node, FragmentSpreadNode):
            name = node.name.value
            if name in fragments and name not in seen:
                seen.add(name)
                yield from _names(fragments[name].selection_set, fragments, seen)


def without_introspection(document: DocumentNode) -> Sequence[GraphQLError]:
    """An error where a document asks what there is to be asked."""
    finder = _Finder()
    visit(document, finder)
    return [GraphQLError("Strangers are told nothing of the schema.")] if finder.found else []


class _Finder(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def enter_field(self, node: FieldNode, *_: object) -> VisitorAction:
        self.found = node.name.value in HIDDEN
        return BREAK if self.found else None
