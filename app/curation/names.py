"""What works are called, as aliases say it. Pure."""

from uuid import UUID

from app.catalog.edits import State
from app.catalog.identity.aliases import TITLE
from app.catalog.match import Alias, unique_pairs


def names_of(merged: State, into_id: UUID, into: State) -> list[Alias]:
    """Names of a merged work that mean the one it became from now on; not those which that has itself."""
    found: list[Alias] = []
    if (merged["match_key"], merged["year"]) != (into["match_key"], into["year"]):
        found.append(Alias(TITLE, merged["match_key"], merged["year"], into_id, speaks=False))
    pairs = set(unique_pairs(merged["provider_ids"])) - set(unique_pairs(into["provider_ids"]))
    return found + [Alias(name, value, None, into_id, speaks=False) for name, value in sorted(pairs)]
