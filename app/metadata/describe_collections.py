"""Storing what a provider says of the collections that the catalog has."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from app.catalog.titles import sort_title
from app.catalog.told import Told
from app.catalog.told_collections import tell_of_collections
from app.core.outbox import Tx
from app.metadata.describe import NOT_THERE, Described
from app.metadata.facts import FoundCollection


async def describe_collections(
    tx: Tx, collections: Mapping[UUID, FoundCollection], at: datetime
) -> dict[UUID, Described]:
    """Write what providers say of collections: texts, in all languages, and ids.

    Which films are in them is said of these. Call it after `describe_works`. A constant number of statements.
    """
    told = {key: _told(found) for key, found in collections.items()}
    known = await tell_of_collections(tx, told, int(at.timestamp()))
    return {key: Described(True, known[key]) if key in known else NOT_THERE for key in collections}


def _told(found: FoundCollection) -> Told:
    facts = found.facts
    return Told(
        providers=frozenset({found.provider}),
        said_by={},
        values={"title": facts.title, "sort_title": sort_title(facts.title), "overview": facts.overview},
        documents={"provider_ids": dict(facts.provider_ids)},
        translations=found.translations,
    )
