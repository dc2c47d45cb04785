"""Every order that is offered has an index behind it, and every page of it is read from there."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from app.access.viewer import marquee
from app.catalog import recent
from app.catalog.collections import reads as collections
from app.catalog.collections.filters import COLLECTION_SORTS
from app.catalog.filters import Where
from app.catalog.movies import credits as movie_credits
from app.catalog.movies import reads as movies
from app.catalog.movies import versions
from app.catalog.movies.filters import MOVIE_SORTS
from app.catalog.people import reads as people
from app.catalog.people.filters import PERSON_SORTS
from app.catalog.taxonomy import reads as taxonomy
from app.catalog.taxonomy.filters import TERM_SORTS
from app.catalog.tv import reads as tv
from app.core.app import App
from app.core.paging import Order, Page, Slice
from tests.catalog.conftest import INDEXED
from tests.catalog.plans import Explaining

VIEWER = marquee(("de", "en"))
SORTING = {"Sort", "Incremental Sort"}
SCANNING = {"Seq Scan", "Bitmap Heap Scan"}

Read = Callable[..., Awaitable[Slice[Any]]]
LISTS: list[tuple[Read, Sequence[Any]]] = [
    (movies.list_movies, list(MOVIE_SORTS)),
    (people.list_people, list(PERSON_SORTS)),
    (collections.list_collections, list(COLLECTION_SORTS)),
    (taxonomy.list_genres, list(TERM_SORTS)),
]


async def test_every_order_of_every_list_is_read_from_its_index(crowded: App) -> None:
    for read, orders in LISTS:
        for order in orders:
            explaining = Explaining(crowded)
            first = await read(explaining.db, VIEWER, page=Page(first=10), order=order)
            after = first.cursor(-1)
            await read(explaining.db, VIEWER, page=Page(first=10, after=after), order=order)
            last = await read(explaining.db, VIEWER, page=Page(last=10), order=order)
            await read(explaining.db, VIEWER, page=Page(last=10, before=last.cursor(0)), order=order)

            assert len(explaining.plans) == 4
            assert not explaining.kinds & (SORTING | SCANNING), (read, order, explaining.plans)
            assert len(explaining.indexes) == 1, (read, order, explaining.indexes)


@pytest.mark.parametrize("language", INDEXED)
async def test_titles_are_read_in_the_order_of_each_language_from_its_index(
    crowded: App, language: str
) -> None:
    viewer = replace(VIEWER, languages=("xx", language), title_languages=frozenset(INDEXED))
    for read, table in (
        (movies.list_movies, "movies"),
        (tv.list_series, "series"),
        (collections.list_collections, "collections"),
    ):
        for descending in (False, True):
            explaining = Explaining(crowded)
            order = Order("title", descending=descending)
            first = await read(explaining.db, viewer, page=Page(first=10), order=order)
            await read(explaining.db, viewer, page=Page(first=10, after=first.cursor(-1)), order=order)
            await read(explaining.db, viewer, page=Page(last=10, before=first.cursor(-1)), order=order)

            assert not explaining.kinds & (SORTING | SCANNING), (table, explaining.plans)
            assert explaining.indexes == {f"ix_{table}_title_{language.replace('-', '_')}"}


async def test_a_search_and_what_is_new_are_read_from_indexes(crowded: App) -> None:
    searching = Explaining(crowded)
    where = Where([("search", "c4ca4238")])

    await movies.list_movies(searching.db, VIEWER, page=Page(first=10), where=where)

    assert "ix_movies_search" in searching.indexes
    assert "Seq Scan" not in searching.kinds

    explaining = Explaining(crowded)

    first = await recent.recently_added(explaining.db, VIEWER, page=Page(first=10))
    await recent.recently_added(explaining.db, VIEWER, page=Page(first=10, after=first.cursor(-1)))

    merging = [plan for plan in explaining.plans if plan["Node Type"] == "Limit"]
    assert len(merging) == 2
    assert not explaining.kinds & (SORTING | {"Seq Scan"}), explaining.plans
    assert {"ix_movies_added_at", "ix_episodes_added_at"} <= explaining.indexes


async def some_ids(app: App, table: str, count: int = 20) -> list[UUID]:
    found = await app.database.pool.fetch(f"SELECT id FROM {table} LIMIT {count}")
    return [row[0] for row in found]


PAGES: list[tuple[str, Callable[..., Awaitable[Any]], str]] = [
    ("movies.movies", movie_credits.cast_of_movies, "ix_credits_movie_id_billing"),
    ("movies.movies", movie_credits.credits_of_movies, "ix_credits_movie_id_billing"),
    ("collections.collections", collections.movies_of_collections, "ix_movies_order"),
]


async def test_what_belongs_to_many_parents_is_read_from_an_index(crowded: App) -> None:
    for table, read, index in PAGES:
        explaining = Explaining(crowded)
        await read(explaining.db, VIEWER, await some_ids(crowded, table), page=Page(first=3))
        assert index in explaining.indexes
        assert not explaining.kinds & (SORTING | {"Seq Scan"}), explaining.plans

    explaining = Explaining(crowded)
    await versions.editions_of_movies(explaining.db, VIEWER, await some_ids(crowded, "movies.movies"))
    assert "uq_editions_movie_id_name" in explaining.indexes
    assert "Seq Scan" not in explaining.kinds
