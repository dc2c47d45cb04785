"""A field as a document mentions it: what its errors name and its resolvers are told."""

from dataclasses import dataclass
from typing import Any

from graphql.pyutils import Path

from app.engine.run import Run
from graphql import FieldNode, GraphQLObjectType, GraphQLOutputType, GraphQLResolveInfo


@dataclass(frozen=True, slots=True)
class Site:
    """nodes: each mention of the field under its key."""

    name: str
    nodes: list[FieldNode]
    return_type: GraphQLOutputType
    parent_type: GraphQLObjectType

    def info(self, run: Run, path: Path | None) -> GraphQLResolveInfo[Any]:
        return run.info(self.name, self.nodes, self.return_type, self.parent_type, path)
