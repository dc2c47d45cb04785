"""What people and credits can be filtered and sorted by."""

from typing import Any

from app.catalog.filters import Fields, Test, comparable, searched, textual
from app.catalog.people.tables import PersonRow
from app.core.paging import sorts

_WHO: dict[str, Test] = {
    "id": comparable(PersonRow.id),
    "name": textual(PersonRow.name, PersonRow.name_key, PersonRow.name_key),
}
PERSON_FILTERS = Fields(
    _WHO
    | {
        "search": searched(PersonRow.name_key),
        "born_on": comparable(PersonRow.born_on),
        "died_on": comparable(PersonRow.died_on),
    }
)
PERSON_SORTS = sorts("name", PersonRow.__table__.c.name_key)


def credit_filters(credit_row: Any) -> Fields:
    """Filters of a table of credits: by the person and by the part they had."""
    return Fields(
        _WHO
        | {
            "character": textual(credit_row.character),
            "department": textual(credit_row.department),
            "job": textual(credit_row.job),
        }
    )
