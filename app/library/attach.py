"""Finding out what pictures and extras belong to, from the folder they lie in."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.catalog import locks
from app.core.bulk import insert
from app.core.db import Row
from app.core.jobs import JobRef, Queue
from app.core.outbox import Tx
from app.identify.files import ExtraKind, FileRole, extra_kind
from app.identify.folders import folder as read_folder
from app.identify.sidecars import ArtworkKind, artwork
from app.library.read_folders import series_folder
from app.library.scan_tables import FolderToAttachRow
from app.library.store_files import STREAM_COLUMNS
from app.library.subtitles import below
from app.library.tables import ArtworkRow, ExtraRow, StreamRow
from app.library.tree import LAST
from app.library.walk import join, parent

ATTACH = JobRef("library.attach", Queue.HIGH)
PAGE = 1000
FOLDERS_AT_ONCE = 200
TO_ATTACH = text(
    """
    SELECT a.root_id, a.folder FROM library.folders_to_attach a JOIN library.roots r ON r.id = a.root_id
    WHERE r.library_id = :library_id ORDER BY a.root_id, a.folder LIMIT CAST(:most AS int)
    """
)
ATTACHED = text(
    """
    DELETE FROM library.folders_to_attach a USING unnest(CAST(:root_ids AS uuid[]), CAST(:folders AS text[])) AS k(r, f)
    WHERE a.root_id = k.r AND a.folder = k.f
    """
)
FOLDERS_OF_FILES = text(
    "SELECT DISTINCT library_id, root_id, folder FROM library.files WHERE id = ANY(CAST(:file_ids AS uuid[]))"
)
# What lies loose in a root is of no more than the two levels below it. One folder after the other, for whatever the
# planner thinks of their number, all files of a root would be compared with each of them. Where a page begins is asked
# outside: within, it would have the index of all ids be read for each folder.
LOOSE = text(
    """
    SELECT DISTINCT ON (l.id) l.id, l.root_id, l.folder, l.name, l.role
    FROM unnest(CAST(:root_ids AS uuid[]), CAST(:folders AS text[])) AS k(root_id, folder)
    CROSS JOIN LATERAL (
        SELECT f.id, f.root_id, f.folder, f.name, f.role FROM library.files f
        WHERE f.root_id = k.root_id AND f.folder >= k.folder
          AND f.folder < CASE k.folder WHEN '' THEN CAST(:last AS text) ELSE k.folder || '0' END
          AND CASE k.folder WHEN '' THEN f.folder NOT LIKE '%/%/%'
              ELSE f.folder = k.folder OR starts_with(f.folder, k.folder || '/') END
          AND f.role IN ('image', 'trailer', 'extra', 'sample', 'subtitle')
          AND f.missing_since IS NULL
          AND NOT (f.role = 'subtitle' AND f.name ILIKE '%.sub' AND EXISTS (
            SELECT FROM library.files i WHERE i.root_id = f.root_id AND i.folder = f.folder
              AND i.name IN (left(f.name, -3) || 'idx', left(f.name, -3) || 'IDX', left(f.name, -3) || 'Idx')))
          AND NOT EXISTS (SELECT FROM library.streams s WHERE s.external_file_id = f.id)
          AND NOT EXISTS (SELECT FROM library.artwork a WHERE a.file_id = f.id)
          AND NOT EXISTS (
            SELECT FROM library.extras e WHERE e.file_id = f.id AND num_nonnulls(e.movie_id, e.series_id) > 0)
        OFFSET 0) l
    WHERE l.id > :after
    ORDER BY l.id LIMIT CAST(:most AS int)
    """
)
MOVIES_IN_FOLDERS = text(
    """
    SELECT f.root_id, f.folder, f.name, e.movie_id FROM library.files f
    JOIN unnest(CAST(:root_ids AS uuid[]), CAST(:folders AS text[])) AS k(root_id, folder)
      ON f.root_id = k.root_id AND f.folder = k.folder
    JOIN library.movie_parts p ON p.file_id = f.id
    JOIN movies.versions v ON v.id = p.version_id
    JOIN movies.editions e ON e.id = v.edition_id
    """
)
EPISODES_IN_FOLDERS = text(
    """
    SELECT f.root_id, f.folder, f.name, p.episode_id FROM library.files f
    JOIN unnest(CAST(:root_ids AS uuid[]), CAST(:folders AS text[])) AS k(root_id, folder)
      ON f.root_id = k.root_id AND f.folder = k.folder
    JOIN library.episode_parts p ON p.file_id = f.id
    JOIN tv.episodes e ON e.id = p.episode_id
    ORDER BY e.position
    """
)
VIDEOS_IN_FOLDERS = text(
    """
    SELECT f.root_id, f.folder, f.name, f.id FROM library.files f
    JOIN unnest(CAST(:root_ids AS uuid[]), CAST(:folders AS text[])) AS k(root_id, folder)
      ON f.root_id = k.root_id AND f.folder = k.folder
    WHERE f.role = 'video' AND f.missing_since IS NULL
    """
)
SERIES_IN_FOLDERS = text(
    """
    SELECT f.root_id, f.folder, f.series_id, s.number, s.id FROM library.series_folders f
    JOIN unnest(CAST(:root_ids AS uuid[]), CAST(:folders AS text[])) AS k(root_id, folder)
      ON f.root_id = k.root_id AND f.folder = k.folder
    LEFT JOIN tv.seasons s ON s.series_id = f.series_id
    """
)

LET_GO = tuple(
    text(
        f"""
        DELETE FROM library.{table} a
        USING library.files f, jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(root_id uuid, folder text, movie_id uuid)
        WHERE a.movie_id = r.movie_id AND f.id = a.file_id AND f.root_id = r.root_id
          AND (f.folder = r.folder OR starts_with(f.folder, r.folder || '/'))
        """  # noqa: S608
    )
    for table in ("artwork", "extras")
)

Place = tuple[UUID, str]
Owner = dict[str, UUID]


class Owners:
    """What lies in each folder that a page of loose files asks about."""

    def __init__(self) -> None:
        self.movies: dict[Place, dict[str, UUID]] = {}
        self.episodes: dict[Place, dict[str, UUID]] = {}
        self.videos: dict[UUID, dict[str, dict[str, UUID]]] = {}
        self.series: dict[Place, UUID] = {}
        self.seasons: dict[tuple[UUID, int], UUID] = {}

    async def load(self, tx: Tx, places: Sequence[Place]) -> None:
        """Four statements, whatever the number of places."""
        keys = {"root_ids": [place[0] for place in places], "folders": [place[1] for place in places]}
        for root_id, folder, name, movie_id in await tx.db.rows(MOVIES_IN_FOLDERS, **keys):
            self.movies.setdefault((root_id, folder), {})[_stem(name)] = movie_id
        for root_id, folder, name, episode_id in await tx.db.rows(EPISODES_IN_FOLDERS, **keys):
            self.episodes.setdefault((root_id, folder), {}).setdefault(_stem(name), episode_id)
        for root_id, folder, name, file_id in await tx.db.rows(VIDEOS_IN_FOLDERS, **keys):
            self.videos.setdefault(root_id, {}).setdefault(folder, {})[name] = file_id
        for root_id, folder, series_id, number, season_id in await tx.db.rows(SERIES_IN_FOLDERS, **keys):
            self.series[root_id, folder] = series_id
            if season_id is not None:
                self.seasons[series_id, number] = season_id

    def only_movie(self, place: Place) -> UUID | None:
        """The film of a folder that holds one film only."""
        movies = set(self.movies.get(place, {}).values())
        return movies.pop() if len(movies) == 1 else None


async def let_go(tx: Tx, left: Sequence[tuple[UUID, str, UUID]]) -> None:
    """Take the pictures and extras of (root, folder, film) from a film that no longer lies there.

    The end of the scan finds out whose they are now.
    """
    rows = [
        {"root_id": root_id, "folder": folder, "movie_id": movie_id} for root_id, folder, movie_id in left
    ]
    for statement in LET_GO if rows else ():
        await tx.db.run(statement, rows=rows)


async def loosen(tx: Tx, places: Iterable[Place]) -> None:
    """Have the end of the next scan find out what belongs to the works in these folders, and to what these are of.

    For whoever gives files to works or takes them away.
    """
    homes = sorted({(root_id, series_folder(folder)) for root_id, folder in places})
    rows = [{"root_id": root_id, "folder": folder} for root_id, folder in homes]
    await insert(tx.db, FolderToAttachRow, rows, key=("root_id", "folder"))


async def loosen_files(tx: Tx, file_ids: Sequence[UUID]) -> set[UUID]:
    """The same for the folders that these files lie in; answers their libraries. Two statements."""
    rows = await tx.db.rows(FOLDERS_OF_FILES, file_ids=file_ids)
    await loosen(tx, [(row["root_id"], row["folder"]) for row in rows])
    return {row["library_id"] for row in rows}


async def attach_soon(tx: Tx, file_ids: Sequence[UUID]) -> None:
    """Have a job find out what belongs to the works in the folders that these files lie in, without a scan.

    For whoever gives files to works or takes them away while no scan is under way. Two statements.
    """
    for library_id in sorted(await loosen_files(tx, file_ids)):
        tx.enqueue(ATTACH, library_id)


async def attach_some(tx: Tx, library_id: UUID) -> bool:
    """Give pictures, extras and subtitles without an owner theirs, where one can be found, in some of the folders in
    which that may have changed. False where there was nothing to do."""
    folders = await tx.db.rows(TO_ATTACH, library_id=library_id, most=FOLDERS_AT_ONCE)
    if folders:
        # What is found to be a work's must not be gone, or be given to it twice, when it is written.
        await locks.hold_works(tx.db)
    keys = {"root_ids": [row[0] for row in folders], "folders": [row[1] for row in folders]}
    after: UUID | None = UUID(int=0) if folders else None
    while after is not None:
        rows = await tx.db.rows(LOOSE, **keys, after=after, most=PAGE, last=LAST)
        if rows:
            owners = Owners()
            await owners.load(tx, sorted({place for row in rows for place in _places(row)}))
            await _attach_page(tx, rows, owners)
        after = rows[-1]["id"] if len(rows) == PAGE else None
    if folders:
        await tx.db.run(ATTACHED, **keys)
    return bool(folders)


async def _attach_page(tx: Tx, rows: Sequence[Row], owners: Owners) -> None:
    pictures: list[dict[str, Any]] = []
    extras: list[dict[str, Any]] = []
    subtitles: list[dict[str, Any]] = []
    for place, row in enumerate(rows):
        if row["role"] == FileRole.IMAGE:
            pictures += _picture(row, owners)
        elif row["role"] == FileRole.SUBTITLE:
            videos = owners.videos.get(row["root_id"], {})
            stream = below(row["id"], row["folder"], row["name"], place, videos)
            subtitles += [stream] if stream else []
        else:
            extras.append(_extra(row, owners))
    await insert(tx.db, ArtworkRow, pictures, key=("file_id",))
    await insert(tx.db, StreamRow, subtitles, columns=STREAM_COLUMNS)
    await insert(tx.db, ExtraRow, extras, key=("file_id",), update=("movie_id", "series_id"))


def _stem(name: str) -> str:
    return name.rpartition(".")[0].lower()


def _places(row: Row) -> list[Place]:
    """The file's own folder, those above it where an extras folder may hang, and its series' folder."""
    folder: str = row["folder"]
    folders = {
        folder,
        parent(folder),
        parent(parent(folder)),
        series_folder(folder),
        series_folder(parent(folder)),
    }
    return [(row["root_id"], each) for each in folders]


def _picture(row: Row, owners: Owners) -> list[dict[str, Any]]:
    said = artwork(join(row["folder"], row["name"]))
    place: Place = (row["root_id"], row["folder"])
    kind = said.kind if said else ArtworkKind.STILL
    stem = (said.stem.lower() if said.stem else None) if said else _stem(row["name"])
    season = said.season if said else None
    if stem:
        owner = _owner_of_stem(place, stem, owners, is_said=said is not None)
    else:
        owner = _owner_of_folder(place, season, owners)
    if owner is None:
        return []
    if "movie_id" in owner and kind is ArtworkKind.STILL:
        kind = ArtworkKind.THUMB
    if kind is ArtworkKind.SEASON_POSTER:
        kind = ArtworkKind.POSTER
    none = {"movie_id": None, "series_id": None, "season_id": None, "episode_id": None}
    return [{"file_id": row["id"], "kind": kind, **none, **owner}]


def _owner_of_stem(place: Place, stem: str, owners: Owners, *, is_said: bool) -> Owner | None:
    """is_said: whether the name says that it is a work's picture, so that the only film there can be meant."""
    if episode_id := owners.episodes.get(place, {}).get(stem):
        return {"episode_id": episode_id}
    if movie_id := owners.movies.get(place, {}).get(stem):
        return {"movie_id": movie_id}
    alone = owners.only_movie(place) if is_said else None
    return {"movie_id": alone} if alone else None


