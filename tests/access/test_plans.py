"""Lists of those who don't see everything are read from the same indexes, and each row's clause from others."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import text

from app.access.rule import Access
from app.access.sight import seen_by
from app.access.viewer import Viewer, marquee
from app.catalog import recent
from app.catalog.collections import reads as collections
from app.catalog.collections.filters import COLLECTION_SORTS
from app.catalog.movies import credits as movie_credits
from app.catalog.movies import reads as movies
from app.catalog.movies.filters import MOVIE_SORTS
from app.catalog.people import reads as people
from app.catalog.people.filters import PERSON_SORTS
from app.catalog.taxonomy.reads import list_genres
from app.catalog.title_indexes import index_titles
from app.catalog.tv import reads as tv
from app.catalog.tv.filters import SERIES_SORTS
from app.core.app import App, open_app
from app.core.config import Config
from app.core.db import Db
from app.core.ids import new_id
from app.core.paging import Page, Slice
from tests import given
from tests.catalog.crowd import SIZE, crowd
from tests.catalog.plans import Explaining

SORTING = {"Sort", "Incremental Sort"}
SCANNING = {"Seq Scan", "Bitmap Heap Scan"}
Read = Callable[..., Awaitable[Slice[Any]]]
LISTS: list[tuple[Read, Sequence[Any]]] = [
    (movies.list_movies, list(MOVIE_SORTS)),
    (tv.list_series, list(SERIES_SORTS)),
    (people.list_people, list(PERSON_SORTS)),
    (collections.list_collections, list(COLLECTION_SORTS)),
]
FILES = """
INSERT INTO library.files (id, library_id, root_id, folder, name, role, size_bytes, mtime_ns, inode)
SELECT gen_random_uuid(), '{library}', '{root}', '', 'file-' || n, 'video', 1, 1, n FROM generate_series(1, 3000) AS n
"""
# Each film has two terms, and each second one is of the library.
AROUND = """
INSERT INTO movies.movie_terms (movie_id, term_id)
SELECT m.id, t.id FROM (SELECT id, row_number() OVER () AS n FROM movies.movies) m
JOIN (SELECT id, row_number() OVER () AS n FROM taxonomy.terms) t ON t.n IN (m.n, m.n % 50 + 1);
INSERT INTO tv.series_terms (series_id, term_id)
SELECT m.id, t.id FROM (SELECT id, row_number() OVER () AS n FROM tv.series) m
JOIN (SELECT id, row_number() OVER () AS n FROM taxonomy.terms) t ON t.n IN (m.n, m.n % 50 + 1);
INSERT INTO movies.credits (id, movie_id, person_id, department, job, billing)
SELECT gen_random_uuid(), m.id, p.id, 'Acting', 'Actor', 9
FROM (SELECT id, row_number() OVER () AS n FROM movies.movies) m
JOIN (SELECT id, row_number() OVER () AS n FROM people.people) p ON m.n = p.n;
INSERT INTO tv.series_credits (id, series_id, person_id, department, job, billing)
SELECT gen_random_uuid(), m.id, p.id, 'Acting', 'Actor', 301
FROM (SELECT id, row_number() OVER () AS n FROM tv.series) m
JOIN (SELECT id, row_number() OVER () AS n FROM people.people) p ON m.n = p.n;
UPDATE movies.movies SET certifications = jsonb_build_object('DE', (ARRAY['0', '6', '12', '16'])[1 + runtime_s % 4]);
INSERT INTO library.library_movies (library_id, movie_id)
SELECT '{library}', id FROM (SELECT id, row_number() OVER () AS n FROM movies.movies) m WHERE n % 2 = 0;
INSERT INTO library.library_series (library_id, series_id)
SELECT '{library}', id FROM (SELECT id, row_number() OVER () AS n FROM tv.series) m WHERE n % 2 = 0;
{files};
INSERT INTO library.episode_parts (id, episode_id, file_id, version, number)
SELECT gen_random_uuid(), e.id, f.id, '', 1 FROM (SELECT id, row_number() OVER () AS n FROM tv.episodes) e
JOIN (SELECT id, row_number() OVER () AS n FROM library.files) f ON e.n = f.n;
INSERT INTO tv.episode_credits (id, episode_id, person_id, department, job, billing)
SELECT gen_random_uuid(), m.id, p.id, 'Acting', 'Actor', 9
FROM (SELECT id, row_number() OVER () AS n FROM tv.episodes) m
JOIN (SELECT id, row_number() OVER () AS n FROM people.people) p ON m.n = p.n;
VACUUM (ANALYZE)
"""


def costly(explaining: Explaining) -> set[tuple[str, str | None]]:
    """What sorts or goes through a table, and which; the few rows of a blocked term may be found by a bitmap."""
    found = {(node["Node Type"], node.get("Relation Name")) for node in explaining.nodes}
    terms = {("Bitmap Heap Scan", "movie_terms"), ("Bitmap Heap Scan", "series_terms")}
    return {(kind, table) for kind, table in found - terms if kind in SORTING | SCANNING}


@dataclass(frozen=True)
class Crowded:
    app: App
    access: Access

    @property
    def viewer(self) -> Viewer:
        return replace(marquee(("de", "en")), access=self.access)

    def explaining(self, *, generic: bool = False) -> tuple[Explaining, Db]:
        """The database as it is for the viewer; generic: planned for whatever values there are."""
        explaining = Explaining(self.app, generic=generic)
        return explaining, seen_by(explaining.db, self.access)


@pytest.fixture(scope="module")
async def crowded(config: Config, new_database: Callable[[], Any]) -> AsyncIterator[Crowded]:
    """An application of its own with a crowd of works, and someone who sees a part of them."""
    own = replace(config, database_url=await new_database(), namespace=f"{config.namespace}-bounds")
    async with open_app(own) as app:
        await crowd(app)
        library = await given.library(app)
        term = await app.db.value(text("SELECT id FROM taxonomy.terms ORDER BY id LIMIT 1"))
        root = await given.root_of(app, library)
        async with app.database.pool.acquire() as connection:
            await index_titles(Db(connection), ("de",))
            for statement in AROUND.replace("{files}", FILES).format(library=library, root=root).split(";"):
                await connection.execute(statement)
        yield Crowded(app, Access(library_ids=(library, new_id()), max_age=12, blocked_terms=(term,)))


@pytest.mark.parametrize("generic", [False, True])
async def test_every_order_is_read_from_its_index(crowded: Crowded, generic: bool) -> None:
    for read, orders in LISTS:
        for order in orders:
            explaining, db = crowded.explaining(generic=generic)
            first = await read(db, crowded.viewer, page=Page(first=10), order=order)
            await read(db, crowded.viewer, page=Page(first=10, after=first.cursor(-1)), order=order)

            assert len(first.items) == 10
            assert not costly(explaining), (read, order)


@pytest.mark.parametrize("generic", [False, True])
async def test_titles_are_read_in_the_order_of_a_language_from_its_index(
    crowded: Crowded, generic: bool
) -> None:
    viewer = replace(crowded.viewer, title_languages=frozenset({"de"}))
    for read, index in (
        (movies.list_movies, "ix_movies_title_de"),
        (tv.list_series, "ix_series_title_de"),
        (collections.list_collections, "ix_collections_title_de"),
    ):
        explaining, db = crowded.explaining(generic=generic)
        first = await read(db, viewer, page=Page(first=10))
        await read(db, viewer, page=Page(first=10, after=first.cursor(-1)))

        assert len(first.items) == 10
        assert index in explaining.indexes
        assert not costly(explaining), read


@pytest.mark.parametrize("generic", [False, True])
@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize("of_libraries", [False, True])
async def test_of_what_is_new_no_more_is_read_than_a_page(
    crowded: Crowded, generic: bool, restricted: bool, of_libraries: bool
) -> None:
    explaining, db = crowded.explaining(generic=generic)
    if not restricted:
        db = explaining.db
    asked = {"library_ids": crowded.access.library_ids} if of_libraries else {}

    first = await recent.recently_added(db, crowded.viewer, page=Page(first=10), **asked)
    after = Page(first=10, after=first.cursor(-1))
    second = await recent.recently_added(db, crowded.viewer, page=after, **asked)

    assert len(first.items) == len(second.items) == 10
    assert not explaining.kinds & SORTING, explaining.plans
    assert {"ix_movies_added_at", "ix_episodes_added_at"} <= explaining.indexes


@pytest.mark.parametrize("generic", [False, True])
@pytest.mark.parametrize("read", [people.list_people, collections.list_collections])
async def test_counting_looks_at_the_works_once_and_not_again_for_each_row(
    crowded: Crowded, read: Read, generic: bool
) -> None:
    explaining, db = crowded.explaining(generic=generic)

    found = await read(db, crowded.viewer, page=Page(first=10, with_total=True))

    counting = str(explaining.plans[-1])
    assert found.total
    assert "Aggregate" in counting
    assert "(SubPlan" not in counting, counting


async def test_what_hangs_on_works_is_read_from_indexes(crowded: Crowded) -> None:
    explaining, db = crowded.explaining()
    viewer = crowded.viewer

    found = await movies.list_movies(db, viewer, page=Page(first=10))
    keys = [movie.id for movie in found.items]
    cast = await movie_credits.cast_of_movies(db, viewer, keys, page=Page(first=10))
    people_ids = [credit.person_id for page in cast.values() for credit in page.items]
    known = await people.people(db, viewer, people_ids)
    filmed = await movie_credits.credits_of_people(db, viewer, people_ids[:3], page=Page(first=10))

    assert len(keys) == 10
    assert all(page.items for page in (*cast.values(), *filmed.values()))
    assert all(person is not None for person in known.values())
    assert not [node["Relation Name"] for node in explaining.nodes if node["Node Type"] == "Seq Scan"]


async def only(crowded: Crowded, work: str) -> Access:
    """Someone who is granted one library alone: of each third film, or series, and as many files as others have."""
    library = await given.library(crowded.app)
    root = await given.root_of(crowded.app, library)
    table, column = {"movie": ("movies.movies", "movie_id"), "tv": ("tv.series", "series_id")}[work]
    holdings = table.replace("movies.", "library.library_").replace("tv.", "library.library_")
    rows = (
        f"SELECT '{library}', id FROM (SELECT id, row_number() OVER () AS n FROM {table}) m WHERE n % 3 = 0"
    )
    async with crowded.app.database.pool.acquire() as connection:
        await connection.execute(f"INSERT INTO {holdings} (library_id, {column}) {rows}")
        await connection.execute(FILES.format(library=library, root=root))
        await connection.execute("ANALYZE library.files")
    return Access(library_ids=(library, new_id()))


async def test_who_is_granted_films_alone_goes_through_no_series(crowded: Crowded) -> None:
    access = await only(crowded, "movie")
    explaining = Explaining(crowded.app, analyzed=True)
    db, viewer = seen_by(explaining.db, access), replace(crowded.viewer, access=access)

    new = await recent.recently_added(db, viewer, page=Page(first=10))
    episodes = await tv.list_episodes(db, viewer, page=Page(first=10))
    series = await tv.list_series(db, viewer, page=Page(first=10))
    genres = await list_genres(db, viewer, page=Page(first=10))

    assert len(new.items) == len(genres.items) == 10
    assert not episodes.items
    assert not series.items
    assert explaining.rows_of("episodes", "series", "series_terms") == 0


async def test_who_is_granted_series_alone_goes_through_no_films(crowded: Crowded) -> None:
    access = await only(crowded, "tv")
    explaining = Explaining(crowded.app, analyzed=True)
    db, viewer = seen_by(explaining.db, access), replace(crowded.viewer, access=access)

    films = await movies.list_movies(db, viewer, page=Page(first=10))
    together = await collections.list_collections(db, viewer, page=Page(first=10))
    genres = await list_genres(db, viewer, page=Page(first=10))

    assert len(genres.items) == 10
    assert not films.items
    assert not together.items
    assert explaining.rows_of("movies", "movie_terms", "collections") == 0


async def test_works_of_a_blocked_genre_are_not_gone_through_to_find_that_it_is_blocked(
    crowded: Crowded,
) -> None:
    every = "INSERT INTO movies.movie_terms SELECT id, $1 FROM movies.movies ON CONFLICT DO NOTHING"
    async with crowded.app.database.pool.acquire() as connection:
        term = await connection.fetchval(
            "SELECT id FROM taxonomy.terms WHERE kind = 'genre' ORDER BY name LIMIT 1"
        )
        await connection.execute(every, term)
    explaining = Explaining(crowded.app, analyzed=True)
    access = Access(blocked_terms=(term,))
    db, viewer = seen_by(explaining.db, access), replace(crowded.viewer, access=access)

    genres = await list_genres(db, viewer, page=Page(first=1))

    assert term not in {each.id for each in genres.items}
    assert explaining.rows_of("movie_terms") < SIZE
