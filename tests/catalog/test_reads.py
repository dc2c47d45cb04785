"""What holds for every batched read: it answers for every key, in one statement, whatever their number."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from app.access.viewer import Viewer, marquee
from app.catalog import recent
from app.catalog.collections import reads as collections
from app.catalog.movies import credits as movie_credits
from app.catalog.movies import reads as movies
from app.catalog.movies import terms, versions
from app.catalog.people import reads as people
from app.catalog.taxonomy import reads as taxonomy
from app.core.app import App
from app.core.db import Db
from app.core.ids import new_id
from app.core.paging import Page, Slice
from tests import given

Read = Callable[..., Awaitable[dict[UUID, Any]]]
VIEWER = marquee(("de",))
ONE: list[Read] = [
    movies.movies,
    partial(movies.texts_of_movies, language="de"),
    people.people,
    partial(people.biographies_of_people, language="de"),
    collections.collections,
    partial(collections.texts_of_collections, language="de"),
    versions.editions,
    versions.versions,
    taxonomy.genres,
    taxonomy.studios,
    taxonomy.networks,
    taxonomy.keywords,
]
LISTS: list[Read] = [
    movies.translations_of_movies,
    terms.genres_of_movies,
    terms.studios_of_movies,
    collections.collections_of_movies,
    versions.editions_of_movies,
    versions.versions_of_editions,
]
PAGES: list[Read] = [
    terms.keywords_of_movies,
    movies.movies_of_terms,
    collections.movies_of_collections,
    movie_credits.cast_of_movies,
    movie_credits.crew_of_movies,
    movie_credits.credits_of_movies,
    movie_credits.credits_of_people,
]


def name(read: Any) -> str:
    return getattr(read, "func", read).__qualname__


@pytest.mark.parametrize("read", ONE, ids=name)
async def test_what_is_not_there_is_none(app: App, statements: list[str], read: Read) -> None:
    ids = [new_id(), new_id()]

    assert await read(app.db, VIEWER, ids) == dict.fromkeys(ids)
    assert len(statements) == 1


@pytest.mark.parametrize("read", LISTS, ids=name)
async def test_what_belongs_to_nothing_is_empty(app: App, statements: list[str], read: Read) -> None:
    ids = [new_id(), new_id()]

    assert await read(app.db, VIEWER, ids) == {key: [] for key in ids}
    assert len(statements) == 1


@pytest.mark.parametrize("read", PAGES, ids=name)
async def test_pages_of_nothing_are_empty(app: App, statements: list[str], read: Read) -> None:
    ids = [new_id(), new_id()]

    found: dict[UUID, Slice[Any]] = await read(app.db, VIEWER, ids, page=Page(with_total=True))

    assert list(found) == ids
    assert [(page.items, page.total, page.has_next) for page in found.values()] == [([], 0, False)] * 2
    assert len(statements) == 2


async def test_a_film_asked_for_twice_is_one(app: App) -> None:
    movie_id = await given.movie(app, cast=("Ada", "Bo"))

    found = await movie_credits.cast_of_movies(app.db, VIEWER, [movie_id, movie_id], page=Page())

    assert len(found[movie_id].items) == 2


async def test_what_was_removed_meanwhile_is_left_out_of_what_is_new(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, kept = await given.movie(app, "gone"), await given.movie(app, "kept")
    read = movies.movies

    async def after_removal(db: Db, viewer: Viewer, ids: list[UUID]) -> dict[UUID, Any]:
        await app.database.pool.execute("DELETE FROM movies.movies WHERE id = $1", gone)
        return await read(db, viewer, ids)

    monkeypatch.setattr(movies, "movies", after_removal)
    page = await recent.recently_added(app.db, VIEWER, page=Page())

    assert [work.id for work in page.items] == [kept]
    assert len(page.cursors) == 1
