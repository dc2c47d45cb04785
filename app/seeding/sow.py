"""Fills a database with invented films and series, lot by lot, each lot in a transaction of its own."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.orm import DeclarativeBase

from app.activity.actor import MARQUEE
from app.catalog import locks
from app.catalog.collections.tables import CollectionRow
from app.catalog.movies.tables import MovieRow
from app.catalog.people.tables import PersonRow
from app.catalog.slugs import unique_slug
from app.catalog.taxonomy.tables import TermRow
from app.catalog.taxonomy.writes import Term, ensure_terms
from app.catalog.tv.tables import SeriesRow
from app.core.app import App
from app.core.bulk import insert
from app.core.config import Config
from app.core.errors import Conflict
from app.core.outbox import Tx
from app.library.folders import Folder
from app.library.store_files import STREAM_COLUMNS
from app.library.tables import StreamRow
from app.library.watch_modes import Mode
from app.library.writes import create_library
from app.metadata.choices import choose
from app.seeding import people
from app.seeding.films import TABLES as FILM_TABLES
from app.seeding.films import films
from app.seeding.maker import number_of
from app.seeding.media import Place
from app.seeding.series import TABLES as SERIES_TABLES
from app.seeding.series import series
from app.seeding.works import TERMS, Rows

Progress = Callable[[int, int], None]

OTHERS = text(
    """
    SELECT l.name FROM library.libraries l JOIN library.roots r ON r.library_id = l.id
    WHERE NOT starts_with(r.path, CAST(:demo AS text) || '/') AND NOT starts_with(r.path, CAST(:seed AS text) || '/')
    ORDER BY l.name LIMIT 1
    """
)
PLACE = text("SELECT library_id, id FROM library.roots WHERE path = CAST(:path AS text)")
SLUGS: Mapping[type[DeclarativeBase], TextClause] = {
    table: text(f"SELECT slug FROM {name} WHERE slug = ANY(CAST(:slugs AS text[]))")  # noqa: S608
    for table, name in (
        (MovieRow, "movies.movies"),
        (SeriesRow, "tv.series"),
        (CollectionRow, "collections.collections"),
    )
}
TABLES = tuple(dict.fromkeys((*FILM_TABLES, *SERIES_TABLES, TermRow)))


@dataclass(frozen=True, slots=True)
class Kind:
    """What is sown. folder: below the one of all. last: the newest work that a library holds. lot: works at once."""

    library: str
    kind: str
    folder: str
    grow: Callable[[Iterable[int], Place, Mapping[Term, UUID]], Rows]
    last: TextClause
    lock: TextClause
    lot: int


FILMS = Kind(
    library="Invented films",
    kind="movie",
    folder="movies",
    grow=films,
    last=text(
        "SELECT movie_id FROM library.library_movies WHERE library_id = :library_id ORDER BY movie_id DESC LIMIT 1"
    ),
    lock=locks.MOVIES,
    lot=500,
)
SERIES = Kind(
    library="Invented series",
    kind="tv",
    folder="tv",
    grow=series,
    last=text(
        "SELECT series_id FROM library.library_series WHERE library_id = :library_id ORDER BY series_id DESC LIMIT 1"
    ),
    lock=locks.SERIES,
    lot=25,
)


async def sow(app: App, *, movies: int, series: int, progress: Progress = lambda _done, _total: None) -> None:
    """Have that many invented films and series: those that are there already count.

    Each is the same whenever and wherever it is made, but for the ids of libraries and terms. Its files exist nowhere;
    no provider is asked about it, and nothing announces it. progress: works done, of how many. Raises Conflict where
    there are libraries of anybody's own.
    """
    await _check(app)
    terms = await _prepared(app)
    sown = [
        (kind, await _place(app, kind), most) for kind, most in ((FILMS, movies), (SERIES, series)) if most
    ]
    lots = [
        (kind, place, lot)
        for kind, place, most in sown
        for lot in _lots(await _begun(app, kind, place), most, kind.lot)
    ]
    if not lots:
        return
    total, done = sum(len(lot) for *_, lot in lots), 0
    rows = await _grown(app, lots[:1], terms)
    for place, (kind, _, lot) in enumerate(lots, start=1):
        # The next lot grows while this one is written.
        _, rows = await asyncio.gather(_plant(app, kind, rows), _grown(app, lots[place : place + 1], terms))
        done += len(lot)
        progress(done, total)
    await _settle(app)


def _lots(begin: int, end: int, size: int) -> list[range]:
    return [range(first, min(first + size, end)) for first in range(begin, end, size)]


async def _grown(app: App, lots: Sequence[tuple[Kind, Place, range]], terms: Mapping[Term, UUID]) -> Rows:
    """Of the only lot that there is, or nothing."""
    for kind, place, lot in lots:
        return await app.in_thread(kind.grow, lot, place, terms)
    return {}


async def _check(app: App) -> None:
    demo, seed = str(app.config.demo_path), str(_folder(app.config))
    if (name := await app.db.value(OTHERS, demo=demo, seed=seed)) is not None:
        raise Conflict(
            f"There is a library {name}: invented works are only for a database that has none, or the demo's."
        )


async def _prepared(app: App) -> Mapping[Term, UUID]:
    """Have what works of both kinds share."""
    async with app.transaction() as tx:
        terms = await ensure_terms(tx, TERMS)
        await insert(tx.db, PersonRow, people.stars(), key=("id",))
    return terms


async def _place(app: App, kind: Kind) -> Place:
    """The library of invented works, which is made if need be. Nobody looks at its folder, which isn't there."""
    path = str(_folder(app.config) / kind.folder)
    if (row := await app.db.row(PLACE, path=path)) is None:
        async with app.transaction() as tx:
            library_id = await create_library(tx, kind.library, kind.kind, [Folder(path)], watch=Mode.OFF)
            await choose(tx, MARQUEE, library_id, [], [])
        row = await app.db.row(PLACE, path=path)
        assert row is not None
    return Place(str(row[0]), str(row[1]))


async def _begun(app: App, kind: Kind, place: Place) -> int:
    """How many are there."""
    last: UUID | None = await app.db.value(kind.last, library_id=UUID(place.library_id))
    return 0 if last is None else number_of(last) + 1


async def _plant(app: App, kind: Kind, rows: Rows) -> None:
    async with app.transaction() as tx:
        await tx.db.run(kind.lock)
        for table, found in rows.items():
            if table in SLUGS:
                await _call(tx, table, found)
            columns = STREAM_COLUMNS if table is StreamRow else ()
            await insert(tx.db, table, found, columns=columns)


async def _call(tx: Tx, table: type[DeclarativeBase], rows: Sequence[dict[str, Any]]) -> None:
    """Give works slugs that nobody has."""
    wanted = [row["slug"] for row in rows]
    taken = {row[0] for row in await tx.db.rows(SLUGS[table], slugs=wanted)}
    for row in rows:
        row["slug"] = unique_slug(row["slug"], taken, UUID(row["id"]))
        taken.add(row["slug"])


async def _settle(app: App) -> None:
    """What autovacuum would do within minutes."""
    async with app.database.connections.lent() as connection:
        await connection.execute(f"VACUUM (ANALYZE) {', '.join(map(_name, TABLES))}", timeout=3600)


def _name(table: type[DeclarativeBase]) -> str:
    return f"{table.__table__.schema}.{table.__tablename__}"


def _folder(config: Config) -> Path:
    return config.data_path.resolve() / "invented"
