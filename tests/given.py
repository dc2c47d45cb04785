"""Builders of what a test starts from; each writes rows and answers the new id."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import count
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.access.bound_tables import BoundsRow
from app.access.bounds import Bounds
from app.access.builtin import ADMIN
from app.access.tables import RoleParentRow, RoleRow, UserRoleRow
from app.catalog.collections.tables import CollectionMovieRow, CollectionRow
from app.catalog.movies.tables import EditionRow, MovieCreditRow, MovieRow, MovieTermRow, VersionRow
from app.catalog.people.tables import PersonRow
from app.catalog.taxonomy.tables import TermRow
from app.catalog.tv.tables import (
    EpisodeCreditRow,
    EpisodeRow,
    SeasonRow,
    SeriesCreditRow,
    SeriesRow,
    SeriesTermRow,
)
from app.core import clock
from app.core.app import App
from app.core.bulk import insert
from app.core.ids import new_id
from app.curation.journal import Action
from app.curation.tables import ChangeRow
from app.identity import sessions
from app.identity.client import Client
from app.identity.lifetimes import lifetimes
from app.identity.tables import UserRow
from app.images.tables import ImageRow, PictureRow
from app.library.duplicate_tables import DuplicateRow
from app.library.image_tables import TakenImageRow
from app.library.scan_tables import RemovalRow, ScanRow
from app.library.tables import (
    ArtworkRow,
    ChapterRow,
    EpisodePartRow,
    ExtraRow,
    FileRow,
    LibraryMovieRow,
    LibraryRow,
    LibrarySeriesRow,
    MatchRow,
    MoviePartRow,
    ProblemRow,
    RootRow,
    StreamRow,
)
from app.metadata.detail_tables import DetailsRow
from app.metadata.facts import Kind
from app.metadata.links import Candidate, Found, save_link
from app.metadata.look_tables import LookRow
from app.metadata.score import Status

SET_YEAR = text("UPDATE movies.movies SET year = CAST(:year AS int) WHERE id = :movie_id")
_numbers = count(1)


async def _row(app: App, row_type: Any, **values: Any) -> UUID:
    key = values.setdefault("id", new_id()) if "id" in row_type.__table__.c else new_id()
    await insert(app.db, row_type, [values])
    return key


def _work(title: str, values: dict[str, Any]) -> dict[str, Any]:
    folded = title.lower()
    return {
        "title": title,
        "sort_title": title,
        "slug": f"{folded.replace(' ', '-')}-{next(_numbers)}",
        "match_key": folded.replace(" ", ""),
    } | values


async def library(
    app: App, *, name: str = "", kind: str = "movie", path: str = "", watch: str = "off"
) -> UUID:
    """A library with one root, which no worker watches unless told."""
    number = next(_numbers)
    key = await _row(app, LibraryRow, name=name or f"Library {number}", kind=kind, watch=watch)
    await root(app, key, path or f"/media/{number}")
    return key


async def root(app: App, library_id: UUID, path: str, *, is_online: bool = True) -> UUID:
    return await _row(app, RootRow, library_id=library_id, path=path, is_online=is_online)


async def root_of(app: App, library_id: UUID) -> UUID:
    async with app.database.pool.acquire() as connection:
        return await connection.fetchval(
            "SELECT id FROM library.roots WHERE library_id = $1 LIMIT 1", library_id
        )


async def library_of(app: App, file_id: UUID) -> UUID:
    async with app.database.pool.acquire() as connection:
        return await connection.fetchval("SELECT library_id FROM library.files WHERE id = $1", file_id)


async def file(app: App, library_id: UUID, path: str = "", *, role: str = "video", **values: Any) -> UUID:
    """A file in the library's first root."""
    where = PurePosixPath(path or f"folder/file-{next(_numbers)}.mkv")
    folder = "" if str(where.parent) == "." else str(where.parent)
    defaults = {"size_bytes": 1000, "mtime_ns": 1, "inode": 1, "container": "mkv", "duration_ms": 60_000}
    defaults["tags"] = {"encoder": "x"}
    return await _row(
        app,
        FileRow,
        **defaults
        | {"library_id": library_id, "root_id": await root_of(app, library_id), "folder": folder}
        | {"name": where.name, "role": role}
        | values,
    )


async def duplicates(app: App, library_id: UUID, kind: str = "exact", files: int = 2, **values: Any) -> UUID:
    """A group of new files, each larger than the one before."""
    ids = sorted([await file(app, library_id, size_bytes=100 + number) for number in range(files)])
    defaults = {"kind": kind, "key": new_id().hex, "file_ids": ids, "score": 0.9, "reason": "They are alike."}
    return await _row(app, DuplicateRow, library_id=library_id, **defaults | values)