def _owner_of_folder(place: Place, season: int | None, owners: Owners) -> Owner | None:
    """`season01-poster` lies in the series' folder, a season folder's own `poster` shows that season."""
    if movie_id := owners.only_movie(place):
        return {"movie_id": movie_id}
    root_id, folder = place
    home = series_folder(folder)
    series_id = owners.series.get((root_id, home))
    if series_id is None:
        return None
    if season is None and home != folder:
        season = read_folder(folder.rpartition("/")[2]).season
        if season is None:
            return None
    if season is None:
        return {"series_id": series_id}
    season_id = owners.seasons.get((series_id, season))
    return {"season_id": season_id} if season_id else None


def _extra(row: Row, owners: Owners) -> dict[str, Any]:
    path = join(row["folder"], row["name"])
    kind = "sample" if row["role"] == FileRole.SAMPLE else (extra_kind(path) or ExtraKind.OTHER).value
    none: dict[str, Any] = {"movie_id": None, "series_id": None}
    extra = {"file_id": row["id"], "kind": kind, "title": row["name"].rpartition(".")[0]}
    return extra | none | _owner_of_extra(row, owners)


def _owner_of_extra(row: Row, owners: Owners) -> Owner:
    for folder in (row["folder"], parent(row["folder"]), parent(parent(row["folder"]))):
        place: Place = (row["root_id"], folder)
        if movie_id := owners.only_movie(place):
            return {"movie_id": movie_id}
        if series_id := owners.series.get(place) or owners.series.get((place[0], series_folder(folder))):
            return {"series_id": series_id}
    return {}
