"""What genres, studios, networks and keywords can be filtered and sorted by."""

from app.catalog.filters import Fields, comparable, textual
from app.catalog.taxonomy.tables import TermRow
from app.core.paging import sorts

TERM_FILTERS = Fields(
    {
        "id": comparable(TermRow.id),
        "name": textual(TermRow.name),
        "slug": textual(TermRow.slug),
    }
)
TERM_SORTS = sorts("name", TermRow.__table__.c.name)
