"""What series and episodes can be filtered and sorted by."""

from sqlalchemy import Boolean, Integer, literal_column
from sqlalchemy.sql.elements import ColumnElement

from app.catalog.filters import Fields, Test, comparable, related, rows_of, searched, textual
from app.catalog.holdings import LIBRARY_SERIES
from app.catalog.tv.tables import (
    EpisodeRow,
    SeasonRow,
    SeriesCreditRow,
    SeriesRow,
    SeriesTermRow,
)
from app.catalog.work_filters import credited, held, nullable, terms, work_sorts, work_tests
from app.core.paging import Order, Sort, sorts

SPECIALS = literal_column("0", Integer())


_EPISODES = rows_of(EpisodeRow).where(EpisodeRow.series_id == SeriesRow.id).correlate(SeriesRow)
_SPECIALS = (
    rows_of(SeasonRow)
    .where(SeasonRow.series_id == SeriesRow.id, SeasonRow.number == SPECIALS)
    .correlate(SeriesRow)
    .exists()
)

EPISODE_FILTERS = Fields(
    {
        "id": comparable(EpisodeRow.id),
        "search": searched(EpisodeRow.search_text),
        "title": textual(EpisodeRow.title, search=EpisodeRow.search_text),
        "season_number": comparable(EpisodeRow.season_number),
        "number": comparable(EpisodeRow.number),
        "absolute_number": comparable(EpisodeRow.absolute_number),
        "is_special": lambda _, binds: (EpisodeRow.season_number == SPECIALS) == binds.next(Boolean()),
        "air_date": comparable(EpisodeRow.air_date),
        "runtime_seconds": comparable(EpisodeRow.runtime_s),
        "added_at": comparable(EpisodeRow.added_at),
    }
)
_OF_SERIES: dict[str, Test] = {
    "first_air_date": comparable(SeriesRow.first_air_date),
    "last_air_date": comparable(SeriesRow.last_air_date),
    "has_specials": lambda _, binds: binds.next(Boolean()) == _SPECIALS,
    "episodes": related(_EPISODES, EPISODE_FILTERS),
    "genres": terms(SeriesRow, SeriesTermRow, "genre"),
    "studios": terms(SeriesRow, SeriesTermRow, "studio"),
    "networks": terms(SeriesRow, SeriesTermRow, "network"),
    "keywords": terms(SeriesRow, SeriesTermRow, "keyword"),
    "cast": credited(SeriesRow, SeriesCreditRow, acting=True),
    "crew": credited(SeriesRow, SeriesCreditRow, acting=False),
    "libraries": held(SeriesRow, LIBRARY_SERIES, LIBRARY_SERIES.c.series_id),
}
SERIES_FILTERS = Fields(work_tests(SeriesRow) | _OF_SERIES)

SERIES_SORTS = work_sorts(SeriesRow) | nullable(
    "first_air_date", SeriesRow.first_air_date, "'-infinity'::date", "'infinity'::date"
)
# Across series; within one, episodes also have an order.
EPISODE_SORTS = nullable("air_date", EpisodeRow.air_date, "'-infinity'::date", "'infinity'::date") | sorts(
    "added_at", EpisodeRow.added_at
)


def _in_order(*keys: ColumnElement[int]) -> dict[Order, Sort]:
    up, down = Order("order"), Order("order", descending=True)
    return {up: Sort(up, keys), down: Sort(down, keys)}


EPISODE_SORTS_IN_SERIES = EPISODE_SORTS | _in_order(
    EpisodeRow.__table__.c.season_number, EpisodeRow.__table__.c.position
)
EPISODE_SORTS_IN_SEASON = EPISODE_SORTS | _in_order(EpisodeRow.__table__.c.position)
