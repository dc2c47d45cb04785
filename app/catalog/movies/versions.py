"""Reading the editions of films and their versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from app.access.viewer import Viewer
from app.catalog.movies.tables import EditionRow, VersionRow
from app.core.db import Db
from app.core.paging import MOST, Listing, Order, Page, fetch_pages_by_parent, sorts


@dataclass(frozen=True, slots=True)
class Edition:
    """A cut of a film; the name is empty for the ordinary one."""

    id: UUID
    movie_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Version:
    """One rendering of an edition, in one quality."""

    id: UUID
    edition_id: UUID
    label: str | None


_IDS = bindparam("ids", type_=ARRAY(Uuid()))
_EDITIONS = select(EditionRow.id, EditionRow.movie_id, EditionRow.name)
_VERSIONS = select(VersionRow.id, VersionRow.edition_id, VersionRow.label)
EDITIONS = _EDITIONS.where(EditionRow.id == any_(_IDS))
VERSIONS = _VERSIONS.where(VersionRow.id == any_(_IDS))
OF_MOVIES = Listing(_EDITIONS, EditionRow.id, Edition, EditionRow.movie_id)
OF_EDITIONS = Listing(_VERSIONS, VersionRow.id, Version, VersionRow.edition_id)
BY_NAME = sorts("name", EditionRow.__table__.c.name)[Order("name")]
BY_KEY = sorts("key", VersionRow.__table__.c.key)[Order("key")]


async def editions(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Edition | None]:
    found = await db.rows(EDITIONS, ids=ids)
    return dict.fromkeys(ids) | {row[0]: Edition(*row) for row in found}


async def versions(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Version | None]:
    found = await db.rows(VERSIONS, ids=ids)
    return dict.fromkeys(ids) | {row[0]: Version(*row) for row in found}


async def editions_of_movies(db: Db, viewer: Viewer, movie_ids: Sequence[UUID]) -> dict[UUID, list[Edition]]:
    """The ordinary edition first, at most 100 of each film."""
    pages = await fetch_pages_by_parent(db, OF_MOVIES, movie_ids, BY_NAME, Page(first=MOST))
    return {key: page.items for key, page in pages.items()}


async def versions_of_editions(
    db: Db, viewer: Viewer, edition_ids: Sequence[UUID]
) -> dict[UUID, list[Version]]:
    """At most 100 of each edition."""
    pages = await fetch_pages_by_parent(db, OF_EDITIONS, edition_ids, BY_KEY, Page(first=MOST))
    return {key: page.items for key, page in pages.items()}
