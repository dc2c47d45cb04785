"""Finding the decisions that hold for the files that a scan looks at."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.bulk import insert
from app.core.db import Db
from app.core.outbox import Tx
from app.identify.files import FileRole
from app.identify.kinds import LibraryKind
from app.library.decisions import Decision, Place, Verdict, decision_row, home_of, whereabouts
from app.library.read_folders import PLAYABLE, Folder, Video
from app.library.store_files import FileIds
from app.library.tables import DecisionRow


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that holds for a file, and the sentence that says so to the person who asks."""

    decision: Decision
    evidence: str

    @property
    def is_extra(self) -> bool:
        return self.decision.verdict is Verdict.EXTRA

    @property
    def is_work(self) -> bool:
        return self.decision.verdict in (Verdict.MOVIE, Verdict.SERIES)


# By file, by path, by content, and by the title in a folder. A work that became another one stands for that; one that
# was never there, since making it was undone, for nothing.
FOR_FILES = text(
    """
    WITH k AS (
        SELECT * FROM jsonb_to_recordset(CAST(:places AS jsonb))
            AS k(file_id uuid, root_id uuid, folder text, name text, home text, key text, size bigint, hash bigint)),
    found AS (
        SELECT d.id FROM k JOIN library.decisions d ON d.file_id = k.file_id
        UNION SELECT d.id FROM k JOIN library.decisions d
            ON d.root_id = k.root_id AND d.folder = k.folder AND d.name = k.name
        UNION SELECT d.id FROM k JOIN library.decisions d
            ON d.root_id = k.root_id AND d.home = k.home AND d.match_key = k.key
        UNION SELECT d.id FROM k JOIN library.decisions d ON d.size_bytes = k.size AND d.content_hash = k.hash)
    SELECT d.id, d.file_id, d.verdict, coalesce(m.became, d.movie_id) AS movie_id,
        coalesce(s.became, d.series_id) AS series_id, d.season, d.episodes, d.edition, d.extra_kind,
        d.root_id, d.folder, d.name, d.home, d.match_key, d.year, d.reads_edition, d.size_bytes, d.content_hash,
        EXISTS (SELECT FROM library.files f WHERE f.id = d.file_id) AS is_there
    FROM found JOIN library.decisions d ON d.id = found.id
    LEFT JOIN catalog.redirects m ON m.kind = 'movie' AND m.id = d.movie_id
    LEFT JOIN catalog.redirects s ON s.kind = 'series' AND s.id = d.series_id
    WHERE d.verdict NOT IN ('movie', 'series')
        OR EXISTS (SELECT FROM movies.movies w WHERE w.id = coalesce(m.became, d.movie_id))
        OR EXISTS (SELECT FROM tv.series w WHERE w.id = coalesce(s.became, d.series_id))
        OR EXISTS (SELECT FROM catalog.departed w WHERE w.kind = d.verdict AND w.id IN (d.movie_id, d.series_id))
    ORDER BY d.decided_at, d.id
    """
)
ANY = text("SELECT EXISTS (SELECT FROM library.decisions)")
FOLLOW = text(
    """
    UPDATE library.decisions AS d SET file_id = r.file_id, root_id = r.root_id, folder = r.folder, name = r.name,
        home = r.home, match_key = coalesce(r.match_key, d.match_key), size_bytes = r.size_bytes,
        content_hash = coalesce(r.content_hash, d.content_hash)
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
        id uuid, file_id uuid, root_id uuid, folder text, name text, home text, match_key text, size_bytes bigint,
        content_hash bigint)
    WHERE d.id = r.id
    """
)


