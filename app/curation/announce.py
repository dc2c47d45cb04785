"""Announcing which works a change touched, library by library."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from app.catalog.events import WorksChanged
from app.catalog.identity.regraded import formers, regraded
from app.core.outbox import Tx
from app.curation.difference import RowChange
from app.curation.journalled import Image

_LINKS = {"movie": "library.library_movies", "series": "library.library_series"}
_TABLES = {"movie": "movies.movies", "series": "tv.series", "season": "tv.seasons", "episode": "tv.episodes"}


async def announce(tx: Tx, before: Image, after: Image, rows: Sequence[RowChange]) -> None:
    """Emit WorksChanged for each library and kind: works that came to the library, changed in it, or left it.

    At most two statements.
    """
    if not rows:
        return
    touched = {kind: set(_touched(kind, rows, before, after)) for kind in _TABLES}
    found = {kind: await regraded(tx, kind, _ids(keys)) for kind, keys in touched.items()}
    for library_id in sorted({link[0] for image in (before, after) for link in _links(image)}):
        for kind, keys in touched.items():
            here, there = (_held(kind, library_id, image) for image in (before, after))
            moved = (here ^ there) | (keys & (here | there))
            added, removed = moved & (there - here), moved & (here - there)
            if moved:
                updated = _ids(moved - added - removed)
                was = formers(found[kind], updated)
                tx.emit(WorksChanged(kind, UUID(library_id), _ids(added), updated, _ids(removed), was))


def _links(image: Image) -> Iterator[tuple[str, str]]:
    for table in _LINKS.values():
        yield from image[table]


def _held(kind: str, library_id: str, image: Image) -> set[str]:
    """The works of the image that a library holds; seasons and episodes with their series."""
    works = {
        key for held in ("movie", "series") for library, key in image[_LINKS[held]] if library == library_id
    }
    if kind in _LINKS:
        return works & {key[0] for key in image[_TABLES[kind]]}
    return {row["id"] for row in image[_TABLES[kind]].values() if row["series_id"] in works}


def _touched(kind: str, rows: Sequence[RowChange], before: Image, after: Image) -> Iterator[str]:
    table, column = _TABLES[kind], f"{kind}_id"
    if kind in _LINKS:
        # Whatever hangs on a work shows on it, and the scope names few others.
        yield from (key[0] for image in (before, after) for key in image[table])
        return
    for change in rows:
        for row in (change.before, change.after):
            if row is not None and (change.table == table or row.get(column)):
                yield row["id"] if change.table == table else row[column]


def _ids(keys: set[str]) -> tuple[UUID, ...]:
    return tuple(sorted(map(UUID, keys)))
