"""What films and series alike can be filtered and sorted by."""

from typing import Any

from sqlalchemy import ColumnElement, func, literal_column

from app.catalog.columns import WorkColumns
from app.catalog.filters import Fields, Test, comparable, overlapping, related, rows_of, searched, textual
from app.catalog.holdings import LIBRARIES
from app.catalog.people.filters import credit_filters
from app.catalog.people.tables import PersonRow
from app.catalog.taxonomy.filters import TERM_FILTERS
from app.catalog.taxonomy.tables import TermRow
from app.core.paging import Order, Sort, sorts

ACTING = "Acting"
LIBRARY_FILTERS = Fields({"id": comparable(LIBRARIES.c.id), "name": textual(LIBRARIES.c.name)})


def work_tests(row: Any) -> dict[str, Test]:
    """Tests of a work's own columns."""
    return {
        "id": comparable(row.id),
        "search": searched(row.search_text),
        "title": textual(row.title, search=row.search_text),
        "original_title": textual(row.original_title, search=row.search_text),
        "original_language": textual(row.original_language),
        "status": textual(row.status),
        "year": comparable(row.year),
        "countries": overlapping(row.countries),
        "popularity": comparable(row.popularity),
        "added_at": comparable(row.added_at),
    }


def terms(row: type[WorkColumns], link: Any, kind: str) -> Test:
    """The relation to terms of one kind; `link` is a table of work_id and term_id, `row` the works' table."""
    rows = (
        rows_of(link)
        .join(TermRow, TermRow.id == link.term_id)
        .where(work_key(link) == row.id, TermRow.kind == literal_column(f"'{kind}'"))
    )
    return related(rows.correlate(row), TERM_FILTERS)


def credited(row: type[WorkColumns], credit: Any, *, acting: bool) -> Test:
    """The relation to credits: the cast, or everybody else."""
    is_acting = credit.department == literal_column(f"'{ACTING}'")
    rows = (
        rows_of(credit)
        .join(PersonRow, PersonRow.id == credit.person_id)
        .where(work_key(credit) == row.id, is_acting if acting else ~is_acting)
    )
    return related(rows.correlate(row), credit_filters(credit))


def held(row: type[WorkColumns], holding: Any, key: ColumnElement[Any]) -> Test:
    """The relation to libraries; `holding` is a table of library_id and the work's `key`."""
    rows = rows_of(holding.join(LIBRARIES, LIBRARIES.c.id == holding.c.library_id)).where(key == row.id)
    return related(rows.correlate(row), LIBRARY_FILTERS)


def work_key(link: Any) -> ColumnElement[Any]:
    """The column by which a table of terms or credits names the work."""
    return link.movie_id if hasattr(link, "movie_id") else link.series_id


def work_sorts(row: Any) -> dict[Order, Sort]:
    return (
        sorts("title", row.sort_key) | sorts("added_at", row.added_at) | sorts("popularity", row.popularity)
    )


def nullable(name: str, column: Any, lowest: str, highest: str) -> dict[Order, Sort]:
    """Sorts of a column that may be empty, empty last; `lowest` and `highest` as in the table's indexes."""
    return sorts(
        name,
        func.coalesce(column, literal_column(highest)),
        func.coalesce(column, literal_column(lowest)),
    )
