"""`marquee library`: making, showing and forgetting libraries."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.commands.servers import Servers, servers
from app.commands.terminal import print_json, results, say
from app.core import migrate
from app.core.app import App
from app.core.config import Config
from app.core.plain import Trouble
from app.core.process import opened
from app.library.folders import folders
from app.library.writes import create_library, delete_library

LIBRARIES = text(
    """
    SELECT l.id, l.name, l.kind,
        ARRAY(SELECT r.path FROM library.roots r WHERE r.library_id = l.id ORDER BY r.id) AS paths,
        (SELECT count(*) FROM library.files f WHERE f.library_id = l.id AND f.missing_since IS NULL) AS files
    FROM library.libraries l ORDER BY lower(l.name), l.id
    """
)


@dataclass(frozen=True, slots=True)
class Library:
    """paths: its folders. files: how many of them are known and present."""

    id: UUID
    name: str
    kind: str
    paths: Sequence[str]
    files: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@asynccontextmanager
async def running(config: Config) -> AsyncGenerator[tuple[App, Servers]]:
    """An application for one command's work, and the servers that it uses. Raises Trouble.

    Our own database is brought to the newest revision; somebody else's is left as it is.
    """
    async with servers(config) as found:
        if found.are_ours and not config.database_url:
            await migrate.upgrade(found.config.database_url)
        async with opened(found.config) as app:
            yield app, found


async def add(config: Config, name: str, kind: str, paths: Sequence[Path], *, as_json: bool) -> None:
    """Raises Invalid, Conflict, Trouble."""
    wanted = folders([str(path.expanduser().absolute()) for path in paths], "paths")
    async with running(config) as (app, _), app.transaction() as tx:
        library_id = await create_library(tx, name, str(kind), wanted)
    if as_json:
        print_json({"id": library_id, "name": name, "kind": str(kind), "paths": wanted})
    else:
        say(f"There is a library {name} now. `marquee library scan {name!r}` looks at its files.")


async def show(config: Config, *, as_json: bool) -> None:
    """All of them, by name."""
    async with running(config) as (app, _):
        found = await libraries(app)
    if as_json:
        print_json([library.as_json() for library in found])
    elif not found:
        say("There is no library yet. `marquee library add NAME movie|tv FOLDER` makes one.")
    else:
        results.print(table(found), markup=False)


async def remove(config: Config, name: str, *, as_json: bool) -> None:
    """Raises Trouble where there is none of that name."""
    async with running(config) as (app, _):
        library = await named(app, name)
        async with app.transaction() as tx:
            await delete_library(tx, library.id)
    if as_json:
        print_json({"id": library.id, "name": library.name})
    else:
        say(f"The library {library.name} is forgotten. Its files are where they were.")


async def libraries(app: App) -> list[Library]:
    return [Library(*row) for row in await app.db.rows(LIBRARIES)]


async def named(app: App, name: str) -> Library:
    """The library of that name, whatever the case of its letters. Raises Trouble."""
    found = await libraries(app)
    for library in found:
        if library.name.casefold() == name.strip().casefold():
            return library
    names = ", ".join(library.name for library in found)
    raise Trouble(
        f"There is no library {name!r}. " + (f"There are: {names}." if names else "There is none at all.")
    )


def table(found: Sequence[Library]) -> str:
    """Aligned columns, never cut: what follows in a pipe wants whole paths."""
    rows = [("NAME", "KIND", "FILES", "FOLDERS")]
    rows += [(each.name, each.kind, str(each.files), ", ".join(each.paths)) for each in found]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines)
