"""The tables that conditions join from below are those that the library keeps."""

import pytest
from sqlalchemy import Table
from sqlalchemy.sql.expression import TableClause

from app.catalog.holdings import LIBRARIES, LIBRARY_MOVIES, LIBRARY_SERIES
from app.library.tables import LibraryMovieRow, LibraryRow, LibrarySeriesRow


@pytest.mark.parametrize(
    ("light", "real"),
    [
        (LIBRARIES, LibraryRow.__table__),
        (LIBRARY_MOVIES, LibraryMovieRow.__table__),
        (LIBRARY_SERIES, LibrarySeriesRow.__table__),
    ],
)
def test_a_holding_is_a_part_of_its_table(light: TableClause, real: Table) -> None:
    assert (light.schema, light.name) == (real.schema, real.name)
    for column in light.columns:
        assert type(column.type) is type(real.c[column.name].type)
