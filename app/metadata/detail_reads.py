"""Reading what a provider tells of works beside the catalog's columns. Films and series alike, by their ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Table,
    Text,
    any_,
    bindparam,
    column,
    func,
    or_,
    select,
    text,
    true,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.access.viewer import Viewer
from app.core.db import Db
from app.core.paging import Column, Listing, Order, Page, Slice, Sort, fetch_pages_by_parent, sorts
from app.metadata.detail_tables import DetailsRow
from app.metadata.facts import CertificationFacts, Release, VideoFacts


@dataclass(frozen=True, slots=True)
class Summary:
    """titles: further ones by which the work is known."""

    homepage: str | None
    titles: Sequence[str]


NOTHING = Summary(None, ())
SUMMARIES = text(
    "SELECT work_id, homepage, titles FROM metadata.details WHERE work_id = ANY(CAST(:ids AS uuid[]))"
)
RELEASES = text("SELECT work_id, releases FROM metadata.details WHERE work_id = ANY(CAST(:ids AS uuid[]))")


DETAILS = cast("Table[Any]", DetailsRow.__table__)


def elements(documents: Column) -> Any:
    """The elements of a column that holds a list, as rows of `value` and `place`."""
    return (
        func.jsonb_array_elements(documents)
        .table_valued(column("value", JSONB), with_ordinality="place", name="element")
        .render_derived()
    )


def in_place(element: Any) -> Sort:
    """In the order of the list."""
    return sorts("place", type_coerce(element.c.place, BigInteger()))[Order("place")]


_VIDEO = elements(DetailsRow.videos)
_KINDS = bindparam("kinds", type_=ARRAY(Text))


def _video(found: Mapping[str, Any]) -> VideoFacts:
    return VideoFacts(
        site=found["site"],
        key=found["key"],
        kind=found["kind"],
        title=found.get("title"),
        language=found.get("language"),
        height=found.get("height"),
        is_official=found["is_official"],
        published_on=_day(found.get("published_on")),
    )


VIDEOS = Listing(
    select(_VIDEO.c.value)
    .select_from(DETAILS.join(_VIDEO, true()))
    .where(or_(_KINDS.is_(None), _VIDEO.c.value.op("->>")("kind") == any_(_KINDS))),
    type_coerce(_VIDEO.c.place, BigInteger()),
    _video,
    DetailsRow.work_id,
)
IN_PLACE = in_place(_VIDEO)


async def summaries(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Summary]:
    found = dict.fromkeys(ids, NOTHING)
    for work_id, homepage, titles in await db.rows(SUMMARIES, ids=ids):
        found[work_id] = Summary(homepage, titles)
    return found


async def releases(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[CertificationFacts]]:
    """All certifications of each work, in the provider's order."""
    found: dict[UUID, list[CertificationFacts]] = {key: [] for key in ids}
    for work_id, documents in await db.rows(RELEASES, ids=ids):
        found[work_id] = [_release(each) for each in documents]
    return found


async def videos(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, page: Page, kinds: Sequence[str] | None = None
) -> dict[UUID, Slice[VideoFacts]]:
    """Videos of each work, of some kinds or of all, in the provider's order."""
    wanted = None if kinds is None else list(kinds)
    return await fetch_pages_by_parent(db, VIDEOS, ids, IN_PLACE, page, kinds=wanted)


def _release(found: Mapping[str, Any]) -> CertificationFacts:
    return CertificationFacts(
        country=found["country"],
        rating=found["rating"],
        release=Release(found["kind"]),
        released_on=_day(found.get("released_on")),
        note=found.get("note"),
    )


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)
