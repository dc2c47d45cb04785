"""Reading who makes series and episodes, and who plays in them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, literal_column, or_, select

from app.access.viewer import Viewer
from app.catalog.tv.filters import EPISODE_SORTS, SERIES_SORTS
from app.catalog.tv.tables import EpisodeCreditRow, EpisodeRow, SeriesCreditRow, SeriesRow
from app.catalog.work_filters import ACTING
from app.core.db import Db
from app.core.paging import Listing, Order, Page, Slice, fetch_pages_by_parent, sorts
from app.core.records import Record, places


class SeriesCredit(Record):
    """A person's part in a whole series. billing: place in the credits, from 0."""

    __slots__ = ()

    id: UUID
    series_id: UUID
    person_id: UUID
    department: str
    job: str
    character: str | None
    billing: int


class EpisodeCredit(Record):
    """A person's part in one episode: guests, its director and writers. billing: place in the credits, from 0."""

    __slots__ = ()

    id: UUID
    episode_id: UUID
    person_id: UUID
    department: str
    job: str
    character: str | None
    billing: int


_SERIES = SeriesCreditRow.__table__.c
_EPISODES = EpisodeCreditRow.__table__.c
_OF_SERIES = select(*(_SERIES[name] for name in places(SeriesCredit)))
_OF_EPISODES = select(*(_EPISODES[name] for name in places(EpisodeCredit)))
_DEPARTMENTS = bindparam("departments", type_=ARRAY(Text))


def _acts(credit: Any) -> Any:
    return credit.department == literal_column(f"'{ACTING}'")


def _is_wanted(credit: Any) -> Any:
    return or_(_DEPARTMENTS.is_(None), credit.department == any_(_DEPARTMENTS))


CAST_OF_SERIES = Listing(
    _OF_SERIES.where(_acts(_SERIES)), SeriesCreditRow.id, SeriesCredit, SeriesCreditRow.series_id
)
CREW_OF_SERIES = Listing(
    _OF_SERIES.where(~_acts(_SERIES), _is_wanted(_SERIES)),
    SeriesCreditRow.id,
    SeriesCredit,
    SeriesCreditRow.series_id,
)
CAST_OF_EPISODES = Listing(
    _OF_EPISODES.where(_acts(_EPISODES)), EpisodeCreditRow.id, EpisodeCredit, EpisodeCreditRow.episode_id
)
CREW_OF_EPISODES = Listing(
    _OF_EPISODES.where(~_acts(_EPISODES), _is_wanted(_EPISODES)),
    EpisodeCreditRow.id,
    EpisodeCredit,
    EpisodeCreditRow.episode_id,
)
SERIES_CREDITS_OF_PEOPLE = Listing(
    _OF_SERIES.join(SeriesRow, SeriesRow.id == SeriesCreditRow.series_id).where(_is_wanted(_SERIES)),
    SeriesCreditRow.id,
    SeriesCredit,
    SeriesCreditRow.person_id,
)
EPISODE_CREDITS_OF_PEOPLE = Listing(
    _OF_EPISODES.join(EpisodeRow, EpisodeRow.id == EpisodeCreditRow.episode_id).where(_is_wanted(_EPISODES)),
    EpisodeCreditRow.id,
    EpisodeCredit,
    EpisodeCreditRow.person_id,
)
SERIES_BY_BILLING = sorts("billing", _SERIES.billing)[Order("billing")]
EPISODES_BY_BILLING = sorts("billing", _EPISODES.billing)[Order("billing")]
NEWEST_SERIES_FIRST = SERIES_SORTS[Order("first_air_date", descending=True)]
NEWEST_EPISODES_FIRST = EPISODE_SORTS[Order("air_date", descending=True)]


async def cast_of_series(
    db: Db, viewer: Viewer, series_ids: Sequence[UUID], *, page: Page
) -> dict[UUID, Slice[SeriesCredit]]:
    """Actors of the whole series, top-billed first."""
    return await fetch_pages_by_parent(db, CAST_OF_SERIES, series_ids, SERIES_BY_BILLING, page)


async def crew_of_series(
    db: Db,
    viewer: Viewer,
    series_ids: Sequence[UUID],
    *,
    page: Page,
    departments: Sequence[str] | None = None,
) -> dict[UUID, Slice[SeriesCredit]]:
    """Everybody but the actors, of some departments or of all, in the order of billing."""
    return await fetch_pages_by_parent(
        db, CREW_OF_SERIES, series_ids, SERIES_BY_BILLING, page, departments=departments
    )


async def cast_of_episodes(
    db: Db, viewer: Viewer, episode_ids: Sequence[UUID], *, page: Page
) -> dict[UUID, Slice[EpisodeCredit]]:
    """Actors credited for the episode itself, such as guests, top-billed first."""
    return await fetch_pages_by_parent(db, CAST_OF_EPISODES, episode_ids, EPISODES_BY_BILLING, page)


async def crew_of_episodes(
    db: Db,
    viewer: Viewer,
    episode_ids: Sequence[UUID],
    *,
    page: Page,
    departments: Sequence[str] | None = None,
) -> dict[UUID, Slice[EpisodeCredit]]:
    """Everybody but the actors, of some departments or of all, in the order of billing."""
    return await fetch_pages_by_parent(
        db, CREW_OF_EPISODES, episode_ids, EPISODES_BY_BILLING, page, departments=departments
    )


async def series_credits_of_people(
    db: Db,
    viewer: Viewer,
    person_ids: Sequence[UUID],
    *,
    page: Page,
    departments: Sequence[str] | None = None,
) -> dict[UUID, Slice[SeriesCredit]]:
    """What each person did in series, of some departments or of all, newest series first."""
    return await fetch_pages_by_parent(
        db, SERIES_CREDITS_OF_PEOPLE, person_ids, NEWEST_SERIES_FIRST, page, departments=departments
    )


async def episode_credits_of_people(
    db: Db,
    viewer: Viewer,
    person_ids: Sequence[UUID],
    *,
    page: Page,
    departments: Sequence[str] | None = None,
) -> dict[UUID, Slice[EpisodeCredit]]:
    """What each person did in single episodes, of some departments or of all, newest episode first."""
    return await fetch_pages_by_parent(
        db, EPISODE_CREDITS_OF_PEOPLE, person_ids, NEWEST_EPISODES_FIRST, page, departments=departments
    )
