"""The schema of strangers: what lets them in, and nothing else."""

from collections.abc import Sequence

import strawberry
from strawberry.schema.config import StrawberryConfig

from app.api.devices import DeviceSignInMutation
from app.api.identity_providers import SignInProviderQuery
from app.api.requires import GuardedSchema
from app.api.scalars import SCALARS
from app.api.second_step import SecondStepMutation
from app.api.sign_in import SignInMutation, SignInQuery
from graphql import (
    BREAK,
    DocumentNode,
    FieldNode,
    GraphQLError,
    Visitor,
    VisitorAction,
    visit,
)

HIDDEN = frozenset({"__schema", "__type"})


@strawberry.type
class Query(SignInQuery, SignInProviderQuery):
    pass


@strawberry.type
class Mutation(SignInMutation, SecondStepMutation, DeviceSignInMutation):
    pass


public_schema = GuardedSchema(
    Query, Mutation, config=StrawberryConfig(scalar_map=SCALARS, relay_max_results=100)
)


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
