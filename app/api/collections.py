"""Collections of films in the graph."""

from enum import Enum
from typing import Annotated

import strawberry

from app.access.permissions import Permission
from app.api import works
from app.api.edge import edge, extend, root
from app.api.filters import BY_TITLE, Direction, Filter, IdFilter, StringFilter, argument, condition, order
from app.api.lookups import lookup, way
from app.api.movies import Movie, WhichMovies
from app.api.node import Node, global_id, refetched_by
from app.api.pagination import Connection, connect
from app.api.requires import requires
from app.api.texts import Language, Translation, language_of
from app.catalog.collections import reads
from app.catalog.lookups import Lookup
from app.catalog.movies.reads import Movie as MovieRow
from app.catalog.texts import Texts
from app.catalog.texts import Translation as TranslationRow
from app.core.paging import Order, Slice


@refetched_by(reads.collections, Permission.COLLECTION_GET)
@strawberry.type(description="Films that belong together.")
class Collection(Node):
    row: strawberry.Private[reads.Collection]
    slug: str = strawberry.field(description="Title as it stands in addresses; unique among collections.")
    sort_title: str = strawberry.field(description="What its own title is sorted by: without its article.")

    @classmethod
    def of(cls, row: reads.Collection) -> "Collection":
        return cls(
            id=global_id("Collection", row.id), key=row.id, row=row, slug=row.slug, sort_title=row.sort_title
        )

    @edge(reads.texts_of_collections, only_with="language", description="Title.")
    def title(self, texts: Texts | None, language: Language = None) -> str:
        return (texts and texts.title.text) or self.row.title

    @edge(reads.texts_of_collections, only_with="language", description="What its films have in common.")
    def overview(self, texts: Texts | None, language: Language = None) -> str | None:
        return (texts and texts.overview.text) or self.row.overview

    title_language = language_of("title", reads.texts_of_collections)
    overview_language = language_of("overview", reads.texts_of_collections)

    @edge(reads.translations_of_collections, description="Its texts in every language that there are any in.")
    def translations(self, rows: list[TranslationRow]) -> list[Translation]:
        return [Translation.of(row) for row in rows]

    @strawberry.field(description="Its ids elsewhere.")
    def provider_ids(self) -> list[works.ProviderId]:
        return works.provider_ids(self.row.provider_ids)

    @edge(reads.movies_of_collections, description="Its films in its order.")
    def movies(self, films: Slice[MovieRow], where: WhichMovies = None) -> Connection[Movie]:
        return connect(films, Movie.of)


@extend(Movie)
class MovieInCollections:
    @edge(reads.collections_of_movies, description="The collections that it is in.")
    def collections(self, rows: list[reads.Collection]) -> list[Collection]:
        return [Collection.of(row) for row in rows]


@strawberry.input(one_of=True, description="What a collection is looked up by.")
class CollectionBy:
    id: strawberry.ID | None = way("Its id.")
    slug: str | None = way("Its slug.")
    tmdb_id: str | None = way("Its id at TMDB: `2344`.")

    def plain(self) -> Lookup:
        return lookup(self, "Collection")


@strawberry.input(description="Conditions on a film of a collection.")
class MemberFilter(Filter):
    id: IdFilter | None = condition("Its id.")
    title: StringFilter | None = condition("Its title.")


@strawberry.input(description="Conditions on the films of a collection.")
class MembersFilter(Filter):
    some: MemberFilter | None = condition("At least one matches this.")
    none: MemberFilter | None = condition("Not one matches this.")


@strawberry.input(description="Which collections; all conditions have to hold.")
class CollectionFilter(Filter):
    id: IdFilter | None = condition("Its id.")
    search: str | None = condition("Has this in its title in any language, whatever the case and accents.")
    title: StringFilter | None = condition("Its title.")
    movies: MembersFilter | None = condition("Its films.")
    and_: list["CollectionFilter"] | None = condition("All of these hold too.", "and")
    or_: list["CollectionFilter"] | None = condition("At least one of these holds too.", "or")
    not_: "CollectionFilter | None" = condition("This doesn't hold.", "not")


@strawberry.enum(description="What collections are sorted by.")
class CollectionSort(Enum):
    TITLE = strawberry.enum_value("title", description=BY_TITLE)


@strawberry.input(description="An order of collections.")
class CollectionOrder:
    field: CollectionSort = strawberry.field(default=CollectionSort.TITLE, description="What to sort by.")
    direction: Direction = strawberry.field(default=Direction.ASC, description="Which way.")

    def plain(self) -> Order:
        return order(self.field, self.direction)


@strawberry.type
class CollectionQuery:
    @requires(Permission.COLLECTION_GET)
    @root(reads.find_collection, description="A collection by an id or its slug; null where there is none.")
    def collection(
        self,
        found: reads.Collection | None,
        by: Annotated[CollectionBy, argument("What it is looked up by.")],
    ) -> Collection | None:
        return None if found is None else Collection.of(found)

    @requires(Permission.COLLECTION_LIST)
    @root(reads.list_collections, description="Collections, by title.")
    def collections(
        self,
        found: Slice[reads.Collection],
        where: Annotated[CollectionFilter | None, argument("Which collections.", "filter")] = None,
        order: Annotated[CollectionOrder | None, argument("In what order.", "orderBy")] = None,
    ) -> Connection[Collection]:
        return connect(found, Collection.of)
