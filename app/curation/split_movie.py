"""Making a film of its own out of some files of another."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.catalog import locks
from app.catalog.edit_writes import load_states, save_states
from app.catalog.edits import Edit, edited
from app.catalog.facts import WorkFacts
from app.catalog.identity.aliases import TITLE, forget
from app.catalog.identity.redirects import became
from app.catalog.match import Alias
from app.catalog.movies.writes import VersionFacts, save_movies, save_versions
from app.catalog.outcome import Outcome
from app.catalog.provenance import Field
from app.catalog.titles import sort_title
from app.core.bulk import insert
from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotFound
from app.core.outbox import Tx
from app.curation.journal import Action, Scope, recorded
from app.curation.settled import settle
from app.identify.titles import match_key
from app.library.removal import DELETE_EDITIONS, DELETE_VERSIONS, UNLINK_MOVIES
from app.library.tables import LibraryMovieRow
from app.metadata.facts import Kind
from app.metadata.wanted import ask_for

PARTS = text(
    """
    SELECT p.id, p.file_id, f.library_id, f.root_id, f.folder, e.id AS edition_id, e.name AS edition, v.key, v.label
    FROM movies.editions e JOIN movies.versions v ON v.edition_id = e.id
    JOIN library.movie_parts p ON p.version_id = v.id JOIN library.files f ON f.id = p.file_id
    WHERE e.movie_id = :movie_id
    """
)
REHANG = text(
    """
    UPDATE library.movie_parts AS p SET version_id = r.version_id
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(id uuid, version_id uuid) WHERE p.id = r.id
    """
)
# Pictures and extras go with the folders that the new film has for itself.
TAKE_ALONG = {
    kind: tuple(
        text(
            f"""
            UPDATE library.{table} a SET {kind}_id = :new_id
            FROM library.files f, jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(root_id uuid, folder text)
            WHERE a.{kind}_id = :old_id AND f.id = a.file_id AND f.root_id = r.root_id
              AND (f.folder = r.folder OR starts_with(f.folder, r.folder || '/'))
            """  # noqa: S608
        )
        for table in ("artwork", "extras")
    )
    for kind in ("movie", "series")
}

GONE = text(
    """
    SELECT id FROM catalog.departed WHERE kind = :kind AND match_key = :match_key
      AND (year = :year OR year IS NULL OR CAST(:year AS int) IS NULL)
    """
)


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the film, and where it hangs."""

    id: UUID
    file_id: UUID
    library_id: UUID
    root_id: UUID
    folder: str
    edition_id: UUID
    edition: str
    key: str
    label: str | None


async def split_movie(
    tx: Tx,
    movie_id: UUID,
    title: str,
    year: int | None,
    *,
    file_ids: Sequence[UUID] = (),
    edition_ids: Sequence[UUID] = (),
) -> tuple[UUID, UUID]:
    """Give some of a film's files, or some editions of it, to a film of their own; answers its id and the change.

    Raises NotFound; Invalid, also where nothing would be left; Conflict where there is a film of that title and year.
    Emits WorksChanged.
    """
    await locks.hold_works(tx.db)
    movie_id = (await became(tx.db, "movie", [movie_id])).get(movie_id, movie_id)
    states = await load_states(tx, "movie", [movie_id])
    if movie_id not in states:
        raise NotFound("movie", movie_id)
    state = states[movie_id]
    facts = split_facts(title, year, state["match_key"], state["year"])
    parts = [Part(*row) for row in await tx.db.rows(PARTS, movie_id=movie_id)]
    chosen = _chosen(parts, file_ids, edition_ids)
    summary = f"Split “{facts.title}” from “{state['title']}”"
    async with recorded(tx, Action.SPLIT, summary, Scope(movie_ids=(movie_id,))) as change:
        await change.widen(Scope(movie_ids=await gone_works(tx, "movie", facts)))
        await forget(tx, "movie", [Alias(TITLE, facts.match_key, year, movie_id, speaks=True)])
        (outcome,) = await save_movies(tx, [facts])
        new_id = made(outcome, facts)
        change.made(Scope(movie_ids=(new_id,)))
        await say_human(tx, "movie", new_id, facts)
        await _rehang(tx, movie_id, new_id, chosen)
        await settle(tx, "movie", sorted({part.file_id for part in chosen}), new_id)
        own = own_folders(chosen, [part for part in parts if part not in chosen])
        await take_along(tx, "movie", movie_id, new_id, own)
    await ask_for(tx, Kind.MOVIE, [new_id])
    return new_id, change.id


