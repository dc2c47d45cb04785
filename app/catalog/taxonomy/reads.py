"""Reading genres, studios, networks and keywords."""

from collections.abc import Awaitable, Sequence
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, any_, bindparam, select

from app.access.viewer import Viewer
from app.catalog.filters import Where, narrowing
from app.catalog.taxonomy.filters import TERM_FILTERS, TERM_SORTS
from app.catalog.taxonomy.tables import TermRow
from app.core.db import Db
from app.core.paging import Listing, Order, Page, Slice, fetch_page
from app.core.records import Record, by_id


class TermKind(StrEnum):
    GENRE = "genre"
    STUDIO = "studio"
    NETWORK = "network"
    KEYWORD = "keyword"


class Term(Record):
    __slots__ = ()

    id: UUID
    kind: str
    name: str
    slug: str


COLUMNS = (TermRow.id, TermRow.kind, TermRow.name, TermRow.slug)
_OF_KIND = select(*COLUMNS).where(TermRow.kind == bindparam("kind", type_=Text()))
TERMS = _OF_KIND.where(TermRow.id == any_(bindparam("ids", type_=ARRAY(Uuid()))))
OF_ANY_KIND = (
    select(*COLUMNS)
    .where(TermRow.id == any_(bindparam("ids", type_=ARRAY(Uuid()))))
    .order_by(TermRow.kind, TermRow.name)
)
OF_KIND = Listing(_OF_KIND, TermRow.id, Term)
BY_NAME = Order("name")


class Terms(Protocol):
    """A read of terms of one kind by id; None for those of another."""

    def __call__(self, db: Db, viewer: Viewer, ids: Sequence[UUID]) -> Awaitable[dict[UUID, Term | None]]: ...


class ListTerms(Protocol):
    """A read of the terms of one kind."""

    def __call__(
        self, db: Db, viewer: Viewer, *, page: Page, where: Where | None = None, order: Order = BY_NAME
    ) -> Awaitable[Slice[Term]]: ...


def _by_id(kind: TermKind) -> Terms:
    async def terms(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Term | None]:
        found = await db.records(Term, TERMS, ids=ids, kind=kind)
        return by_id(ids, found)

    return terms


def _terms_of(kind: TermKind) -> ListTerms:
    async def list_terms(
        db: Db, viewer: Viewer, *, page: Page, where: Where | None = None, order: Order = BY_NAME
    ) -> Slice[Term]:
        narrowed = narrowing(TERM_FILTERS, where)
        return await fetch_page(
            db, OF_KIND, TERM_SORTS[order], page, narrowed.condition, kind=kind, **narrowed.values
        )

    return list_terms


async def terms_of_any_kind(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> list[Term]:
    """By kind and name; those that are gone, or don't exist for the viewer, are left out."""
    return await db.records(Term, OF_ANY_KIND, ids=ids)


genres = _by_id(TermKind.GENRE)
studios = _by_id(TermKind.STUDIO)
networks = _by_id(TermKind.NETWORK)
keywords = _by_id(TermKind.KEYWORD)
list_genres = _terms_of(TermKind.GENRE)
list_studios = _terms_of(TermKind.STUDIO)
list_networks = _terms_of(TermKind.NETWORK)
list_keywords = _terms_of(TermKind.KEYWORD)
