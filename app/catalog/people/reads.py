"""Reading people."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from app.access.viewer import Viewer
from app.catalog.filters import Where, narrowing
from app.catalog.people.filters import PERSON_FILTERS, PERSON_SORTS
from app.catalog.people.tables import PersonRow
from app.catalog.texts import Said, asked_for, localized, said_in
from app.core.db import Db
from app.core.paging import Listing, Order, Page, Slice, fetch_page
from app.core.projection import Columns, also
from app.core.records import Record, by_id


class Person(Record):
    """A person, the biography in the viewer's language."""

    __slots__ = ()

    id: UUID
    name: str
    biography: str | None
    born_on: date | None
    died_on: date | None
    provider_ids: dict[str, str]


COLUMNS = (
    PersonRow.id,
    PersonRow.name,
    localized(PersonRow.translations, "biography", PersonRow.biography),
    PersonRow.born_on,
    PersonRow.died_on,
    PersonRow.provider_ids,
)
_IDS = bindparam("ids", type_=ARRAY(Uuid()))
PEOPLE = select(*COLUMNS).where(PersonRow.id == any_(_IDS))
BIOGRAPHIES = select(PersonRow.id, PersonRow.translations, PersonRow.biography).where(
    PersonRow.id == any_(_IDS)
)
LISTING = Listing(select(*COLUMNS), PersonRow.id, Person)
BY_NAME = Order("name")


async def people(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, columns: Columns = None
) -> dict[UUID, Person | None]:
    found = await db.records_of(Person, PEOPLE, also(columns, "id"), ids=ids, languages=viewer.languages)
    return by_id(ids, found)


async def list_people(
    db: Db, viewer: Viewer, *, page: Page, where: Where | None = None, order: Order = BY_NAME
) -> Slice[Person]:
    narrowed = narrowing(PERSON_FILTERS, where)
    return await fetch_page(
        db,
        LISTING,
        PERSON_SORTS[order],
        page,
        narrowed.condition,
        languages=viewer.languages,
        **narrowed.values,
    )


async def biographies_of_people(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, language: str | None = None
) -> dict[UUID, Said | None]:
    """Biographies in the language, or in the more general one that it implies, or else in the viewer's."""
    languages = asked_for(language, viewer.languages)
    found = await db.rows(BIOGRAPHIES, ids=ids)
    return dict.fromkeys(ids) | {
        key: said_in(languages, document, "biography", own) for key, document, own in found
    }