def split_facts(title: str, year: int | None, own_key: str, own_year: int | None) -> WorkFacts:
    """What is said of the new work. Raises Invalid where it would be called like the old one."""
    key = match_key(title)
    if (key, year) == (own_key, own_year):
        raise Invalid("title", "The new work needs another title or year, to be told from the old one.")
    return WorkFacts(title, key, sort_title(title), year)


async def gone_works(tx: Tx, kind: str, facts: WorkFacts) -> tuple[UUID, ...]:
    """Works that had gone, one of which may come back as the new one, and goes again when that is undone."""
    rows = await tx.db.rows(GONE, kind=kind, match_key=facts.match_key, year=facts.year)
    return tuple(row[0] for row in rows)


def made(outcome: Outcome, facts: WorkFacts) -> UUID:
    """The id of the new work. Raises Conflict where it is not new."""
    if not outcome.is_new:
        name = f"{facts.title} ({facts.year})" if facts.year else facts.title
        raise Conflict(f"There is “{name}” already: choose it for these files instead.")
    return outcome.id


async def say_human(tx: Tx, kind: str, work_id: UUID, facts: WorkFacts) -> None:
    """Title and year come from a person; sources that speak of the new work may still correct them."""
    before = await load_states(tx, kind, [work_id])
    said = {"title": facts.title, "year": facts.year}
    unlocked = frozenset({Field.TITLE.value, Field.YEAR.value})
    after = edited(before[work_id], Edit(said, unlock=unlocked), int(now().timestamp()))
    await save_states(tx, kind, before, {work_id: after})


def own_folders(chosen: Collection[Part], left: Collection[Part]) -> set[tuple[UUID, str]]:
    """Folders, not roots, in and below which only chosen files lie."""
    shared = {(part.root_id, part.folder) for part in left}
    return {
        (part.root_id, part.folder)
        for part in chosen
        if part.folder
        and not any(
            root_id == part.root_id and f"{folder}/".startswith(f"{part.folder}/")
            for root_id, folder in shared
        )
    }


async def take_along(
    tx: Tx, kind: str, old_id: UUID, new_id: UUID, folders: Collection[tuple[UUID, str]]
) -> None:
    """Pictures and extras in these folders belong to the new work."""
    rows = [{"root_id": root_id, "folder": folder} for root_id, folder in sorted(folders)]
    for statement in TAKE_ALONG[kind] if rows else ():
        await tx.db.run(statement, old_id=old_id, new_id=new_id, rows=rows)


def _chosen(parts: Sequence[Part], file_ids: Sequence[UUID], edition_ids: Sequence[UUID]) -> list[Part]:
    files, editions = {part.file_id for part in parts}, {part.edition_id for part in parts}
    for name, wanted, known in (("fileIds", file_ids, files), ("editionIds", edition_ids, editions)):
        for place, key in enumerate(wanted):
            if key not in known:
                raise Invalid(f"{name}.{place}", "It is not one of this film.")
    chosen = [part for part in parts if part.file_id in file_ids or part.edition_id in edition_ids]
    if not chosen:
        raise Invalid("fileIds", "It needs files or editions to split off.")
    if len(chosen) == len(parts):
        raise Invalid("fileIds", "Nothing would be left of the film; edit it instead.")
    return chosen


async def _rehang(tx: Tx, movie_id: UUID, new_id: UUID, chosen: Sequence[Part]) -> None:
    facts = [VersionFacts(new_id, part.edition, part.key, part.label) for part in chosen]
    versions = await save_versions(tx, facts)
    rows = [{"id": part.id, "version_id": versions[fact]} for part, fact in zip(chosen, facts, strict=True)]
    await tx.db.run(REHANG, rows=rows)
    await tx.db.run(DELETE_VERSIONS, ids=[movie_id])
    await tx.db.run(DELETE_EDITIONS, ids=[movie_id])
    libraries = sorted({part.library_id for part in chosen})
    links = [{"library_id": library_id, "movie_id": new_id} for library_id in libraries]
    await insert(tx.db, LibraryMovieRow, links)
    for library_id in libraries:
        await tx.db.run(UNLINK_MOVIES, library_id=library_id, ids=[movie_id])
