"""What people decide about matches: each decision holds against every later scan, and can be undone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.catalog import locks
from app.catalog.facts import WorkFacts
from app.catalog.identity.redirects import became
from app.catalog.movies import writes as movies
from app.catalog.movies.writes import save_movies
from app.catalog.titles import sort_title
from app.catalog.tv import writes as tv
from app.catalog.tv.writes import save_series
from app.catalog.work_writes import known_work
from app.core.errors import Invalid, NotFound
from app.core.outbox import Tx
from app.curation.journal import Action, Scope, recorded
from app.curation.subjects import Subject, named, subjects
from app.identify.titles import match_key
from app.library.again import identify_again
from app.library.decisions import Decision, Verdict, decide
from app.library.held_files import hold_files
from app.library.marked_extras import mark_extras, unmark_extras

LONGEST_TITLE, LONGEST_EDITION = 500, 100
YEARS = range(1870, 2200)
MOST_EPISODES = 100
TITLE = {
    "movie": text("SELECT title, year FROM movies.movies WHERE id = :id"),
    "series": text("SELECT title, year FROM tv.series WHERE id = :id"),
}


@dataclass(frozen=True, slots=True)
class Target:
    """The work that files are to be of: one that is there, or one by its title, which is made if nobody knows it.

    season, episodes: of an episode's file; where left out its name says them. edition: of a film's.
    """

    movie_id: UUID | None = None
    series_id: UUID | None = None
    title: str | None = None
    year: int | None = None
    season: int | None = None
    episodes: tuple[int, ...] | None = None
    edition: str | None = None


async def accept(tx: Tx, file_ids: Sequence[UUID]) -> UUID:
    """Confirm what files were taken for; answers the change. Raises Invalid for a file that holds no work; NotFound."""
    files = await _held(tx, file_ids)
    for place, file in enumerate(files):
        if file.movie_id is None and file.series_id is None:
            raise Invalid(f"fileIds.{place}", f"{file.name} holds no work that could be accepted.")
    return await _settle(tx, Action.ACCEPT, f"Accepted the match of {named(files)}", files, _as_it_is)


def _as_it_is(file: Subject) -> Decision:
    if file.movie_id is not None:
        return Decision(file.file_id, Verdict.MOVIE, movie_id=file.movie_id, edition=file.decided_edition)
    season = file.season if file.episodes else None
    return Decision(
        file.file_id, Verdict.SERIES, series_id=file.series_id, season=season, episodes=file.episodes
    )


async def choose(tx: Tx, file_ids: Sequence[UUID], target: Target) -> UUID:
    """Say which work files are of; answers the change. Raises Invalid, NotFound."""
    files = await _held(tx, file_ids)
    _check_target(files, target)
    kind = "movie" if files[0].kind == "movie" else "series"
    work_id = await _work(tx, kind, target)
    title = await _title(tx, kind, work_id)

    def decision(file: Subject) -> Decision:
        if kind == "movie":
            return Decision(file.file_id, Verdict.MOVIE, movie_id=work_id, edition=target.edition)
        return Decision(
            file.file_id, Verdict.SERIES, series_id=work_id, season=target.season, episodes=target.episodes
        )

    return await _settle(tx, Action.CHOOSE, f"Chose {title} for {named(files)}", files, decision, work_id)


async def unmatch(tx: Tx, file_ids: Sequence[UUID]) -> UUID:
    """Say that files hold no work at all; answers the change. Raises Invalid, NotFound."""
    files = await _held(tx, file_ids)
    for place, file in enumerate(files):
        if not file.is_video:
            raise Invalid(f"fileIds.{place}", f"{file.name} is an extra.")
    summary = f"Said that {named(files)} {'hold' if len(files) > 1 else 'holds'} no work"
    return await _settle(
        tx, Action.UNMATCH, summary, files, lambda file: Decision(file.file_id, Verdict.NONE)
    )


async def move_to_edition(tx: Tx, file_ids: Sequence[UUID], edition: str) -> UUID:
    """Put files of films into an edition of these, made where it is new; an empty name stands for the ordinary cut.

    Answers the change. Raises Invalid for a file that is no film's; NotFound.
    """
    edition = _checked("edition", edition, LONGEST_EDITION)
    files = await _held(tx, file_ids)
    for place, file in enumerate(files):
        if file.movie_id is None:
            raise Invalid(f"fileIds.{place}", f"{file.name} is no film's.")
    summary = f"Moved {named(files)} to the {f'edition “{edition}”' if edition else 'ordinary edition'}"
    return await _settle(
        tx,
        Action.MOVE_TO_EDITION,
        summary,
        files,
        lambda file: Decision(file.file_id, Verdict.MOVIE, movie_id=file.movie_id, edition=edition),
    )


async def mark_as_extra(
    tx: Tx,
    file_ids: Sequence[UUID],
    kind: str,
    *,
    movie_id: UUID | None = None,
    series_id: UUID | None = None,
) -> UUID:
    """Say that files are extras: of this work, or else of the one that they belong to so far.

    kind: one of identify.files.ExtraKind, or `sample`. Answers the change. Raises NotFound.
    """
    files = await _held(tx, file_ids)
    given = "movie" if movie_id else "series" if series_id else None
    if given is not None:
        await _title(tx, given, movie_id or series_id)

    def decision(file: Subject) -> Decision:
        owner = (movie_id, series_id)
        if given is None:
            owner = (file.movie_id or file.extra_movie_id, file.series_id or file.extra_series_id)
        return Decision(file.file_id, Verdict.EXTRA, *owner, extra_kind=kind)

    summary = f"Marked {named(files)} as {'extras' if len(files) > 1 else 'an extra'}"
    return await _settle(
        tx, Action.MARK_EXTRA, summary, files, decision, movie_id if given == "movie" else series_id
    )


async def unmark_extra(tx: Tx, file_ids: Sequence[UUID]) -> UUID:
    """Say that files are no extras but works, as their names say; answers the change.

    Raises Invalid for a file that is no extra; NotFound.
    """
    files = await _held(tx, file_ids)
    for place, file in enumerate(files):
        if file.is_video:
            raise Invalid(f"fileIds.{place}", f"{file.name} is no extra.")
    summary = f"Said that {named(files)} {'are no extras' if len(files) > 1 else 'is no extra'}"
    return await _settle(
        tx, Action.UNMARK_EXTRA, summary, files, lambda file: Decision(file.file_id, Verdict.VIDEO)
    )


async def _held(tx: Tx, file_ids: Sequence[UUID]) -> list[Subject]:
    """The files, which no scan identifies from now on until the commit."""
    await hold_files(tx, file_ids)
    await locks.hold_works(tx.db)
    return await subjects(tx.db, file_ids)


async def _settle(
    tx: Tx,
    action: Action,
    summary: str,
    files: Sequence[Subject],
    decision: Callable[[Subject], Decision],
    work_id: UUID | None = None,
) -> UUID:
    """Decide about each file, and let it come into force."""
    decisions = [decision(file) for file in files]
    works = tuple(each for each in (work_id,) if each is not None)
    is_film = files[0].kind == "movie"
    scope = Scope(works if is_film else (), () if is_film else works, tuple(file.file_id for file in files))
    async with recorded(tx, action, summary, scope) as change:
        await decide(tx, decisions)
        extras = [each for each in decisions if each.verdict is Verdict.EXTRA]
        if not extras:
            await unmark_extras(tx, [file.file_id for file in files if not file.is_video])
        await identify_again(tx, [file.file_id for file in files])
        await mark_extras(tx, extras)
        await _check_works(tx, decisions)
    return change.id


async def _check_works(tx: Tx, decisions: Sequence[Decision]) -> None:
    """Raises Invalid where a file's name doesn't say which episodes of a series it holds, and nobody else did."""
    files = [each.file_id for each in decisions if each.verdict is Verdict.SERIES]
    for place, file in enumerate(await subjects(tx.db, files) if files else ()):
        if file.series_id is None:
            message = f"{file.name} doesn't say which episodes it holds: say it for it."
            raise Invalid(f"fileIds.{place}", message)


def _check_target(files: Sequence[Subject], target: Target) -> None:
    kinds = {file.kind for file in files}
    if len(kinds) > 1:
        raise Invalid("fileIds", "The files are of libraries of different kinds.")
    if sum(each is not None for each in (target.movie_id, target.series_id, target.title)) != 1:
        raise Invalid("work", "Give a film or series, or the title of one.")
    if target.series_id is not None and kinds == {"movie"}:
        raise Invalid("work", "A library of films holds no series.")
    if target.movie_id is not None and kinds == {"tv"}:
        raise Invalid("work", "A television library holds no films.")
    if kinds == {"movie"} and (target.season is not None or target.episodes is not None):
        raise Invalid("episodes", "A film has no seasons and episodes.")
    if kinds == {"tv"} and target.edition is not None:
        raise Invalid("edition", "A series has no editions.")
    _check_numbers(target, len(files))


def _check_numbers(target: Target, files: int) -> None:
    if target.year is not None and target.year not in YEARS:
        raise Invalid("year", f"{target.year} is no year of a film or series.")
    if target.episodes is None:
        if target.season is not None:
            raise Invalid("episodes", "Say which episodes of the season.")
        return
    if files > 1:
        raise Invalid("episodes", "Episodes can be said of one file at a time.")
    if not 1 <= len(target.episodes) <= MOST_EPISODES:
        raise Invalid("episodes", f"A file holds 1 to {MOST_EPISODES} episodes.")
    if any(not 0 <= number < 100_000 for number in target.episodes):
        raise Invalid("episodes", "That is no number of an episode.")
    if target.season is not None and not 0 <= target.season < 100_000:
        raise Invalid("season", "That is no number of a season.")


async def _work(tx: Tx, kind: str, target: Target) -> UUID:
    """The work that is meant; one that is not known by its title and year is made."""
    known = target.movie_id or target.series_id
    if known is not None:
        return (await became(tx.db, kind, [known])).get(known, known)
    title = _checked("title", target.title or "", LONGEST_TITLE)
    if not title:
        raise Invalid("title", "A work needs a title.")
    facts = WorkFacts(title=title, match_key=match_key(title), sort_title=sort_title(title), year=target.year)
    tables, save = (movies.TABLES, save_movies) if kind == "movie" else (tv.TABLES, save_series)
    # What is there must not learn anything outside of the journal.
    known = await known_work(tx, tables, facts)
    if known is None:
        (outcome,) = await save(tx, [facts])
        known = outcome.id
    return known


async def _title(tx: Tx, kind: str, work_id: UUID | None) -> str:
    """Raises NotFound."""
    row = await tx.db.row(TITLE[kind], id=work_id)
    if row is None:
        raise NotFound("film" if kind == "movie" else "series", work_id)
    return f"“{row['title']}” ({row['year']})" if row["year"] else f"“{row['title']}”"


def _checked(field: str, value: str, longest: int) -> str:
    """Without white space around it. Raises Invalid."""
    value = " ".join(value.split())
    if len(value) > longest:
        raise Invalid(field, f"At most {longest} characters.")
    if "\0" in value:
        raise Invalid(field, "It can't hold a NUL character.")
    return value
