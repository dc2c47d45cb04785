"""Genres, studios, networks and keywords in the graph; what they belong to is added by the works' modules."""

from enum import Enum
from typing import Annotated, Self

import strawberry

from app.access.permissions import Permission
from app.api.edge import root
from app.api.filters import Direction, TermFilter, argument, order
from app.api.node import Node, refetched_by
from app.api.pagination import Connection
from app.api.requires import requires
from app.api.shown import id_of, show, shows
from app.catalog.taxonomy import reads
from app.core.paging import Order


@strawberry.interface(description="A word that works are sorted into.")
class Term(Node):
    row: strawberry.Private[reads.Term]
    name: str = strawberry.field(description="The word itself.")
    slug: str = strawberry.field(description="The word as it stands in addresses; unique among its kind.")

    @classmethod
    def of(cls, row: reads.Term) -> Self:
        return show(cls, row)


@refetched_by(reads.genres, Permission.TERM_GET)
@shows(reads.Term, id=id_of("Genre"), key="id")
@strawberry.type(description="A genre: Comedy, Science Fiction, ...")
class Genre(Term):
    pass


@refetched_by(reads.studios, Permission.TERM_GET)
@shows(reads.Term, id=id_of("Studio"), key="id")
@strawberry.type(description="A company that makes films or series.")
class Studio(Term):
    pass


@refetched_by(reads.networks, Permission.TERM_GET)
@shows(reads.Term, id=id_of("Network"), key="id")
@strawberry.type(description="A broadcaster or streaming service that shows series first.")
class Network(Term):
    pass


@refetched_by(reads.keywords, Permission.TERM_GET)
@shows(reads.Term, id=id_of("Keyword"), key="id")
@strawberry.type(description="A subject, place or mood of a work.")
class Keyword(Term):
    pass


@strawberry.enum(description="What genres, studios, networks and keywords are sorted by.")
class TermSort(Enum):
    NAME = strawberry.enum_value("name", description="Name.")


@strawberry.input(description="An order of genres, studios, networks or keywords.")
class TermOrder:
    field: TermSort = strawberry.field(default=TermSort.NAME, description="What to sort by.")
    direction: Direction = strawberry.field(default=Direction.ASC, description="Which way.")

    def plain(self) -> Order:
        return order(self.field, self.direction)


Which = Annotated[TermFilter | None, argument("Which ones.", "filter")]
InOrder = Annotated[TermOrder | None, argument("In what order.", "orderBy")]


@strawberry.type
class TaxonomyQuery:
    @requires(Permission.TERM_LIST)
    @root(reads.list_genres, shows=Genre, description="Genres, by name.")
    def genres(self, where: Which = None, order: InOrder = None) -> Connection[Genre]: ...

    @requires(Permission.TERM_LIST)
    @root(reads.list_studios, shows=Studio, description="Studios, by name.")
    def studios(self, where: Which = None, order: InOrder = None) -> Connection[Studio]: ...

    @requires(Permission.TERM_LIST)
    @root(reads.list_networks, shows=Network, description="Networks, by name.")
    def networks(self, where: Which = None, order: InOrder = None) -> Connection[Network]: ...

    @requires(Permission.TERM_LIST)
    @root(reads.list_keywords, shows=Keyword, description="Keywords, by name.")
    def keywords(self, where: Which = None, order: InOrder = None) -> Connection[Keyword]: ...