async def stream(app: App, file_id: UUID, kind: str = "video", position: int = 0, **values: Any) -> UUID:
    return await _row(
        app, StreamRow, file_id=file_id, kind=kind, position=position, **{"codec": "h264"} | values
    )


async def chapter(app: App, file_id: UUID, position: int = 0, **values: Any) -> None:
    await _row(
        app, ChapterRow, file_id=file_id, position=position, **{"start_ms": 0, "end_ms": 1000} | values
    )


async def person(app: App, name: str = "", **values: Any) -> UUID:
    return await _row(app, PersonRow, name=name or f"Person {next(_numbers)}", **values)


async def term(app: App, kind: str = "genre", name: str = "", **values: Any) -> UUID:
    name = name or f"{kind} {next(_numbers)}"
    return await _row(app, TermRow, kind=kind, name=name, slug=name.lower().replace(" ", "-"), **values)


async def movie(
    app: App,
    title: str = "",
    *,
    cast: tuple[str, ...] = (),
    genres: tuple[UUID, ...] = (),
    library_id: UUID | None = None,
    **values: Any,
) -> UUID:
    """A film; `cast` names people to make, in billing order; with a library it also gets a file there."""
    key = await _row(app, MovieRow, **_work(title or f"Movie {next(_numbers)}", values))
    for billing, name in enumerate(cast):
        await movie_credit(app, key, await person(app, name), billing=billing)
    for position, genre in enumerate(genres):
        await _row(app, MovieTermRow, movie_id=key, term_id=genre, position=position)
    if library_id is not None:
        await movie_in(app, key, library_id)
    return key


async def movie_in(
    app: App, movie_id: UUID, library_id: UUID, *, edition: str = "", path: str = "", said: str | None = None
) -> UUID:
    """Puts a file of the film into a library, whose name says this title; answers the file's id."""
    await insert(
        app.db,
        LibraryMovieRow,
        [{"library_id": library_id, "movie_id": movie_id}],
        key=("library_id", "movie_id"),
    )
    edition_id = await _row(app, EditionRow, movie_id=movie_id, name=edition or f"Cut {next(_numbers)}")
    version_id = await _row(
        app, VersionRow, edition_id=edition_id, key=f"version-{next(_numbers)}", label="1080p"
    )
    file_id = await file(app, library_id, path, reading=said and {"title": said})
    await _row(app, MoviePartRow, version_id=version_id, file_id=file_id, number=1)
    return file_id


async def movie_credit(app: App, movie_id: UUID, person_id: UUID, **values: Any) -> UUID:
    defaults = {"department": "Acting", "job": "Actor", "character": "Someone", "billing": 0}
    return await _row(app, MovieCreditRow, movie_id=movie_id, person_id=person_id, **defaults | values)


async def collection(app: App, title: str = "", movies: tuple[UUID, ...] = (), **values: Any) -> UUID:
    title = title or f"Collection {next(_numbers)}"
    slug = f"{title.lower().replace(' ', '-')}-{next(_numbers)}"
    key = await _row(app, CollectionRow, **{"title": title, "sort_title": title, "slug": slug} | values)
    for position, movie_id in enumerate(movies):
        await _row(app, CollectionMovieRow, collection_id=key, movie_id=movie_id, position=position)
    return key


async def series(
    app: App,
    title: str = "",
    *,
    seasons: tuple[int, ...] = (),
    genres: tuple[UUID, ...] = (),
    library_id: UUID | None = None,
    **values: Any,
) -> UUID:
    """A series; `seasons` says how many episodes each has, from season 1 on."""
    key = await _row(app, SeriesRow, **_work(title or f"Series {next(_numbers)}", values))
    for number, episodes in enumerate(seasons, start=1):
        season_id = await season(app, key, number)
        for episode_number in range(1, episodes + 1):
            episode_id = await episode(app, key, season_id, number, episode_number)
            if library_id is not None:
                await episode_in(app, episode_id, library_id)
    for position, genre in enumerate(genres):
        await _row(app, SeriesTermRow, series_id=key, term_id=genre, position=position)
    if library_id is not None:
        await _row(app, LibrarySeriesRow, library_id=library_id, series_id=key)
    return key


async def season(app: App, series_id: UUID, number: int = 1, **values: Any) -> UUID:
    return await _row(app, SeasonRow, series_id=series_id, number=number, **values)