DECIDED_WORKS = text(
    """
    SELECT DISTINCT coalesce(movie_id, series_id) FROM library.decisions
    WHERE movie_id = ANY(CAST(:ids AS uuid[])) OR series_id = ANY(CAST(:ids AS uuid[]))
    """
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A decision as it is kept. is_there: whether its file still is."""

    id: UUID
    decision: Decision
    place: Place
    home: str
    match_key: str | None
    is_there: bool


async def decided(tx: Tx, kind: LibraryKind, places: Sequence[Place]) -> dict[UUID, Decided]:
    """The decisions that hold for files, by file; those that have just been found again are their own from now on.

    A file that took another's place, that came back, or that lies where others of its title were decided about gets
    the same decision. One statement, and at most two more where anything was found.
    """
    rows = await tx.db.rows(FOR_FILES, places=[_key(place) for place in places])
    # A film that was moved to a television library is no film there.
    wrong = Verdict.SERIES if kind is LibraryKind.MOVIE else Verdict.MOVIE
    kept = [found for found in map(_kept, rows) if found.decision.verdict is not wrong]
    if not kept:
        return {}
    chosen = {place.file_id: found for place in places if (found := _choose(place, kept)) is not None}
    await _make_own(tx, [(place, chosen[place.file_id]) for place in places if place.file_id in chosen])
    return {
        file_id: Decided(replace(found.kept.decision, file_id=file_id), found.why)
        for file_id, found in chosen.items()
        if found.kept.decision.verdict is not Verdict.VIDEO
    }


async def decided_about(
    tx: Tx, kind: LibraryKind, folders: Sequence[Folder], ids: FileIds, known: Collection[UUID]
) -> dict[UUID, Decided]:
    """The decisions that hold for the looked-at videos and extras of folders. known: those that were works before."""
    # Most libraries are scanned for the first time before anybody decides anything.
    if not await tx.db.value(ANY):
        return {}
    places: list[Place] = []
    for folder in folders:
        sizes = {entry.name: entry.size_bytes for _, entry in folder.entries()}
        for video in folder.videos:
            if video.role in PLAYABLE:
                file_id = ids[folder.root.id, folder.path, video.name]
                places.append(
                    _place(folder, video, file_id, sizes.get(video.name, 0), is_new=file_id not in known)
                )
    return await decided(tx, kind, places) if places else {}


def _place(folder: Folder, video: Video, file_id: UUID, size_bytes: int, *, is_new: bool) -> Place:
    said = video.reading
    named = (said.title, said.year, said.edition) if said else (None, None, None)
    where = (file_id, folder.root.id, folder.path, video.name, size_bytes, video.content_hash)
    return Place(*where, *named, is_new)


DECIDED_HOMES = text(
    """
    SELECT DISTINCT d.root_id, d.home FROM library.decisions d
    JOIN unnest(CAST(:root_ids AS uuid[]), CAST(:folders AS text[])) AS k(root_id, folder)
      ON d.root_id = k.root_id AND d.home = k.folder
    WHERE d.verdict = 'series'
    """
)


async def decided_homes(tx: Tx, homes: Sequence[tuple[UUID, str]]) -> set[tuple[UUID, str]]:
    """Those folders of series in which a person said which series a file is of. One statement."""
    root_ids, folders = [home[0] for home in homes], [home[1] for home in homes]
    return {(row[0], row[1]) for row in await tx.db.rows(DECIDED_HOMES, root_ids=root_ids, folders=folders)}


# Not what was decided about a file that has moved on.
DECIDED_ROLES = text(
    """
    SELECT d.folder, d.name, d.role FROM library.decisions d
    WHERE d.root_id = :root_id AND d.folder = ANY(CAST(:folders AS text[])) AND NOT EXISTS (
        SELECT FROM library.files f
        WHERE f.id = d.file_id AND (f.root_id, f.folder, f.name) <> (d.root_id, d.folder, d.name))
    """
)


async def decided_roles(db: Db, root_id: UUID, folders: Sequence[str]) -> dict[tuple[str, str], FileRole]:
    """What files are for by a person's decision, by folder and name. One statement."""
    rows = await db.rows(DECIDED_ROLES, root_id=root_id, folders=folders)
    return {(folder, name): FileRole(role) for folder, name, role in rows}


async def decided_works(tx: Tx, ids: Collection[UUID]) -> set[UUID]:
    """Those works that a person said that a file is of; names don't change what they are called. One statement."""
    return {row[0] for row in await tx.db.rows(DECIDED_WORKS, ids=list(ids))} if ids else set()


def _key(place: Place) -> dict[str, Any]:
    return {
        "file_id": place.file_id,
        "root_id": place.root_id,
        "folder": place.folder,
        "name": place.name,
        "home": home_of(place.folder) if place.is_new else None,
        "key": place.match_key,
        "size": place.size_bytes,
        "hash": place.content_hash,
    }


def _kept(row: Any) -> Kept:
    decision = Decision(
        row["file_id"],
        Verdict(row["verdict"]),
        row["movie_id"],
        row["series_id"],
        row["season"],
        None if row["episodes"] is None else tuple(row["episodes"]),
        row["edition"],
        row["extra_kind"],
    )
    place = Place(
        row["file_id"],
        row["root_id"],
        row["folder"],
        row["name"],
        row["size_bytes"],
        row["content_hash"],
        year=row["year"],
        edition=row["reads_edition"],
    )
    return Kept(row["id"], decision, place, row["home"], row["match_key"], row["is_there"])


OWN = "You decided this."
OF_PATH = "You decided this for the file that was here before."
OF_CONTENT = "You decided this for a file with the same content."
OF_TITLE = "You decided this for another file of this title in this folder."


@dataclass(frozen=True, slots=True)
class Chosen:
    """The decision that holds for a file, and why. is_its: whether it is the very file, or what took its place."""

    kept: Kept
    why: str
    is_its: bool


def _choose(place: Place, kept: Sequence[Kept]) -> Chosen | None:
    """What was decided of the file itself comes first, then of one at its path, of one with its content, of others
    of its title in its folder if these agree."""
    for found in kept:
        if found.decision.file_id == place.file_id:
            return Chosen(found, OWN, is_its=True)
    for found in reversed(kept):
        if _path(found.place) == _path(place) and not found.is_there:
            return Chosen(found, OF_PATH, is_its=True)
    if place.is_new and (found := _of_content(place, kept)) is not None:
        return Chosen(found, OF_CONTENT, is_its=not found.is_there)
    return _inherited(place, kept) if place.is_new else None


def _path(place: Place) -> tuple[UUID, str, str]:
    return place.root_id, place.folder, place.name


def _content(place: Place) -> tuple[int, int | None]:
    return place.size_bytes, place.content_hash


def _of_content(place: Place, kept: Sequence[Kept]) -> Kept | None:
    """The decision about a file of the same content; of several such files, of the one of the same name."""
    alike = [
        found for found in kept if place.content_hash is not None and _content(found.place) == _content(place)
    ]
    same_name = [found for found in alike if found.place.name == place.name]
    chosen = same_name or alike
    said = {replace(found.decision, file_id=place.file_id) for found in chosen}
    return chosen[-1] if len(said) == 1 else None


def _inherited(place: Place, kept: Sequence[Kept]) -> Chosen | None:
    alike = [
        replace(found, decision=_in_general(found, place))
        for found in kept
        if (found.place.root_id, found.home, found.match_key)
        == (place.root_id, home_of(place.folder), place.match_key)
        and found.decision.verdict in (Verdict.MOVIE, Verdict.SERIES)
        and (found.place.year is None or place.year is None or found.place.year == place.year)
    ]
    works = {(found.decision.movie_id, found.decision.series_id) for found in alike}
    return Chosen(alike[-1], OF_TITLE, is_its=False) if len(works) == 1 else None


def _in_general(found: Kept, place: Place) -> Decision:
    """The decision as far as it goes beyond the one file: its season and episodes don't."""
    edition = found.decision.edition if found.place.edition == place.edition else None
    return replace(found.decision, season=None, episodes=None, edition=edition)


async def _make_own(tx: Tx, chosen: Iterable[tuple[Place, Chosen]]) -> None:
    """A decision goes with its file, and to the file that takes its place; others get one like it."""
    follow: dict[UUID, dict[str, Any]] = {}
    new: list[dict[str, Any]] = []
    for place, found in chosen:
        kept, now = found.kept, whereabouts(place)
        if not found.is_its or kept.id in follow:
            new.append(decision_row(replace(kept.decision, file_id=place.file_id), place, kept.id))
        elif kept.decision.file_id != place.file_id or not _is_at(kept, now):
            follow[kept.id] = {"id": kept.id, "file_id": place.file_id} | now
    if follow:
        await tx.db.run(FOLLOW, rows=list(follow.values()))
    await insert(tx.db, DecisionRow, new, key=("file_id",))


def _is_at(kept: Kept, now: dict[str, Any]) -> bool:
    """Whether it is kept for just this place; what isn't known of the file now may stay."""
    known = whereabouts(kept.place) | {"match_key": kept.match_key}
    return all(value is None or known[name] == value for name, value in now.items())
