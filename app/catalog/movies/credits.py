"""Reading who made films and who plays in them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, literal_column, or_, select

from app.access.viewer import Viewer
from app.catalog.movies.filters import MOVIE_SORTS
from app.catalog.movies.tables import MovieCreditRow, MovieRow
from app.catalog.people import reads as people
from app.catalog.people.tables import PersonRow
from app.catalog.work_filters import ACTING
from app.core.db import Db
from app.core.folding import Fold
from app.core.paging import Listing, Order, Page, Slice, Sort, Statement, fetch_pages_by_parent, sorts
from app.core.projection import Columns
from app.core.records import Record


class MovieCredit(Record, person=people.Person):
    """A person's part in a film. billing: place in the credits, from 0."""

    __slots__ = ()

    id: UUID
    movie_id: UUID
    person_id: UUID
    department: str
    job: str
    character: str | None
    billing: int


COLUMNS = (
    MovieCreditRow.id,
    MovieCreditRow.movie_id,
    MovieCreditRow.person_id,
    MovieCreditRow.department,
    MovieCreditRow.job,
    MovieCreditRow.character,
    MovieCreditRow.billing,
)
_CREDITS = select(*COLUMNS)
_ACTING = MovieCreditRow.department == literal_column(f"'{ACTING}'")
_DEPARTMENTS = bindparam("departments", type_=ARRAY(Text))
_WANTED = or_(_DEPARTMENTS.is_(None), MovieCreditRow.department == any_(_DEPARTMENTS))


_FOLDS = {"person": Fold(people.Person, people.COLUMNS, PersonRow, PersonRow.id == MovieCreditRow.person_id)}


def _of_movies(statement: Statement) -> Listing[MovieCredit]:
    return Listing(statement, MovieCreditRow.id, MovieCredit, MovieCreditRow.movie_id, folds=_FOLDS)


CREDITS = _of_movies(_CREDITS.where(_WANTED))
CAST = _of_movies(_CREDITS.where(_ACTING))
CREW = _of_movies(_CREDITS.where(~_ACTING, _WANTED))
OF_PEOPLE = Listing(
    _CREDITS.join(MovieRow, MovieRow.id == MovieCreditRow.movie_id).where(_WANTED),
    MovieCreditRow.id,
    MovieCredit,
    MovieCreditRow.person_id,
    folds=_FOLDS,
)
BY_BILLING = sorts("billing", MovieCreditRow.__table__.c.billing)[Order("billing")]
NEWEST_FIRST = MOVIE_SORTS[Order("release_date", descending=True)]


async def cast_of_movies(
    db: Db, viewer: Viewer, movie_ids: Sequence[UUID], *, page: Page, columns: Columns = None
) -> dict[UUID, Slice[MovieCredit]]:
    """Actors, top-billed first."""
    return await _credits(db, viewer, CAST, movie_ids, BY_BILLING, page, columns)


async def crew_of_movies(
    db: Db,
    viewer: Viewer,
    movie_ids: Sequence[UUID],
    *,
    page: Page,
    departments: Sequence[str] | None = None,
    columns: Columns = None,
) -> dict[UUID, Slice[MovieCredit]]:
    """Everybody but the actors, of some departments or of all, in the order of billing."""
    return await _credits(db, viewer, CREW, movie_ids, BY_BILLING, page, columns, departments)


async def credits_of_movies(
    db: Db,
    viewer: Viewer,
    movie_ids: Sequence[UUID],
    *,
    page: Page,
    departments: Sequence[str] | None = None,
    columns: Columns = None,
) -> dict[UUID, Slice[MovieCredit]]:
    """Cast and crew, of some departments or of all, in the order of billing."""
    return await _credits(db, viewer, CREDITS, movie_ids, BY_BILLING, page, columns, departments)


async def credits_of_people(
    db: Db,
    viewer: Viewer,
    person_ids: Sequence[UUID],
    *,
    page: Page,
    departments: Sequence[str] | None = None,
    columns: Columns = None,
) -> dict[UUID, Slice[MovieCredit]]:
    """What each person did in films, of some departments or of all, newest film first."""
    return await _credits(db, viewer, OF_PEOPLE, person_ids, NEWEST_FIRST, page, columns, departments)


async def _credits(
    db: Db,
    viewer: Viewer,
    listing: Listing[MovieCredit],
    ids: Sequence[UUID],
    sort: Sort,
    page: Page,
    columns: Columns,
    departments: Sequence[str] | None = None,
) -> dict[UUID, Slice[MovieCredit]]:
    values = {"departments": departments, "languages": viewer.languages}
    return await fetch_pages_by_parent(db, listing, ids, sort, page, None, columns, **values)