async def episode(
    app: App, series_id: UUID, season_id: UUID, season_number: int = 1, number: int | None = 1, **values: Any
) -> UUID:
    defaults = {"title": f"Episode {number}", "position": number or 0}
    return await _row(
        app,
        EpisodeRow,
        **defaults
        | {"series_id": series_id, "season_id": season_id, "season_number": season_number, "number": number}
        | values,
    )


async def episode_in(app: App, episode_id: UUID, library_id: UUID, *, file_id: UUID | None = None) -> UUID:
    """Puts a file of the episode into a library; answers the file's id."""
    file_id = file_id or await file(app, library_id)
    await _row(app, EpisodePartRow, episode_id=episode_id, file_id=file_id, version="", number=1)
    return file_id


async def details(app: App, work_id: UUID, kind: str = "movie", **values: Any) -> None:
    """What TMDb tells of a film, unless told; documents as app.metadata.details writes them."""
    defaults: dict[str, Any] = {
        name: []
        for name in (
            *("titles", "videos", "releases", "similar_works"),
            *("recommended_works", "seasons", "episode_orders"),
        )
    }
    defaults |= {"provider": "tmdb", "provider_id": str(next(_numbers)), "told_at": clock.now()}
    await _row(app, DetailsRow, **defaults | {"work_id": work_id, "kind": kind} | values)


def video(**values: Any) -> dict[str, Any]:
    """A document of a video."""
    defaults = {"site": "youtube", "key": f"key{next(_numbers)}", "kind": "trailer", "is_official": True}
    return defaults | values


def related(*ids: str) -> list[dict[str, Any]]:
    """Documents of related works, by their provider's ids."""
    return [{"id": each, "title": f"Related {each}", "year": 2001} for each in ids]


def episode_order(order_id: str, **values: Any) -> dict[str, Any]:
    """A document of an order of episodes."""
    defaults = {"name": f"Order {order_id}", "kind": "dvd", "group_count": 2, "episode_count": 8}
    return {"id": order_id} | defaults | values


async def series_credit(app: App, series_id: UUID, person_id: UUID, **values: Any) -> UUID:
    defaults = {"department": "Acting", "job": "Actor", "character": "Someone", "billing": 0}
    return await _row(app, SeriesCreditRow, series_id=series_id, person_id=person_id, **defaults | values)


async def episode_credit(app: App, episode_id: UUID, person_id: UUID, **values: Any) -> UUID:
    defaults = {"department": "Acting", "job": "Actor", "character": "Someone", "billing": 0}
    return await _row(app, EpisodeCreditRow, episode_id=episode_id, person_id=person_id, **defaults | values)


async def artwork(
    app: App, library_id: UUID, kind: str = "poster", *, file_id: UUID | None = None, **owner: UUID
) -> UUID:
    file_id = file_id or await file(app, library_id, f"art/{next(_numbers)}.jpg", role="image")
    await _row(app, ArtworkRow, file_id=file_id, kind=kind, **owner)
    return file_id


async def image(app: App, **values: Any) -> UUID:
    """An image, of which the store has nothing."""
    number = next(_numbers)
    defaults = {"width": 1000, "height": 1500, "size_bytes": 1, "color": "#102030", "source": "file"}
    hashes = {"content_hash": f"\\x{number:064x}", "thumbhash": f"\\x{number:08x}"}
    return await _row(app, ImageRow, **defaults | hashes | values)


async def shown(app: App, library_id: UUID, kind: str = "poster", **owner: UUID) -> UUID:
    """Local artwork that was taken; answers the image's id."""
    image_id, file_id = await image(app), await artwork(app, library_id, kind, **owner)
    await _row(app, TakenImageRow, file_id=file_id, image_id=image_id, size_bytes=1, mtime_ns=1)
    return image_id


async def picture(app: App, kind: str = "poster", **values: Any) -> UUID:
    """What shows a movie, unless told whom; answers the image's id."""
    image_id = await image(app)
    defaults = {"owner_kind": "movie", "source": "provider", "kind": kind, "image_id": image_id}
    await _row(app, PictureRow, **defaults | values)
    return image_id


async def extra(
    app: App, library_id: UUID, kind: str = "trailer", *, file_id: UUID | None = None, **owner: UUID
) -> UUID:
    file_id = file_id or await file(app, library_id, f"extras/{next(_numbers)}.mkv", role="trailer")
    await _row(app, ExtraRow, file_id=file_id, kind=kind, title="An extra", **owner)
    return file_id


async def scan(app: App, library_id: UUID, status: str = "completed", **values: Any) -> UUID:
    return await _row(app, ScanRow, library_id=library_id, status=status, **values)


async def removal(app: App, scan_id: UUID, file_id: UUID, *, missing_since: datetime | None) -> None:
    """A file that a scan asks about, and since when it is missing."""
    async with app.database.pool.acquire() as connection:
        await connection.execute(
            "UPDATE library.files SET missing_since = $2 WHERE id = $1", file_id, missing_since
        )
    await _row(app, RemovalRow, scan_id=scan_id, file_id=file_id)


async def match(app: App, file_id: UUID, *candidates: UUID, status: str = "uncertain", **values: Any) -> UUID:
    """What a file was taken for, and other works that may be meant; answers the file's id, which is the match's."""
    rows = [
        {"work_id": str(each), "title": "Another", "year": 2001, "score": 0.5, "evidence": ["It is alike."]}
        for each in candidates
    ]
    defaults = {"score": 0.5, "evidence": ["Its name says so."], "candidates": rows, "decided_by": "file"}
    library_id = await library_of(app, file_id)
    row = {"file_id": file_id, "library_id": library_id, "status": status}
    await _row(app, MatchRow, **defaults | row | values)
    return file_id


async def link(app: App, kind: Kind, work_id: UUID, candidates: int = 1, **values: Any) -> None:
    """What a work is to a provider, of which a person should decide unless told."""
    may_be = tuple(
        Candidate("tmdb", str(number), "Another", None, 2001, 0.5, ("It is alike.",))
        for number in range(candidates)
    )
    said = {
        "status": Status.UNCERTAIN,
        "score": 0.5,
        "evidence": ("It may be either.",),
        "candidates": may_be,
    }
    async with app.transaction() as tx:
        await save_link(tx, Found(kind, work_id, **said | values))


async def look(app: App, kind: Kind, work_id: UUID, **values: Any) -> None:
    """What became of asking providers about a work; that it was looked at, unless told."""
    await _row(app, LookRow, **{"kind": kind.value, "work_id": work_id, "looked_at": "now"} | values)


async def change(app: App, action: Action = Action.EDIT, **values: Any) -> UUID:
    """An entry of the journal that changed nothing."""
    return await _row(app, ChangeRow, **{"action": action, "summary": "Changed.", "rows": []} | values)


async def problem(app: App, library_id: UUID, path: str | None = None, **values: Any) -> UUID:
    return await _row(
        app,
        ProblemRow,
        **{"reason": "unreadable", "message": "The file can't be read."}
        | {"library_id": library_id, "root_id": await root_of(app, library_id)}
        | {"path": f"broken/{next(_numbers)}.mkv" if path is None else path}
        | values,
    )


def day(text: str) -> date:
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def user(app: App, name: str = "", *, roles: Sequence[UUID] = (), **values: Any) -> UUID:
    name = name or f"user-{next(_numbers)}"
    key = await _row(app, UserRow, **{"name": name, "name_key": name.casefold()} | values)
    await insert(app.db, UserRoleRow, [{"user_id": key, "role_id": role_id} for role_id in roles])
    return key


async def role(
    app: App, name: str = "", *, patterns: Sequence[str] = (), parents: Sequence[UUID] = (), **values: Any
) -> UUID:
    name = name or f"role-{next(_numbers)}"
    shown = {"name": name, "name_key": name.casefold(), "patterns": list(patterns)}
    key = await _row(app, RoleRow, **shown | values)
    await insert(app.db, RoleParentRow, [{"role_id": key, "parent_id": parent} for parent in parents])
    return key


async def bounds(app: App, *, user_id: UUID | None = None, role_id: UUID | None = None, **said: Any) -> None:
    """What a user or a role may see; named as the fields of app.access.bounds.Bounds."""
    await insert(
        app.db,
        BoundsRow,
        [{"id": new_id(), "user_id": user_id, "role_id": role_id, **Bounds(**said).columns()}],
    )


async def token(app: App, user_id: UUID | None = None, *, in_browser: bool = False) -> str:
    """The token of a session that somebody has just begun: an admin, unless told."""
    user_id = user_id or await user(app, roles=[ADMIN])
    kind = sessions.SessionKind.BROWSER if in_browser else sessions.SessionKind.APP
    terms = {"kind": kind, "method": sessions.Method.PASSWORD, "lifetimes": await lifetimes(app)}
    async with app.transaction() as tx:
        return (await sessions.begin(tx, user_id, Client("127.0.0.1"), **terms)).token


async def credentials(app: App, user_id: UUID | None = None) -> dict[str, str]:
    """The header field by which somebody comes in: an admin, unless told."""
    return {"authorization": f"Bearer {await token(app, user_id)}"}
